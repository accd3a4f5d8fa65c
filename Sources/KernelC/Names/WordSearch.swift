// SPDX-License-Identifier: GPL-2.0-or-later

/// The words of a text by their hashes, each once: a thousand headers are asked for a word in a thousand steps, and their
/// texts are not looked at.
///
/// Two words share a hash once in two billion. A header is then looked into for a name that it does not declare.
public struct WordHashes: Sendable {
  /// Open addressing; 0 is free, and at most three in four are not.
  private var slots: [UInt32]
  private var count = 0

  private init(size: Int) { slots = [UInt32](repeating: 0, count: size) }

  /// The words of a text.
  public init(of text: [UInt8]) { self = Self.reading(text).words }

  /// Whether the word that is looked for is there.
  public func holds(_ search: WordSearch) -> Bool { holds(search.hash) }

  /// The words of a text, and whether `##` stands in it.
  static func reading(_ text: [UInt8]) -> (words: WordHashes, pastes: Bool) {
    // A word has some eight bytes with what stands behind it, and half of the words are new.
    var size = 64
    while size < text.count / 16 { size *= 2 }
    var (words, pastes) = (WordHashes(size: size), false)
    let bytes = text.span
    var i = 0
    while i < bytes.count {
      guard bytes[i].isWordByte else {
        if bytes[i] == UInt8(ascii: "#"), i > 0, bytes[i - 1] == UInt8(ascii: "#") { pastes = true }
        i += 1
        continue
      }
      var hash: UInt64 = 0
      while i < bytes.count, bytes[i].isWordByte {
        hash = (hash ^ UInt64(bytes[i])) &* factor
        i += 1
      }
      words.insert(mixed(hash))
    }
    return (words, pastes)
  }

  private mutating func insert(_ hash: UInt64) {
    guard !holds(hash) else { return }
    if (count + 1) * 4 > slots.count * 3 {
      // The place of a word follows from what is kept of its hash.
      let old = slots
      slots = [UInt32](repeating: 0, count: old.count * 2)
      for kept in old where kept != 0 { put(kept) }
    }
    put(Self.kept(hash))
    count += 1
  }

  private mutating func put(_ kept: UInt32) {
    var place = Int(kept &* Self.spread) & (slots.count - 1)
    while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
    slots[place] = kept
  }

  /// Whether a word of that hash is there.
  func holds(_ hash: UInt64) -> Bool {
    let (kept, slots) = (Self.kept(hash), slots.span)
    var place = Int(kept &* Self.spread) & (slots.count - 1)
    while slots[place] != 0 {
      if slots[place] == kept { return true }
      place = (place + 1) & (slots.count - 1)
    }
    return false
  }

  static func hash(of word: [UInt8]) -> UInt64 {
    mixed(word.reduce(0) { ($0 ^ UInt64($1)) &* factor })
  }

  private static func kept(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) | 1 << 31 }
  private static func mixed(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 32) &* factor >> 24 }
  private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
  private static let spread: UInt32 = 0x9e37_79b1
}

/// Looks for one word in many texts, where no other byte of an identifier stands beside it.
///
/// Horspool's search: the byte under the word's last one says how far it can move on.
public struct WordSearch: Sendable {
  public let word: [UInt8]
  /// As `WordHashes` has it.
  let hash: UInt64
  private let steps: [Int]

  public init(_ word: [UInt8]) {
    (self.word, hash) = (word, WordHashes.hash(of: word))
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
