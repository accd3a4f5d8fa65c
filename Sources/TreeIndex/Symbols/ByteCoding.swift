// SPDX-License-Identifier: GPL-2.0-or-later

extension [UInt8] {
  /// Seven bits a byte, the lowest first.
  mutating func append(number: some BinaryInteger) {
    var rest = UInt64(truncatingIfNeeded: number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Its length, then its bytes.
  mutating func append(text: some Collection<UInt8>) {
    append(number: text.count)
    append(contentsOf: text)
  }

  /// Eight bytes, the lowest first.
  mutating func append(word: UInt64) {
    Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
  }

  /// Four bytes, the lowest first.
  mutating func append(half: UInt32) {
    Swift.withUnsafeBytes(of: half.littleEndian) { append(contentsOf: $0) }
  }
}

extension Span<UInt8> {
  /// Eight bytes as a number; 0 where there are fewer.
  func word(at place: Int) -> UInt64 {
    guard place >= 0, place + 8 <= count else { return 0 }
    return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  /// Four bytes as a number; 0 where there are fewer.
  func half(at place: Int) -> UInt32 {
    guard place >= 0, place + 4 <= count else { return 0 }
    return UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self))
  }

  /// Numbers of four bytes.
  func halves(_ range: Range<Int>) -> [UInt32] {
    stride(from: range.lowerBound, to: range.upperBound, by: 4).map { half(at: $0) }
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: range.map { self[$0] }, as: UTF8.self)
  }

  func isEqual(_ range: Range<Int>, _ text: [UInt8]) -> Bool {
    guard range.count == text.count else { return false }
    for i in 0..<text.count where self[range.lowerBound + i] != text[i] { return false }
    return true
  }
}

/// A place in bytes that are read in order. Bytes that end early give nil.
struct ByteCursor {
  var place: Int
  let end: Int

  init(_ range: Range<Int>) { (place, end) = (range.lowerBound, range.upperBound) }

  var isAtEnd: Bool { place >= end }

  mutating func byte(in bytes: Span<UInt8>) -> UInt8? {
    guard place < end else { return nil }
    place += 1
    return bytes[place - 1]
  }

  mutating func number(in bytes: Span<UInt8>) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 56, by: 7) {
      guard let byte = byte(in: bytes) else { return nil }
      value |= Int(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// Where a text stands.
  mutating func text(in bytes: Span<UInt8>) -> Range<Int>? {
    guard let count = number(in: bytes), count <= end - place else { return nil }
    place += count
    return place - count..<place
  }
}
