// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review

/// The results that `b4 review` awaits of its check commands: an array of them, here of one. Empty where there is no patch.
///
/// Source: b4, `review/checks.py`: `status` is `pass`, `warn` or `fail`; `details` is a string, and where that is a list in
/// JSON, each entry is shown as a line.
public struct B4CheckWriter: ReportWriter {
  private var result = CheckResult()
  private var details: [Detail] = []
  private var patches = 0

  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    patches += review.series.patches.count
    for annotation in review.annotations(inputs: inputs) {
      result.add(annotation.finding)
      details.append(Detail(annotation))
    }
    return ""
  }

  public mutating func end(_ result: RunResult) -> String {
    guard patches > 0 else { return "[]\n" }
    return JSONText.line([
      Check(
        status: Self.status(self.result.worst), summary: self.result.summary,
        details: details.isEmpty ? "" : JSONText.text(details))
    ])
  }

  /// Notes do not turn a check yellow.
  private static func status(_ severity: Severity?) -> String {
    switch severity {
    case .error: "fail"
    case .warning: "warn"
    case .note, nil: "pass"
    }
  }

  private struct Check: Encodable {
    let tool = ToolFacts.name
    var status, summary: String
    let url = ""
    var details: String
  }

  private struct Detail: Encodable {
    var status, state, context, description, srcline: String

    init(_ annotation: Annotation) {
      let finding = annotation.finding
      status = B4CheckWriter.status(finding.severity)
      (state, context) = (finding.severity.rawValue, finding.rule.description)
      let lines = annotation.place.lines.map { ":\($0.lowerBound)" } ?? ""
      description = Sentences.printable("\(annotation.place.path)\(lines): \(finding.message)")
      srcline = Sentences.printable(finding.primary.text)
    }
  }
}
