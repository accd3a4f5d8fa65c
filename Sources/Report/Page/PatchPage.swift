// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// One patch of a page: its log and its diffs, with the findings beside the lines that they are about.
struct PatchPage {
  private let mail: PatchMail
  private let anchor: String
  private let part: String?
  /// Findings by the line that they are about.
  private var notes: [Place: [FindingNote]] = [:]
  /// Findings about a header, or about a line that the patch does not show.
  private var others: [FindingNote] = []

  private enum Place: Hashable {
    case text(UInt32)
    case file(TreePath, Span.Side, UInt32)
  }

  /// - Parameters:
  ///   - anchor: the name of this part of the page.
  ///   - notes: those of this patch.
  init(_ mail: PatchMail, anchor: String, part: String?, notes: [FindingNote]) {
    (self.mail, self.anchor, self.part) = (mail, anchor, part)
    let shown = Self.places(of: mail)
    for note in notes {
      if let place = Self.place(of: note.finding.primary), shown.contains(place) {
        self.notes[place, default: []].append(note)
      } else {
        others.append(note)
      }
    }
  }

  private static func place(of span: Span) -> Place? {
    if let path = span.path { return .file(path, span.side, span.line) }
    return span.side == .message ? .text(span.line) : nil
  }

  private static func places(of mail: PatchMail) -> Set<Place> {
    var places = Set(text(of: mail).map { Place.text($0.place) })
    for file in mail.patch.files {
      for line in file.hunks.flatMap(\.lines) {
        for place in self.places(of: line, in: file) { places.insert(place) }
      }
    }
    return places
  }

  private static func places(of line: DiffLine, in file: FileChange) -> [Place] {
    guard let path = file.path else { return [] }
    var places: [Place] = []
    if line.kind != .removed { places.append(.file(path, .new, line.newNumber)) }
    if line.kind != .added { places.append(.file(path, .old, line.oldNumber)) }
    return places
  }

  /// The lines of the log, and those below it that a finding may be about.
  private static func text(of mail: PatchMail) -> [(text: String, place: UInt32)] {
    var lines = Array(zip(mail.log.lines, mail.log.places)).map { (text: $0, place: $1) }
    if let end = mail.logEnd, end.kind == .separator { lines.append((end.text, end.line)) }
    return lines + zip(mail.notes.lines, mail.notes.places).map { (text: $0, place: $1) }
  }

  // MARK: HTML

  var html: HTML {
    let author = mail.author.map { $0.name.isEmpty ? $0.address : $0.name } ?? ""
    let facts = [author, mail.envelope.date, mail.envelope.messageID].filter { !$0.isEmpty }
    let head = [
      HTML("h2", [:], HTML(text: part.map { "\($0): \(mail.title)" } ?? mail.title)),
      HTML("p.facts", [:], HTML(text: facts.joined(separator: " · "))),
    ]
    return HTML("article", ["id": anchor], head + others.map(elsewhere) + [log] + mail.patch.files.map(file))
  }

  /// A note on a line that is not on the page.
  private func elsewhere(_ note: FindingNote) -> HTML {
    let span = note.finding.primary
    let line = span.line > 0 ? ":\(span.line)" : ""
    let name = span.path.map { "\($0)\(line)" } ?? "line \(span.line) of the input"
    return HTML(
      "div.elsewhere", [:], HTML("p.facts", [:], HTML(text: name)), HTML("pre", [:], HTML(text: span.text)),
      note.html)
  }

  private var log: HTML {
    let rows = Self.text(of: mail).map { line in
      let notes = notes[.text(line.place), default: []]
      return HTML([HTML("div.line", [:], HTML("code", [:], code(line.text, notes)))] + notes.map(\.html))
    }
    return HTML("details", ["open": ""], HTML("summary", [:], HTML(text: "Log")), HTML("div.text", [:], rows))
  }

  private func file(_ file: FileChange) -> HTML {
    let has = file.hunks.contains { hunk in
      hunk.lines.contains { line in Self.places(of: line, in: file).contains { notes[$0] != nil } }
    }
    var name = file.path?.description ?? ""
    if let old = file.oldPath, old != file.newPath {
      name = "\(old) → \(file.newPath?.description ?? "gone")"
    }
    let summary = HTML(
      "summary", [:], HTML("code", [:], HTML(text: name)), HTML(text: " "),
      HTML("span.count", [:], HTML(text: "+\(file.added) −\(file.deleted)")))
    return HTML(
      "details", has ? ["open": ""] : [:],
      [summary, HTML("div.diff", [:], file.hunks.map { hunk($0, file) })])
  }

  private func hunk(_ hunk: Hunk, _ file: FileChange) -> HTML {
    let section = mail.patch.text.string(hunk.section)
    let head = HTML("div.line.hunk", [:], HTML("code", [:], HTML(text: "\(hunk.header) \(section)")))
    return HTML([head] + hunk.lines.map { row($0, file) })
  }

  private func row(_ line: DiffLine, _ file: FileChange) -> HTML {
    let notes = Self.places(of: line, in: file).flatMap { self.notes[$0, default: []] }
    let text = String(decoding: mail.patch.content(line), as: UTF8.self)
    let marker = HTML(text: String(UnicodeScalar(line.kind.marker)))
    let numbers = [line.oldNumber, line.newNumber].map { HTML("i", ["data-n": $0 > 0 ? "\($0)" : ""]) }
    let content = numbers + [HTML("code", [:], [marker] + code(text, notes))]
    let row =
      switch line.kind {
      case .added: HTML("div.line.added", [:], content)
      case .removed: HTML("div.line.removed", [:], content)
      case .context: HTML("div.line", [:], content)
      }
    return HTML([row] + notes.map(\.html))
  }

  /// A line with the columns of its first finding marked.
  private func code(_ text: String, _ notes: [FindingNote]) -> [HTML] {
    let bytes = Array(text.utf8)
    guard let span = notes.first?.finding.primary, span.column > 0, span.column < span.endColumn,
      Int(span.endColumn) <= bytes.count + 1
    else {
      let indent = text.prefix { $0 == "\t" || $0 == " " }
      let rest = HTML(text: String(text.dropFirst(indent.count)))
      return [HTML(text: String(indent)), notes.isEmpty ? rest : HTML("mark", [:], rest)]
    }
    let (from, to) = (Int(span.column) - 1, Int(span.endColumn) - 1)
    func part(_ range: Range<Int>) -> HTML { HTML(text: String(decoding: bytes[range], as: UTF8.self)) }
    return [part(0..<from), HTML("mark", [:], part(from..<to)), part(to..<bytes.count)]
  }
}
