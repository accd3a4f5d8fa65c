// SPDX-License-Identifier: GPL-2.0-or-later

import Glibc
import SourceText

/// The bytes of one line while a store is scanned, without its line feed.
typealias RawLine = UnsafeBufferPointer<UInt8>

extension ByteStore {
  /// Walks over the lines in bounded memory; of a line longer than a chunk only the beginning is shown.
  /// - Parameter body: gets each line and its offset; answers whether to go on.
  /// - Returns: the number of bytes read, which is the size where nothing stopped the walk.
  @discardableResult
  func scanLines(_ body: (RawLine, UInt64) -> Bool) throws(ReadError) -> UInt64 {
    let store = try opened()
    let capacity = Limits.chunkBytes
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return 0 }
    var held = 0  // bytes of an unfinished line at the buffer's beginning
    var offset: UInt64 = 0  // of the buffer's beginning
    var isSkipping = false  // inside a line whose beginning was shown
    while true {
      let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[held...])
      let got = try store.read(into: room, at: offset + UInt64(held))
      let end = held + got
      var start = 0
      while start < end, let found = memchr(base + start, 10, end - start) {
        let stop = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
        if isSkipping {
          isSkipping = false
        } else if !body(RawLine(start: base + start, count: stop - start), offset + UInt64(start)) {
          return offset + UInt64(start)
        }
        start = stop + 1
      }
      if got == 0 {
        if start < end, !isSkipping {
          _ = body(RawLine(start: base + start, count: end - start), offset + UInt64(start))
        }
        return offset + UInt64(end)
      }
      if isSkipping {
        start = end
      } else if start == 0, end == capacity {
        if !body(RawLine(start: base, count: end), offset) { return offset }
        isSkipping = true
        start = end
      }
      held = end - start
      if start > 0, held > 0 { memmove(base, base + start, held) }
      offset += UInt64(start)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes begin with an ASCII text.
  @inline(__always)
  func begins(_ prefix: StaticString) -> Bool {
    let length = prefix.utf8CodeUnitCount
    guard count >= length, let baseAddress else { return false }
    return memcmp(baseAddress, prefix.utf8Start, length) == 0
  }

  /// Whether there is nothing but an end of line.
  @inline(__always)
  var isBlankLine: Bool { count == 0 || (count == 1 && self[0] == 13) }

  /// Whether a line of an mbox begins a message: git's rule, `From `, a time, a year.
  ///
  /// Source: git `builtin/mailsplit.c`, `is_from_line()`.
  var isSeparator: Bool {
    var end = count
    if end > 0, self[end - 1] == 13 { end -= 1 }
    guard end >= 20, begins("From ") else { return false }
    var colon = end - 1
    while colon > 9, self[colon] != UInt8(ascii: ":") { colon -= 1 }
    guard colon > 9, colon + 3 < end, self[colon - 4].isDigit, self[colon - 2].isDigit,
      self[colon - 1].isDigit, self[colon + 1].isDigit, self[colon + 2].isDigit
    else { return false }
    var year = 0
    for byte in self[(colon + 3)..<end].drop(while: \.isBlank).prefix(6) {
      guard byte.isDigit else { break }
      year = year * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return year > 90
  }

  /// Whether this is a line that only a program writes: `git format-patch`, or public-inbox.
  var isMagicSeparator: Bool {
    isFormatPatchSeparator || begins("From mboxrd@z Thu Jan  1 00:00:00 1970")
  }

  /// Whether this is the line that `git format-patch` writes.
  var isFormatPatchSeparator: Bool {
    guard begins("From "), count >= 45, isSeparator else { return false }
    var digits = 5
    while digits < count, self[digits].isHexDigit { digits += 1 }
    return (digits == 45 || digits == 69)
      && RawLine(rebasing: self[digits...]).begins(" Mon Sep 17 00:00:00 2001")
  }
}
