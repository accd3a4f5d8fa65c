// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import SourceText

/// Files of one kind in the folder of the cache. A file there is written whole under another name and renamed; what is there
/// is checked by who reads it, who may note that it was whole: the next one need not read all of it then.
struct CacheFolder: Sendable {
  let path: String
  /// What the names begin with.
  let prefix: String
  /// Files that are kept, those written last.
  let kept: Int

  static let suffix = ".index"
  static let temporarySuffix = ".new"

  /// What was found out about a file, kept in a file beside it.
  enum Note: String, CaseIterable {
    /// Nothing of it is damaged.
    case whole = ".whole"
    /// The tree that it is of was as it says.
    case agreed = ".agreed"
  }

  /// Makes the folder, and those above it, where they are not there; returns why there is none.
  func make() -> String? {
    // XDG Base Directory Specification: with 0700, whatever is made.
    let parts = path.split(separator: "/")
    for count in parts.indices {
      let folder = (path.hasPrefix("/") ? "/" : "") + parts[...count].joined(separator: "/")
      if mkdir(folder, 0o700) != 0, errno != EEXIST, count == parts.indices.last {
        return "\(path): \(Self.systemWords())"
      }
    }
    return nil
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
    let file = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
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
    let known = names()
    for note in Note.allCases {
      for left in names(note.rawValue) where !known.contains(String(left.dropLast(note.rawValue.count))) {
        unlink("\(self.path)/\(left)")
      }
    }
    return nil
  }

  // MARK: What was found out

  /// After that time a file is checked once more, whatever is noted: disks forget.
  private static let noteSeconds = 86_400

  /// Whether that was found out about a file not long ago, and nothing was written to it since.
  func isNoted(_ note: Note, of bytes: IndexBytes, named name: String) -> Bool {
    guard let words = Self.words(of: bytes), let said = text(of: name + note.rawValue) else { return false }
    return said == words
  }

  /// Where that cannot be written, it is found out again.
  func note(_ note: Note, of bytes: IndexBytes, named name: String) {
    guard let words = Self.words(of: bytes) else { return }
    let temporary = "\(path)/\(name).\(getpid())\(Self.temporarySuffix)"
    let file = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return }
    let isWritten = words.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == words.count
    close(file)
    if !isWritten || rename(temporary, "\(path)/\(name)\(note.rawValue)") != 0 { unlink(temporary) }
  }

  func forget(_ note: Note, of name: String) { unlink("\(path)/\(name)\(note.rawValue)") }

  private static func words(of bytes: IndexBytes) -> [UInt8]? {
    guard case .status(let size, let modified, let changed, let inode) = bytes.status else { return nil }
    return Array("\(size) \(modified) \(changed) \(inode)\n".utf8)
  }

  /// What a note says; nil of one that is not there or too old.
  private func text(of note: String) -> [UInt8]? {
    let file = Glibc.open("\(path)/\(note)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mtim.tv_sec + Self.noteSeconds > time(nil) else { return nil }
    let most = 100
    return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      count = max(0, read(file, buffer.baseAddress, most))
    }
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
      file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
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
