// SPDX-License-Identifier: GPL-2.0-or-later

internal import FoundationEssentials
internal import Glibc

/// Files and folders of the cache.
enum CacheFiles {
  /// With those above it.
  static func makeFolder(_ path: String) throws(Obstacle) {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Obstacle("\(path) cannot be made")
    }
  }

  /// A path without links that begins at the root.
  static func realPath(_ path: String) throws(Obstacle) -> String {
    guard let real = realpath(path, nil) else { throw obstacle(path) }
    defer { free(real) }
    return String(cString: real)
  }

  /// The names in a folder, in no order; `.` and `..` are left out.
  static func names(in folder: String) throws(Obstacle) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw Obstacle("\(folder) cannot be read")
    }
  }

  /// A file, a link or a folder with all that is in it; nothing where it is not there.
  static func remove(_ path: String) throws(Obstacle) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if unlink(path) == 0 { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw Obstacle("\(path) cannot be removed")
    }
  }

  /// What a file holds; nil where it is not there.
  static func bytes(of path: String) throws(Obstacle) -> [UInt8]? {
    guard access(path, F_OK) == 0 else { return nil }
    do {
      return Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw Obstacle("\(path) cannot be read")
    }
  }

  /// Puts a file in the place of another, whole or not at all.
  static func write(_ bytes: some Collection<UInt8>, to path: String) throws(Obstacle) {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Obstacle("\(path) cannot be written")
    }
  }

  /// Writes a file that is not there yet; a link of that name is not followed. Scripts can be run.
  static func create(_ path: String, _ bytes: [UInt8]) throws(Obstacle) {
    let mode: mode_t = bytes.starts(with: "#!".utf8) ? 0o777 : 0o666
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard file >= 0 else { throw obstacle(path) }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw obstacle(path) }
      rest = rest.dropFirst(count)
    }
  }

  /// The system's words for the last error.
  static func obstacle(_ path: String) -> Obstacle {
    Obstacle("\(path): \(String(cString: strerror(errno)))")
  }
}
