// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// The lines of source around a finding, as the terminal shows them: number, diff marker, text, carets.
struct Snippet {
  /// One row: a numbered line, or what is written under it.
  enum Row: Hashable {
    /// `marker` is the diff's, a blank for lines of a mail or a tree. A line without a number on the side
    /// that is shown has 0.
    case line(number: UInt32, marker: Character, text: String)
    /// Carets under the line above, with a label behind them.
    case carets(before: String, count: Int, label: String)
  }

  var rows: [Row] = []

  /// Digits that the numbers need.
  var numberWidth: Int {
    rows.reduce(0) { if case .line(let number, _, _) = $1 { max($0, "\(number)".count) } else { $0 } }
  }

  /// The line of a span with one line of context before it, taken from the patch where it is there.
  init(_ span: Span, label: String, in mail: PatchMail?) {
    let text = Sentences.printable(span.text)
    guard let path = span.path, let mail, let place = mail.patch.find(path, span.side, span.line) else {
      rows.append(.line(number: span.line, marker: " ", text: text))
      rows += Self.carets(under: span, label: label)
      return
    }
    let (hunk, index) = place
    // What the line takes the place of says more than what stands before it.
    let isAdded = hunk.lines[index].kind == .added
    let replaced = hunk.lines[..<index].reversed().prefix { isAdded && $0.kind == .removed }
    let before = hunk.lines[..<index].last { $0.number(on: span.side) > 0 }
    for line in replaced.isEmpty ? before.map({ [$0] }) ?? [] : replaced.prefix(Self.mostReplaced).reversed()
    {
      rows.append(Self.row(line, span.side, mail.patch))
    }
    rows.append(Self.row(hunk.lines[index], span.side, mail.patch))
    rows += Self.carets(under: span, label: label)
  }

  /// Removed lines that are shown above the line that replaces them.
  private static let mostReplaced = 3

  private static func row(_ line: DiffLine, _ side: Span.Side, _ patch: Patch) -> Row {
    let text = String(decoding: patch.content(line), as: UTF8.self)
    return .line(
      number: line.number(on: side), marker: Character(UnicodeScalar(line.kind.marker)),
      text: Sentences.printable(text))
  }

  /// Tabs before the span are kept as tabs, so that the carets stand right whatever their width.
  private static func carets(under span: Span, label: String) -> [Row] {
    let bytes = Array(span.text.utf8)
    guard span.column > 0, Int(span.endColumn) <= bytes.count + 1, span.column < span.endColumn else {
      return label.isEmpty ? [] : [.carets(before: indent(of: span.text), count: 0, label: label)]
    }
    let before = String(decoding: bytes[..<Int(span.column - 1)], as: UTF8.self)
    let covered = String(decoding: bytes[Int(span.column - 1)..<Int(span.endColumn - 1)], as: UTF8.self)
    return [
      .carets(before: String(before.map { $0 == "\t" ? "\t" : " " }), count: covered.count, label: label)
    ]
  }

  private static func indent(of text: String) -> String { String(text.prefix { $0 == "\t" || $0 == " " }) }
}

extension DiffLine {
  /// 0 where the line is not on that side.
  fileprivate func number(on side: Span.Side) -> UInt32 { side == .old ? oldNumber : newNumber }
}

extension Patch {
  /// The hunk and the index of a line, by its number on one side.
  fileprivate func find(_ path: TreePath, _ side: Span.Side, _ number: UInt32) -> (hunk: Hunk, index: Int)? {
    guard side == .new || side == .old else { return nil }
    for file in files where file.path == path {
      for hunk in file.hunks {
        let index = hunk.lines.firstIndex {
          $0.number(on: side) == number && $0.kind != (side == .new ? .removed : .added)
        }
        if let index { return (hunk, index) }
      }
    }
    return nil
  }
}
