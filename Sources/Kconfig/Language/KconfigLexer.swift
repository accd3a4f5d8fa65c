// SPDX-License-Identifier: GPL-2.0-or-later

/// The signs of the language.
enum KconfigSign: UInt8 {
  case or, and, not, equal, unequal, less, lessOrEqual, greater, greaterOrEqual, open, close
  case assign, assignNow, append
}

enum KconfigToken: Hashable {
  case word(Word)
  case quoted(Word)
  case sign(KconfigSign)
}

/// One file on its way through the parser: bytes, and how far they are read.
///
/// Source: `scripts/kconfig/lexer.l`.
struct KconfigLexer {
  let bytes: [UInt8]
  private(set) var position = 0
  /// The line that is read next, from 1.
  private(set) var line = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  private static let newline = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")
  private static let dollar = UInt8(ascii: "$")

  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : Self.newline }

  /// The tokens of the next line that has any, with the line of the first; nil at the end of the file.
  ///
  /// A line ends at a newline without a backslash before it. Where a macro fails, the tokens before it stand.
  mutating func nextLine(
    _ words: inout WordTable, _ tokens: inout [KconfigToken], _ macros: inout MacroExpander
  ) throws(MacroExpander.Failure) -> Int? {
    tokens.removeAll(keepingCapacity: true)
    var first = line
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case Self.newline:
        position += 1
        line += 1
        if !tokens.isEmpty { return first }
        first = line
        continue
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        position += 1
        continue
      case UInt8(ascii: "#"):
        while position < bytes.count, bytes[position] != Self.newline { position += 1 }
        continue
      case Self.backslash:
        position += 1
        if position < bytes.count, bytes[position] == Self.newline {
          position += 1
          line += 1
          if tokens.isEmpty { first = line }
        }
        continue
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        tokens.append(.quoted(try quoted(byte, &words, &macros)))
      case Self.dollar:
        if let word = try word(&words, &macros) { tokens.append(.word(word)) }
      default:
        if Self.isWord(byte) {
          if let word = try word(&words, &macros) { tokens.append(.word(word)) }
        } else if let sign = sign() {
          tokens.append(.sign(sign))
          // The value of an assignment is taken as it stands.
          if tokens.count == 2, case .word = tokens[0],
            sign == .equal || sign == .assignNow || sign == .append
          {
            return first
          }
        }
      }
      guard tokens.count < KconfigLimits.tokens else { throw .tooLarge }
    }
    return tokens.isEmpty ? nil : first
  }

  /// The rest of the line, as it stands after blanks.
  mutating func restOfLine() -> ArraySlice<UInt8> {
    while position < bytes.count,
      bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t")
    {
      position += 1
    }
    let start = position
    while position < bytes.count, bytes[position] != Self.newline { position += 1 }
    return bytes[start..<position]
  }

  /// Goes to the end of the line, after an error in it.
  mutating func skipLine() {
    while position < bytes.count, bytes[position] != Self.newline { position += 1 }
  }

  /// Skips the text below `help`: it ends at the first line that is indented less than its first.
  mutating func skipHelp() {
    var wanted = 0
    var isFirst = true
    while position < bytes.count {
      var (index, indent) = (position, 0)
      while byte(index) == UInt8(ascii: " ") || byte(index) == UInt8(ascii: "\t") {
        indent = byte(index) == UInt8(ascii: "\t") ? (indent & ~7) + 8 : indent + 1
        index += 1
      }
      let isBlank = byte(index) == Self.newline || byte(index) == UInt8(ascii: "\r")
      if !isBlank {
        if indent < wanted || indent == 0 && !isFirst { return }
        if wanted == 0 { wanted = indent }
      }
      // A line without indentation is text only directly below `help`.
      isFirst = false
      while index < bytes.count, bytes[index] != Self.newline { index += 1 }
      position = min(index + 1, bytes.count)
      line += 1
    }
  }

  private mutating func word(
    _ words: inout WordTable, _ macros: inout MacroExpander
  ) throws(MacroExpander.Failure) -> Word? {
    let start = position
    while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == Self.dollar else {
      return words.intern(bytes[start..<position])
    }
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      if bytes[position] == Self.dollar {
        text += try reference(&macros)
      } else if Self.isWord(bytes[position]) {
        text.append(bytes[position])
        position += 1
      } else {
        break
      }
    }
    return text.isEmpty ? nil : words.intern(text)
  }

  /// Expands what begins at a dollar.
  private mutating func reference(
    _ macros: inout MacroExpander
  ) throws(MacroExpander.Failure) -> [UInt8] {
    let start = position + 1
    var end = start
    while end < bytes.count, bytes[end] != Self.newline { end += 1 }
    var used = 0
    defer { position = start + used }
    return try macros.expandReference(bytes[start..<end], &used, at: line)
  }

  private mutating func quoted(
    _ quote: UInt8, _ words: inout WordTable, _ macros: inout MacroExpander
  ) throws(MacroExpander.Failure) -> Word {
    position += 1
    let start = position
    // Most strings have nothing to take out.
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote {
        position += 1
        return words.intern(bytes[start..<position - 1])
      }
      if byte == Self.dollar || byte == Self.backslash || byte == Self.newline || byte < 3 { break }
      position += 1
    }
    var text = Array(bytes[start..<position])
    while position < bytes.count, bytes[position] != Self.newline {
      let byte = bytes[position]
      if byte == Self.dollar {
        text += try reference(&macros)
        guard text.count < KconfigLimits.expansion else { throw .tooLarge }
        continue
      }
      position += 1
      if byte == quote { break }
      if byte == Self.backslash {
        guard position < bytes.count, bytes[position] != Self.newline else { break }
        text.append(bytes[position])
        position += 1
      } else if byte >= 3 {
        text.append(byte)
      }
    }
    return words.intern(text)
  }

  private mutating func sign() -> KconfigSign? {
    let (first, second) = (bytes[position], byte(position + 1))
    let isEqual = second == UInt8(ascii: "=")
    let (sign, length): (KconfigSign?, Int) =
      switch first {
      case UInt8(ascii: "|"): second == first ? (.or, 2) : (nil, 1)
      case UInt8(ascii: "&"): second == first ? (.and, 2) : (nil, 1)
      case UInt8(ascii: "!"): isEqual ? (.unequal, 2) : (.not, 1)
      case UInt8(ascii: "="): (.equal, 1)
      case UInt8(ascii: "<"): isEqual ? (.lessOrEqual, 2) : (.less, 1)
      case UInt8(ascii: ">"): isEqual ? (.greaterOrEqual, 2) : (.greater, 1)
      case UInt8(ascii: "("): (.open, 1)
      case UInt8(ascii: ")"): (.close, 1)
      case UInt8(ascii: ":"): isEqual ? (.assignNow, 2) : (nil, 1)
      case UInt8(ascii: "+"): isEqual ? (.append, 2) : (nil, 1)
      default: (nil, 1)
      }
    position += length
    return sign
  }
}
