// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
public import Mail
public import Review
internal import SourceText

/// What a git hook prints: a line about the series, its errors and warnings, and what follows from them.
public struct HookWriter: ReportWriter {
  /// What the hook does with what is found.
  public struct Consequence: Hashable, Sendable {
    /// Whether errors that are certain stop git.
    public var stops: Bool
    /// `before sending`
    public var moment: String
    /// How to go on all the same: `Send anyway: git …`.
    public var override: String

    public init(stops: Bool, moment: String, override: String) {
      (self.stops, self.moment, self.override) = (stops, moment, override)
    }
  }

  private let consequence: Consequence

  public init(_ consequence: Consequence) { self.consequence = consequence }

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    let findings = review.findings.filter(\.isShown)
    let listed = [Severity.error, .warning, .note].flatMap { severity in
      // Of notes those about the mail itself: they cannot be mended later.
      let all = findings.filter { $0.severity == severity && (severity > .note || $0.rule.family == .mail) }
      return all.prefix(Self.shown).map { row($0, in: review, inputs) }
        + (all.count > Self.shown
          ? ["\(all.count - Self.shown) more \(Sentences.plural(2, severity.rawValue))"] : [])
    }
    return "review-patch: \(head(review))\n"
      + listed.map { "  \($0)\n" }.joined()
  }

  public mutating func end(_ result: RunResult) -> String {
    let problems = result.problems.map { problem in
      "  \(Sentences.printable(result.inputs[problem.input].path)): \(Sentences.text(problem.kind))\n"
    }.joined()
    let tally = result.tally
    let counts = [(tally.errors, "error"), (tally.warnings, "warning"), (tally.notes, "note")]
      .filter { $0.0 > 0 }.map { "\($0.0) \(Sentences.plural($0.0, $0.1))" }.joined(separator: ", ")
    if tally.certainErrors > 0, consequence.stops {
      return problems
        + "review-patch: stopped \(consequence.moment): \(counts). The report: review-patch hook show\n"
        + "  \(consequence.override)\n"
    }
    guard !counts.isEmpty else { return problems + "review-patch: nothing found\n" }
    return problems + "review-patch: \(counts), which stop nothing. The report: review-patch hook show\n"
  }

  /// Findings of a severity that are listed.
  private static let shown = 8

  /// `v3 of "title", 17 patches and a cover letter, on 0123456789ab (base-commit)`
  private func head(_ review: SeriesReview) -> String {
    let series = review.series
    var text = "\"\(Sentences.printable(series.title))\""
    if series.version > 1 { text = "v\(series.version) of " + text }
    if series.total > 1 || series.cover != nil {
      text += ", \(series.patches.count) \(series.patches.count == 1 ? "patch" : "patches")"
      if series.cover != nil { text += " and a cover letter" }
    }
    guard let base = review.base else { return text + ": without a tree" }
    let name = base.commit.map { String($0.hex.prefix(12)) } ?? "a directory"
    return text + ", on \(name) (\(base.source.rawValue)\(base.exact ? "" : ", near"))"
  }

  /// `02/17 error[rule] path:line: message`, in one line, however long: it is there to be searched and clicked.
  private func row(_ finding: Finding, in review: SeriesReview, _ inputs: [MailInput]) -> String {
    var text = review.partNumber(of: finding).map { $0 + " " } ?? ""
    let mail = review.mail(of: finding)
    // Of a mail its name is enough: it is one of those being sent.
    let input = inputs[mail?.input ?? review.series.firstInput].path.split(separator: "/").last ?? ""
    let place = "\(finding.primary.path?.description ?? String(input)):\(finding.primary.line)"
    text += "\(finding.severity.rawValue)[\(finding.rule)] \(Sentences.printable(place)): "
    let isUncertain = finding.severity == .error && finding.confidence < .proven
    return text + Sentences.printable(finding.message)
      + (isUncertain ? " (confidence: \(finding.confidence.rawValue))" : "")
  }
}
