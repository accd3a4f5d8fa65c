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
    guard !tops.isEmpty, let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return false }
    return tops.contains(Array(bytes[..<slash]))
  }
}
