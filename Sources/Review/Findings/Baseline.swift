// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Findings that are known and accepted: a text file with a fingerprint a line, and behind it what people
/// want to know of it.
public struct Baseline: Hashable, Sendable {
  public private(set) var fingerprints: Set<Fingerprint> = []

  public init() {}

  /// - Throws: `BaselineError` with the first line that begins with no fingerprint.
  public init(parsing text: String) throws(BaselineError) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let word = line.split(separator: " ").first, !word.hasPrefix("#") else { continue }
      guard let fingerprint = Fingerprint(word) else {
        throw BaselineError(line: index + 1, text: String(line))
      }
      fingerprints.insert(fingerprint)
    }
  }

  /// The text of a baseline that accepts these findings.
  public static func text(accepting findings: [Finding]) -> String {
    let lines = findings.filter { $0.isShown || $0.suppressed == .baseline }.map {
      "\($0.fingerprint) \($0.rule) \($0.primary.path?.description ?? $0.messageID)\n"
    }
    return "# review-patch baseline: accepted findings, one a line\n" + Set(lines).sorted().joined()
  }
}

/// A line of a baseline file that is none.
public struct BaselineError: Error, Hashable, Sendable {
  /// 1-based.
  public var line: Int
  public var text: String
}
