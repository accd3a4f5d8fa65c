// SPDX-License-Identifier: GPL-2.0-or-later

import Dispatch
import Foundation
import SourceText
import Synchronization
import TestSupport
import Testing

@testable import TreeIndex

struct SymbolsCacheTests {
  private let folder: TemporaryFolder
  private var cache: SymbolCache { SymbolCache(folder: folder.url.path + "/cache") }

  init() throws { folder = try TemporaryFolder() }

  private func names(_ symbols: any SymbolLookup, _ name: String) -> [String] {
    symbols.definitions(of: name).places.map(\.path.description)
  }

  @Test func whatIsKeptIsNotReadAgain() throws {
    let tree = StampedTree(SymbolsTreeTests.texts)
    #expect(cache.symbols(of: tree) == nil)
    let first = try cache.build(tree)
    #expect(
      first.problem == nil && first.work.files == 12 && first.work.parsed == 12 && first.work.read == 12)
    let again = StampedTree(SymbolsTreeTests.texts)
    let second = try cache.build(again)
    #expect(second.work.read == 0 && second.work.parsed == 0 && again.readCount == 0)
    let kept = try #require(cache.symbols(of: again))
    #expect(names(kept, "foo") == names(first.symbols, "foo") && again.readCount == 0)
  }

  @Test func onlyChangedFilesAreRead() throws {
    _ = try cache.build(StampedTree(SymbolsTreeTests.texts))
    var texts = SymbolsTreeTests.texts
    texts["drivers/a/use.c"] = "int added(void) { }"
    texts["drivers/a/new.c"] = "int added(void) { }"
    texts["drivers/b/other.c"] = nil
    let tree = StampedTree(texts)
    let overlaid = try #require(cache.symbols(of: tree))
    #expect(names(overlaid, "added") == ["drivers/a/new.c", "drivers/a/use.c"])
    // The one that is gone was asked for, too.
    #expect(tree.readCount == 3)
    #expect(names(overlaid, "foo") == ["drivers/a/core.c"])
    #expect(cache.symbols(of: tree, changes: 2) == nil)
    let built = try cache.build(tree)
    #expect(built.work.read == 2 && built.work.parsed == 2)
    #expect(names(built.symbols, "added") == ["drivers/a/new.c", "drivers/a/use.c"])
  }

  /// A file with other times and the same bytes is read, and not parsed.
  @Test func contentIsFoundByItsID() throws {
    let first = try cache.build(StampedTree(SymbolsTreeTests.texts))
    let moved = try cache.build(StampedTree(SymbolsTreeTests.texts, epoch: 2))
    #expect(moved.work.read == 12 && moved.work.parsed == 0)
    let revision = try cache.build(StampedTree(SymbolsTreeTests.texts, revision: "ab12"))
    #expect(revision.work.read == 0 && revision.work.parsed == 0)
    #expect(names(revision.symbols, "foo") == names(first.symbols, "foo"))
    // A revision is found by its id alone.
    let same = StampedTree(SymbolsTreeTests.texts, revision: "ab12")
    #expect(cache.symbols(of: same) != nil && same.listCount == 0 && same.readCount == 0)
    #expect(cache.symbols(of: StampedTree(SymbolsTreeTests.texts, revision: "cd34")) != nil)
  }

  @Test func theSameTreeGivesTheSameFile() throws {
    let other = SymbolCache(folder: folder.url.path + "/other")
    let tree = StampedTree(SymbolsTreeTests.texts)
    _ = try (cache.build(tree), other.build(tree), cache.build(tree))
    let name = try #require(cache.names().first)
    #expect(cache.names() == other.names())
    let (a, b) = try (
      Data(contentsOf: url(name)), Data(contentsOf: URL(fileURLWithPath: "\(other.folder)/\(name)"))
    )
    #expect(a == b)
  }

  private func url(_ name: String) -> URL { URL(fileURLWithPath: "\(cache.folder)/\(name)") }

  // MARK: Damage

  @Test func nothingDamagedIsTrusted() throws {
    let bytes = try SymbolIndexer().snapshot(
      of: MemoryTree(["a.c": "int f(void) { }", "b.h": "int f(void);"])
    ).bytes
    #expect(Snapshot(IndexBytes(bytes)) != nil)
    for end in 0..<bytes.count { #expect(Snapshot(IndexBytes(Array(bytes[..<end]))) == nil, "cut at \(end)") }
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0x10
      #expect(Snapshot(IndexBytes(damaged)) == nil, "byte \(place)")
    }
    #expect(Snapshot(IndexBytes(bytes + [0])) == nil)
  }

  /// Numbers in the tables that lead nowhere, with a checksum that is right: nothing traps.
  @Test func hostileTablesDoNotTrap() throws {
    let bytes = try SymbolIndexer().snapshot(
      of: MemoryTree(["a.c": "int f(void) { }", "b.h": "int f(void);"])
    ).bytes
    let path = try #require(TreePath("a.c"))
    for place in 32..<bytes.count {
      for value in [0x7f, 0xff] as [UInt8] {
        var hostile = bytes
        hostile[place] = value
        let sum = SnapshotFormat.checksum(of: hostile.span, from: SnapshotFormat.checksumPlace + 8)
        for (i, byte) in withUnsafeBytes(of: sum.littleEndian, Array.init).enumerated() {
          hostile[SnapshotFormat.checksumPlace + i] = byte
        }
        guard let snapshot = Snapshot(IndexBytes(hostile)) else { continue }
        let symbols = TreeSymbols(snapshot, of: MemoryTree([:]))
        _ = (symbols.definitions(of: "f"), symbols.declarations(of: "f"), symbols.files(using: "f"))
        _ = (symbols.symbols(of: path), symbols.includers(of: path), symbols.counts)
      }
    }
  }

  @Test func whatIsDamagedIsMadeAgain() throws {
    let tree = StampedTree(SymbolsTreeTests.texts)
    _ = try cache.build(tree)
    let name = try #require(cache.names().first)
    let whole = try Data(contentsOf: url(name))
    var old = whole
    old[8] = 0
    for bytes in [
      Data(), whole.prefix(100), whole.prefix(whole.count - 1), old, Data(repeating: 7, count: 9999),
    ] {
      try bytes.write(to: url(name))
      #expect(cache.symbols(of: tree) == nil)
      let built = try cache.build(tree)
      #expect(built.work.parsed == 12 && built.problem == nil)
      #expect(try Data(contentsOf: url(name)) == whole)
    }
  }

  @Test func leftoversAndOldSnapshotsGo() throws {
    for number in 0..<6 { _ = try cache.build(StampedTree(SymbolsTreeTests.texts, revision: "abc\(number)")) }
    #expect(cache.names().count == SymbolCache.kept)
    try Data("half".utf8).write(to: url("symbols-0.index.12.new"))
    _ = try cache.build(StampedTree(SymbolsTreeTests.texts))
    #expect(cache.names(".new").isEmpty && cache.names().count == SymbolCache.kept)
  }

  @Test func aFolderThatCannotBeWrittenToIsSaid() throws {
    let file = folder.url.appendingPathComponent("file")
    try Data().write(to: file)
    let built = try SymbolCache(folder: file.path).build(StampedTree(SymbolsTreeTests.texts))
    #expect(built.problem != nil && names(built.symbols, "foo").count == 2)
  }

  // MARK: Several at once

  @Test func writersAndReadersAtOnce() throws {
    let cache = cache
    let wanted = ["drivers/a/core.c", "drivers/b/other.c"]
    let wrong = Mutex<[[String]]>([])
    DispatchQueue.concurrentPerform(iterations: 24) { number in
      let tree = StampedTree(SymbolsTreeTests.texts, epoch: UInt64(number % 3))
      var found: [String]
      if number.isMultiple(of: 3) {
        found = (cache.symbols(of: tree)?.definitions(of: "foo").places.map(\.path.description)) ?? wanted
      } else {
        let built = try? cache.build(tree)
        found = built?.symbols.definitions(of: "foo").places.map(\.path.description) ?? []
        if let problem = built?.problem { found.append(problem) }
      }
      if found != wanted { wrong.withLock { $0.append(found) } }
    }
    #expect(wrong.withLock { $0 } == [])
    #expect(cache.names().count == 1 && cache.snapshot(named: cache.names()[0]) != nil)
  }
}

