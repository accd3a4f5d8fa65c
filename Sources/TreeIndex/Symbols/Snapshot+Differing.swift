// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension Snapshot {
  /// The files that are others in a list than here, or in one of the two only; nil where they are more than a number.
  func differing(from files: [ListedFile], atMost limit: Int) -> [TreePath]? {
    var (differing, place): ([TreePath], Int) = ([], 0)
    func note(_ path: TreePath?) -> Bool {
      if let path { differing.append(path) }
      return differing.count <= limit
    }
    for file in files {
      while place < fileCount, isBefore(place, file.path) {
        guard note(path(of: place)) else { return nil }
        place += 1
      }
      guard place < fileCount, self.isAt(place, file.path) else {
        guard note(file.path) else { return nil }
        continue
      }
      if !isSame(place, file.stamp) { guard note(file.path) else { return nil } }
      place += 1
    }
    while place < fileCount {
      guard note(path(of: place)) else { return nil }
      place += 1
    }
    return differing
  }

  /// The same, where it is known by folders what is in a tree; only the files of those that are others are listed.
  /// - Parameter files: lists the files of one folder.
  func differing<Failure>(
    from folders: [FolderStamp], atMost limit: Int, listing files: (TreePath?) throws(Failure) -> [ListedFile]
  ) throws(Failure) -> [TreePath]? {
    var (same, sameFiles): (Set<UInt64>, Int) = ([], 0)
    var others: [FolderStamp] = []
    for folder in folders {
      let key = SnapshotFormat.FolderRow.key(of: folder.folder)
      if let value = folder.value, stamp(ofFolder: key) == value {
        same.insert(key)
        sameFiles += folder.count
      } else {
        others.append(folder)
      }
    }
    if others.isEmpty, sameFiles == fileCount { return [] }
    // Files of the other folders here, whether those are in the tree or not.
    var known: [TreePath: Int] = [:]
    for file in 0..<fileCount where !same.contains(folderKey(of: file)) {
      if let path = path(of: file) { known[path] = file }
    }
    var differing: [TreePath] = []
    for folder in others {
      for listed in try files(folder.folder) {
        if let file = known.removeValue(forKey: listed.path), isSame(file, listed.stamp) { continue }
        differing.append(listed.path)
        guard differing.count <= limit else { return nil }
      }
    }
    differing += known.keys
    return differing.count <= limit ? differing.sorted() : nil
  }

  private func isSame(_ file: Int, _ stamp: FileStamp?) -> Bool {
    switch stamp {
    case .blob(let id): blob(of: file) == ContentKey(id)
    case .status(let size, let modified, let changed, let inode):
      self.stamp(of: file) == ContentKey(size: size, modified: modified, changed: changed, inode: inode)
    case nil: false
    }
  }
}
