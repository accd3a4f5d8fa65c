// SPDX-License-Identifier: GPL-2.0-or-later

/// One pass over the bytes of a text.
///
/// Source: ISO C11 §5.1.1.2, translation phases 2 and 3, and §6.4; GNU C: `$` in identifiers, `\` and blanks
/// before a line's end are no splice.
struct Lexer {
  private var line: UInt32 = 1
  private var flags: Token.Flags = [.beginsLine]
  /// The directive's name is next, or was `include`, after which `<` begins a header's name.
  private var directive = Directive.none
  /// Indices of the tokens that begin preprocessor lines.
  private(set) var directives: [UInt32] = []

  private enum Directive { case none, name, include, other }

  /// The tables at hand: a global is looked at for having been made at each use.
  private let classes = ByteClass.of
  private let words = ByteClass.continuesWord

  /// - Parameter tokens: room for one more than the text has bytes.
  mutating func run(_ text: Span<UInt8>, into tokens: inout OutputSpan<Token>) {
    var i = 0
    let count = text.count
    while i < count {
      let byte = text[i]
      switch classes[Int(byte)] {
      case .blank:
        i += 1
        flags.insert(.afterSpace)
      case .newline:
        i += 1
        line &+= 1
        endLine()
      case .letter: i = identifier(&tokens, text, i)
      case .digit: i = number(&tokens, text, i)
      case .quote: i = quoted(&tokens, text, i)
      case .slash: i = slash(&tokens, text, i)
      case .backslash: i = backslash(&tokens, text, i)
      case .dot:
        if i + 1 < count, classes[Int(text[i + 1])] == .digit {
          i = number(&tokens, text, i)
        } else {
          i = punctuator(&tokens, text, i)
        }
      case .less: i = directive == .include ? headerName(&tokens, text, i) : punctuator(&tokens, text, i)
      case .hash:
        if flags.contains(.beginsLine) {
          flags.insert(.inDirective)
          directive = .name
          directives.append(UInt32(truncatingIfNeeded: tokens.count))
          i = take(&tokens, .directive, i, i + 1)
        } else {
          i = punctuator(&tokens, text, i)
        }
      case .punctuation: i = punctuator(&tokens, text, i)
      case .other: i = take(&tokens, .other, i, i + 1)
      }
    }
    flags.insert(.beginsLine)
    flags.remove(.inDirective)
    _ = take(&tokens, .endOfText, count, count)
  }

  /// A line that is not spliced ends here.
  private mutating func endLine() {
    flags.insert([.beginsLine, .afterSpace])
    flags.remove(.inDirective)
    directive = .none
  }

  private mutating func take(
    _ tokens: inout OutputSpan<Token>,
    _ kind: TokenKind, _ start: Int, _ end: Int, _ more: Token.Flags = [], _ at: UInt32? = nil
  )
    -> Int
  {
    tokens.append(Token(kind: kind, start: start, end: end, line: at ?? line, flags: flags.union(more)))
    flags.remove([.beginsLine, .afterSpace])
    if kind != .directive, directive != .none { directive = .other }
    return end
  }

  // MARK: Words

  private mutating func identifier(_ tokens: inout OutputSpan<Token>, _ text: Span<UInt8>, _ start: Int)
    -> Int
  {
    var i = start + 1
    while i < text.count, words[Int(text[i])] { i += 1 }
    guard i < text.count, text[i] == UInt8(ascii: "\\") else {
      return word(&tokens, .identifier, text, start, i)
    }
    return spliced(&tokens, .identifier, text, start, i) { ByteClass.continuesWord[Int($0)] }
  }

  /// A word without a splice; behind `#` it is the directive's name.
  private mutating func word(
    _ tokens: inout OutputSpan<Token>, _ kind: TokenKind, _ text: Span<UInt8>, _ start: Int, _ end: Int
  ) -> Int {
    let isName = directive == .name
    let next = take(&tokens, kind, start, end)
    if isName, Self.isInclude(text, start, end) { directive = .include }
    return next
  }

  private static func isInclude(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    func equals(_ name: StaticString) -> Bool {
      guard end - start == name.utf8CodeUnitCount else { return false }
      for i in 0..<name.utf8CodeUnitCount where text[start + i] != name.utf8Start[i] { return false }
      return true
    }
    return equals("include") || equals("include_next")
  }

  private mutating func number(_ tokens: inout OutputSpan<Token>, _ text: Span<UInt8>, _ start: Int) -> Int {
    var i = start + 1
    while i < text.count {
      let byte = text[i]
      // A sign belongs to the number behind an exponent's letter.
      let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      if isSign
        ? ByteClass.isExponent(text[i - 1]) && !Self.isHex(text, start) || Self.isBinaryExponent(text[i - 1])
        : byte == UInt8(ascii: ".") || words[Int(byte)]
      {
        i += 1
      } else {
        break
      }
    }
    guard i < text.count, text[i] == UInt8(ascii: "\\") else { return take(&tokens, .number, start, i) }
    return spliced(&tokens, .number, text, start, i) {
      ByteClass.continuesWord[Int($0)] || $0 == UInt8(ascii: ".")
    }
  }

