// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
public import SourceText

extension DirectoryTree {
  /// Nothing is kept of what is seen: 60,000 files are a question for the system each, and little else.
  public func folders(
    skipping skipped: Set<[UInt8]>, where isWanted: @Sendable (_ name: [UInt8], _ folder: TreePath?) -> Bool
  ) throws(SourceTreeError) -> [FolderStamp] {
    let walk = StampWalk(skipped: skipped, recent: FileStamp.recentTime())
    var stamps: [FolderStamp] = []
    // What lies two folders deep is enough for all cores; each of those is gone through whole.
    var level: [TreePath?] = [nil]
    for depth in 0...Self.sharedLevels where !level.isEmpty {
      let folders = level
      let found = inParallel(folders.count) { index -> StampWalk.Found in
        var found = StampWalk.Found()
        do throws(SourceTreeError) {
          guard let opened = try shared(folders[index]) else { return found }
          try walk.look(
            into: opened.number, at: folders[index], named: folders[index]?.description ?? path,
            levels: depth < Self.sharedLevels ? 1 : Self.deepest - depth, where: isWanted, &found)
        } catch {
          found.problem = error
        }
        return found
      }
      level = []
      for part in found {
        if let problem = part.problem { throw problem }
        stamps += part.stamps
        level += part.open
      }
    }
    return stamps
  }

  private static let sharedLevels = 2
}

/// Goes through folders for what the file system says of their files.
private struct StampWalk: Sendable {
  struct Found: Sendable {
    var stamps: [FolderStamp] = []
    /// Folders that were too deep to look into.
    var open: [TreePath?] = []
    var problem: SourceTreeError?
  }

  let skipped: Set<[UInt8]>
  /// What changed since then could change again without its times being others.
  let recent: UInt64

  /// - Parameters:
  ///   - place: the folder's name, for errors.
  ///   - levels: how many levels of folders are looked into, this one included.
  func look(
    into folder: Int32, at path: TreePath?, named place: String, levels: Int,
    where isWanted: ([UInt8], TreePath?) -> Bool, _ found: inout Found
  ) throws(SourceTreeError) {
    var stamp = FolderStamp(of: path)
    var folders: [(name: [UInt8], path: TreePath)] = []
    try DirectoryTree.forEachName(of: folder, named: place) { name, kind in
      switch kind {
      case .folder:
        if let path = DirectoryTree.path(path, name), !path.isBelow(skipped) { folders.append((name, path)) }
      case .file where isWanted(name, path):
        var status = stat()
        guard DirectoryTree.withName(name, { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
          return
        }
        stamp.add(name: name, FileStamp(status, before: recent))
      default: break
      }
    }
    if stamp.count > 0 { found.stamps.append(stamp) }
    guard levels > 1 else {
      found.open += folders.map(\.path)
      return
    }
    for (name, path) in folders {
      let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW
      let opened = DirectoryTree.withName(name) { openat(folder, $0, flags) }
      let code = errno
      guard let descriptor = Descriptor(opened) else {
        // Gone, or a link or file by now.
        if [ENOENT, ENOTDIR, ELOOP].contains(code) { continue }
        throw .unreadable(path: path.description, why: Files.systemWords(code))
      }
      try look(
        into: descriptor.number, at: path, named: path.description, levels: levels - 1, where: isWanted,
        &found)
    }
  }
}
