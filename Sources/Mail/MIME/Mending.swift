// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import UnifiedDiff

/// What mailers do to a diff that went through an editor, and how much of it can be undone.
enum Mending {
  /// Joins lines that a mailer broke: what has no marker inside a hunk belongs to the line before it.
  /// - Returns: the text and the number of lines joined; nil where nothing is gained.
  static func rejoined(_ text: MailText, flaws: Int) -> (text: MailText, lines: Int)? {
    var lines: [(bytes: [UInt8], place: UInt32)] = []
    var left = (old: 0, new: 0)
    var inHunk = false
    var joined = 0
    for line in text.indices {
      let bytes = Array(text.bytes[text.starts[line]..<text.range(line).upperBound])
      if let counts = QuotedPatch.counts(bytes[...]) {
        left = counts
        inHunk = true
      } else if inHunk, let last = lines.indices.last, isRest(bytes, text, line) {
        lines[last].bytes += [32] + bytes
        joined += 1
        continue
      } else if inHunk {
        switch bytes.first {
        case UInt8(ascii: "+"): left.new -= 1
        case UInt8(ascii: "-"): left.old -= 1
        case UInt8(ascii: "\\"): break
        default: left = (left.old - 1, left.new - 1)
        }
        // The last line of a hunk may be broken too: one more line is looked at.
        if left.old < 0 || left.new < 0 || text.beginsDiff(line) { inHunk = false }
      }
      lines.append((bytes, text.places[line]))
    }
    guard joined > 0 else { return nil }
    var result = MailText()
    for line in lines { result.append(line.bytes, place: line.place) }
    return Patch(parsing: result.bytes).problems.count < flaws ? (result, joined) : nil
  }

  /// Whether a line inside a hunk can only be the rest of the line before.
  private static func isRest(_ bytes: [UInt8], _ text: MailText, _ line: Int) -> Bool {
    guard let first = bytes.first, first > 32 else { return false }
    if [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "\\")].contains(first) { return false }
    return !text.beginsDiff(line) && !text.begins(line, "diff ") && !text.begins(line, "Index: ")
  }

  /// Whether the tabs of a file have become blanks: C code without one, but with deep indentation.
  static func lostTabs(_ patch: Patch) -> Bool {
    for file in patch.files
    where file.path?.bytes.suffix(2).elementsEqual(".c".utf8) == true
      || file.path?.bytes.suffix(2).elementsEqual(".h".utf8) == true
    {
      let lines = file.hunks.flatMap(\.lines).map { patch.content($0) }
      let deep = lines.count { $0.count > 8 && $0.prefix(8).allSatisfy { $0 == 32 } }
      if deep >= 3, !lines.contains(where: { $0.contains(9) }) { return true }
    }
    return false
  }
}
