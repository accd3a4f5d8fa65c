// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review

/// Checks for Patchwork, one line a patch: `check` is what to post to `/api/patches/ID/checks/`, `msgid` finds the ID with
/// `/api/patches/?msgid=…`. Nothing is posted here.
///
/// Patchwork has no checks of a series: what is about the series goes to its first patch.
/// Source: Patchwork's REST API 1.3, `Check`.
public struct PatchworkWriter: ReportWriter {
  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    review.series.patches.indices.map { position in
      var result = CheckResult()
      for finding in review.findings where finding.isShown && review.position(of: finding) ?? 0 == position {
        result.add(finding)
      }
      let mail = review.series.patches[position]
      return JSONText.line(
        Line(
          msgid: mail.envelope.messageID, patch: mail.index,
          check: Check(state: Self.state(result.worst), description: result.summary)))
    }.joined()
  }

  public mutating func end(_ result: RunResult) -> String { "" }

  private static func state(_ severity: Severity?) -> String {
    switch severity {
    case .error: "fail"
    case .warning: "warning"
    case .note, nil: "success"
    }
  }

  private struct Line: Encodable {
    var msgid: String
    var patch: Int
    var check: Check
  }

  private struct Check: Encodable {
    var state: String
    /// A slug: no slashes.
    let context = "review_patch"
    var description: String
  }
}
