// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Foundation
internal import Kconfig
internal import KernelC
internal import KernelTree
internal import Mail
internal import Report
internal import Review
internal import Rules
internal import SourceText

/// Asks of every use in every file that x86 builds whether some configuration breaks it, as if a patch added it.
struct SelfCheck {
  let tree: any SourceTree
  let cache: String?
  let below: String?
  let every: Int
  /// The rules that ask; nil for all that can.
  let only: String?
  let isJSON: Bool

  /// Files for which what is read of headers is kept. It is some 3 GB, most of it the syntax of headers.
  private static let batch = 800
  private static let rules = [
    "config/missing-stub", "config/missing-include", "config/member-not-there", "config/link-error",
    "config/div64", "config/missing-on-arch",
  ]

  func run() throws {
    let book = RuleBook(
      pages: builtInPages, checks: builtInChecks, userPages: [], contracts: try Contracts(builtInContracts))
    var options = ReviewOptions()
    for entry in book.entries { options.levels[entry.rule.id] = .off }
    if let only, !Self.rules.contains(only) {
      throw UsageProblem(
        "--only \(only): no rule of the self-check; there are \(Self.rules.joined(separator: ", "))")
    }
    for entry in book.entries where (only.map { [$0] } ?? Self.rules).contains(entry.rule.id.description) {
      options.levels[entry.rule.id] = .error
    }
    options.symbolCache = cache
    let engine = ReviewEngine(book: book, options: options)
    let start = MonotonicClock.now()
    var (asked, hits): (Int, [Hit]) = (0, [])
    let files = try self.files()
    let paths = files.map(\.path)
    let entries = Dictionary(files.map { ($0.path.description, $0.entries) }) { first, _ in first }
    for start in stride(from: 0, to: paths.count, by: Self.batch) {
      let part = Array(paths[start..<min(start + Self.batch, paths.count)])
      let known = KnownTree(tree, symbolCache: cache, isForMany: true)
      let reviews = inParallel(part.count) { review(part[$0], engine, known) }
      asked += part.count
      let found = Hit.hits(of: reviews.flatMap { $0 }, entries: entries)
      if !isJSON { for hit in found { Output.print("\(hit.line)\n") } }
      hits += found
    }
    guard !isJSON else { return try report(hits, asked, MonotonicClock.now() - start) }
    Output.print("\(asked) files asked\n")
    for (rule, hits) in Dictionary(grouping: hits, by: \.rule).sorted(by: { $0.key < $1.key }) {
      let mends = Set(hits.map(\.mend)).count
      Output.print("\(hits.count) \(rule)\(mends < hits.count ? ", mended in \(mends) places" : "")\n")
    }
  }

  private struct Report: Encodable {
    struct Hit: Encodable {
      var path: String
      var line: Int
      var symbol: String
      /// All of that cause, the first included.
      var symbols: [String]
      var rule: String
      var witness: [String]
      /// The CONFIG symbols that build the file, and those that decide: hits with the same are mended by one `select` or
      /// `depends on`.
      var entries, deciders: [String]
    }

    let schema = "review-patch-self-check/1"
    var files: Int
    var hits: [Hit]
    var seconds: Double
  }

