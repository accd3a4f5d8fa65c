// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// Looks for one word in the bytes of many files.
///
/// Horspool's search: the byte under the word's last one says how far it can move on.
struct WordSearch: Sendable {
  let word: [UInt8]
  private let steps: [Int]

  init(_ name: String) {
    let word = Array(name.utf8)
    var steps = [Int](repeating: word.count, count: 256)
    for (i, byte) in word.dropLast().enumerated() { steps[Int(byte)] = word.count - 1 - i }
    (self.word, self.steps) = (word, steps)
  }

  /// Whether the word stands in a text, with no other byte of an identifier beside it; in comments, too.
  func isIn(_ text: [UInt8]) -> Bool {
    guard let final = word.last, text.count >= word.count else { return false }
    let (bytes, wanted, step) = (text.span, word.span, steps.span)
    let last = wanted.count - 1
    var i = last
    while i < bytes.count {
      let byte = bytes[i]
      if byte == final {
        let start = i - last
        var length = 0
        while length < last, bytes[start + length] == wanted[length] { length += 1 }
        if length == last, start == 0 || !bytes[start - 1].isWordByte,
          i + 1 == bytes.count || !bytes[i + 1].isWordByte
        {
          return true
        }
      }
      i += step[Int(byte)]
    }
    return false
  }

  /// Whether the code of a text has the word.
  func isUsed(in text: [UInt8]) -> Bool {
    guard isIn(text) else { return false }
    let buffer = TokenBuffer(lexing: text)
    let span = text.span
    return buffer.tokens.contains { token in
      guard token.kind == .identifier else { return false }
      if token.flags.contains(.hasSplice) { return buffer.spelling(of: token) == word }
      return span.isEqual(Int(token.start)..<Int(token.end), word)
    }
  }
}

extension UInt8 {
  fileprivate var isWordByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
