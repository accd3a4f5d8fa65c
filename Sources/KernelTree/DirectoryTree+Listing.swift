// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
public import SourceText

extension DirectoryTree: ListedTree {
  /// The folder's path without links.
  public var cacheKey: String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  public var contentID: ObjectID? { nil }

  public func files(
    skipping skipped: Set<[UInt8]>, where isWanted: (_ name: [UInt8]) -> Bool
  ) throws(SourceTreeError) -> [ListedFile] {
    guard let top = Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
      throw .unreadable(path: path, why: Files.systemWords())
    }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var listing = Listing(recent: Self.nanoseconds(now) - Self.recentNanoseconds)
    try list(top, at: nil, skipped, isWanted, &listing)
    return listing.files.sorted { $0.path < $1.path }
  }

  private struct Listing {
    var files: [ListedFile] = []
    /// What changed since could change again without its times being others.
    let recent: UInt64
  }

  /// As git has it of its index: a file changed in the moment in which it is looked at may change once more in the
  /// same tick of the file system's clock.
  private static let recentNanoseconds: UInt64 = 2_000_000_000

  /// Folders in folders that are followed.
  private static let deepest = 64

  private func list(
    _ folder: borrowing Descriptor, at place: TreePath?, depth: Int = 0, _ skipped: Set<[UInt8]>,
    _ isWanted: ([UInt8]) -> Bool, _ listing: inout Listing
  ) throws(SourceTreeError) {
    guard depth < Self.deepest else { return }
    let number = folder.number
    for entry in try Self.entries(of: folder, named: place?.description ?? path) {
      guard let path = try? place?.appending(entry.name) ?? TreePath(validating: entry.name) else { continue }
      switch entry.kind {
      case .folder where place != nil || !skipped.contains(entry.name):
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        // One that is gone by now is no folder any more.
        guard let next = Descriptor(Self.withName(entry.name) { openat(number, $0, flags) }) else {
          if errno == ENOENT { continue }
          throw .unreadable(path: path.description, why: Files.systemWords())
        }
        try list(next, at: path, depth: depth + 1, skipped, isWanted, &listing)
      case .file where isWanted(entry.name):
        var status = stat()
        guard Self.withName(entry.name, { fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
          continue
        }
        listing.files.append(ListedFile(path: path, stamp: Self.stamp(status, before: listing.recent)))
      default: break
      }
    }
  }

  private static func stamp(_ status: stat, before recent: UInt64) -> FileStamp? {
    let (modified, changed) = (nanoseconds(status.st_mtim), nanoseconds(status.st_ctim))
    guard modified < recent, changed < recent else { return nil }
    return .status(
      size: UInt64(truncatingIfNeeded: status.st_size), modified: modified, changed: changed,
      inode: UInt64(status.st_ino))
  }

  private static func nanoseconds(_ time: timespec) -> UInt64 {
    UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
  }
}
