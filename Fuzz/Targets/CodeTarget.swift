// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import Rules
internal import SourceText
internal import TestSupport

/// C: tokens, conditionals, syntax, names, the ways through functions. The first byte says as what the text is read. And
/// formulas of a cache's file, which may be damaged.
enum CodeTarget {
  private static let contracts = (try? Contracts(builtInContracts)) ?? Contracts()

  @Sendable static func run(_ bytes: [UInt8]) {
    let forms: [SyntaxForm] = [.file, .fragment, .pattern]
    let form = forms[Int(bytes.first ?? 0) % forms.count]
    let buffer = TokenBuffer(lexing: Array(bytes.dropFirst()))
    check(buffer)
    var formulas = FormulaTable()
    _ = formulas.decode(buffer.text.span)?.map(formulas.text)
    let syntax = SyntaxTree(parsing: buffer, as: form)
    demand(syntax.flaw == nil, syntax.flaw ?? "")
    check(syntax.conditionals, of: buffer)
    let releases = HeldPaths.releases(in: syntax, contracts: contracts)
    for function in syntax.functions {
      let flow = ControlFlow(of: function, in: syntax)
      for point in flow.points {
        demand(point.successors.allSatisfy { flow.points.indices.contains($0.target) }, "an edge to nowhere")
      }
      for subject in HeldPaths.Subject.allCases {
        let paths = HeldPaths(subject, of: function, in: syntax, contracts: contracts, releases: releases)
        let tokens = paths.held.map(\.taken) + paths.sleeping.map(\.call) + paths.wrongReleases.map(\.call)
        demand(tokens.allSatisfy { syntax[function].tokens.contains($0) }, "a token of another function")
      }
      _ = FunctionNames(of: function, in: syntax)
    }
    if let path = TreePath("drivers/foo/foo.c") {
      let unit = TranslationUnit(ParsedFile(path: path, syntax: syntax), closure: nil)
      for external in syntax.children(of: syntax.root) {
        _ = unit.missingMembers(in: external) { _ in true }
      }
    }
  }

  private static func check(_ buffer: TokenBuffer) {
    demand(buffer.printed() == buffer.text, "the tokens do not give the text")
    demand(buffer.tokens.last?.kind == .endOfText, "no end")
    var (behind, line): (UInt32, UInt32) = (0, 1)
    for token in buffer.tokens {
      demand(token.start >= behind && token.end >= token.start, "a token in another")
      demand(token.line >= line, "a line above the one before it")
      (behind, line) = (token.end, token.line)
    }
    demand(Int(behind) <= buffer.text.count, "a token behind the text")
    for comment in buffer.comments() {
      demand(Int(comment.range.end) <= buffer.text.count, "a comment behind the text")
    }
  }

  private static func check(_ map: ConditionalMap, of buffer: TokenBuffer) {
    var start = 0
    for region in map.regions {
      demand(region.start >= start && region.start <= buffer.tokens.count, "a region out of order")
      start = region.start
    }
    demand(map.problems.allSatisfy { buffer.tokens.indices.contains($0.token) }, "a problem nowhere")
    // Formulas that are kept and read again are the same.
    var table = FormulaTable()
    let formulas = map.regions.map(\.condition)
    guard let read = table.decode(map.table.encoded(formulas).span) else {
      return demand(false, "formulas that were kept are not read")
    }
    demand(read.map(table.text) == formulas.map(map.table.text), "formulas change when they are kept")
  }
}
