// SPDX-License-Identifier: GPL-2.0-or-later

/// A word of Kconfig files by its number in a `WordTable`.
typealias Word = Int32

/// Byte strings that are kept once each: comparing two words costs a comparison of numbers.
struct WordTable: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where each word ends in `bytes`; it begins where the one before ends.
  private(set) var ends: [Int32] = []
  /// Number + 1 by hash, 0 where free; never more than half full.
  private(set) var slots = [Int32](repeating: 0, count: 1 << 12)

  init() {}

  /// A table as it was.
  init(bytes: [UInt8], ends: [Int32], slots: [Int32]) {
    (self.bytes, self.ends, self.slots) = (bytes, ends, slots)
  }

  var count: Int { ends.count }

  private func range(of word: Word) -> Range<Int> {
    (word == 0 ? 0 : Int(ends[Int(word) - 1]))..<Int(ends[Int(word)])
  }

  subscript(word: Word) -> ArraySlice<UInt8> { bytes[range(of: word)] }

  func text(_ word: Word) -> String { String(decoding: self[word], as: UTF8.self) }

  /// The number of a word, which is entered where it is new.
  mutating func intern(_ text: some RandomAccessCollection<UInt8>) -> Word {
    let slot = self.slot(of: text)
    if slots[slot] != 0 { return slots[slot] - 1 }
    bytes += text
    ends.append(Int32(bytes.count))
    slots[slot] = Int32(ends.count)
    if ends.count * 2 > slots.count { grow() }
    return Int32(ends.count - 1)
  }

  /// The number of a word; nil where it was never entered.
  func find(_ text: some RandomAccessCollection<UInt8>) -> Word? {
    let found = slots[slot(of: text)]
    return found == 0 ? nil : found - 1
  }

  /// Where the word is, or the free place where it belongs.
  private func slot(of text: some RandomAccessCollection<UInt8>) -> Int {
    var index = Self.hash(text) & (slots.count - 1)
    while slots[index] != 0 {
      let known = range(of: slots[index] - 1)
      if known.count == text.count && bytes[known].elementsEqual(text) { return index }
      index = (index + 1) & (slots.count - 1)
    }
    return index
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    for word in 0..<Int32(ends.count) { slots[slot(of: self[word])] = word + 1 }
  }

  /// FNV-1a, which needs no seed.
  private static func hash(_ text: some RandomAccessCollection<UInt8>) -> Int {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: value ^ (value >> 32))
  }
}