  /// `0x1e+1` is a sum to every kernel programmer, though not to the standard.
  private static func isHex(_ text: Span<UInt8>, _ start: Int) -> Bool {
    start + 1 < text.count && text[start] == UInt8(ascii: "0") && text[start + 1] | 0x20 == UInt8(ascii: "x")
  }

  private static func isBinaryExponent(_ byte: UInt8) -> Bool { byte | 0x20 == UInt8(ascii: "p") }

  /// Goes on with a word that may be broken by spliced line ends.
  private mutating func spliced(
    _ tokens: inout OutputSpan<Token>, _ kind: TokenKind, _ text: Span<UInt8>, _ start: Int, _ from: Int,
    _ continues: (UInt8) -> Bool
  ) -> Int {
    let first = line
    var i = from
    var lines: UInt32 = 0
    var more: Token.Flags = []
    while i < text.count {
      let splice = text.extracting(i..<text.count).spliceLength
      if splice > 0 {
        // Only where the word goes on behind it: else the splice stands between two tokens.
        guard i + splice < text.count, continues(text[i + splice]) else { break }
        i += splice
        lines &+= 1
        more.insert(.hasSplice)
      } else if continues(text[i]) {
        i += 1
      } else {
        break
      }
    }
    let isName = directive == .name
    let end = take(&tokens, kind, start, i, more, first)
    if isName, Self.isInclude(text, start, i) { directive = .include }
    line &+= lines
    return end
  }

  // MARK: Strings

  private mutating func quoted(_ tokens: inout OutputSpan<Token>, _ text: Span<UInt8>, _ start: Int) -> Int {
    let quote = text[start]
    let kind: TokenKind = quote == UInt8(ascii: "\"") ? .string : .character
    let first = line
    var lines: UInt32 = 0
    var more: Token.Flags = []
    var i = start + 1
    while i < text.count {
      let byte = text[i]
      if byte == quote {
        let end = take(&tokens, kind, start, i + 1, more, first)
        line &+= lines
        return end
      }
      if byte == UInt8(ascii: "\n") { break }
      guard byte == UInt8(ascii: "\\") else {
        i += 1
        continue
      }
      let splice = text.extracting(i..<text.count).spliceLength
      if splice > 0 {
        more.insert(.hasSplice)
        lines &+= 1
        i += splice
      } else {
        i += i + 1 < text.count && text[i + 1] != UInt8(ascii: "\n") ? 2 : 1
      }
    }
    let end = take(&tokens, kind, start, min(i, text.count), more.union(.isOpen), first)
    line &+= lines
    return end
  }

  private mutating func headerName(_ tokens: inout OutputSpan<Token>, _ text: Span<UInt8>, _ start: Int)
    -> Int
  {
    var i = start + 1
    while i < text.count, text[i] != UInt8(ascii: "\n"), text[i] != UInt8(ascii: ">") { i += 1 }
    guard i < text.count, text[i] == UInt8(ascii: ">") else {
      return take(&tokens, .headerName, start, i, .isOpen)
    }
    return take(&tokens, .headerName, start, i + 1)
  }

  // MARK: Comments and splices

  private mutating func slash(_ tokens: inout OutputSpan<Token>, _ text: Span<UInt8>, _ start: Int) -> Int {
    guard start + 1 < text.count else { return punctuator(&tokens, text, start) }
    switch text[start + 1] {
    case UInt8(ascii: "*"):
      var i = start + 2
      while i < text.count {
        let byte = text[i]
        if byte == UInt8(ascii: "\n") {
          line &+= 1
        } else if byte == UInt8(ascii: "*"), i + 1 < text.count, text[i + 1] == UInt8(ascii: "/") {
          flags.insert(.afterSpace)
          return i + 2
        }
        i += 1
      }
      flags.insert([.afterSpace, .isOpen])
      return text.count
    case UInt8(ascii: "/"):
      var i = start + 2
      while i < text.count, text[i] != UInt8(ascii: "\n") {
        let splice = text.extracting(i..<text.count).spliceLength
        if splice > 0 { line &+= 1 }
        i += max(splice, 1)
      }
      flags.insert(.afterSpace)
      return i
    default: return punctuator(&tokens, text, start)
    }
  }

  private mutating func backslash(_ tokens: inout OutputSpan<Token>, _ text: Span<UInt8>, _ start: Int) -> Int
  {
    let splice = text.extracting(start..<text.count).spliceLength
    guard splice > 0 else { return take(&tokens, .other, start, start + 1) }
    line &+= 1
    flags.insert(.afterSpace)
    return start + splice
  }

  // MARK: Punctuators

  private mutating func punctuator(_ tokens: inout OutputSpan<Token>, _ text: Span<UInt8>, _ start: Int)
    -> Int
  {
    let first = text[start]
    let second = start + 1 < text.count ? text[start + 1] : 0
    let third = start + 2 < text.count ? text[start + 2] : 0
    let (kind, length) = Punctuators.longest(first, second, third)
    return take(&tokens, kind, start, start + length)
  }
}