/// A tree in memory that lists its files with stamps, and counts what is read.
final class StampedTree: ListedTree {
  private let whole: MemoryTree
  private let epoch: UInt64
  private let revision: String?
  private let counts = Mutex((read: 0, listed: 0))

  init(_ texts: [String: String], epoch: UInt64 = 1, revision: String? = nil) {
    (whole, self.epoch, self.revision) = (MemoryTree(texts), epoch, revision)
  }

  var readCount: Int { counts.withLock { $0.read } }
  var listCount: Int { counts.withLock { $0.listed } }
  var cacheKey: String { revision ?? "folder" }
  var contentID: ObjectID? { revision.flatMap { ObjectID($0) } }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    counts.withLock { $0.read += 1 }
    return try whole.bytes(of: path)
  }

  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] { try whole.entries(of: folder) }
  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { nil }

  func files(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable ([UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile] {
    counts.withLock { $0.listed += 1 }
    var files = try whole.listedByFolder(skipping: skipped, where: isWanted)
    for index in files.indices {
      let text = try whole.bytes(of: files[index].path) ?? []
      if revision == nil {
        files[index].stamp = .status(
          size: UInt64(text.count), modified: epoch, changed: epoch, inode: StableHash.of(text))
      } else {
        let digits = SHA1.blob(of: text).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        files[index].stamp = ObjectID(digits.joined()).map { .blob($0) }
      }
    }
    return files
  }
}
