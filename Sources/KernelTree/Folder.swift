// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import Glibc
import SourceText

/// What one tree object of git holds, sorted by name.
struct Folder: Sendable {
  struct Entry: Sendable {
    var name: [UInt8]
    var kind: TreeEntry.Kind
    var id: RawID
  }

  let entries: [Entry]

  /// Reads a tree object; `path` is that of the repository, for errors.
  init(reading id: RawID, from handle: OpaquePointer, of path: String) throws(RepositoryError) {
    var raw = id.git
    let tree: OpaquePointer
    do {
      tree = try make { git_tree_lookup(&$0, handle, &raw) }
    } catch {
      throw RepositoryError(error, object: id.hex, in: path)
    }
    defer { git_tree_free(tree) }
    let count = git_tree_entrycount(tree)
    guard count <= Limits.folderEntries else {
      throw .corrupt(path: path, why: "tree \(id.hex) has \(count) entries, over the limit")
    }
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for index in 0..<count {
      guard let entry = git_tree_entry_byindex(tree, index), let name = git_tree_entry_name(entry),
        let id = git_tree_entry_id(entry), let kind = TreeEntry.Kind(git_tree_entry_filemode(entry))
      else { continue }
      let bytes = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
      entries.append(Entry(name: bytes, kind: kind, id: RawID(id.pointee)))
    }
    // git sorts folders as if their name ended in a slash.
    self.entries = entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// The entry of that name.
  func entry(_ name: ArraySlice<UInt8>) -> Entry? {
    var range = 0..<entries.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if entries[middle].name.lexicographicallyPrecedes(name) {
        range = middle + 1..<range.upperBound
      } else if name.lexicographicallyPrecedes(entries[middle].name) {
        range = range.lowerBound..<middle
      } else {
        return entries[middle]
      }
    }
    return nil
  }
}

extension TreeEntry.Kind {
  /// nil for a mode that trees do not have.
  init?(_ mode: git_filemode_t) {
    switch mode {
    case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE: self = .file
    case GIT_FILEMODE_TREE: self = .folder
    case GIT_FILEMODE_LINK: self = .symbolicLink
    case GIT_FILEMODE_COMMIT: self = .submodule
    default: return nil
    }
  }
}
