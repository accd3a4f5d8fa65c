// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Conditions
internal import Foundation
internal import KernelTree
internal import SourceText
internal import TreeIndex

/// `review-patch debug symbols`
struct DebugSymbolsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "symbols",
    abstract: "Say where names are defined, exported, declared and used, and who includes a header.",
    discussion: "By the cache, where it has the tree; else by searching its files.")

  @Argument(help: ArgumentHelp("Names, or paths of headers.", valueName: "name|header"))
  var names: [String]
  @Option(help: ArgumentHelp("The source.", valueName: "dir|repo[@rev]"))
  var tree: String
  @Option(help: ArgumentHelp("Where the cache is: else $XDG_CACHE_HOME/review-patch.", valueName: "dir"))
  var cache: String?
  @Option(
    help: ArgumentHelp(
      "The file that the question is about: near files are searched first.", valueName: "path"))
  var near: String?

  private struct Report: Encodable {
    let schema = "review-patch-symbols/1"
    /// Whether an index answers.
    var indexed: Bool
    var answers: [Answer] = []
    /// To open the tree and its index, without those of the answers.
    var seconds: Double
  }

  private struct Answer: Encodable {
    var name: String
    var definitions: [Place] = []
    var exports: [Place] = []
    var declarations: [Place] = []
    var uses: [String] = []
    var includers: [String] = []
    var complete = true
    var seconds = Seconds()
  }

  private struct Seconds: Encodable {
    var definitions = 0.0
    var exports = 0.0
    var declarations = 0.0
    var uses = 0.0
    var includers = 0.0
  }

  private struct Place: Encodable {
    var path: String
    var line: UInt32
    var kind: String
    var condition: String
  }

  func run() throws {
    let start = MonotonicClock.now()
    let source = try IndexCommand.open(tree)
    let indexed = Settings.cacheFolder(cache).flatMap { SymbolCache(folder: $0).symbols(of: source) }
    let symbols = indexed ?? LazySymbols(of: source)
    var report = Report(indexed: indexed != nil, seconds: MonotonicClock.now() - start)
    for name in names { report.answers.append(answer(name, symbols)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }

  private func answer(_ name: String, _ symbols: any SymbolLookup) -> Answer {
    var answer = Answer(name: name)
    func timed<Result>(_ seconds: inout Double, _ body: () -> Result) -> Result {
      let start = MonotonicClock.now()
      defer { seconds = MonotonicClock.now() - start }
      return body()
    }
    if name.hasSuffix(".h"), let path = TreePath(name) {
      let files = timed(&answer.seconds.includers) { symbols.includers(of: path) }
      (answer.includers, answer.complete) = (files.paths.map(\.description), files.isComplete)
      return answer
    }
    let path = near.flatMap { TreePath($0) }
    let definitions = timed(&answer.seconds.definitions) { symbols.definitions(of: name, near: path) }
    answer.definitions = places(definitions) { ("\($0.kind)", $0.line, $0.condition) }
    let exports = timed(&answer.seconds.exports) { symbols.exports(of: name, near: path) }
    answer.exports = places(exports) { ($0.macro, $0.line, $0.condition) }
    let declarations = timed(&answer.seconds.declarations) { symbols.declarations(of: name) }
    answer.declarations = places(declarations) { ("\($0.kind)", $0.line, $0.condition) }
    let uses = timed(&answer.seconds.uses) { symbols.files(using: name) }
    answer.uses = uses.paths.map(\.description)
    answer.complete =
      definitions.isComplete && exports.isComplete && declarations.isComplete && uses.isComplete
    return answer
  }

  private func places<Entry>(
    _ found: Found<Entry>, _ parts: (Entry) -> (kind: String, line: UInt32, condition: Formula)
  ) -> [Place] {
    found.places.map { place in
      let entry = parts(place.entry)
      return Place(
        path: place.path.description, line: entry.line, kind: entry.kind,
        condition: place.table.text(of: entry.condition))
    }
  }
}
