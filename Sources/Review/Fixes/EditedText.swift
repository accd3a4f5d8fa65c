// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText
internal import UnifiedDiff

/// The text of one new side, as edits are made of it.
struct EditedText {
  private let unit: SourceUnit
  private let lines: LineTable
  private var text: [UInt8] { unit.syntax.buffer.text }
  private var tokens: [Token] { unit.syntax.buffer.tokens }

  init(_ unit: SourceUnit) { (self.unit, lines) = (unit, LineTable(unit.syntax.buffer.text)) }

  /// Columns of a tab.
  private static let tab = 8

  // MARK: Tokens

  func edits(replacing range: Range<Int>, with new: [UInt8]) -> [TextEdit]? {
    guard !range.isEmpty, unit.syntax.buffer.comments(before: range.dropFirst()).isEmpty else { return nil }
    let bytes = Int(tokens[range.lowerBound].start)..<Int(tokens[range.upperBound - 1].end)
    if new.isEmpty { return removal(of: bytes).map { [$0] } }
    guard let edit = edit(bytes, new) else { return nil }
    let isOneLine = !text[bytes].contains(10)
    guard isOneLine else { return [edit] }
    return aligned(behind: range.upperBound, by: width(new[...]) - width(text[bytes])).map { [edit] + $0 }
  }

  func edits(inserting new: [UInt8], before token: Int) -> [TextEdit]? {
    let start = Int(tokens[token].start)
    guard let edit = edit(start..<start, new) else { return nil }
    return aligned(behind: token, by: width(new[...])).map { [edit] + $0 }
  }

  /// Without what it leaves behind: blanks beside it, or its lines where nothing else is on them.
  private func removal(of bytes: Range<Int>) -> TextEdit? {
    var (start, end) = (bytes.lowerBound, bytes.upperBound)
    while start > 0, text[start - 1].isBlank { start -= 1 }
    while end < text.count, text[end].isBlank { end += 1 }
    let (beginsLine, endsLine) = (start == 0 || text[start - 1] == 10, end == text.count || text[end] == 10)
    if beginsLine, endsLine {
      let line = lines.index(at: UInt32(start))
      // An empty line before a brace that closes would be left.
      let next = lines.index(at: UInt32(end)) + 1
      let closes = next < lines.count && text[lines.content(next)].first { !$0.isBlank } == UInt8(ascii: "}")
      let isGap = line > 0 && lines.content(line - 1).isEmpty && place(line - 1) == .added
      return edit(lines: (closes && isGap ? line - 1 : line)..<next)
    }
    if !endsLine, end > bytes.upperBound || beginsLine { return edit(bytes.lowerBound..<end, []) }
    return edit(endsLine ? start..<bytes.upperBound : bytes, [])
  }

  // MARK: Lines

  func wholeLine(of token: Int) -> TextEdit? {
    let line = Int(tokens[token].line) - 1
    return edit(lines: line..<line + 1)
  }

  func edits(moving token: Int, to target: Int, behind: Bool) -> [TextEdit]? {
    let line = Int(tokens[token].line) - 1
    let other = Int(tokens[target].line) - 1 + (behind ? 1 : 0)
    guard let removal = wholeLine(of: token), other != line, other != line + 1, other <= lines.count,
      let anchor = position(ofLine: behind ? other - 1 : other)
    else { return nil }
    // A line that is put behind the last one shown has no number of its own.
    let place = TextEdit.Position(line: anchor.line + (behind ? 1 : 0), column: 1)
    guard !behind || isShown(other) else { return nil }
    return [
      removal,
      TextEdit(path: unit.path, start: place, end: place, text: Array(text[lines.content(line)]) + [10]),
    ]
  }

  private func edit(lines range: Range<Int>) -> TextEdit? {
    guard range.allSatisfy(isShown), let start = position(ofLine: range.lowerBound),
      let last = position(ofLine: range.upperBound - 1)
    else { return nil }
    return TextEdit(
      path: unit.path, start: start, end: TextEdit.Position(line: last.line + 1, column: 1), text: [])
  }

  // MARK: Places

  private func place(_ line: Int) -> LineOrigins.Place { unit.lines.place(ofLine: UInt32(line + 1)) }

  private func isShown(_ line: Int) -> Bool {
    guard line < lines.count, lines.hasNewline(line) else { return false }
    return place(line) == .added || place(line) == .context
  }

  private func position(ofLine line: Int) -> TextEdit.Position? {
    isShown(line) ? TextEdit.Position(line: unit.lines.number(ofLine: UInt32(line + 1)), column: 1) : nil
  }

  private func edit(_ bytes: Range<Int>, _ new: [UInt8]) -> TextEdit? {
    let (first, last) = (lines.index(at: UInt32(bytes.lowerBound)), lines.index(at: UInt32(bytes.upperBound)))
    guard (first...last).allSatisfy(isShown), var start = position(ofLine: first),
      var end = position(ofLine: last)
    else { return nil }
    start.column = UInt32(bytes.lowerBound) - lines.whole(first).start + 1
    end.column = UInt32(bytes.upperBound) - lines.whole(last).start + 1
    return TextEdit(path: unit.path, start: start, end: end, text: new)
  }

  // MARK: Alignment

  /// Lines below that begin where a parenthesis behind a token opened, moved as the parenthesis is.
  /// - Returns: nil where such a line is not the patch's own.
  private func aligned(behind token: Int, by delta: Int) -> [TextEdit]? {
    guard delta != 0, token < tokens.count else { return [] }
    let line = tokens[token].line
    var open: [Int] = []
    var edits: [TextEdit] = []
    var index = token
    while index < tokens.count, tokens[index].line == line || !open.isEmpty {
      let current = tokens[index]
      if current.line != line, current.flags.contains(.beginsLine), let paren = open.last,
        tokens[paren].line == line, column(of: current) == column(of: tokens[paren]) + 1
      {
        let number = Int(current.line) - 1
        let start = Int(lines.whole(number).start)
        guard place(number) == .added,
          let edit = edit(start..<Int(current.start), indentation(column(of: current) + delta))
        else { return nil }
        edits.append(edit)
      }
      switch current.kind {
      case .openParen: open.append(index)
      case .closeParen: _ = open.popLast()
      case .endOfText: return edits
      default: break
      }
      index += 1
    }
    return edits
  }

  private func column(of token: Token) -> Int {
    width(text[Int(lines.whole(Int(token.line) - 1).start)..<Int(token.start)])
  }

  private func width(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $1 == 9 ? ($0 / Self.tab + 1) * Self.tab : $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  private func indentation(_ width: Int) -> [UInt8] {
    Array(repeating: 9, count: width / Self.tab) + Array(repeating: 32, count: width % Self.tab)
  }
}
