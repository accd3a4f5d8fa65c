// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import UnifiedDiff

/// One commit as `git show` and `git log -p` print it.
///
/// Source: `git-log(1)`, "PRETTY FORMATS": medium and fuller.
enum CommitLog {
  /// nil where the commit shows no diff.
  static func patch(_ text: MailText, record: MessageRecord) -> PatchMail? {
    var envelope = Envelope.none
    var line = 1
    while line < text.count, !text.isBlank(line) {
      let bytes = text[line]
      if let value = bytes.value(of: "author:") {
        envelope.from = HeaderText.people(Array(value)).first
        envelope.fromLine = text.places[line]
      } else if let value = bytes.value(of: "authordate:") ?? bytes.value(of: "date:") {
        envelope.date = String(decoding: value, as: UTF8.self).trimmed
      }
      line += 1
    }
    let start = min(line + 1, text.count)
    line = start
    while line < text.count, text.isBlank(line) || text.begins(line, "    ") { line += 1 }
    let end = line
    while line > start, text.isBlank(line - 1) { line -= 1 }
    let decoding = TextDecoding(charset: "")
    var log = decoding.lines(text, start..<line)
    log.lines = log.lines.map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : $0.trimmed }
    let titleEnd = log.lines.firstIndex { $0.isBlankText } ?? log.lines.count
    envelope.subject = log.lines[..<titleEnd].map(\.trimmed).joined(separator: " ")
    envelope.subjectLine = log.places.first ?? 0
    let bodyStart = log.lines[titleEnd...].firstIndex { !$0.isBlankText } ?? log.lines.count
    log = LogText(lines: Array(log.lines[bodyStart...]), places: Array(log.places[bodyStart...]))
    guard let diff = text.firstDiff(from: min(end, text.count)) else { return nil }
    var result = bare(text.slice(diff..<text.count), record: record)
    result.form = .commit
    result.envelope = envelope
    result.author = envelope.from
    result.title = envelope.subject
    result.log = log
    result.notes = decoding.lines(text, end..<max(end, diff))
    result.trailers = Trailer.parse(log)
    return result
  }

  /// A diff without a message.
  static func bare(_ text: MailText, record: MessageRecord) -> PatchMail {
    let patch = Patch(parsing: text.bytes)
    let map = text.lineMap
    return PatchMail(
      input: Int(record.input), firstLine: record.line, form: .diff, index: 1, envelope: .none, author: nil,
      title: "",
      log: LogText(), logEnd: nil, notes: LogText(), trailers: [], patch: patch, lines: map,
      comments: [], repairs: [],
      problems: patch.problems.map {
        MailProblem(input: Int(record.input), line: map.inputLine(of: $0.line), kind: .diff($0.kind))
      })
  }
}