  private func report(_ hits: [Hit], _ asked: Int, _ seconds: Double) throws {
    let shown = hits.map { hit in
      Report.Hit(
        path: hit.path, line: Int(hit.first.primary.line), symbol: hit.symbols.first ?? "",
        symbols: hit.symbols, rule: hit.rule, witness: hit.witness, entries: hit.entries,
        deciders: hit.first.config.sorted())
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let report = Report(files: asked, hits: shown, seconds: seconds)
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }

  /// The files that are asked about, each with the CONFIG symbols that its build hangs on.
  private func files() throws -> [(path: TreePath, entries: [String])] {
    let folder = try below.map { text -> TreePath in
      guard let path = TreePath(text) else { throw UsageProblem("--below \(text): no path of a tree") }
      return path
    }
    let built = Kbuild(of: tree, architecture: "x86").files(below: folder).compactMap { path, build in
      build.flatMap { build -> (path: TreePath, entries: [String])? in
        guard !build.isSeparate, path.bytes.suffix(2).elementsEqual(".c".utf8) else { return nil }
        let atoms = build.table.atoms(of: build.builtIn) + build.table.atoms(of: build.module)
        return (path, Set(atoms.compactMap(\.symbol)).sorted())
      }
    }
    return built.enumerated().filter { $0.offset % every == 0 }.map(\.element)
  }

  /// What a patch is told that adds the file to a tree without it.
  private func review(_ path: TreePath, _ engine: ReviewEngine, _ known: KnownTree) -> [Finding] {
    guard let bytes = (try? tree.bytes(of: path)) ?? nil else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let count = bytes.last == UInt8(ascii: "\n") ? lines.count - 1 : lines.count
    var text = Array(
      """
      From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
      From: Self Check <check@localhost>
      Subject: [PATCH] check
      Message-ID: <1@localhost>

      ---
      diff --git a/\(path) b/\(path)
      new file mode 100644
      --- /dev/null
      +++ b/\(path)
      @@ -0,0 +1,\(count) @@

      """.utf8)
    for line in lines.prefix(count) { text += [UInt8(ascii: "+")] + line + [UInt8(ascii: "\n")] }
    text += Array("-- \n2.50\n\n".utf8)
    let mailbox = Mailbox(opening: [.bytes(text, name: "self-check", kind: nil)])
    let facts = SeriesFacts(series: mailbox.series(at: 0), inputs: mailbox.inputs)
    // What is read of the tree is right for it without that file, too: whoever asks for that has it from the patch.
    let base = Base(
      tree: TreeWithout(path: path, tree: tree), commit: nil, source: .given, exact: true, tried: [])
    return engine.review(facts, base: base, known: known).findings
  }
}

/// What is wrong with one file for one cause: the findings of one rule that the same symbols decide, in the same
/// configuration. A review has a finding for each name, as each is a line to be mended; a cause is mended once, by a
/// `select` or a `depends on`.
private struct Hit {
  var first: Finding
  var symbols: [String]
  var witness: [String]
  /// The CONFIG symbols that build the file.
  var entries: [String]

  var path: String { first.primary.path?.description ?? "" }
  var rule: String { first.rule.description }

  var line: String {
    let also = Set(first.symbols)
    let others = symbols.filter { !also.contains($0) }.map { "`\($0)`" }
    let more = others.isEmpty ? "" : "; nor \(others.joined(separator: ", "))"
    return
      "\(path):\(first.primary.line): \(first.message)\(more) [\(rule)] \(witness.joined(separator: ", "))"
  }

  /// What is changed to mend it: the entry of the file's symbols, or the file itself where those say nothing.
  var mend: [String] {
    entries.isEmpty || first.config.isEmpty ? [path] + symbols : entries + ["needs"] + first.config.sorted()
  }

  private struct Cause: Hashable {
    var rule, path: String
    var deciders, witness: [String]
    /// Where no symbol decides, each name is a cause.
    var symbols: [String]
  }

  /// In the order of the findings.
  static func hits(of findings: [Finding], entries: [String: [String]]) -> [Hit] {
    var (hits, places): ([Hit], [Cause: Int]) = ([], [:])
    for finding in findings {
      let witness = finding.evidence.flatMap(\.witness)
      let path = finding.primary.path?.description ?? ""
      let hit = Hit(
        first: finding, symbols: finding.symbols, witness: witness, entries: entries[path] ?? [])
      let cause = Cause(
        rule: hit.rule, path: hit.path, deciders: finding.config.sorted(), witness: witness,
        symbols: finding.config.isEmpty ? finding.symbols : [])
      if let place = places[cause] {
        hits[place].symbols += finding.symbols.filter { !hits[place].symbols.contains($0) }
      } else {
        places[cause] = hits.count
        hits.append(hit)
      }
    }
    return hits
  }
}

/// A tree without one of its files.
private struct TreeWithout: SourceTree {
  let path: TreePath
  let tree: any SourceTree

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    path == self.path ? nil : try tree.bytes(of: path)
  }

  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    let entries = try tree.entries(of: folder)
    return folder == path.folder ? entries.filter { !$0.name.elementsEqual(path.name) } : entries
  }

  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? {
    path == self.path ? nil : try tree.blobID(of: path)
  }
}
