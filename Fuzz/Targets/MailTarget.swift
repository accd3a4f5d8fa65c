// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import UnifiedDiff

/// Mail in any form: containers, MIME, logs, series, replies; and drafts of what is in it.
enum MailTarget {
  /// A mail that is read whatever stands beside it.
  private static let good = Array(
    """
    From mboxrd@z Thu Jan  1 00:00:00 1970
    From: Ann <ann@example.org>
    Subject: [PATCH] good: a line
    Message-ID: <good@fuzz.example.org>

    Words.

    Signed-off-by: Ann <ann@example.org>
    ---
    --- a/good.c
    +++ b/good.c
    @@ -1 +1,2 @@
     int good;
    +int line;

    """.utf8)

  @Sendable static func run(_ bytes: [UInt8]) {
    let mailbox = Mailbox(opening: [
      .bytes(bytes, name: "input", kind: nil), .bytes(good, name: "good", kind: nil),
    ])
    let lines = UInt32(bytes.count { $0 == 10 } + 1)
    var found = 0
    var drafts: [MailDraft] = []
    for index in 0..<mailbox.seriesCount {
      let series = mailbox.series(at: index)
      for mail in series.patches {
        if mail.input == 1 {
          found += 1
          continue
        }
        check(mail, lines)
        drafts.append(draft(answering: mail))
      }
      for reply in mailbox.replies(to: series) {
        demand(reply.passages.allSatisfy { !$0.words.isEmpty }, "a passage without words")
      }
      check(series.problems, lines)
    }
    check(mailbox.problems, lines)
    demand(found == 1, "the good mail was read \(found) times")
    readBack(drafts)
  }

  private static func check(_ problems: [MailProblem], _ lines: UInt32) {
    for problem in problems {
      demand(problem.input > 0 || problem.line <= lines, "\(problem) is beyond \(lines) lines")
    }
  }

  private static func check(_ mail: PatchMail, _ lines: UInt32) {
    let places = mail.lines.lines + mail.log.places + mail.notes.places + mail.trailers.map(\.line)
    demand(places.allSatisfy { (1...lines).contains($0) }, "a place beyond \(lines) lines: \(places)")
    demand(mail.log.lines.count == mail.log.places.count, "log lines without places")
    demand(mail.notes.lines.count == mail.notes.places.count, "notes without places")
    demand(mail.patch.printed() == mail.patch.text, "the patch does not print itself")
    check(mail.problems, lines)
  }

  // MARK: Drafts

  private static func draft(answering mail: PatchMail) -> MailDraft {
    var draft = MailDraft()
    draft.from = mail.author
    draft.to = mail.envelope.to
    draft.cc = mail.envelope.cc
    draft.subject = mail.envelope.subject
    draft.inReplyTo = mail.envelope.messageID
    draft.references = mail.envelope.references
    draft.headers = [MailDraft.Header("X-Title", mail.title)]
    draft.body =
      mail.log.lines.joined(separator: "\n") + "\n" + mail.comments.map(\.text).joined(separator: "\n")
    return draft
  }

  /// Nothing that others wrote ends a draft, or begins another mail: the good mail behind each is read.
  private static func readBack(_ drafts: [MailDraft]) {
    for draft in drafts.prefix(4) {
      let entry = Array(draft.mboxEntry().utf8)
      let mailbox = Mailbox(opening: [.bytes(entry + good, name: "drafts", kind: .mbox)])
      let messages = Set(
        (0..<mailbox.seriesCount).flatMap { mailbox.series(at: $0).patches }.filter {
          $0.envelope.messageID == "good@fuzz.example.org"
        }.map(\.firstLine))
      let wanted = UInt32(entry.count { $0 == 10 } + 1)
      demand(messages == [wanted], "behind a draft the good mail is at \(messages), not \(wanted)")
    }
  }
}
