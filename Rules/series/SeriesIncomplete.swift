// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

/// `series/incomplete`: parts are missing before others that came. One part alone is how patches are read in
/// a mail program, and the first parts of a series stand without the others: neither is a finding.
struct SeriesIncomplete: SeriesCheck {
  func review(_ series: SeriesFacts) -> CheckResult {
    let missing = series.series.missing
    // The part behind the first gap is where a reader stumbles. A series that is cut off has none.
    guard series.series.present.count > 1, let gap = missing.first,
      let behind = series.series.patches.first(where: { $0.index > gap })
    else { return CheckResult() }
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
