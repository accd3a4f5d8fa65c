// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Kconfig
import KernelC
import SourceText
import Synchronization
import TestSupport
import Testing

@testable import TreeIndex

/// What is kept of the Kconfig files of a tree.
struct KconfigCacheTests {
  private let folder: TemporaryFolder
  private var symbols: SymbolCache { SymbolCache(folder: folder.url.path) }
  private var kconfig: KconfigCache { KconfigCache(folder: folder.url.path) }

  init() throws { folder = try TemporaryFolder() }

  private static let texts = TreeBuildsTests.files.merging(["drivers/lane.c": "int lane;\n"]) { $1 }

  private func keptNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter {
      $0.hasPrefix("kconfig-")
    }.sorted()
  }

  private func digest(_ texts: [String: String]) throws -> UInt64 {
    let built = try symbols.build(StampedTree(texts))
    #expect(built.problem == nil)
    return try #require(built.symbols.kconfigDigest)
  }

  @Test func everyArchitectureIsKept() throws {
    let digest = try digest(Self.texts)
    #expect(try keptNames().count == 2)
    for architecture in ["x86", "arm"] {
      let kept = try #require(kconfig.database(for: architecture, digest: digest))
      let read = KconfigDatabase(reading: MemoryTree(Self.texts), architecture: architecture)
      #expect(kept.symbols == read.symbols && kept.files == read.files)
    }
    #expect(kconfig.database(for: "um", digest: digest) == nil)
    #expect(kconfig.database(for: "x86", digest: digest + 2) == nil)
  }

  /// Other files may change, and the cache holds; one of Kconfig's may not.
  @Test func isKeptByTheKconfigFiles() throws {
    let first = try digest(Self.texts)
    #expect(try digest(Self.texts.merging(["drivers/lane.c": "int more;\n"]) { $1 }) == first)
    let second = try digest(Self.texts.merging(["arch/x86/Kconfig": "config ODD\n\tbool\n"]) { $1 })
    #expect(second != first)
    #expect(kconfig.database(for: "x86", digest: first)?.isDefined("ODD") == false)
    #expect(kconfig.database(for: "x86", digest: second)?.isDefined("ODD") == true)
    // The same text elsewhere is another tree.
    let moved = Self.texts.merging(["drivers/Kconfig.more": ""]) { $1 }
    #expect(try digest(moved) != first)
  }

  /// The texts are there as the tree has them, and not where one byte of what is kept is another.
  @Test func textsAreKeptWhole() throws {
    let digest = try digest(Self.texts)
    let texts = try #require(kconfig.texts(digest: digest))
    let paths = Self.texts.keys.filter { $0.hasSuffix("Kconfig") }
    #expect(paths.count == 4)
    for name in paths {
      #expect(texts.bytes(of: try #require(TreePath(name))) == Self.texts[name].map { Array($0.utf8) })
    }
    #expect(texts.bytes(of: try #require(TreePath("drivers/lane.c"))) == nil)
    #expect(kconfig.texts(digest: digest + 1) == nil)
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.url.path).first { $0.hasPrefix("texts-") })
    let url = folder.url.appendingPathComponent(name)
    let whole = try Data(contentsOf: url)
    for place in stride(from: 0, to: whole.count, by: 3) {
      var damaged = whole
      damaged[place] ^= 0x10
      try damaged.write(to: url)
      #expect(kconfig.texts(digest: digest) == nil, "byte \(place)")
      try whole.prefix(place).write(to: url)
      #expect(kconfig.texts(digest: digest) == nil, "cut at \(place)")
    }
    // The next writer makes it again.
    _ = try self.digest(Self.texts)
    #expect(try Data(contentsOf: url) == whole)
  }

  /// A file of another name has a say in what Kconfig says: its blob is in no digest.
  @Test func whatIsSourcedByAnotherNameIsNotKept() throws {
    _ = try digest(
      Self.texts.merging([
        "arch/x86/Kconfig": "source \"settings\"\n", "settings": "config ODD\n\tbool\n",
      ]) { $1 })
    #expect(try keptNames().count == 1)
  }

  @Test func aTreeWithAProblemIsNotKept() throws {
    _ = try digest(Self.texts.merging(["Kconfig": "source \"missing\"\n"]) { $1 })
    #expect(try keptNames() == [])
    #expect(try symbols.build(MemoryTree(["a.c": ""])).symbols.kconfigDigest == nil)
  }

  @Test func nothingDamagedIsTrusted() throws {
    let digest = try digest(Self.texts)
    for name in try keptNames() {
      let url = folder.url.appendingPathComponent(name)
      let whole = try Data(contentsOf: url)
      func isTrusted(_ bytes: Data) throws -> Bool {
        try bytes.write(to: url)
        let isThere = ["x86", "arm"].filter { kconfig.database(for: $0, digest: digest) != nil }
        return isThere.count == 2
      }
      #expect(try isTrusted(whole))
      for end in stride(from: 0, to: whole.count, by: 7) { #expect(try !isTrusted(whole.prefix(end))) }
      for place in stride(from: 0, to: whole.count, by: 5) {
        var damaged = whole
        damaged[place] ^= 0x10
        #expect(try !isTrusted(damaged), "byte \(place)")
      }
      // The next writer makes it again.
      _ = try self.digest(Self.texts)
      #expect(try Data(contentsOf: url) == whole)
    }
  }

  /// A review of a tree in the cache reads no Kconfig file but those that its patches change.
  @Test func noKconfigIsReadOfAKeptTree() throws {
    _ = try symbols.build(StampedTree(Self.texts))
    for touched in [[], ["arch/x86/Kconfig"], ["Kconfig", "arch/x86/Kconfig"]] {
      let tree = CountingTree(StampedTree(Self.texts))
      let headers = HeaderFiles(of: tree)
      let builds = TreeBuilds(of: tree, headers: headers, index: KnownSymbols(of: tree, cache: symbols))
      let patched = TreeBuilds.Patched(
        number: 1, tree: tree, headers: IncludeClosure.Source(headers),
        touched: touched.compactMap { TreePath($0) })
      let selects = builds.with(patched, architecture: "x86") { $0.kconfig.isDefined("GROUPS") }
      #expect(selects == true)
      #expect(tree.readPaths.filter { $0.hasSuffix("Kconfig") } == Set(touched))
    }
  }
}

/// Notes which files are read.
final class CountingTree: ListedTree {
  private let tree: StampedTree
  private let paths = Mutex<Set<String>>([])
  init(_ tree: StampedTree) { self.tree = tree }
  var readPaths: Set<String> { paths.withLock { $0 } }
  var cacheKey: String { tree.cacheKey }
  var contentID: ObjectID? { tree.contentID }
  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    paths.withLock { _ = $0.insert(path.description) }
    return try tree.bytes(of: path)
  }
  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] { try tree.entries(of: folder) }
  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { nil }
  func files(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable ([UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile] { try tree.files(skipping: skipped, where: isWanted) }
}
