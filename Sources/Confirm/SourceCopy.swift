// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import KernelTree
internal import SourceText

/// A copy of a tree that patches are put on: the files of a revision written out, or of a directory a link to each.
///
/// Of a directory they are symbolic links: with hard links the inodes of the user's files would get a new change time, by
/// which `SymbolCache` knows that it has read them, and the directory could not lie on another file system. In a link's
/// place a patched file is written as a new one, so nothing is ever written through it.
///
/// A file that a patch changed stays the copy's own afterwards, with the content of the tree and a new time: make
/// goes by times, and would take what it made of the patched file for up to date if the old time came back.
struct SourceCopy {
  /// Where the copy is.
  let folder: String
  private let tree: any SourceTree
  /// Where the names of the copy's own files are kept.
  private let journal: String
  private var own: Set<TreePath>

  /// Takes up the copy in a folder, or makes it. What a run before has left patched is put right.
  init(of tree: any SourceTree, in place: String) throws(Obstacle) {
    (self.tree, folder, journal) = (tree, "\(place)/source", "\(place)/own-files")
    let names = (try CacheFiles.bytes(of: journal) ?? []).split(separator: UInt8(ascii: "\n"))
    own = Set(names.compactMap { try? TreePath(validating: $0) })
    let isThere = access(folder, F_OK) == 0
    if tree is DirectoryTree || !isThere {
      // A revision is always the same; a copy that was not finished has another name.
      let target = isThere ? folder : "\(folder).new"
      if !isThere { try CacheFiles.remove(target) }
      try CopyFilling(tree: tree, folder: target, own: own).fill()
      if !isThere, rename(target, folder) != 0 { throw CacheFiles.obstacle(folder) }
    }
    try restore()
  }

  /// Makes the copy what the tree is with patches on it.
  mutating func show(_ patched: PatchedTree) throws(Obstacle) {
    let changed = own.union(patched.touched)
    if changed.count > own.count {
      own = changed
      let names = own.sorted().flatMap { $0.bytes + [UInt8(ascii: "\n")] }
      try CacheFiles.write(names, to: journal)
    }
    for path in own.sorted() { try set(path, to: content(of: path, in: patched)) }
  }

  /// Makes the copy what the tree is.
  mutating func restore() throws(Obstacle) { try show(PatchedTree(base: tree)) }

  private func content(of path: TreePath, in patched: PatchedTree) throws(Obstacle) -> [UInt8]? {
    do throws(SourceTreeError) {
      return try patched.bytes(of: path)
    } catch {
      throw Obstacle("what \(path) holds is not known")
    }
  }

  private func set(_ path: TreePath, to wanted: [UInt8]?) throws(Obstacle) {
    try requireRealFolders(above: path)
    let name = "\(folder)/\(path)"
    guard let wanted else {
      if unlink(name) != 0, errno != ENOENT, errno != ENOTDIR { throw CacheFiles.obstacle(name) }
      return
    }
    if try CacheFiles.bytes(of: name) == wanted { return }
    if let above = path.folder { try CacheFiles.makeFolder("\(folder)/\(above)") }
    if unlink(name) != 0, errno != ENOENT { throw CacheFiles.obstacle(name) }
    try CacheFiles.create(name, wanted)
  }

  /// Some folders of the kernel are links: what a mail names below one of them would be written outside of the copy.
  private func requireRealFolders(above path: TreePath) throws(Obstacle) {
    var above = path.folder
    while let here = above {
      var status = stat()
      if lstat("\(folder)/\(here)", &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
        throw Obstacle("\(here) is no folder of the tree")
      }
      above = here.folder
    }
  }
}
