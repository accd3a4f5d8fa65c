// SPDX-License-Identifier: GPL-2.0-or-later

import Glibc

/// What the system says of paths that the user gave.
enum Files {
  enum Kind { case folder, file, symbolicLink, other }

  /// What is at a path, links followed; nil where nothing is, or it cannot be told.
  static func kind(of path: String) -> Kind? {
    var status = stat()
    return stat(path, &status) == 0 ? Kind(status) : nil
  }

  /// Sees to it that there is a folder which can be read.
  static func requireFolder(_ path: String) throws(RepositoryError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { throw .noSuchPath(path) }
      if errno == ENOTDIR { throw .notAFolder(path) }
      throw .unreadable(path: path, why: systemWords())
    }
    guard Kind(status) == .folder else { throw .notAFolder(path) }
    guard access(path, R_OK | X_OK) == 0 else { throw .unreadable(path: path, why: systemWords()) }
  }

  /// The system's words for the last error.
  static func systemWords(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
}

extension Files.Kind {
  init(_ status: stat) {
    self =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .folder
      case S_IFREG: .file
      case S_IFLNK: .symbolicLink
      default: .other
      }
  }
}

/// A file descriptor that closes itself.
struct Descriptor: ~Copyable {
  let number: Int32

  /// nil where the call that opened it failed.
  init?(_ number: Int32) {
    guard number >= 0 else { return nil }
    self.number = number
  }

  deinit { close(number) }
}
