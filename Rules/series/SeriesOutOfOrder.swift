// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

/// `series/out-of-order`: `git am` takes mails as they stand in the mailbox, not by their numbers.
struct SeriesOutOfOrder: SeriesCheck {
  func review(_ series: SeriesFacts) -> CheckResult {
    let mailbox = series.series.patches.filter { series.inputs[$0.input].kind == .mbox }
    let placed = mailbox.sorted { ($0.input, $0.firstLine) < ($1.input, $1.firstLine) }
    guard
      let (before, part) = zip(placed, placed.dropFirst()).first(where: {
        $0.input == $1.input && $1.index < $0.index
      })
    else { return CheckResult() }
    var draft = FindingDraft(
      "part \(part.index) stands behind part \(before.index): git am would apply them in that order",
      at: part.subjectSpan,
      evidence: [
        Evidence(
          .source,
          "the mailbox holds the parts in the order \(placed.map { "\($0.index)" }.joined(separator: ", "))")
      ])
    draft.related = [RelatedSpan(before.subjectSpan, label: "comes first")]
    draft.help = "b4 am sorts them"
    return CheckResult([draft])
  }
}
