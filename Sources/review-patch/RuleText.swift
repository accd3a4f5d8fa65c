// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
internal import Report
internal import Review

/// Rules as text for people and programs.
enum RuleText {
  /// A page without its front matter, which is said in words.
  static func page(_ rule: Rule) -> String {
    """
    \(rule.id): \(rule.severity.rawValue), \(rule.confidence.rawValue), \(rule.isOnByDefault ? "on" : "off") by default, \
    needs \(rule.needs.map(\.rawValue).joined(separator: ", ")), since \(rule.since)
    Asks: \(rule.question)
    Level:    git config reviewpatch.\(rule.id).level off|note|warning|error
    Ignore:   --ignore \(rule.id), or below the --- of a mail: review-patch: ignore \(rule.id) -- reason

    \(rule.page.body)
    """
  }

  /// Pages that are no rules, one a line.
  static func mistakes(_ book: RuleBook) -> String {
    book.problems.map { problem in
      let line = problem.line > 0 ? ":\(problem.line)" : ""
      return "review-patch: \(problem.path)\(line): \(Sentences.text(problem.kind))\n"
    }.joined()
  }

  static func list(_ book: RuleBook) -> String {
    let width = book.entries.map { $0.rule.id.description.count }.max() ?? 0
    return book.entries.map { entry in
      let id = entry.rule.id.description
      let level = entry.rule.isOnByDefault ? entry.rule.severity.rawValue : "off"
      return id + String(repeating: " ", count: width - id.count + 2)
        + level + String(repeating: " ", count: 9 - level.count) + entry.rule.title + "\n"
    }.joined()
  }

  static func json(_ book: RuleBook) -> String {
    struct Row: Encodable {
      var id, severity, confidence, title, question, since: String
      var needs: [String]
      var isOn, isBuiltIn: Bool
    }
    let rows = book.entries.map { entry in
      Row(
        id: entry.rule.id.description, severity: entry.rule.severity.rawValue,
        confidence: entry.rule.confidence.rawValue, title: entry.rule.title, question: entry.rule.question,
        since: entry.rule.since, needs: entry.rule.needs.map(\.rawValue), isOn: entry.rule.isOnByDefault,
        isBuiltIn: entry.isBuiltIn)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(rows) else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
