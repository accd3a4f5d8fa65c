// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import Rules
internal import SourceText
internal import TestSupport

/// What a user writes for rules: pages with patterns, contracts, baselines, suppressions. A page is run on its own examples.
enum RuleTarget {
  private static let contracts = (try? Contracts(builtInContracts)) ?? Contracts()

  @Sendable static func run(_ bytes: [UInt8]) {
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    switch (bytes.first ?? 0) % 4 {
    case 0: contract(text)
    case 1: words(text)
    default: page(text)
    }
  }

  private static func contract(_ text: String) {
    _ = try? Contracts([ContractFile(path: "own.yaml", text: text)])
  }

  private static func words(_ text: String) {
    _ = try? Baseline(parsing: text)
    _ = Suppression(option: text)
    _ = PrecedentShape(text)
    if let glob = Glob(text) { _ = glob.matches(text) }
  }

  private static func page(_ text: String) {
    let book = RuleBook(
      pages: [], checks: [], userPages: [RulePage(path: "own.md", text: text)], contracts: contracts)
    demand(book.entries.count + book.problems.count == 1, "a page is a rule or has a problem")
    let lines = text.utf8.count { $0 == 10 } + 1
    for problem in book.problems {
      demand((0...lines).contains(problem.line), "line \(problem.line) of a page of \(lines)")
    }
    guard let rule = book.entries.first?.rule else { return }
    let engine = ReviewEngine(book: book)
    for example in rule.examples.prefix(4) {
      demand((1...lines).contains(example.pageLine), "an example beyond the page")
      let mailbox = Mailbox(opening: [.bytes(Array(example.text.utf8), name: "example", kind: nil)])
      let files = Dictionary(example.files.map { ($0.path, $0.text) }, uniquingKeysWith: { $1 })
      let base = Base(tree: MemoryTree(files), commit: nil, source: .given, exact: false, tried: [])
      for index in 0..<mailbox.seriesCount {
        let facts = SeriesFacts(series: mailbox.series(at: index), inputs: mailbox.inputs)
        let review = engine.review(facts, base: files.isEmpty ? nil : base)
        demand(review.findings.allSatisfy { $0.rule == rule.id }, "a finding of another rule")
      }
    }
  }
}
