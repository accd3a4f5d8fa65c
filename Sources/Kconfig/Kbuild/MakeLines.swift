// SPDX-License-Identifier: GPL-2.0-or-later

/// The logical lines of a Makefile: continuations joined, comments taken out.
///
/// Source: GNU make manual, "Splitting Long Lines" and "What Makefiles Contain".
struct MakeLines {
  struct Line {
    var text: [UInt8]
    /// The first physical line, from 1.
    var number: UInt32
    /// Whether it begins with a tab, as the lines of a recipe do.
    var hasTab: Bool
  }

  private(set) var lines: [Line] = []

  init(_ bytes: [UInt8]) {
    let (newline, backslash) = (UInt8(ascii: "\n"), UInt8(ascii: "\\"))
    var number: UInt32 = 1
    var start = 0
    while start < bytes.count {
      let first = number
      var text: [UInt8] = []
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: newline) ?? bytes.count
        var piece = bytes[start..<end]
        if piece.last == UInt8(ascii: "\r") { piece = piece.dropLast() }
        start = end + 1
        number += 1
        let slashes = piece.reversed().prefix { $0 == backslash }.count
        if !text.isEmpty { piece = piece.drop { $0.isMakeBlank } }
        guard slashes % 2 == 1, start < bytes.count else {
          text += piece
          break
        }
        piece = piece.dropLast()
        while let last = piece.last, last.isMakeBlank { piece = piece.dropLast() }
        text += piece
        text.append(UInt8(ascii: " "))
      }
      lines.append(Line(text: text, number: first, hasTab: text.first == UInt8(ascii: "\t")))
    }
  }

  /// Gives all lines the number of the line that they come from.
  mutating func renumber(_ number: UInt32) {
    for index in lines.indices { lines[index].number = number }
  }

  /// A line without its comment and the blanks around it. A `#` behind a backslash is a character.
  static func withoutComment(_ text: [UInt8]) -> ArraySlice<UInt8> {
    var end = text.count
    for index in text.indices where text[index] == UInt8(ascii: "#") {
      guard index == 0 || text[index - 1] != UInt8(ascii: "\\") else { continue }
      end = index
      break
    }
    return text[..<end].trimmed
  }
}

extension UInt8 {
  /// What separates words: a space, a tab, and the newline inside of a `define`.
  var isMakeBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0d) }
}

extension ArraySlice<UInt8> {
  var trimmed: ArraySlice<UInt8> {
    var rest = drop { $0.isMakeBlank }
    while let last = rest.last, last.isMakeBlank { rest = rest.dropLast() }
    return rest
  }

  /// Whether it begins with these bytes.
  func hasPrefix(_ text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount
      && text.withUTF8Buffer { $0.elementsEqual(prefix(text.utf8CodeUnitCount)) }
  }

  var string: String { String(decoding: self, as: UTF8.self) }
}
