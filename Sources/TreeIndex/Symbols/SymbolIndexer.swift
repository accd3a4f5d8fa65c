// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// Makes the symbols of a tree, of what was kept before and of the files that changed since.
public struct SymbolIndexer: Sendable {
  /// Folders at the top that no part of the kernel is built of.
  public static let uncompiledFolders = ["Documentation", "LICENSES", "samples", "scripts", "tools"]

  /// Of those, the ones that have more than a Kconfig file at their top.
  private static let withKconfig: Set<[UInt8]> = [Array("samples".utf8), Array("scripts".utf8)]

  /// Folders at the top whose code is left out.
  public var skipped: Set<[UInt8]>
  /// What may be taken over.
  var known: [Snapshot]

  init(skipping skipped: [String] = uncompiledFolders, known: [Snapshot] = []) {
    (self.skipped, self.known) = (Set(skipped.map { Array($0.utf8) }), known)
  }

  public init(skipping skipped: [String] = uncompiledFolders) { self.init(skipping: skipped, known: []) }

  /// What was done.
  public struct Work: Hashable, Sendable {
    public var files = 0
    /// Files whose bytes were read, and of those the ones that were parsed as their content was not known.
    public var read = 0
    public var parsed = 0
    public var bytesRead = 0
    public var unread = 0
  }

  /// Reads all of a tree, files in parallel. The result is the same whatever was known before, but for the time.
  /// - Throws: `SourceTreeError` where folders cannot be listed.
  public func symbols(of tree: any SourceTree) throws(SourceTreeError) -> (symbols: TreeSymbols, work: Work) {
    let (bytes, work) = try snapshot(of: tree)
    // What was just written is whole.
    guard let snapshot = Snapshot(IndexBytes(bytes)) else {
      throw .unreadable(path: "index", why: "larger than its format allows")
    }
    return (TreeSymbols(snapshot, of: tree), work)
  }

  /// The files of a tree that are in its index.
  func files(of tree: any SourceTree) throws(SourceTreeError) -> [ListedFile] {
    try tree.listed(skipping: skippedWhole) { FileSymbols.Kind($0) != nil }.filter {
      isIndexed(Array($0.path.name), in: $0.path.folder)
    }
  }

  /// Those of one folder.
  func files(
    of tree: any FolderStampedTree, in folder: TreePath?
  ) throws(SourceTreeError) -> [ListedFile] {
    try tree.files(in: folder) { isIndexed($0, in: folder) }
  }

  /// The folders of a tree that hold files of its index.
  func folders(of tree: any FolderStampedTree) throws(SourceTreeError) -> [FolderStamp] {
    try tree.folders(skipping: skippedWhole) { isIndexed($0, in: $1) }
  }

  private var skippedWhole: Set<[UInt8]> { skipped.subtracting(Self.withKconfig) }

  private func isIndexed(_ name: [UInt8], in folder: TreePath?) -> Bool {
    guard let kind = FileSymbols.Kind(name) else { return false }
    return !FileSymbols.Kind.code.contains(kind) || folder.map { !$0.isIn(skipped) } ?? true
  }

  func snapshot(of tree: any SourceTree) throws(SourceTreeError) -> (bytes: [UInt8], work: Work) {
    let listed = try files(of: tree)
    let memory = KnownFiles(known)
    let results = inParallel(listed.count) { record(of: listed[$0], in: tree, memory) }
    var work = Work(files: listed.count)
    for result in results {
      work.read += result.isRead ? 1 : 0
      work.parsed += result.isParsed ? 1 : 0
      work.bytesRead += result.bytesRead
      work.unread += result.file.record == nil ? 1 : 0
    }
    return (SnapshotWriter.bytes(of: results.map(\.file)), work)
  }

  private struct FileResult: Sendable {
    var file: SnapshotWriter.File
    var isRead = false
    var isParsed = false
    var bytesRead = 0
  }

  private func record(of listed: ListedFile, in tree: any SourceTree, _ memory: KnownFiles) -> FileResult {
    var result = FileResult(file: SnapshotWriter.File(path: listed.path))
    switch listed.stamp {
    case .blob(let id): result.file.blob = ContentKey(id)
    case .status(let size, let modified, let changed, let inode):
      result.file.stamp = ContentKey(size: size, modified: modified, changed: changed, inode: inode)
      result.file.blob = memory.blob(of: listed.path, stamp: result.file.stamp)
    case nil: break
    }
    guard let kind = FileSymbols.Kind(listed.path.name) else { return result }
    if !result.file.blob.isNone, let known = memory.record(ofBlob: result.file.blob, kind) {
      result.file.record = known
    } else if let text = try? tree.bytes(of: listed.path) {
      (result.isRead, result.bytesRead) = (true, text.count)
      if result.file.blob.isNone { result.file.blob = ContentKey(SHA1.blob(of: text)) }
      if let known = memory.record(ofBlob: result.file.blob, kind) {
        result.file.record = known
      } else {
        result.isParsed = true
        result.file.record = FileRecord(FileSymbols(of: text, as: kind))
      }
    } else {
      // What could not be read is tried again the next time.
      (result.file.blob, result.file.stamp) = (.none, .none)
    }
    result.file.nameKeys = result.file.record?.nameKeys ?? []
    return result
  }
}

/// The files of older snapshots, by what stands for their content.
struct KnownFiles: Sendable {
  private let snapshots: [Snapshot]
  private struct Place: Sendable {
    var snapshot: Int
    var file: Int
  }
  private var blobs: [ContentKey: Place] = [:]

  init(_ snapshots: [Snapshot]) {
    self.snapshots = snapshots
    blobs.reserveCapacity(snapshots.map(\.fileCount).max() ?? 0)
    for (number, snapshot) in snapshots.enumerated() {
      for file in 0..<snapshot.fileCount where !snapshot.isUnread(file) {
        let blob = snapshot.blob(of: file)
        if !blob.isNone { blobs[blob] = Place(snapshot: number, file: file) }
      }
    }
  }

  /// The blob that a file was, where its status is still the same.
  func blob(of path: TreePath, stamp: ContentKey) -> ContentKey {
    for snapshot in snapshots {
      if let file = snapshot.file(at: path), snapshot.stamp(of: file) == stamp {
        return snapshot.blob(of: file)
      }
    }
    return .none
  }

  /// The record of a blob that was read as such a file.
  func record(ofBlob blob: ContentKey, _ kind: FileSymbols.Kind) -> FileRecord? {
    guard let place = blobs[blob] else { return nil }
    let record = snapshots[place.snapshot].record(of: place.file)
    return record.bytes.first == kind.rawValue ? record : nil
  }
}
