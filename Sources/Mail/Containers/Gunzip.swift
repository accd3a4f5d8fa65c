// SPDX-License-Identifier: GPL-2.0-or-later

import CGMime
import Glibc

/// Reading what can be read once, or is compressed, into something that can be read again.
enum Intake {
  /// Reads a descriptor to its end.
  static func drain(_ descriptor: Int32, into spool: inout Spool) throws(ReadError) {
    var buffer = [UInt8](repeating: 0, count: Limits.chunkBytes)
    while true {
      let got = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .last }
      if got == 0 { return }
      var failure: ReadError?
      buffer.withUnsafeBytes { bytes in
        do throws(ReadError) { try spool.append(.init(rebasing: bytes[..<got])) } catch { failure = error }
      }
      if let failure { throw failure }
      if try spool.isNoise() { return }
    }
  }

  /// Unpacks gzip, one member or several.
  /// - Returns: whether it ended as it should.
  static func gunzip(_ store: ByteStore, into spool: inout Spool) throws(ReadError) -> Bool {
    let store = try store.opened()
    var stream = z_stream()
    guard gzip_begin(&stream) == Z_OK else { throw ReadError("zlib cannot start") }
    defer { inflateEnd(&stream) }
    var input = [UInt8](repeating: 0, count: Limits.chunkBytes)
    var output = [UInt8](repeating: 0, count: Limits.chunkBytes)
    var offset: UInt64 = 0
    var isWhole = false
    while true {
      let got = try read(store, into: &input, at: offset)
      if got == 0 { return isWhole }
      offset += UInt64(got)
      var used = 0
      while used < got {
        if isWhole {
          // What follows a member is another one, or padding that gzip ignores as well.
          guard input[used] == 0x1f, inflateReset(&stream) == Z_OK else { return true }
          isWhole = false
        }
        var made = 0
        var status: Int32 = Z_OK
        input.withUnsafeMutableBufferPointer { from in
          output.withUnsafeMutableBufferPointer { to in
            stream.next_in = from.baseAddress?.advanced(by: used)
            stream.avail_in = UInt32(got - used)
            stream.next_out = to.baseAddress
            stream.avail_out = UInt32(to.count)
            status = inflate(&stream, Z_NO_FLUSH)
            used = got - Int(stream.avail_in)
            made = to.count - Int(stream.avail_out)
          }
        }
        var failure: ReadError?
        output.withUnsafeBytes { bytes in
          do throws(ReadError) { try spool.append(.init(rebasing: bytes[..<made])) } catch { failure = error }
        }
        if let failure { throw failure }
        if try spool.isNoise() { return true }
        if status == Z_STREAM_END { isWhole = true } else if status != Z_OK { return false }
      }
    }
  }

  private static func read(
    _ store: ByteStore, into buffer: inout [UInt8], at offset: UInt64
  ) throws(ReadError) -> Int {
    var failure: ReadError?
    let got = buffer.withUnsafeMutableBytes { bytes in
      do throws(ReadError) { return try store.read(into: bytes, at: offset) } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return got
  }
}
