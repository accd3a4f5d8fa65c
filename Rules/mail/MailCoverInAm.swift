// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

/// `mail/cover-in-am`: a mailbox that `git am` stops at, as its cover letter holds no patch.
struct MailCoverInAm: SeriesCheck {
  func review(_ series: SeriesFacts) -> CheckResult {
    guard let cover = series.series.cover, series.inputs[cover.input].kind == .mbox,
      series.series.patches.contains(where: { $0.input == cover.input })
    else { return CheckResult() }
    var draft = FindingDraft(
      "git am stops at the cover letter of this mailbox",
      at: Span(
        path: nil, side: .header, line: cover.envelope.subjectLine, text: "Subject: \(cover.envelope.subject)"
      ),
      evidence: [
        Evidence(.git, "a mail without a diff is \"Patch is empty\" to git am, which then waits for --skip")
      ])
    draft.help = "git am --empty=drop, or b4 am, which leaves the cover out"
    return CheckResult([draft])
  }
}
