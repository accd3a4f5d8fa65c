// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import KernelTree
import Mail
import Report
import Review
import Rules
import Scenarios
import TestSupport
import Testing
import UnifiedDiff

/// The reports of the bundled series, in every form, against the files in `Fixtures/reports`.
struct BundledSeriesTests {
  static func report(_ writer: some ReportWriter, source: MailSource = bundled, withTree: Bool = true) throws
    -> String
  {
    let mailbox = Mailbox(opening: [source])
    return written(try reviews(of: mailbox, withTree: withTree), of: mailbox, by: writer)
  }

  /// What a writer makes of reviews.
  static func written(_ reviews: [SeriesReview], of mailbox: Mailbox, by writer: some ReportWriter) -> String
  {
    var writer = writer
    var tally = Tally()
    var text = writer.begin(ToolFacts(version: "test", rules: "test"))
    for review in reviews {
      tally.add(review)
      text += writer.write(review, inputs: mailbox.inputs)
    }
    let exit: Int32 = tally.count(atLeast: .error) > 0 ? 1 : 0
    return text
      + writer.end(RunResult(inputs: mailbox.inputs, problems: mailbox.problems, tally: tally, exit: exit))
  }

  /// The built-in rules.
  static let book = RuleBook(
    pages: builtInPages, checks: builtInChecks,
    contracts: (try? Contracts(builtInContracts)) ?? Contracts())

  static func reviews(of mailbox: Mailbox, withTree: Bool) throws -> [SeriesReview] {
    try (0..<mailbox.seriesCount).map { index in
      let series = mailbox.series(at: index)
      var options = ReviewOptions()
      options.scenarios = .builtIn
      return ReviewEngine(book: book, options: options).review(
        SeriesFacts(series: series, inputs: mailbox.inputs), base: withTree ? try base(for: series) : nil)
    }
  }

  static var fixtures: URL { Shared.package.appending(path: "Fixtures") }

  /// The bundled series, under a name that is the same in every checkout.
  static var bundled: MailSource {
    let bytes = (try? Data(contentsOf: fixtures.appending(path: "series/hook-lanes-v2.mbox"))) ?? Data()
    return .bytes(Array(bytes), name: "hook-lanes-v2.mbox", kind: nil)
  }

  private static func base(for series: Series) throws -> Base {
    let tree = try DirectoryTree(opening: fixtures.appending(path: "tree").path)
    var clues = BaseClues()
    clues.files = BaseClues.touched(by: series.patches.map(\.patch))
    var base = try BaseSearch(in: .directory(tree), clues: clues).base()
    base.tried = []  // names the folder of this checkout
    return base
  }

  @Test func terminal() throws {
    #expect(
      try Golden.difference(try Self.report(TerminalWriter()), from: "reports/hook-lanes-v2.txt") == nil)
  }

  /// The finding that the README shows is one that is printed.
  @Test func readmeShowsARealFinding() throws {
    let readme = try String(contentsOf: Shared.package.appending(path: "README.md"), encoding: .utf8)
    let blocks = readme.components(separatedBy: "\n```\n").filter { $0.hasPrefix("error[") }
    let shown = try #require(blocks.first).replacing("Fixtures/series/", with: "")
    #expect(try Self.report(TerminalWriter()).contains(shown))
  }

  @Test func colour() throws {
    var options = TerminalOptions()
    options.usesColour = true
    let coloured = try Self.report(TerminalWriter(options: options))
    let plain = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(coloured != plain)
    #expect(plain == (try Self.report(TerminalWriter())))
  }

  @Test func lines() throws {
    #expect(try Golden.difference(try Self.report(LineWriter()), from: "reports/hook-lanes-v2.lines") == nil)
  }

  @Test func json() throws {
    let text = try Self.report(JSONWriter())
    #expect(try Golden.difference(Self.pretty(text), from: "reports/hook-lanes-v2.json") == nil)
  }

  /// What the records of NDJSON hold is what the document holds.
  @Test func ndjsonHoldsTheSame() throws {
    let document = try Self.object(try Self.report(JSONWriter()))
    let records = try Self.report(NDJSONWriter()).split(separator: "\n").map { try Self.object(String($0)) }
    #expect(Self.name(records.first) == "header")
    #expect(Self.name(records.last) == "trailer")
    for (kind, key) in [
      ("series", "series"), ("patch", "patches"), ("finding", "findings"), ("coverage", "coverage"),
    ] {
      let ours = records.filter { Self.name($0) == kind }.map { record in
        record.filter { $0.key != "record" } as NSDictionary
      }
      #expect((ours as NSArray).isEqual(document[key]), "\(kind)")
    }
    for key in ["inputs", "summary", "exit"] {
      #expect((records.last?[key] as? NSObject)?.isEqual(document[key]) == true, "\(key)")
    }
  }

  /// Every key of the contract is there, with its type; null where it is allowed.
  @Test func jsonKeepsTheContract() throws {
    let document = try Self.object(try Self.report(JSONWriter(), withTree: false))
    #expect(document["schema"] as? String == "review-patch/1")
    #expect(
      Self.keys(document) == [
        "coverage", "exit", "findings", "inputs", "patches", "problems", "schema", "series", "summary",
        "tool",
      ])
    #expect(
      Self.keys((document["findings"] as? [Any])?.first) == [
        "confidence", "config", "evidence", "fingerprint", "fixes", "id", "message", "messageId", "origin",
        "patch",
        "primary", "question", "related", "rule", "severity", "suppressed", "symbols", "title",
      ])
    #expect(
      Self.keys(((document["findings"] as? [[String: Any]])?.first)?["primary"]) == [
        "column", "endColumn", "endLine", "function", "line", "path", "side", "text",
      ])
    #expect(
      Self.keys((document["patches"] as? [Any])?.first) == [
        "applies", "author", "comments", "files", "index", "input", "messageId", "series", "subject",
      ])
    #expect(
      Self.keys((document["series"] as? [[String: Any]])?.first?["base"]) == [
        "commit", "exact", "source", "tried",
      ])
  }

  private static func name(_ record: [String: Any]?) -> String? { record?["record"] as? String }

  private static func keys(_ value: Any?) -> [String]? { (value as? [String: Any])?.keys.sorted() }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private static func pretty(_ text: String) throws -> String {
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try JSONSerialization.data(withJSONObject: try object(text), options: options)
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
