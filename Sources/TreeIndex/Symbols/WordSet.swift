// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Which words the code of a file uses, as bits that their hashes set. It never says no to a word that is there.
///
/// The words of a whole tree are 25 million pairs of word and file; as 32-bit hashes they would be twice as large.
public struct WordSet: Hashable, Sendable {
  /// How often it says yes to a word that is not there.
  enum Precision: Hashable, Sendable {
    /// One word in 1,700: 16 bits a word, eight of them set. Each yes costs reading a file, and a patch may ask for
    /// a hundred words in sixty thousand files.
    case plain
    /// One in a hundred thousand: 24 bits, 16 set. For files of megabytes.
    case high

    var bitsPerWord: Int { self == .plain ? 16 : 24 }
    var steps: UInt64 { self == .plain ? 8 : 16 }
  }

  /// Bits, 64 a word of memory.
  private(set) var bits: [UInt64] = []
  private var precision = Precision.plain

  init() {}

  /// Bits that were kept.
  init(bits: [UInt64], _ precision: Precision) { (self.bits, self.precision) = (bits, precision) }

  /// - Parameter hashes: of different words.
  init(of hashes: [UInt64], _ precision: Precision) {
    self.precision = precision
    bits = [UInt64](repeating: 0, count: (hashes.count * precision.bitsPerWord + 63) / 64)
    let size = UInt64(bits.count * 64)
    for hash in hashes {
      for step in 0..<precision.steps {
        let bit = Self.bit(step, of: hash, size)
        bits[Int(bit / 64)] |= 1 << (bit % 64)
      }
    }
  }

  public func mayHold(_ name: String) -> Bool {
    let (hash, size) = (Self.hash(of: name), UInt64(bits.count * 64))
    return size > 0
      && (0..<precision.steps).allSatisfy {
        let bit = Self.bit($0, of: hash, size)
        return bits[Int(bit / 64)] & 1 << (bit % 64) != 0
      }
  }

  static func hash(of name: String) -> UInt64 { StableHash.of(name.utf8) }

  @inline(__always)
  static func bit(_ step: UInt64, of hash: UInt64, _ size: UInt64) -> UInt64 {
    let mixed = UInt32(truncatingIfNeeded: hash) &+ UInt32(truncatingIfNeeded: step) &* UInt32(hash >> 32 | 1)
    return (UInt64(mixed) &* size) >> 32
  }
}

/// The hashes of different words, gathered one by one.
struct WordHashes {
  private(set) var all: [UInt64] = []
  private var slots: [UInt64]

  init(expecting count: Int) {
    var size = 64
    while size < count { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
  }

  /// - Parameter hash: never 0.
  mutating func insert(_ hash: UInt64) {
    if all.count * 2 >= slots.count { grow() }
    let mask = UInt64(slots.count - 1)
    // The low bits of FNV are weak.
    var place = (hash &* 0x9e37_79b9_7f4a_7c15) >> 20 & mask
    while slots[Int(place)] != 0 {
      if slots[Int(place)] == hash { return }
      place = (place + 1) & mask
    }
    slots[Int(place)] = hash
    all.append(hash)
  }

  private mutating func grow() {
    let known = all
    all = []
    slots = [UInt64](repeating: 0, count: slots.count * 4)
    for hash in known { insert(hash) }
  }
}
