// SPDX-License-Identifier: GPL-2.0-or-later

/// SHA-1, for patch ids and for the ids of blobs: git's names of content, no protection against anybody.
///
/// Source: RFC 3174.
public struct SHA1 {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) =
    (0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0)
  private var block: [UInt8] = []
  private var count: UInt64 = 0

  public init() {}

  public mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      block.append(byte)
      count += 1
      if block.count == 64 { finishBlock() }
    }
  }

  /// The same of bytes that lie together, whole blocks where they are.
  public mutating func update(bytes: Span<UInt8>) {
    var place = 0
    while place < bytes.count, !block.isEmpty || bytes.count - place < 64 {
      block.append(bytes[place])
      count += 1
      place += 1
      if block.count == 64 { finishBlock() }
    }
    while place + 64 <= bytes.count {
      compress(bytes.extracting(place..<place + 64))
      place += 64
      count += 64
    }
    while place < bytes.count {
      block.append(bytes[place])
      count += 1
      place += 1
    }
  }

  /// The 20 bytes of the hash.
  public consuming func digest() -> [UInt8] {
    let bits = count * 8
    update(CollectionOfOne(0x80))
    while block.count != 56 { update(CollectionOfOne(0)) }
    update((0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) })
    return [state.0, state.1, state.2, state.3, state.4].flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) }
    }
  }

  private mutating func finishBlock() {
    let full = block
    compress(full.span)
    block.removeAll(keepingCapacity: true)
  }

  private mutating func compress(_ block: Span<UInt8>) {
    @inline(__always)
    func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word &<< count | word &>> (32 &- count) }
    var words = InlineArray<80, UInt32>(repeating: 0)
    for i in 0..<16 {
      words[i] = UInt32(bigEndian: block.bytes.unsafeLoadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))
    }
    for i in 16..<80 {
      words[i] = rotated(words[i &- 3] ^ words[i &- 8] ^ words[i &- 14] ^ words[i &- 16], 1)
    }
    var (a, b, c, d, e) = state
    @inline(__always)
    func step(_ range: Range<Int>, _ constant: UInt32, _ mix: (UInt32, UInt32, UInt32) -> UInt32) {
      for i in range {
        let next = rotated(a, 5) &+ mix(b, c, d) &+ e &+ constant &+ words[i]
        (a, b, c, d, e) = (next, a, rotated(b, 30), c, d)
      }
    }
    step(0..<20, 0x5a82_7999) { b, c, d in d ^ (b & (c ^ d)) }
    step(20..<40, 0x6ed9_eba1) { b, c, d in b ^ c ^ d }
    step(40..<60, 0x8f1b_bcdc) { b, c, d in b & c | d & (b | c) }
    step(60..<80, 0xca62_c1d6) { b, c, d in b ^ c ^ d }
    state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
  }
}

extension SHA1 {
  /// The 20 bytes of the id that git gives these bytes as a file: the hash of `blob <count>\0` and the bytes.
  public static func blob(of bytes: [UInt8]) -> [UInt8] {
    var hash = SHA1()
    hash.update("blob \(bytes.count)\0".utf8)
    hash.update(bytes: bytes.span)
    return hash.digest()
  }
}
