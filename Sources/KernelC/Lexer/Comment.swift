// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// A comment of a text: `/* … */` or `// …`.
public struct Comment: Hashable, Sendable {
  /// Its bytes, the marks at its ends included.
  public var range: ByteRange
  /// Line of the text (1-based) on which it begins.
  public var line: UInt32
  /// Index of the token behind it.
  public var token: Int
}

extension TokenBuffer {
  /// The comments before tokens, in the order of the text.
  /// - Parameter indices: the tokens before which is looked; nil for all.
  public func comments(before indices: Range<Int>? = nil) -> [Comment] {
    var found: [Comment] = []
    let bytes = text.span
    for index in indices ?? tokens.indices {
      var i = index == 0 ? 0 : Int(tokens[index - 1].end)
      let end = min(Int(tokens[index].start), bytes.count)
      // The shortest comment has two bytes.
      guard end - i > 1 else { continue }
      // Lines are counted from the token before; a spliced one may go over several.
      var line = index == 0 ? 1 : lastLine(of: tokens[index - 1])
      while i < end {
        let start = i
        if bytes[i] == UInt8(ascii: "\n") { line += 1 }
        i += 1
        guard bytes[start] == UInt8(ascii: "/"), i < end else { continue }
        let first = line
        if bytes[i] == UInt8(ascii: "*") {
          i += 1
          while i < end,
            !(bytes[i] == UInt8(ascii: "/") && bytes[i - 1] == UInt8(ascii: "*") && i > start + 2)
          {
            if bytes[i] == UInt8(ascii: "\n") { line += 1 }
            i += 1
          }
          i = min(i + 1, end)
        } else if bytes[i] == UInt8(ascii: "/") {
          while i < end, bytes[i] != UInt8(ascii: "\n") { i += 1 }
        } else {
          continue
        }
        found.append(Comment(range: ByteRange(start..<i), line: first, token: index))
      }
    }
    return found
  }

  private func lastLine(of token: Token) -> UInt32 {
    guard token.flags.contains(.hasSplice) else { return token.line }
    return bytes(of: token).reduce(token.line) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
  }
}
