// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Review
import Rules
import TestSupport
import Testing

/// `Rules/measured.tsv` holds the findings that were read, and each page says of its own what came of them.
struct MeasuredTests {
  /// One finding that was read.
  struct Row: Hashable {
    var rule, message, place, verdict: String
  }

  static let rows: [Row] = {
    let file = Shared.package.appending(path: "Rules/measured.tsv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return fields.count == 5
        ? Row(rule: fields[0], message: fields[1], place: fields[2], verdict: fields[3])
        : Row(rule: "not a row: \(line)", message: "", place: "", verdict: "")
    }
  }()

  static let byRule = Dictionary(grouping: rows, by: \.rule)

  @Test func everyRowIsOneFindingOfARule() {
    let ids = Set(RulePageTests.book.entries.map { $0.rule.id.description })
    #expect(!Self.rows.isEmpty)
    #expect(Set(Self.byRule.keys).subtracting(ids).isEmpty)
    #expect(Set(Self.rows.map(\.verdict)).isSubset(of: ["right", "noise", "wrong"]))
    for (row, twins) in Dictionary(grouping: Self.rows, by: { $0 }) where twins.count > 1 {
      Issue.record("twice: \(row)")
    }
  }

  @Test(arguments: RulePageTests.book.entries.map(\.rule.id.description))
  func pagesSayWhatWasRead(_ id: String) throws {
    let entry = try #require(RulePageTests.book.entries.first { $0.rule.id.description == id })
    let page = try #require(builtInPages.first { $0.path == id })
    let sentence = /(\d+) findings?, (\d+) read: (\d+) right, (\d+) noise, (\d+) wrong/
    let measured = page.text.split(separator: "## Measured").last ?? ""
    let said = measured.split(whereSeparator: \.isWhitespace).joined(separator: " ").matches(of: sentence)
    let rows = Self.byRule[id] ?? []
    guard !rows.isEmpty else {
      #expect(said.isEmpty, "nothing of it is in measured.tsv")
      return
    }
    let match = try #require(said.count == 1 ? said.first : nil, "one sentence with the counts")
    let counts = ["right", "noise", "wrong"].map { verdict in rows.count { $0.verdict == verdict } }
    #expect([match.3, match.4, match.5].map { Int($0) } == counts)
    #expect(Int(match.2) == rows.count && (Int(match.1) ?? 0) >= rows.count)
    // Fewer than twenty are read where there are no more.
    #expect(rows.count >= 20 || Int(match.1) == rows.count)
    if entry.rule.isOnByDefault {
      let share = entry.rule.severity == .error ? 95 : 70
      #expect(counts[0] * 100 >= rows.count * share)
    }
  }
}
