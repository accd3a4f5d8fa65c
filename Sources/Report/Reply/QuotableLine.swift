// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// A line of a mail that a reply may quote, and what it belongs to.
struct QuotableLine {
  enum Kind: Hashable {
    /// Of a log, a cover letter, or the notes below a log: its line of the input.
    case text(UInt32)
    /// Of the header of a file.
    case fileHeader
    case hunkHeader(HunkHeader)
    case hunkLine(DiffLine)
  }

  var kind: Kind
  /// Without a quote mark.
  var text: String
  /// The file it belongs to; nil in a log.
  var path: TreePath?

  static func all(of text: LogText) -> [QuotableLine] {
    zip(text.lines, text.places).map { QuotableLine(kind: .text($1), text: $0) }
  }

  /// What `git am` would take, in its order. The diffstat is no line that anybody would comment on.
  static func all(of mail: PatchMail) -> [QuotableLine] {
    var lines = all(of: mail.log)
    if let end = mail.logEnd, end.kind == .separator {
      lines.append(QuotableLine(kind: .text(end.line), text: end.text))
    }
    return lines + all(of: mail.notes) + all(of: mail.patch)
  }

  static func all(of patch: Patch) -> [QuotableLine] {
    var lines: [QuotableLine] = []
    for file in patch.files {
      // CR LF is one character.
      let header = patch.text.string(file.header).split(whereSeparator: \.isNewline)
      lines += header.map { QuotableLine(kind: .fileHeader, text: String($0), path: file.path) }
      for hunk in file.hunks {
        let head = patch.text.string(hunk.headerRange).split(whereSeparator: \.isNewline).first ?? ""
        lines.append(QuotableLine(kind: .hunkHeader(hunk.header), text: String(head), path: file.path))
        lines += hunk.lines.map { line in
          let content = String(decoding: patch.content(line), as: UTF8.self)
          let marker = String(UnicodeScalar(line.kind.marker))
          // Mail programs cut the blank of an empty context line as well.
          let isEmpty = line.kind == .context && content.isEmpty
          return QuotableLine(
            kind: .hunkLine(line), text: isEmpty ? "" : marker + content, path: file.path)
        }
      }
    }
    return lines
  }

  /// As a reply quotes it.
  var quoted: String { text.isEmpty ? ">" : "> \(Sentences.printable(text))" }

  /// Whether a span begins on this line, or ends on it.
  func holds(_ span: Span, at line: KeyPath<Span, UInt32>) -> Bool {
    let number = span[keyPath: line]
    switch (kind, span.side) {
    case (.text(let place), .message): return span.path == nil && place == number
    case (.hunkLine(let own), .new):
      return span.path == path && own.kind != .removed && own.newNumber == number
    case (.hunkLine(let own), .old):
      return span.path == path && own.kind == .removed && own.oldNumber == number
    default: return false
    }
  }
}
