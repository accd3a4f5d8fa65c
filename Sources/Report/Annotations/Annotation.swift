// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// A finding for programs that show remarks beside the lines of files.
struct Annotation {
  let finding: Finding
  let place: FilePlace
  let related: [(place: FilePlace, label: String)]
  /// `patch 2/3`, where there are several.
  let part: String?
  /// What mends it, in the files as the series leaves them.
  let edits: [PlacedEdit]

  init(_ finding: Finding, in review: SeriesReview, inputs: [MailInput]) {
    self.finding = finding
    place = FilePlace(finding.primary, of: finding, in: review, inputs: inputs)
    related = finding.related.map {
      (FilePlace($0.span, of: finding, in: review, inputs: inputs), $0.label)
    }
    part = review.part(of: finding)
    edits = finding.fix?.edits.compactMap { PlacedEdit($0, of: finding, in: review, inputs: inputs) } ?? []
  }

  /// What a reader sees: the case, why it is true, what may help. Several lines.
  var text: String {
    let evidence = finding.evidence.map(\.sentence)
    let help = finding.help.map { ["help: \($0)"] } ?? []
    return Sentences.printableLines(([finding.message] + evidence + help).joined(separator: "\n"))
  }
}

/// An edit where the files as the series leaves them have its lines.
struct PlacedEdit {
  /// Lines and columns are 1-based, the end is exclusive.
  struct Position {
    var line: UInt32
    var byteColumn, utf16Column: Int
  }

  let path: String
  let start, end: Position
  let text: String

  /// nil where the series ends without the lines.
  init?(_ edit: TextEdit, of finding: Finding, in review: SeriesReview, inputs: [MailInput]) {
    func place(_ line: UInt32) -> (path: String, line: UInt32)? {
      let span = Span(path: edit.path, side: .new, line: line, text: "")
      let place = FilePlace(span, of: finding, in: review, inputs: inputs)
      return place.lines.map { (place.path, $0.lowerBound) }
    }
    func position(_ position: TextEdit.Position, line: UInt32) -> Position {
      let shown = review.mail(of: finding)?.patch.postImageLine(position.line, of: edit.path) ?? []
      let before = String(decoding: shown.prefix(Int(position.column) - 1), as: UTF8.self)
      return Position(line: line, byteColumn: Int(position.column), utf16Column: before.utf16.count + 1)
    }
    // Where whole lines go, the end is a line that need not be shown.
    let isWhole = edit.end.column == 1 && edit.end.line > edit.start.line
    guard let first = place(edit.start.line), let last = place(isWhole ? edit.end.line - 1 : edit.end.line)
    else {
      return nil
    }
    path = first.path
    start = position(edit.start, line: first.line)
    end = position(edit.end, line: isWhole ? last.line + 1 : last.line)
    text = String(decoding: edit.text, as: UTF8.self)
  }
}

extension Patch {
  /// A line of a file as the patch leaves it; nil where no hunk shows it.
  fileprivate func postImageLine(_ number: UInt32, of path: TreePath) -> ArraySlice<UInt8>? {
    for file in files where file.newPath == path {
      for line in file.hunks.flatMap(\.lines) where line.newNumber == number && line.kind != .removed {
        return content(line)
      }
    }
    return nil
  }
}

extension SeriesReview {
  /// The findings that count, as annotations.
  func annotations(inputs: [MailInput]) -> [Annotation] {
    findings.filter(\.isShown).map { Annotation($0, in: self, inputs: inputs) }
  }
}

extension Evidence {
  /// The statement with its witness.
  var sentence: String {
    witness.isEmpty ? statement : "\(statement); witness: \(witness.joined(separator: ", "))"
  }
}
