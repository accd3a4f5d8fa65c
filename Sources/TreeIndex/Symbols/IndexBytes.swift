// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import SourceText

/// Bytes that do not change: a mapped file or memory.
///
/// A class, as a mapping ends once. The unchecked conformance holds as nothing writes to the bytes: memory is filled
/// before it is here, and the file was renamed into place whole and is never written again.
final class IndexBytes: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool
  /// Of a mapped file: what the file system said of it; nil of memory, and of a file that could still change without that being another.
  let status: FileStamp?

  init(_ content: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 8)
    memory.copyBytes(from: content)
    (bytes, isMapped, status) = (UnsafeRawBufferPointer(memory), false, nil)
  }

  /// nil where the file is not there, or not for us.
  init?(mapping path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      return nil
    }
    let size = Int(status.st_size)
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), start != MAP_FAILED else {
      return nil
    }
    (bytes, isMapped) = (UnsafeRawBufferPointer(start: start, count: size), true)
    self.status = FileStamp(status, before: FileStamp.recentTime())
  }

  /// That all of it will be read.
  func willReadAll() {
    if isMapped {
      madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, Int32(MADV_WILLNEED))
    }
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }

  var count: Int { bytes.count }

  /// Lends the bytes.
  func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    body(bytes.bindMemory(to: UInt8.self).span)
  }
}
