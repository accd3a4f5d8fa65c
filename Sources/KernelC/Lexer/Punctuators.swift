// SPDX-License-Identifier: GPL-2.0-or-later

/// The punctuators of C; the longest that fits is the token.
enum Punctuators {
  static func longest(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> (kind: TokenKind, length: Int) {
    switch a {
    case UInt8(ascii: "("): return (.openParen, 1)
    case UInt8(ascii: ")"): return (.closeParen, 1)
    case UInt8(ascii: "["): return (.openBracket, 1)
    case UInt8(ascii: "]"): return (.closeBracket, 1)
    case UInt8(ascii: "{"): return (.openBrace, 1)
    case UInt8(ascii: "}"): return (.closeBrace, 1)
    case UInt8(ascii: ";"): return (.semicolon, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: ":"): return (.colon, 1)
    case UInt8(ascii: "?"): return (.question, 1)
    case UInt8(ascii: "~"): return (.tilde, 1)
    case UInt8(ascii: "."): return b == a && c == a ? (.ellipsis, 3) : (.dot, 1)
    case UInt8(ascii: "-"):
      if b == UInt8(ascii: ">") { return (.arrow, 2) }
      return either(a, b, .minus, .minusEqual, .minusMinus)
    case UInt8(ascii: "+"): return either(a, b, .plus, .plusEqual, .plusPlus)
    case UInt8(ascii: "*"): return either(b, .star, .starEqual)
    case UInt8(ascii: "/"): return either(b, .slash, .slashEqual)
    case UInt8(ascii: "%"): return either(b, .percent, .percentEqual)
    case UInt8(ascii: "="): return either(b, .equal, .equalEqual)
    case UInt8(ascii: "!"): return either(b, .exclaim, .exclaimEqual)
    case UInt8(ascii: "^"): return either(b, .caret, .caretEqual)
    case UInt8(ascii: "&"): return either(a, b, .ampersand, .ampersandEqual, .ampersandAmpersand)
    case UInt8(ascii: "|"): return either(a, b, .bar, .barEqual, .barBar)
    case UInt8(ascii: "<"): return shift(a, b, c, .less, .lessEqual, .lessLess, .lessLessEqual)
    case UInt8(ascii: ">"):
      return shift(a, b, c, .greater, .greaterEqual, .greaterGreater, .greaterGreaterEqual)
    case UInt8(ascii: "#"): return b == a ? (.hashHash, 2) : (.hash, 1)
    default: return (.other, 1)
    }
  }

  /// `x` or `x=`
  private static func either(_ b: UInt8, _ one: TokenKind, _ equal: TokenKind) -> (TokenKind, Int) {
    b == UInt8(ascii: "=") ? (equal, 2) : (one, 1)
  }

  /// `x`, `x=` or `xx`
  private static func either(
    _ a: UInt8, _ b: UInt8, _ one: TokenKind, _ equal: TokenKind, _ double: TokenKind
  ) -> (TokenKind, Int) {
    b == a ? (double, 2) : either(b, one, equal)
  }

  /// `x`, `x=`, `xx` or `xx=`
  private static func shift(
    _ a: UInt8, _ b: UInt8, _ c: UInt8, _ one: TokenKind, _ equal: TokenKind, _ double: TokenKind,
    _ doubleEqual: TokenKind
  ) -> (TokenKind, Int) {
    guard b == a else { return either(b, one, equal) }
    return c == UInt8(ascii: "=") ? (doubleEqual, 3) : (double, 2)
  }
}
