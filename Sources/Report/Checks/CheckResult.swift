// SPDX-License-Identifier: GPL-2.0-or-later

internal import Review

/// What a check of a patch says in the end, for programs that show one mark and one line.
struct CheckResult {
  private var counts: [Severity: Int] = [:]
  private var rules: [Severity: [RuleID]] = [:]

  mutating func add(_ finding: Finding) {
    counts[finding.severity, default: 0] += 1
    let known = rules[finding.severity, default: []]
    if !known.contains(finding.rule) { rules[finding.severity] = known + [finding.rule] }
  }

  /// nil where there is nothing.
  var worst: Severity? { counts.keys.max() }

  /// `1 error, 2 notes: config/missing-stub, value/sentinel-in-range`, or `no findings`.
  var summary: String {
    guard worst != nil else { return "no findings" }
    let numbers = Severity.allCases.reversed().compactMap { severity in
      counts[severity].map { "\($0) \(Sentences.plural($0, severity.rawValue))" }
    }
    let names = Severity.allCases.reversed().flatMap { rules[$0, default: []] }
    let shown = names.prefix(Self.namedRules).map(\.description).joined(separator: ", ")
    let more = names.count - Self.namedRules
    return "\(numbers.joined(separator: ", ")): \(shown)" + (more > 0 ? " (+\(more))" : "")
  }

  /// Rules that one line has room for.
  private static let namedRules = 3
}
