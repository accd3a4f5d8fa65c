// SPDX-License-Identifier: GPL-2.0-or-later

/// A tree that lists its files at once, with what stands for their content: what is kept of a file is found again
/// without reading it.
public protocol ListedTree: SourceTree {
  /// Names the place in a cache: the same for the same folder or the same state of a repository.
  var cacheKey: String { get }
  /// The id of all that is in the tree; nil where only the files can tell.
  var contentID: ObjectID? { get }

  /// The files of the tree whose name is wanted, sorted by path. Links are not followed.
  /// - Parameters:
  ///   - skipped: folders at the top of which no folder is looked into.
  ///   - isWanted: whether a file of this name is listed.
  /// - Throws: `SourceTreeError` where a folder cannot be read.
  func files(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable (_ name: [UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile]
}

/// A file of a tree.
public struct ListedFile: Hashable, Sendable {
  public var path: TreePath
  /// nil where nothing stands for the content.
  public var stamp: FileStamp?

  public init(path: TreePath, stamp: FileStamp?) { (self.path, self.stamp) = (path, stamp) }
}

/// What stands for the content of a file.
public enum FileStamp: Hashable, Sendable {
  case blob(ObjectID)
  /// What the file system says; times in nanoseconds since 1970.
  case status(size: UInt64, modified: UInt64, changed: UInt64, inode: UInt64)
}

/// A tree of which the file system alone can say whether it is still what it was: one number a folder is compared for that,
/// and only the files of folders that are others are listed.
public protocol FolderStampedTree: ListedTree {
  /// The folders that hold files which are wanted, in no order.
  /// - Parameters:
  ///   - skipped: folders at the top of which no folder is looked into.
  ///   - isWanted: whether a file of this name counts in a folder; nil is the top.
  /// - Throws: `SourceTreeError` where a folder cannot be read.
  func folders(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable (_ name: [UInt8], _ folder: TreePath?) -> Bool
  ) throws(SourceTreeError) -> [FolderStamp]

  /// The files of one folder whose name is wanted, in no order; none where there is no such folder.
  /// - Throws: `SourceTreeError` where the folder cannot be read.
  func files(
    in folder: TreePath?, where isWanted: (_ name: [UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile]
}

/// What stands for the content of a folder's own files.
public struct FolderStamp: Sendable {
  /// nil is the top.
  public var folder: TreePath?
  /// How many files it is of.
  public private(set) var count = 0
  private var sum: UInt64 = 0
  private var isCertain = true

  /// Of the names of the files and of what the file system says of them, in any order; nil where nothing stands for the content of one.
  public var value: UInt64? { isCertain ? sum : nil }

  public init(of folder: TreePath?) { self.folder = folder }

  public mutating func add(name: some Sequence<UInt8>, _ stamp: FileStamp?) {
    count += 1
    guard case .status(let size, let modified, let changed, let inode) = stamp else {
      isCertain = false
      return
    }
    // Bytes are slow to hash, and numbers need not be.
    var hash = StableHash.of(name)
    for number in [size, modified, changed, inode] {
      hash = (hash ^ number) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 32
    }
    sum &+= hash
  }
}

extension SourceTree {
  /// The files below the top whose name is wanted, sorted by path.
  /// - Parameter skipped: folders at the top of which no folder is looked into.
  /// - Throws: `SourceTreeError` where a folder cannot be read.
  public func listed(
    skipping skipped: Set<[UInt8]> = [], where isWanted: @Sendable ([UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile] {
    if let listed = self as? any ListedTree { return try listed.files(skipping: skipped, where: isWanted) }
    return try listedByFolder(skipping: skipped, where: isWanted)
  }

  /// The same by listing folder after folder.
  public func listedByFolder(
    skipping skipped: Set<[UInt8]>, where isWanted: ([UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile] {
    var files: [ListedFile] = []
    var open: [TreePath?] = [nil]
    while let folder = open.popLast() {
      for entry in try entries(of: folder) {
        guard let path = try? folder?.appending(entry.name) ?? TreePath(validating: entry.name) else {
          continue
        }
        switch entry.kind {
        case .file where isWanted(entry.name): files.append(ListedFile(path: path, stamp: nil))
        case .folder where !path.isBelow(skipped): open.append(path)
        default: break
        }
      }
    }
    return files.sorted { $0.path < $1.path }
  }
}

extension TreePath {
  /// Whether it lies in one of some folders at the top.
  public func isBelow(_ tops: Set<[UInt8]>) -> Bool {
    tops.contains { bytes.count > $0.count && bytes[$0.count] == UInt8(ascii: "/") && bytes.starts(with: $0) }
  }

  /// Whether it is one of some folders at the top, or lies in one.
  public func isIn(_ tops: Set<[UInt8]>) -> Bool { tops.contains(bytes) || isBelow(tops) }
}
