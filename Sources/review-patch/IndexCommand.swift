// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Foundation
internal import KernelTree
internal import SourceText
internal import TreeIndex

/// `review-patch index`
struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Read the names of a whole tree into the cache.",
    discussion:
      "What a tree defines, exports, declares and uses; files that did not change are not read again.")

  @Option(help: ArgumentHelp("The source.", valueName: "dir|repo[@rev]"))
  var tree: String
  @Option(help: ArgumentHelp("Where the cache is: else $XDG_CACHE_HOME/review-patch.", valueName: "dir"))
  var cache: String?
  @Option(help: "How the report is written.")
  var format: IndexFormat = .terminal
  @Flag(
    help: ArgumentHelp(
      "Ask of every line of the tree whether it can be built, as if a patch added it.",
      discussion: "Merged code mostly builds: what is found is a mistake of the kernel's, or of this program."
    ))
  var selfCheck = false
  @Option(help: ArgumentHelp("With --self-check: the files below this folder only.", valueName: "folder"))
  var below: String?
  @Option(help: ArgumentHelp("With --self-check: one file of so many.", valueName: "n"))
  var every = 1
  @Option(help: ArgumentHelp("With --self-check: this rule only.", valueName: "rule"))
  var only: String?

  enum IndexFormat: String, ExpressibleByArgument, CaseIterable { case terminal, json }

  private struct Report: Encodable {
    let schema = "review-patch-index/1"
    var files: Int
    /// Files whose bytes were read, and of those the ones that were parsed.
    var read: Int
    var parsed: Int
    var bytesRead: Int
    /// Files that cannot be read.
    var unread: [String]
    var definitions: Int
    var exports: Int
    var declarations: Int
    /// Bytes of this tree's part of the cache.
    var cacheBytes: Int
    /// Why it is not in the cache.
    var problem: String?
    var seconds: Double
  }

  /// What the user named, or HEAD of it.
  static func open(_ tree: String) throws(UsageProblem) -> any SourceTree {
    do throws(RepositoryError) {
      let place = try BaseSearch.Place(opening: try TreeLocation(parsing: tree))
      return try BaseSearch(in: place, clues: BaseClues()).base().tree
    } catch {
      throw UsageProblem("--tree \(tree): \(error)")
    }
  }

  func run() throws {
    let start = MonotonicClock.now()
    let source = try Self.open(tree)
    guard let folder = Settings.cacheFolder(cache) else {
      throw UsageProblem("there is no place for the cache: give --cache, or set HOME")
    }
    let build: SymbolCache.Build
    do throws(SourceTreeError) {
      build = try SymbolCache(folder: folder).build(source)
    } catch {
      throw UsageProblem("--tree \(tree): \(error)")
    }
    if selfCheck {
      return try SelfCheck(
        tree: source, cache: folder, below: below, every: max(1, every), only: only, isJSON: format == .json
      ).run()
    }
    let counts = build.symbols.counts
    let report = Report(
      files: build.work.files, read: build.work.read, parsed: build.work.parsed,
      bytesRead: build.work.bytesRead,
      unread: build.symbols.unread.map(\.description), definitions: counts.definitions,
      exports: counts.exports,
      declarations: counts.declarations, cacheBytes: build.bytes, problem: build.problem,
      seconds: MonotonicClock.now() - start)
    switch format {
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
    case .terminal:
      Output.print(
        """
        \(report.files) files: \(report.read) read, \(report.parsed) parsed, \(report.unread.count) not to be read
        \(report.definitions) definitions, \(report.exports) exports, \(report.declarations) declarations
        \(report.cacheBytes) bytes in the cache, \(String(format: "%.1f", report.seconds)) s

        """)
      for path in report.unread { Output.talk("review-patch: \(path): cannot be read\n") }
      if let problem = report.problem { Output.talk("review-patch: not in the cache: \(problem)\n") }
    }
  }
}
