// SPDX-License-Identifier: GPL-2.0-or-later

import Glibc

/// Why bytes could not be had: the system's words.
struct ReadError: Error, Hashable, Sendable {
  var why: String

  init(_ why: String) { self.why = why }
  /// The last error of the C library.
  static var last: ReadError { ReadError(String(cString: strerror(errno))) }
}

/// An open descriptor that closes itself. Reads name their offset, so threads may share it.
final class OpenFile: Sendable {
  let descriptor: Int32

  init(owning descriptor: Int32) { self.descriptor = descriptor }

  init(path: String) throws(ReadError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last }
  }

  /// A pipe by its name, as a shell's `<(command)` gives it. One that nobody writes to is empty: opening it
  /// the common way would wait for a writer for ever.
  init(pipe path: String) throws(ReadError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .last }
    guard fcntl(descriptor, F_SETFL, 0) == 0 else { throw .last }
  }

  /// A file without a name, gone with the process.
  init(temporaryIn folder: String) throws(ReadError) {
    // The cache folder is made when it is first needed, with those above it.
    for end in folder.indices where folder[end] == "/" && end != folder.startIndex {
      mkdir(String(folder[..<end]), 0o700)
    }
    mkdir(folder, 0o700)
    var template = Array("\(folder)/review-patch-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw .last }
    unlink(template)
  }

  deinit { close(descriptor) }

  /// Reads at an offset until the buffer is full or the file ends.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ReadError) -> Int {
    var done = 0
    while done < buffer.count {
      let got = pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
        off_t(clamping: offset + UInt64(done)))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .last }
      if got == 0 { break }
      done += got
    }
    return done
  }
}

/// Bytes that can be read again at any offset.
enum ByteStore: Sendable {
  case memory([UInt8])
  /// Opened for each use: a folder may hold more files than a process may open.
  case file(String)
  case open(OpenFile)

  /// The store with its file open, for reading more than once in a row.
  func opened() throws(ReadError) -> ByteStore {
    guard case .file(let path) = self else { return self }
    return .open(try OpenFile(path: path))
  }

  /// Fills the buffer from an offset on; fewer bytes at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ReadError) -> Int {
    switch self {
    case .memory(let bytes):
      guard offset < UInt64(bytes.count) else { return 0 }
      let count = min(buffer.count, bytes.count - Int(offset))
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[Int(offset)..<Int(offset) + count]))
      }
      return count
    case .file(let path): return try OpenFile(path: path).read(into: buffer, at: offset)
    case .open(let file): return try file.read(into: buffer, at: offset)
    }
  }

  /// Up to `count` bytes from an offset on.
  func bytes(at offset: UInt64, count: Int) throws(ReadError) -> [UInt8] {
    var failure: ReadError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(ReadError) {
        filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      } catch {
        (failure, filled) = (error, 0)
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// Collects a stream: in memory while it is short, then in a temporary file.
struct Spool {
  private var held: [UInt8] = []
  private var file: OpenFile?
  private var written: UInt64 = 0
  private let folder: String
  private var isKnown = false

  init(folder: String?) {
    self.folder = folder ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  }

  /// Whether this begins as neither mail nor diff does. It may have no end: nobody waits for it.
  mutating func isNoise() throws(ReadError) -> Bool {
    guard !isKnown, written + UInt64(held.count) >= UInt64(Limits.headBytes) else { return false }
    isKnown = true
    switch Container(of: try store.bytes(at: 0, count: Limits.headBytes)) {
    case .unknown, .empty: return true
    default: return false
    }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(ReadError) {
    guard written + UInt64(held.count + bytes.count) <= Limits.spooledBytes else {
      throw ReadError("more than \(Limits.spooledBytes) bytes")
    }
    if file == nil, held.count + bytes.count <= Limits.heldBytes {
      held.append(contentsOf: bytes)
      return
    }
    let file: OpenFile
    if let open = self.file {
      file = open
    } else {
      file = try OpenFile(temporaryIn: folder)
      self.file = file
      let first = held
      held = []
      try write(first, to: file)
    }
    var failure: ReadError?
    do throws(ReadError) { try write(bytes, to: file) } catch { failure = error }
    if let failure { throw failure }
  }

  private mutating func write(_ bytes: [UInt8], to file: OpenFile) throws(ReadError) {
    let count = bytes.count
    var done = 0
    while done < count {
      let put = bytes.withUnsafeBytes {
        pwrite(file.descriptor, $0.baseAddress?.advanced(by: done), count - done, off_t(written))
      }
      if put < 0, errno == EINTR { continue }
      guard put > 0 else { throw .last }
      done += put
      written += UInt64(put)
    }
  }

  private mutating func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(ReadError) {
    var done = 0
    while done < bytes.count {
      let put = pwrite(
        file.descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(written))
      if put < 0, errno == EINTR { continue }
      guard put > 0 else { throw .last }
      done += put
      written += UInt64(put)
    }
  }

  var store: ByteStore { file.map { .open($0) } ?? .memory(held) }
}
