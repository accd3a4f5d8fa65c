// SPDX-License-Identifier: GPL-2.0-or-later

/// What a byte can begin.
enum ByteClass: UInt8 {
  case other, blank, newline, letter, digit, quote, slash, backslash, dot, less, hash, punctuation

  /// The class of each byte.
  static let of: [ByteClass] = (0...255).map { classify(UInt8($0)) }

  /// Whether a byte goes on with an identifier or a number.
  static let continuesWord: [Bool] = (0...255).map {
    let kind = classify(UInt8($0))
    return kind == .letter || kind == .digit
  }

  static func isExponent(_ byte: UInt8) -> Bool { byte | 0x20 == UInt8(ascii: "e") }

  private static func classify(_ byte: UInt8) -> ByteClass {
    switch byte {
    case UInt8(ascii: "\n"): .newline
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0B, 0x0C: .blank
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "$"), 0x80...0xFF:
      .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "\""), UInt8(ascii: "'"): .quote
    case UInt8(ascii: "/"): .slash
    case UInt8(ascii: "\\"): .backslash
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: "<"): .less
    case UInt8(ascii: "#"): .hash
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "?"),
      UInt8(ascii: "~"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "%"), UInt8(ascii: "="),
      UInt8(ascii: "!"),
      UInt8(ascii: "^"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: ">"):
      .punctuation
    default: .other
    }
  }
}
