// SPDX-License-Identifier: GPL-2.0-or-later

/// What a word may be in a text, by the bytes around it. They only save parsing: yes means that the text is looked into.
struct WordRoles: OptionSet, Sendable {
  let rawValue: UInt32

  /// The text declares it, or has it where it is not known what is declared: known of a text that was parsed.
  static let declared = WordRoles(rawValue: 1 << 27)
  /// `#define word`
  static let macro = WordRoles(rawValue: 1 << 28)
  /// `struct word {`, also with words between.
  static let tag = WordRoles(rawValue: 1 << 29)
  /// In a line that begins in the first column, behind a `}` or before a `(`, or alone as enumerators are.
  static let ordinary = WordRoles(rawValue: 1 << 30)

  /// The bits that the roles take.
  static let all: WordRoles = [.declared, .macro, .tag, .ordinary]
}

/// The words of a text by their hashes, each once, with what they may be there: a thousand headers are asked for a word in a
/// thousand steps, and their texts are not looked at.
///
/// Two words share a hash once in a hundred million. A header is then looked into for a name that it does not declare.
public struct WordHashes: Sendable {
  /// Open addressing; 0 is free, and at most three in four are not.
  private(set) var slots: [UInt32]
  private var count = 0

  /// Words that are not added to.
  /// - Parameter slots: those of others; a power of two of them, not all taken.
  init(slots: [UInt32]) { self.slots = slots }

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
    var line = LineState()
    // The words behind which only words and blanks stand so far.
    var run: [UInt32] = []
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      guard byte.isWordByte else {
        switch byte {
        case UInt8(ascii: "\n"): line = LineState()
        case UInt8(ascii: " "), UInt8(ascii: "\t"): line.see(byte)
        default:
          line.see(byte)
          if byte == UInt8(ascii: "#"), i > 0, bytes[i - 1] == UInt8(ascii: "#") { pastes = true }
          guard byte > UInt8(ascii: " ") else { break }
          if byte == UInt8(ascii: "{") { for kept in run { words.insert(kept, as: .tag) } }
          run.removeAll(keepingCapacity: true)
        }
        i += 1
        continue
      }
      line.see(byte)
      let start = i
      var hash: UInt64 = 0
      while i < bytes.count, bytes[i].isWordByte {
        hash = (hash ^ UInt64(bytes[i])) &* factor
        i += 1
      }
      let kept = kept(mixed(hash))
      var roles: WordRoles = line.isBehindDefine ? .macro : []
      if line.isOfDeclaration || line.isBlankBefore && bytes.mayEndEnumerator(at: i) {
        roles.insert(.ordinary)
      }
      words.insert(kept, as: roles)
      run.append(kept)
      line.passWord(isDefine: bytes.endsInDefine(start..<i))
    }
    return (words, pastes)
  }

  /// Adds a word, or what it may be besides.
  /// - Parameter hash: of the word.
  mutating func insert(_ hash: UInt64, as roles: WordRoles) { insert(Self.kept(hash), as: roles) }

  private mutating func insert(_ kept: UInt32, as roles: WordRoles) {
    let place = self.place(of: kept)
    if slots[place] != 0 {
      slots[place] |= roles.rawValue
      return
    }
    slots[place] = kept | roles.rawValue
    count += 1
    guard count * 4 > slots.count * 3 else { return }
    // The place of a word follows from what is kept of its hash.
    let old = slots
    slots = [UInt32](repeating: 0, count: old.count * 2)
    for word in old where word != 0 { slots[self.place(of: word & ~WordRoles.all.rawValue)] = word }
  }

  /// Where a word is, or where it belongs.
  private func place(of kept: UInt32) -> Int {
    let slots = self.slots.span
    var place = Int(kept &* Self.spread) & (slots.count - 1)
    while slots[place] != 0, slots[place] & ~WordRoles.all.rawValue != kept {
      place = (place + 1) & (slots.count - 1)
    }
    return place
  }

  /// Whether a word of that hash is there.
  func holds(_ hash: UInt64) -> Bool { slots[place(of: Self.kept(hash))] != 0 }

  /// What a word of that hash may be.
  func roles(of hash: UInt64) -> WordRoles {
    WordRoles(rawValue: slots[place(of: Self.kept(hash))]).intersection(.all)
  }

  static func hash(of word: [UInt8]) -> UInt64 {
    mixed(word.reduce(0) { ($0 ^ UInt64($1)) &* factor })
  }

  private static func kept(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash) & ~WordRoles.all.rawValue | 1 << 31
  }
  private static func mixed(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 32) &* factor >> 24 }
  private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
  private static let spread: UInt32 = 0x9e37_79b1
}

/// What stands in a line before a word.
private struct LineState {
  private var isBegun = false
  /// It begins in the first column, and with no sign of a directive or comment.
  private(set) var isOfDeclaration = false
  /// Nothing but blanks so far.
  private(set) var isBlankBefore = true
  private(set) var isBehindDefine = false

  mutating func see(_ byte: UInt8) {
    if !isBegun {
      isBegun = true
      isOfDeclaration =
        byte > UInt8(ascii: " ") && byte != UInt8(ascii: "#") && byte != UInt8(ascii: "*")
    }
    guard byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t"), !byte.isWordByte else { return }
    isBehindDefine = false
    if byte > UInt8(ascii: " ") { isBlankBefore = false }
  }

  mutating func passWord(isDefine: Bool) {
    (isBehindDefine, isBlankBefore) = (isDefine, false)
  }
}

extension Span<UInt8> {
  fileprivate func endsInDefine(_ word: Range<Int>) -> Bool {
    let wanted: StaticString = "define"
    guard word.count >= wanted.utf8CodeUnitCount else { return false }
    let start = word.upperBound - wanted.utf8CodeUnitCount
    for i in 0..<wanted.utf8CodeUnitCount where self[start + i] != wanted.utf8Start[i] { return false }
    return true
  }

  /// Whether behind a word at the begin of a line stands what may stand behind an enumerator.
  fileprivate func mayEndEnumerator(at end: Int) -> Bool {
    var i = end
    while i < count, self[i] == UInt8(ascii: " ") || self[i] == UInt8(ascii: "\t") { i += 1 }
    guard i < count else { return false }
    switch self[i] {
    case UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "\n"), UInt8(ascii: "/"), UInt8(ascii: "}"):
      return true
    default: return false
    }
  }
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
