// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review
internal import SourceText

/// `path:line:column: severity: message [rule]`, one finding a line: what editors and compilers agree on.
public struct LineWriter: ReportWriter {
  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    review.findings.filter(\.isShown).map { finding in
      let span = finding.primary
      let input = review.mail(of: finding)?.input ?? review.series.firstInput
      let name = span.path?.description ?? inputs.name(of: input)
      let column = span.column > 0 ? ":\(span.column)" : ""
      return "\(Sentences.printable(name)):\(span.line)\(column): \(finding.severity.rawValue): "
        + "\(Sentences.printable(finding.message)) [\(finding.rule)]\n"
    }.joined()
  }

  public mutating func end(_ result: RunResult) -> String { "" }
}
