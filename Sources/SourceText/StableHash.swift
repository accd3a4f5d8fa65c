// SPDX-License-Identifier: GPL-2.0-or-later

/// FNV-1a, 64 bits: small, and the same in every process, as Swift's `Hasher` is not.
public struct StableHash: Sendable {
  @usableFromInline var state: UInt64

  /// The hash of what was added.
  public var value: UInt64 { state }

  @inlinable
  public init() { state = 0xcbf2_9ce4_8422_2325 }

  @inlinable
  public mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }

  @inlinable
  public mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
  }

  /// The eight bytes of a number, the lowest first.
  public mutating func add(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
  }

  /// The same but never 0, which stands for nothing.
  public var nonzero: UInt64 { state | 1 }

  /// Never 0.
  public static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash = StableHash()
    hash.add(bytes)
    return hash.nonzero
  }

  /// Of several numbers, in their order; never 0.
  public static func of(_ numbers: UInt64...) -> UInt64 {
    var hash = StableHash()
    for number in numbers { hash.add(number) }
    return hash.nonzero
  }
}
