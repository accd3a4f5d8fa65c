// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Report
internal import Review
internal import Rules
internal import Scenarios
internal import SourceText
internal import TestSupport

/// A whole review, with every rule, written in every form; behind a NUL the file `foo.c` of the tree.
enum ReviewTarget {
  private static let book = RuleBook(
    pages: builtInPages, checks: builtInChecks, contracts: (try? Contracts(builtInContracts)) ?? Contracts())

  private static let engine: ReviewEngine = {
    var options = ReviewOptions()
    for entry in book.entries {
      options.levels[entry.rule.id] = RuleLevel(rawValue: entry.rule.severity.rawValue)
    }
    options.scenarios = .builtIn
    return ReviewEngine(book: book, options: options)
  }()

  @Sendable static func run(_ bytes: [UInt8]) {
    let (mail, file) = bytes.parts
    let base =
      file.isEmpty
      ? nil
      : Base(
        tree: MemoryTree(["foo.c": String(decoding: file, as: UTF8.self)]), commit: nil, source: .given,
        exact: false, tried: [])
    let first = report(mail, base)
    demand(first == report(mail, base), "two reports of the same")
  }

  private static func report(_ mail: [UInt8], _ base: Base?) -> String {
    let mailbox = Mailbox(opening: [.bytes(mail, name: "input", kind: nil)])
    let reviewer = Person(name: "Rita", address: "rita@example.org")
    var writers: [any ReportWriter] = [
      JSONWriter(), SARIFWriter(rules: book.entries.map { $0.rule }), RDJSONWriter(.lines), GitHubWriter(),
      CheckstyleWriter(), CheckpatchWriter(), B4CheckWriter(), PatchworkWriter(), HTMLWriter(), LineWriter(),
      ReplyWriter(reviewer: reviewer), TerminalWriter(),
    ]
    var tally = Tally()
    let tool = ToolFacts(version: "0", rules: book.digest)
    var text = writers.indices.map { writers[$0].begin(tool) }.joined()
    for index in 0..<mailbox.seriesCount {
      let facts = SeriesFacts(series: mailbox.series(at: index), inputs: mailbox.inputs)
      let review = engine.review(facts, base: base)
      tally.add(review)
      for writer in writers.indices { text += writers[writer].write(review, inputs: mailbox.inputs) }
    }
    let result = RunResult(inputs: mailbox.inputs, problems: mailbox.problems, tally: tally, exit: 0)
    for writer in writers.indices { text += writers[writer].end(result) }
    return text
  }
}
