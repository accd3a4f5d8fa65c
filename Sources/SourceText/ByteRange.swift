// SPDX-License-Identifier: GPL-2.0-or-later

/// A half-open range of byte offsets into one text.
public struct ByteRange: Hashable, Sendable {
  /// Offset of the first byte.
  public var start: UInt32
  /// Offset behind the last byte; never below `start`.
  public var end: UInt32

  public init(_ start: UInt32, _ end: UInt32) {
    self.start = start
    self.end = max(start, end)
  }

  public init(_ range: Range<Int>) {
    self.init(UInt32(range.lowerBound), UInt32(range.upperBound))
  }

  public var count: Int { Int(end - start) }
  public var isEmpty: Bool { start == end }
  /// The same range as array indices.
  public var indices: Range<Int> { Int(start)..<Int(end) }
}

extension [UInt8] {
  /// The bytes of a range, without copying.
  public subscript(range: ByteRange) -> ArraySlice<UInt8> { self[range.indices] }

  /// The bytes of a range as text for people: what is no UTF-8 becomes U+FFFD.
  public func string(_ range: ByteRange) -> String {
    String(decoding: self[range.indices], as: UTF8.self)
  }
}
