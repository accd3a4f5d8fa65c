// SPDX-License-Identifier: GPL-2.0-or-later

/// Which words a text may hold: a bit a word, by its hash. It says no for most of a thousand headers in a few steps.
struct WordFilter: Sendable {
  private var bits: [UInt64]
  private let mask: UInt64

  init(of text: [UInt8]) {
    // A word has some eight bytes, and half of them are new: one bit in eight is set.
    var size: UInt64 = 1024
    while size < UInt64(text.count) / 2 { size *= 2 }
    mask = size - 1
    var bits = [UInt64](repeating: 0, count: Int(size / 64))
    let bytes = text.span
    var i = 0
    while i < bytes.count {
      guard bytes[i].isWordByte else {
        i += 1
        continue
      }
      var hash: UInt64 = 0
      while i < bytes.count, bytes[i].isWordByte {
        hash = (hash ^ UInt64(bytes[i])) &* Self.factor
        i += 1
      }
      let bit = hash >> 20 & mask
      bits[Int(bit / 64)] |= 1 << (bit % 64)
    }
    self.bits = bits
  }

  func mayHold(_ word: [UInt8]) -> Bool {
    let bit = word.reduce(0 as UInt64) { ($0 ^ UInt64($1)) &* Self.factor } >> 20 & mask
    return bits[Int(bit / 64)] & 1 << (bit % 64) != 0
  }

  private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
}

/// Looks for one word in many texts, where no other byte of an identifier stands beside it.
///
/// Horspool's search: the byte under the word's last one says how far it can move on.
public struct WordSearch: Sendable {
  public let word: [UInt8]
  private let steps: [Int]

  public init(_ word: [UInt8]) {
    self.word = word
    var steps = [Int](repeating: word.count, count: 256)
    for (i, byte) in word.dropLast().enumerated() { steps[Int(byte)] = word.count - 1 - i }
    self.steps = steps
  }

  public init(_ word: String) { self.init(Array(word.utf8)) }

  /// Whether the word stands in a text; in comments, too.
  public func isIn(_ text: [UInt8]) -> Bool { first(in: text) != nil }

  /// The offset of the first place from an offset on.
  func first(in text: [UInt8], from offset: Int = 0) -> Int? {
    guard let final = word.last else { return nil }
    let (text, wanted, step) = (text.span, word.span, steps.span)
    var i = offset + wanted.count - 1
    while i < text.count {
      let byte = text[i]
      if byte == final {
        let start = i - (wanted.count - 1)
        var length = 0
        while length < wanted.count - 1, text[start + length] == wanted[length] { length += 1 }
        if length == wanted.count - 1, start == 0 || !text[start - 1].isWordByte,
          i + 1 == text.count || !text[i + 1].isWordByte
        {
          return start
        }
      }
      i += step[Int(byte)]
    }
    return nil
  }
}

extension [UInt8] {
  /// Offsets at which a word stands, with no other byte of an identifier beside it.
  public func places(ofWord word: [UInt8]) -> [Int] {
    let search = WordSearch(word)
    var places: [Int] = []
    while let place = search.first(in: self, from: places.last.map { $0 + word.count } ?? 0) {
      places.append(place)
    }
    return places
  }
}
