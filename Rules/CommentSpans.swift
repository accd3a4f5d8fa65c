// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

extension PatchFacts {
  /// A line of a unit's text, comments included, as a span; narrowed to a part of it.
  /// - Parameter textLine: 1-based, of the text.
  func span(ofTextLine textLine: UInt32, in source: SourceUnit, part: String = "", side: Span.Side = .new)
    -> Span
  {
    let text = source.syntax.buffer.text
    var (line, start) = (1 as UInt32, 0)
    while line < textLine, let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
      (line, start) = (line + 1, end + 1)
    }
    let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
    let span = Span(
      path: source.path, side: side, line: source.lines.number(ofLine: textLine),
      text: String(decoding: text[start..<end], as: UTF8.self))
    return span.narrowed(to: part)
  }

  /// A token as a span.
  func span(ofToken token: Int, in source: SourceUnit, side: Span.Side = .new) -> Span {
    span(ofTokens: token..<token + 1, in: source, side: side)
  }
}
