// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// Where a span stands in the files as the series leaves them: what a checkout of its last commit has, and what programs
/// that show remarks beside lines look at. A span of a mail stands in the input.
struct FilePlace: Hashable {
  /// The file, from the top of the tree; of a mail the input as it was named.
  var path: String
  /// Whether the lines are those of the input.
  var isInput: Bool
  /// 1-based, both ends belong to it; nil where the file has no such line.
  var lines: ClosedRange<UInt32>?
  /// 1-based bytes of the one line, the end exclusive; nil where whole lines are meant.
  private(set) var byteColumns: Range<Int>?
  private var text: String

  init(_ span: Span, of finding: Finding, in review: SeriesReview, inputs: [MailInput]) {
    text = span.text
    guard var file = span.path else {
      let input = review.mail(of: finding)?.input ?? review.series.firstInput
      path = inputs.name(of: input)
      isInput = true
      lines = span.line > 0 ? span.line...max(span.line, span.endLine) : nil
      return
    }
    isInput = false
    var range: ClosedRange<UInt32>? = span.line > 0 ? span.line...max(span.line, span.endLine) : nil
    var isWhole = true
    // A line of the pre-image goes through its own patch as well.
    let patches = review.series.patches
    let own = review.position(of: finding) ?? patches.endIndex
    for mail in patches.dropFirst(span.side == .old ? own : own + 1) {
      for change in mail.patch.files where change.oldPath == file && change.status != .copied {
        guard let newPath = change.newPath else {
          range = nil
          break
        }
        file = newPath
        if let before = range {
          let (first, last) = (
            change.postImageLine(of: before.lowerBound), change.postImageLine(of: before.upperBound)
          )
          range = first.line...max(first.line, last.line)
          isWhole = isWhole && first.isKept
        }
      }
    }
    path = file.description
    lines = range
    if let range, range.count == 1, isWhole, span.column > 0, span.column < span.endColumn,
      Int(span.endColumn) <= span.text.utf8.count + 1
    {
      byteColumns = Int(span.column)..<Int(span.endColumn)
    }
  }

  /// 1-based UTF-16 code units of the one line, the end exclusive.
  var utf16Columns: Range<Int>? {
    byteColumns.map { column($0.lowerBound)..<column($0.upperBound) }
  }

  /// The UTF-16 column of a byte column.
  private func column(_ byte: Int) -> Int {
    String(decoding: Array(text.utf8.prefix(byte - 1)), as: UTF8.self).utf16.count + 1
  }
}

extension FileChange {
  /// The line of the post-image that a line of the pre-image becomes; of a removed one the line that stands there instead.
  fileprivate func postImageLine(of number: UInt32) -> (line: UInt32, isKept: Bool) {
    var shift = 0
    for hunk in hunks {
      let (old, new) = (hunk.header.old.lines, hunk.header.new.lines)
      guard Int(number) >= old.lowerBound else { break }
      if old.contains(Int(number)),
        let index = hunk.lines.firstIndex(where: { $0.kind != .added && $0.oldNumber == number })
      {
        if hunk.lines[index].kind == .context { return (hunk.lines[index].newNumber, true) }
        let instead =
          hunk.lines[index...].first { $0.newNumber > 0 } ?? hunk.lines[..<index].last { $0.newNumber > 0 }
        return (max(1, instead?.newNumber ?? UInt32(clamping: new.lowerBound)), false)
      }
      shift = new.upperBound - old.upperBound
    }
    return (UInt32(clamping: max(1, Int(number) + shift)), true)
  }
}

extension LineRange {
  /// As line numbers; an empty range stands behind its start.
  fileprivate var lines: Range<Int> {
    let first = Int(start) + (count == 0 ? 1 : 0)
    return first..<first + Int(count)
  }
}
