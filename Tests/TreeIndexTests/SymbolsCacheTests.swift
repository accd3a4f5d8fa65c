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

  // MARK: Folders

  /// Where folders have stamps, the files of those that are others are listed, and no other ones.
  @Test func onlyChangedFoldersAreListed() throws {
    _ = try cache.build(FolderTree(SymbolsTreeTests.texts))
    let same = FolderTree(SymbolsTreeTests.texts)
    #expect(cache.symbols(of: same) is TreeSymbols && same.listed.isEmpty && same.files.listCount == 1)
    var texts = SymbolsTreeTests.texts
    texts["drivers/a/use.c"] = "int added(void) { }"
    texts["drivers/a/new.c"] = "int added(void) { }"
    texts["drivers/new/in.c"] = "int added(void) { }"
    texts["drivers/b/other.c"] = nil
    let changed = FolderTree(texts)
    let symbols = try #require(cache.symbols(of: changed))
    #expect(names(symbols, "added") == ["drivers/a/new.c", "drivers/a/use.c", "drivers/new/in.c"])
    #expect(names(symbols, "foo") == ["drivers/a/core.c"])
    #expect(!changed.listed.contains("include/linux") && changed.listed.contains("drivers/a"))
    #expect(cache.symbols(of: changed, changes: 3) == nil)
    // The same names with other content.
    texts = SymbolsTreeTests.texts
    texts["drivers/b/other.c"] = "int othe_(void) { }"
    #expect(try names(#require(cache.symbols(of: FolderTree(texts))), "othe_") == ["drivers/b/other.c"])
  }

  /// A file that could change without its times being others is read anew, each time.
  @Test func whatIsNotCertainIsRead() throws {
    let recent = FolderTree(SymbolsTreeTests.texts, uncertain: "drivers/a/use.c")
    _ = try cache.build(recent)
    let later = FolderTree(SymbolsTreeTests.texts)
    let symbols = try #require(cache.symbols(of: later))
    #expect(
      later.listed == ["drivers/a"] && names(symbols, "foo") == ["drivers/a/core.c", "drivers/b/other.c"])
    #expect(later.files.readCount == 1)
  }

  // MARK: Damage

  /// What was found whole is not read whole again, until it is written to.
  @Test func whatWasWholeIsBelieved() throws {
    let tree = StampedTree(SymbolsTreeTests.texts, revision: "ab12")
    _ = try cache.build(tree)
    let name = try #require(cache.names().first)
    let folder = CacheFolder(path: cache.folder, prefix: "symbols-", kept: 3)
    func isNoted() -> Bool {
      folder.bytes(named: name).map { folder.isNoted(.whole, of: $0, named: name) } ?? false
    }
    // It could still change in the tick in which it was written.
    #expect(cache.symbols(of: tree) != nil && !isNoted())
    for _ in 0..<60 where !isNoted() {
      usleep(100_000)
      _ = cache.symbols(of: tree)
    }
    #expect(isNoted() && cache.symbols(of: tree) != nil)
    // Disks forget: a note is believed for a day.
    let note = url(name + CacheFolder.Note.whole.rawValue).path
    let (now, before) = (Date(), Date(timeIntervalSinceNow: -2 * 86_400))
    try FileManager.default.setAttributes([.modificationDate: before], ofItemAtPath: note)
    #expect(!isNoted())
    try FileManager.default.setAttributes([.modificationDate: now], ofItemAtPath: note)
    #expect(isNoted())
    var damaged = try Data(contentsOf: url(name))
    damaged[damaged.count / 2] ^= 1
    let file = try FileHandle(forWritingTo: url(name))
    try file.write(contentsOf: damaged)
    try file.close()
    #expect(!isNoted() && cache.symbols(of: tree) == nil)
    // The note goes with its file.
    _ = try cache.build(tree)
    #expect(cache.names(CacheFolder.Note.whole.rawValue).count == 1)
    try FileManager.default.removeItem(at: url(name))
    _ = try cache.build(StampedTree(SymbolsTreeTests.texts, revision: "cd34"))
    #expect(cache.names(CacheFolder.Note.whole.rawValue).isEmpty)
  }

  /// What was so not long ago is taken to be so, until it is found to be otherwise.
  @Test func whatAgreedIsPresumed() throws {
    _ = try cache.build(FolderTree(SymbolsTreeTests.texts))
    let same = FolderTree(SymbolsTreeTests.texts)
    #expect(cache.presumed(of: same) == nil)
    // It could still change in the tick in which it was written.
    for _ in 0..<60 where cache.presumed(of: same) == nil {
      usleep(100_000)
      _ = cache.symbols(of: same)
    }
    let right = KnownSymbols(of: same, cache: cache, presumes: true)
    #expect(names(right.symbols, "foo") == ["drivers/a/core.c", "drivers/b/other.c"] && right.isRight)
    #expect(right.corrected().symbols is TreeSymbols)

    var texts = SymbolsTreeTests.texts
    texts["drivers/a/new.c"] = "int added(void) { }"
    let changed = FolderTree(texts)
    let wrong = KnownSymbols(of: changed, cache: cache, presumes: true)
    #expect(names(wrong.symbols, "added") == [] && !wrong.isRight)
    #expect(names(wrong.corrected().symbols, "added") == ["drivers/a/new.c"])
    // From now on it is looked at first.
    #expect(cache.presumed(of: changed) == nil)
    let careful = KnownSymbols(of: changed, cache: cache, presumes: true)
    #expect(names(careful.symbols, "added") == ["drivers/a/new.c"] && careful.isRight)
  }

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
        _ = snapshot.differing(from: [FolderStamp(of: nil)], atMost: 9) { _ in [] }
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

  /// Where the user has no cache yet, all folders above are made.
  @Test func foldersAboveTheCacheAreMade() throws {
    let deep = SymbolCache(folder: folder.url.path + "/home/.cache/review-patch")
    #expect(try deep.build(StampedTree(SymbolsTreeTests.texts)).problem == nil && deep.names().count == 1)
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

/// The same with a stamp for each folder.
final class FolderTree: FolderStampedTree {
  let files: StampedTree
  private let uncertain: String?
  private let folders = Mutex<[String]>([])

  /// - Parameter uncertain: a file that has no stamp.
  init(_ texts: [String: String], uncertain: String? = nil) {
    (files, self.uncertain) = (StampedTree(texts), uncertain)
  }

  /// The folders whose files were listed.
  var listed: [String] { folders.withLock { $0.sorted() } }
  var cacheKey: String { files.cacheKey }
  var contentID: ObjectID? { nil }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? { try files.bytes(of: path) }
  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] { try files.entries(of: folder) }
  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { nil }

  func files(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable ([UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile] {
    try files.files(skipping: skipped, where: isWanted).map { file in
      file.path.description == uncertain ? ListedFile(path: file.path, stamp: nil) : file
    }
  }

  func folders(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable ([UInt8], TreePath?) -> Bool
  ) throws(SourceTreeError) -> [FolderStamp] {
    var stamps: [TreePath?: FolderStamp] = [:]
    for file in try files(skipping: skipped, where: { _ in true })
    where isWanted(Array(file.path.name), file.path.folder) {
      let folder = file.path.folder
      stamps[folder, default: FolderStamp(of: folder)].add(name: file.path.name, file.stamp)
    }
    return Array(stamps.values)
  }

  func files(in folder: TreePath?, where isWanted: ([UInt8]) -> Bool) throws(SourceTreeError) -> [ListedFile]
  {
    folders.withLock { $0.append(folder?.description ?? "") }
    return try files.files(skipping: [], where: { _ in true }).filter {
      $0.path.folder == folder && isWanted(Array($0.path.name))
    }
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
