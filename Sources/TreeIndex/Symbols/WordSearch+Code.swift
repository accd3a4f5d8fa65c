// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

extension WordSearch {
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
