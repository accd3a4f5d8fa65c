// SPDX-License-Identifier: GPL-2.0-or-later

import Mail
import SourceText
import UnifiedDiff

/// Everything a mailbox says, as text that a person can compare.
enum Rendering {
  static func text(_ mailbox: Mailbox, without prefix: String) -> String {
    var lines: [String] = []
    for input in mailbox.inputs {
      lines.append("input \(input.path.replacing(prefix, with: "")) \(input.kind)")
    }
    lines += mailbox.problems.map { "problem \($0.input):\($0.line) \($0.kind)" }
    for i in 0..<mailbox.seriesCount { lines += series(mailbox.series(at: i)) }
    return lines.map { String($0.trailingBlanksCut) }.joined(separator: "\n") + "\n"
  }

  private static func series(_ series: Series) -> [String] {
    var lines = ["", "series v\(series.version) of \(series.total): \(series.title)"]
    let hints = series.hints
    if !series.missing.isEmpty { lines.append("  missing \(series.missing)") }
    if !series.repeated.isEmpty { lines.append("  repeated \(series.repeated)") }
    if series.isOutOfOrder { lines.append("  out of order") }
    if let base = hints.baseCommit { lines.append("  base \(base.hex)") }
    if let id = hints.changeID { lines.append("  change \(id)") }
    lines += hints.prerequisitePatchIDs.map { "  needs patch \($0.hex)" }
    lines += hints.prerequisiteMessageIDs.map { "  needs mail \($0)" }
    if !hints.treePrefixes.isEmpty { lines.append("  for \(hints.treePrefixes)") }
    lines += series.problems.map { "  problem \($0.input):\($0.line) \($0.kind)" }
    if let cover = series.cover {
      lines.append("  cover \(cover.envelope.subject)")
      lines += zip(cover.body.places, cover.body.lines).map { "    \($0) \($1)" }
    }
    return lines + series.patches.flatMap(patch)
  }

  private static func patch(_ mail: PatchMail) -> [String] {
    var lines = ["  patch \(mail.index) \(mail.form) at \(mail.input):\(mail.firstLine): \(mail.title)"]
    let envelope = mail.envelope
    lines.append(
      "    subject \(envelope.subjectLine) \(envelope.subject) \(envelope.prefixes), id <\(envelope.messageID)>"
    )
    lines.append("    author \(person(mail.author)), from \(envelope.fromLine) \(person(envelope.from))")
    lines += zip(mail.log.places, mail.log.lines).map { "    log \($0) \($1)" }
    if let end = mail.logEnd { lines.append("    end \(end.kind) \(end.line) \(end.text)") }
    lines += zip(mail.notes.places, mail.notes.lines).map { "    note \($0) \($1)" }
    lines += mail.trailers.map { "    trailer \($0.line) \($0.key)=\($0.value)" }
    for file in mail.patch.files {
      lines.append(
        "    file \(mail.lines.inputLine(of: file.line)) \(file.path?.description ?? "?") +\(file.added) -\(file.deleted)"
      )
      for line in file.hunks.flatMap(\.lines) where line.kind != .context {
        lines.append(
          "      \(mail.lines.inputLine(of: line.line)) \(line.kind) \(String(decoding: mail.patch.content(line), as: UTF8.self))"
        )
      }
    }
    lines += mail.repairs.map { "    repair \($0)" }
    lines += mail.problems.map { "    problem \($0.input):\($0.line) \($0.kind)" }
    for comment in mail.comments {
      let place = "\(comment.path?.description ?? "log"):\(comment.line) (\(comment.side.rawValue))"
      lines.append(
        "    comment \(place) by \(person(comment.author)): \(comment.text.replacing("\n", with: " / "))")
    }
    return lines
  }

  private static func person(_ person: Person?) -> String {
    person.map { "\($0.name) <\($0.address)>" } ?? "nobody"
  }
}

extension String {
  fileprivate var trailingBlanksCut: Substring {
    var result = self[...]
    while result.last == " " { result.removeLast() }
    return result
  }
}
