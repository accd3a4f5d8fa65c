// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import Glibc
import SourceText

/// What one tree object of git holds, sorted by name.
///
/// The names lie in one array: `include/linux` has 1,500, and an array for each would cost more than
/// all else of it.
struct Folder: Sendable {
  struct Entry: Sendable {
    var name: ByteRange
    var kind: TreeEntry.Kind
    var id: RawID
  }

  private var names: [UInt8] = []
  private var sorted: [Entry] = []

  var count: Int { sorted.count }
  var ids: [RawID] { sorted.map(\.id) }
  var entries: [TreeEntry] { sorted.map { TreeEntry(name: Array(names[$0.name]), kind: $0.kind) } }

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
    sorted.reserveCapacity(count)
    for index in 0..<count {
      guard let entry = git_tree_entry_byindex(tree, index), let name = git_tree_entry_name(entry),
        let id = git_tree_entry_id(entry), let kind = TreeEntry.Kind(git_tree_entry_filemode(entry))
      else { continue }
      let start = names.count
      names.append(contentsOf: UnsafeRawBufferPointer(start: name, count: strlen(name)))
      sorted.append(Entry(name: ByteRange(start..<names.count), kind: kind, id: RawID(id.pointee)))
    }
    // git sorts folders as if their name ended in a slash: nearly, not quite, by name.
    let names = names
    sorted.sort { names[$0.name].lexicographicallyPrecedes(names[$1.name]) }
  }

  /// The entry of that name.
  func entry(_ name: ArraySlice<UInt8>) -> Entry? {
    var range = 0..<sorted.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let found = names[sorted[middle].name]
      if found.lexicographicallyPrecedes(name) {
        range = middle + 1..<range.upperBound
      } else if name.lexicographicallyPrecedes(found) {
        range = range.lowerBound..<middle
      } else {
        return sorted[middle]
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
