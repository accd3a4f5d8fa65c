// SPDX-License-Identifier: GPL-2.0-or-later

public import Glibc

extension FileStamp {
  /// What the file system says of a file.
  ///
  /// nil where it could change again without that being another.
  /// - Parameter recent: `recentTime()` of before it was asked.
  public init?(_ status: stat, before recent: UInt64) {
    let (modified, changed) = (Self.nanoseconds(status.st_mtim), Self.nanoseconds(status.st_ctim))
    guard modified < recent, changed < recent else { return nil }
    self = .status(
      size: UInt64(truncatingIfNeeded: status.st_size), modified: modified, changed: changed,
      inode: UInt64(status.st_ino))
  }

  /// What changed since then could change again without its times being others; nanoseconds since 1970.
  public static func recentTime() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return nanoseconds(now) - recentNanoseconds
  }

  /// As git has it of its index: a file changed in the moment in which it is looked at may change once more in the
  /// same tick of the file system's clock.
  private static let recentNanoseconds: UInt64 = 2_000_000_000

  private static func nanoseconds(_ time: timespec) -> UInt64 {
    UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
  }
}
