// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import SourceText

/// The folder of the cache for one tree: a copy of its source, and beside it a folder for each machine to build into.
///
/// One run at a time works in a cache; it is a class to let go of the lock at its end.
final class Workplace {
  let folder: String
  var source: SourceCopy
  private let lock: Int32

  /// Folders that are kept, those used last: a tree is some 100,000 files.
  private static let kept = 2

  init(for tree: any SourceTree, cache: String) throws(Obstacle) {
    try CacheFiles.makeFolder("\(cache)/confirm")
    // make goes to the source, from where a relative path leads elsewhere.
    let all = try CacheFiles.realPath("\(cache)/confirm")
    lock = open("\(all)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard lock >= 0 else { throw CacheFiles.obstacle("\(all)/lock") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw Obstacle("another run is building in \(all)")
    }
    do throws(Obstacle) {
      let key = (tree as? any ListedTree)?.cacheKey ?? ""
      let name = String(StableHash.of(key.utf8), radix: 16)
      folder = "\(all)/\(name)"
      try CacheFiles.makeFolder(folder)
      utimes(folder, nil)
      try Self.clean(all)
      source = try SourceCopy(of: tree, in: folder)
    } catch {
      close(lock)
      throw error
    }
  }

  deinit {
    // A program that is just being started still has the descriptor.
    flock(lock, LOCK_UN)
    close(lock)
  }

  /// Where to build for a machine.
  func output(for machine: Machine) throws(Obstacle) -> String {
    let output = "\(folder)/build-\(machine.name)"
    try CacheFiles.makeFolder(output)
    return output
  }

  private static func clean(_ all: String) throws(Obstacle) {
    let folders = try CacheFiles.names(in: all).filter { $0 != "lock" }.map { name -> (String, Int) in
      var status = stat()
      let time = stat("\(all)/\(name)", &status) == 0 ? status.st_mtim : timespec()
      return ("\(all)/\(name)", time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }
    for (folder, _) in folders.sorted(by: { ($0.1, $0.0) > ($1.1, $1.0) }).dropFirst(kept) {
      try CacheFiles.remove(folder)
    }
  }
}
