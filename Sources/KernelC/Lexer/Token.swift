// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// One token: where it stands, and what it is. White space and comments before it are between the end of the
/// token before and its start.
///
/// 16 bytes, as the tokens of a whole tree are gone through at a time.
public struct Token: Hashable, Sendable {
  /// Offsets into the text.
  public var start, end: UInt32
  /// Line (1-based) of its first byte.
  public var line: UInt32
  public var kind: TokenKind
  public var flags: Flags

  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The first on its line; a line that ends with a backslash goes on in the next.
    public static let beginsLine = Flags(rawValue: 1)
    /// White space or a comment stands before it.
    public static let afterSpace = Flags(rawValue: 2)
    /// It belongs to a preprocessor line.
    public static let inDirective = Flags(rawValue: 4)
    /// A backslash and a line's end stand inside it.
    public static let hasSplice = Flags(rawValue: 8)
    /// A string, character or comment that the line or the text ends before it does.
    public static let isOpen = Flags(rawValue: 16)
  }

  @inlinable
  init(kind: TokenKind, start: Int, end: Int, line: UInt32, flags: Flags) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    (self.line, self.kind, self.flags) = (line, kind, flags)
  }

  public var range: ByteRange { ByteRange(start, end) }
}

/// What a token is.
///
/// Source: ISO C11 §6.4; punctuators as §6.4.6.
public enum TokenKind: UInt8, Hashable, Sendable, CaseIterable {
  case endOfText
  case identifier
  /// A preprocessing number: `0x1fUL`, `1.5e3`, `0b11`.
  case number
  case string
  case character
  /// `<linux/list.h>` behind `#include`.
  case headerName
  /// The `#` that begins a preprocessor line.
  case directive
  /// A byte that begins no token.
  case other

  case openParen, closeParen, openBracket, closeBracket, openBrace, closeBrace
  case semicolon, comma, colon, question, tilde
  case dot, ellipsis, arrow
  case plus, plusPlus, plusEqual, minus, minusMinus, minusEqual
  case star, starEqual, slash, slashEqual, percent, percentEqual
  case equal, equalEqual, exclaim, exclaimEqual
  case less, lessEqual, lessLess, lessLessEqual, greater, greaterEqual, greaterGreater, greaterGreaterEqual
  case ampersand, ampersandAmpersand, ampersandEqual, bar, barBar, barEqual, caret, caretEqual
  case hash, hashHash
}
