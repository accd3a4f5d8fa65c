// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
public import SourceText

/// The files of one commit.
///
/// Symbolic links are not followed: they are entries of their folder, not files. A tree of the commit is
/// read when a path leads through it and kept by its id, so that neighbouring commits share it.
public struct RevisionTree: SourceTree {
  public let repository: Repository
  /// The commit.
  public let commit: ObjectID
  let root: RawID

  public func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    guard let entry = try entry(path), entry.kind == .file else { return nil }
    do {
      return try repository.blob(entry.id)
    } catch {
      throw SourceTreeError(error, reading: path.description)
    }
  }

  /// What a symbolic link holds, as it is written; nil where the path is none.
  /// - Throws: `SourceTreeError` where it cannot be read.
  public func target(ofLink path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    guard let entry = try entry(path), entry.kind == .symbolicLink else { return nil }
    do {
      return try repository.blob(entry.id)
    } catch {
      throw SourceTreeError(error, reading: path.description)
    }
  }

  public func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    try self.folder(folder)?.entries ?? []
  }

  /// The id of a file or of a symbolic link.
  public func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? {
    guard let entry = try entry(path), entry.kind == .file || entry.kind == .symbolicLink else { return nil }
    return ObjectID(entry.id.hex)
  }

  /// What a path names; nil where nothing has that name.
  func entry(_ path: TreePath) throws(SourceTreeError) -> Folder.Entry? {
    try folder(path.folder)?.entry(path.name)
  }

  private func folder(_ path: TreePath?) throws(SourceTreeError) -> Folder? {
    do {
      var folder = try repository.folder(root)
      for name in path?.bytes.split(separator: UInt8(ascii: "/")) ?? [] {
        guard let next = folder.entry(name), next.kind == .folder else { return nil }
        folder = try repository.folder(next.id)
      }
      return folder
    } catch {
      throw SourceTreeError(error, reading: path?.description ?? ".")
    }
  }
}

extension Repository {
  /// The content of a file by its id.
  func blob(_ id: RawID) throws(RepositoryError) -> [UInt8] {
    var raw = id.git
    // The header first: a blob is not unpacked to learn that it is too large.
    let length = try reading(id.hex) { (handle) throws(LibraryError) in
      let odb = try make { git_repository_odb(&$0, handle) }
      defer { git_odb_free(odb) }
      var length = 0
      var type = GIT_OBJECT_INVALID
      try git { git_odb_read_header(&length, &type, odb, &raw) }
      return length
    }
    guard length <= Limits.fileBytes else { throw .tooLarge(id.hex, bytes: length) }
    return try reading(id.hex) { (handle) throws(LibraryError) in
      let blob = try make { git_blob_lookup(&$0, handle, &raw) }
      defer { git_blob_free(blob) }
      let size = Int(git_blob_rawsize(blob))
      guard size > 0, let start = git_blob_rawcontent(blob) else { return [] }
      return Array(UnsafeRawBufferPointer(start: start, count: size))
    }
  }
}

extension SourceTreeError {
  /// What an error of the repository means for somebody who reads a file of it.
  init(_ error: RepositoryError, reading path: String) {
    self =
      switch error {
      case .objectMissing(let name): .objectMissing(name)
      case .tooLarge(_, let bytes): .tooLarge(path: path, bytes: bytes)
      default: .unreadable(path: path, why: "\(error)")
      }
  }
}
