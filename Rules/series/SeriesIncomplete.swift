// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

/// `series/incomplete`: some parts came, others did not. One part alone is how patches are read in a mail
/// program, and no finding.
struct SeriesIncomplete: SeriesCheck {
  func review(_ series: SeriesFacts) -> CheckResult {
    let missing = series.series.missing
    guard series.series.present.count > 1, !missing.isEmpty, let first = series.series.patches.first else {
      return CheckResult()
    }
    // The part behind the first gap is where a reader stumbles.
    let behind = series.series.patches.first { $0.index > missing[0] } ?? first
    let draft = FindingDraft(
      "\(missing.count == 1 ? "part" : "parts") \(NumberRuns(missing)) of \(series.series.total) "
        + "\(missing.count == 1 ? "is" : "are") not here",
      at: behind.subjectSpan,
      evidence: [
        Evidence(
          .source,
          "the subjects announce \(series.series.total) parts; \(NumberRuns(series.series.present)) came")
      ])
    return CheckResult([draft])
  }
}

extension PatchMail {
  /// The subject line.
  var subjectSpan: Span {
    Span(path: nil, side: .header, line: envelope.subjectLine, text: "Subject: \(envelope.subject)")
  }
}
