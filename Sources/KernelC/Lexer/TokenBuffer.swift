// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The tokens of a text, in order; the last is `endOfText`.
public struct TokenBuffer: Sendable {
  public let text: [UInt8]
  public let tokens: [Token]
  /// Indices of the `directive` tokens, in order.
  public let directives: [UInt32]

  /// Cuts a text into tokens. Never fails: every byte is in a token or between two.
  /// - Parameter text: at most `limit` bytes; what is beyond is not looked at.
  public init(lexing text: [UInt8]) {
    self.text = text
    let length = min(text.count, Self.limit)
    // Room for a token a byte: what is not written to is not backed by memory. Growing as tokens came took a
    // third longer.
    var lexer = Lexer()
    let roomy = [Token](capacity: length + 1) { tokens in
      lexer.run(text.span.extracting(0..<length), into: &tokens)
    }
    directives = lexer.directives
    var exact: [Token] = []
    exact.reserveCapacity(roomy.count)
    exact += roomy
    tokens = exact
  }

  /// Offsets have 32 bits.
  public static let limit = Int(UInt32.max) - 1

  /// The bytes of a token as they stand.
  public func bytes(of token: Token) -> ArraySlice<UInt8> { text[token.range] }

  /// The line on which a token begins, without its end, and the offset of its first byte.
  public func line(around token: Token) -> (start: UInt32, bytes: ArraySlice<UInt8>) {
    let newline = UInt8(ascii: "\n")
    let start = text[..<Int(token.start)].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = text[Int(token.start)...].firstIndex(of: newline) ?? text.count
    return (UInt32(start), text[start..<end])
  }

  /// A token as the compiler reads it: without spliced line ends.
  public func spelling(of token: Token) -> [UInt8] {
    let bytes = bytes(of: token)
    guard token.flags.contains(.hasSplice) else { return Array(bytes) }
    var spelling: [UInt8] = []
    var i = bytes.startIndex
    while i < bytes.endIndex {
      let splice = bytes.span.extracting((i - bytes.startIndex)...).spliceLength
      if splice > 0 {
        i += splice
      } else {
        spelling.append(bytes[i])
        i += 1
      }
    }
    return spelling
  }

  /// The text put together again from what stands before each token and the token itself.
  public func printed() -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var behind = 0
    for token in tokens {
      output += text[behind..<Int(token.start)]
      output += text[token.range]
      behind = Int(token.end)
    }
    return output
  }
}

extension Span<UInt8> {
  /// Bytes of a backslash and line end at the beginning; 0 where there is none.
  @inline(__always)
  var spliceLength: Int {
    guard count > 1, self[0] == UInt8(ascii: "\\") else { return 0 }
    if self[1] == UInt8(ascii: "\n") { return 2 }
    return count > 2 && self[1] == UInt8(ascii: "\r") && self[2] == UInt8(ascii: "\n") ? 3 : 0
  }
}
