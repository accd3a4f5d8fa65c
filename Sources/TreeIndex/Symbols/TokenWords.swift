// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

extension TokenBuffer {
  /// Whether a token reads so.
  func isSpelled(_ word: StaticString, at index: Int) -> Bool {
    let token = tokens[index]
    guard Int(token.end - token.start) == word.utf8CodeUnitCount else { return false }
    let bytes = text.span
    for i in 0..<word.utf8CodeUnitCount where bytes[Int(token.start) + i] != word.utf8Start[i] {
      return false
    }
    return true
  }

  /// Whether a token begins so.
  func hasPrefix(_ prefix: StaticString, at index: Int) -> Bool {
    let token = tokens[index]
    guard Int(token.end - token.start) >= prefix.utf8CodeUnitCount else { return false }
    let bytes = text.span
    for i in 0..<prefix.utf8CodeUnitCount where bytes[Int(token.start) + i] != prefix.utf8Start[i] {
      return false
    }
    return true
  }

  func word(at index: Int) -> String { String(decoding: spelling(of: tokens[index]), as: UTF8.self) }

  /// The arguments of a macro's call, each by its tokens; nil where the parenthesis at `open` is none, or does not
  /// close soon.
  func arguments(at open: Int) -> (ranges: [Range<Int>], close: Int)? {
    guard open < tokens.count, tokens[open].kind == .openParen else { return nil }
    var (depth, start, ranges) = (1, open + 1, [] as [Range<Int>])
    var index = open + 1
    while index < min(tokens.count, open + Self.longestCall) {
      switch tokens[index].kind {
      case .openParen, .openBrace, .openBracket: depth += 1
      case .closeParen, .closeBrace, .closeBracket:
        depth -= 1
        if depth == 0 {
          ranges.append(start..<index)
          return (ranges, index)
        }
      case .comma where depth == 1:
        ranges.append(start..<index)
        start = index + 1
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The name that an argument is; nil where it is anything else.
  func name(_ argument: Range<Int>?) -> String? {
    guard let argument, argument.count == 1, tokens[argument.lowerBound].kind == .identifier else {
      return nil
    }
    return word(at: argument.lowerBound)
  }

  private static let longestCall = 512
}
