// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc

/// Files of one kind in the folder of the cache. A file there is written whole under another name and renamed; what is there
/// is checked by who reads it.
struct CacheFolder: Sendable {
  let path: String
  /// What the names begin with.
  let prefix: String
  /// Files that are kept, those written last.
  let kept: Int

  static let suffix = ".index"
  static let temporarySuffix = ".new"

  /// Makes the folder where it is not there; returns why there is none.
  func make() -> String? {
    mkdir(path, 0o700) != 0 && errno != EEXIST ? "\(path): \(Self.systemWords())" : nil
  }

  /// The name of what a number stands for.
  func name(of key: UInt64) -> String {
    let digits = String(key, radix: 16)
    return prefix + String(repeating: "0", count: 16 - digits.count) + digits + Self.suffix
  }

  func bytes(named name: String) -> IndexBytes? { IndexBytes(mapping: "\(path)/\(name)") }

  /// Writes under another name, renames, and removes what is more than is kept, with what writers left that ended
  /// early.
  func store(_ bytes: [UInt8], named name: String) -> String? {
    for left in names(Self.temporarySuffix) { unlink("\(path)/\(left)") }
    let path = "\(path)/\(name)"
    let temporary = "\(path).\(getpid())\(Self.temporarySuffix)"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return "\(temporary): \(Self.systemWords())" }
    var isWritten = true
    var place = 0
    while isWritten, place < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + place }, $0.count - place) }
      if count < 0, errno == EINTR { continue }
      isWritten = count > 0
      place += max(count, 0)
    }
    isWritten = isWritten && fsync(file) == 0
    close(file)
    guard isWritten, rename(temporary, path) == 0 else {
      let why = Self.systemWords()
      unlink(temporary)
      return "\(path): \(why)"
    }
    for old in names().filter({ $0 != name }).dropFirst(kept - 1) { unlink("\(self.path)/\(old)") }
    return nil
  }

  /// The files here, those written last first.
  func names(_ suffix: String = suffix) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var found: [(name: String, time: Int)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { continue }
      var status = stat()
      guard stat("\(path)/\(name)", &status) == 0 else { continue }
      found.append((name, status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec))
    }
    return found.sorted { ($1.time, $0.name) < ($0.time, $1.name) }.map(\.name)
  }

  static func systemWords() -> String { String(cString: strerror(errno)) }

  /// The lock of the writers, which the system takes back when a process ends.
  struct Lock {
    private let file: Int32

    /// Waits for it. nil where there can be none.
    init?(at path: String) {
      file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard file >= 0 else { return nil }
      while flock(file, LOCK_EX) != 0 {
        guard errno == EINTR else {
          close(file)
          return nil
        }
      }
    }

    func release() { close(file) }
  }
}
