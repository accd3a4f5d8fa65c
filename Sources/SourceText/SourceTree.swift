// SPDX-License-Identifier: GPL-2.0-or-later

/// The files of one state of the source, wherever they are kept: a git revision, a directory, or
/// either with patches on top. Reading changes nothing, on disk or in the tree.
public protocol SourceTree: Sendable {
  /// The content of a file; nil where there is no such file.
  /// - Throws: `SourceTreeError` where there is one that cannot be read.
  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]?

  /// What a folder holds, sorted by name; nil means the top. Empty where there is no such folder.
  /// - Throws: `SourceTreeError` where it cannot be read.
  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry]

  /// The git id of a file's content; nil where there is no such file.
  /// - Throws: `SourceTreeError` where it cannot be read.
  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID?
}

/// One name in a folder of a tree.
public struct TreeEntry: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case file, folder, symbolicLink, submodule }

  public var name: [UInt8]
  public var kind: Kind

  public init(name: [UInt8], kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// Why a file of a tree cannot be read.
public enum SourceTreeError: Error, Hashable, Sendable {
  /// The object is known but not here, as in a partial clone.
  case objectMissing(String)
  /// Larger than the limit, in bytes.
  case tooLarge(path: String, bytes: Int)
  /// The system's or the library's own words.
  case unreadable(path: String, why: String)
}
