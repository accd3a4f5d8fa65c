// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import KernelTree
import Mail
import Model
import Review
import Rules
import Scenarios
import SourceText
import TestSupport
import Testing
import UnifiedDiff

/// Every example of every page: what is marked is found, nothing else is, and git accepts the text.
struct RulePageTests {
  /// Examples are on the very tree that they are for.
  static let commit = ObjectID(String(repeating: "1", count: 40))

  static let book = RuleBook(
    pages: builtInPages, checks: builtInChecks, contracts: (try? Contracts(builtInContracts)) ?? Contracts(),
    readsExamples: true)

  /// One example, named by its page and line.
  struct Case: CustomTestStringConvertible, Sendable {
    var rule: Rule
    var example: RuleExample
    var testDescription: String { "\(rule.page.path).md:\(example.pageLine)" }
  }

  static let cases = book.entries.flatMap { entry in
    entry.rule.examples.map { Case(rule: entry.rule, example: $0) }
  }

  @Test func everyPageIsARule() {
    #expect(Self.book.problems.isEmpty)
    #expect(Self.book.entries.count == builtInPages.count)
    for entry in Self.book.entries {
      let bad = entry.rule.examples.filter(\.isBad)
      #expect(
        bad.count >= 2 && entry.rule.examples.count - bad.count >= 2,
        "\(entry.rule.id): two examples of each kind")
      #expect(entry.rule.page.path == entry.rule.id.description)
    }
  }

  @Test(arguments: cases)
  func findsWhatIsMarked(_ test: Case) {
    let marks = test.example.marks
    #expect(marks.isEmpty != test.example.isBad, "Bad has marks, Good has none")
    var open = marks
    for finding in findings(of: test) {
      let match = open.firstIndex { matches(finding, $0) }
      #expect(
        match != nil,
        "not marked: line \(finding.line): \(finding.finding.severity) \(finding.finding.message)")
      if let match { open.remove(at: match) }
    }
    #expect(open.isEmpty, "not found: \(open)")
  }

  /// What fixes make of the lines of an example is written below them: all of it, and nothing else.
  @Test(arguments: cases.filter { !$0.rule.patterns.flatMap(\.fixes).isEmpty || !$0.example.mended.isEmpty })
  func mendsAsWritten(_ test: Case) {
    for review in reviews(of: test, mends: true) {
      #expect(review.mending.refusals.map(\.why) == [])
      for (position, mail) in review.series.patches.enumerated() {
        let folded = review.mending.fixups.first { $0.position == position }?.folded ?? mail.patch
        let wanted = postImage(of: mail.patch).flatMap { line, text in
          test.example.mended[Int(mail.lines.inputLine(of: line))] ?? [text]
        }
        #expect(postImage(of: folded).map(\.text) == wanted)
      }
    }
  }

  /// The lines that hunks leave, with their places in the patch.
  private func postImage(of patch: Patch) -> [(line: UInt32, text: String)] {
    patch.files.flatMap { $0.hunks.flatMap(\.lines) }.filter { $0.kind != .removed }.map {
      ($0.line, String(decoding: patch.content($0), as: UTF8.self))
    }
  }

  @Test(arguments: cases.filter { $0.example.kind == .diff || !$0.example.isBad })
  func gitAcceptsIt(_ test: Case) throws {
    let folder = try TemporaryFolder()
    let git = Git(in: folder.url)
    let patch: [UInt8]
    if test.example.kind == .mail {
      let parts = try git("mailsplit", "-o.", "-b", input: Array(test.example.text.utf8)).text
      #expect(Int(parts.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 0)
      patch = try (1...(Int(parts.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 1)).flatMap { number in
        let mail = Array(try Data(contentsOf: folder.url.appending(path: String(format: "%04d", number))))
        #expect(try git("mailinfo", "msg", "patch", input: mail).status == 0)
        return Array(try Data(contentsOf: folder.url.appending(path: "patch")))
      }
    } else {
      patch = Array(test.example.text.utf8)
    }
    #expect(try git("apply", "--numstat", "--allow-empty", input: patch).status == 0)
  }

  // MARK: Reviewing an example

  /// A finding with the line of the example that it stands on.
  struct Placed {
    var finding: Finding
    var line: UInt32
  }

  private func findings(of test: Case) -> [Placed] {
    reviews(of: test).flatMap { review in
      review.findings.map { Placed(finding: $0, line: line(of: $0.primary, in: review.series)) }
    }
  }

  private func reviews(of test: Case, mends: Bool = false) -> [SeriesReview] {
    let mailbox = Mailbox(opening: [.bytes(Array(test.example.text.utf8), name: "example", kind: nil)])
    var options = ReviewOptions()
    options.mends = mends
    for entry in Self.book.entries {
      let level = RuleLevel(rawValue: entry.rule.severity.rawValue)
      options.levels[entry.rule.id] = entry.rule.id == test.rule.id ? level : .off
    }
    options.scenarios = ScenarioBook(pages: test.example.scenarios, library: ScenarioBook.builtIn.library)
    let engine = ReviewEngine(book: Self.book, options: options)
    let files = Dictionary(test.example.files.map { ($0.path, $0.text) }, uniquingKeysWith: { $1 })
    let base =
      files.isEmpty
      ? nil
      : Base(
        tree: MemoryTree(files), commit: Self.commit, source: .given, exact: !test.example.isOnNearBase,
        tried: [])
    return (0..<mailbox.seriesCount).map { index in
      let series = mailbox.series(at: index)
      return engine.review(SeriesFacts(series: series, inputs: mailbox.inputs), base: base)
    }
  }

  /// Where a span's line stands in the example.
  private func line(of span: Span, in series: Series) -> UInt32 {
    guard let path = span.path else { return span.line }
    for mail in series.patches {
      for file in mail.patch.files where file.path == path {
        for line in file.hunks.flatMap(\.lines) {
          let number = span.side == .old ? line.oldNumber : line.newNumber
          if number == span.line, line.kind != (span.side == .old ? .added : .removed) {
            return mail.lines.inputLine(of: line.line)
          }
        }
      }
    }
    return 0
  }

  private func matches(_ placed: Placed, _ mark: RuleExample.Mark) -> Bool {
    let span = placed.finding.primary
    // Of several lines the text is the first one's.
    let bytes = Array(span.text.utf8)
    let end = span.endLine > span.line ? bytes.count : Int(span.endColumn) - 1
    let covered =
      span.column > 0 ? String(decoding: bytes[Int(span.column - 1)..<end], as: UTF8.self) : span.text
    return Int(placed.line) == mark.line && placed.finding.severity == mark.severity
      && (mark.covers.isEmpty || covered == mark.covers) && placed.finding.message.contains(mark.message)
  }
}
