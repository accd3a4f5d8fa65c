// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
public import Mail
public import Review
internal import SourceText

/// One page that stands alone: each series as a list of its patches and of what was found, each patch with its findings in
/// the margin. It has no script and loads nothing.
public struct HTMLWriter: ReportWriter {
  private var tool = ToolFacts(version: "", rules: "")
  private var seriesCount = 0
  private var findingCount = 0

  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String {
    self.tool = tool
    return ""
  }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    let head = seriesCount == 0 ? head(title: review.series.title) : ""
    seriesCount += 1
    var notes: [FindingNote] = []
    for finding in review.findings {
      findingCount += 1
      if finding.isShown { notes.append(FindingNote(finding: finding, number: findingCount)) }
    }
    for index in notes.indices {
      if index > 0 { notes[index].previous = notes[index - 1].number }
      if index + 1 < notes.count { notes[index].next = notes[index + 1].number }
    }
    return head + section(review, notes, inputs).source
  }

  public mutating func end(_ result: RunResult) -> String {
    let head = seriesCount == 0 ? head(title: ToolFacts.name) : ""
    let problems = Self.problems(result.problems.map(JSONFiller.problem), result.inputs)
    let tally = result.tally
    let left = [(tally.suppressed, "suppressed"), (tally.preExisting, "pre-existing")].filter { $0.0 > 0 }
    let words =
      ["\(ToolFacts.name) \(tool.version), rules \(tool.rules)"] + left.map { "\($0.0) \($0.1), not shown" }
    let foot = HTML("p.facts", [:], HTML(text: words.joined(separator: " · ")))
    return head + HTML(problems + [foot]).source + "</main>\n</body>\n</html>\n"
  }

  // MARK: Parts

  private func head(title: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(MarkupText.escaped(title)) – \(ToolFacts.name)</title>
    <style>
    \(PageStyle.sheet)
    </style>
    </head>
    <body>
    <main>

    """
  }

  private func section(_ review: SeriesReview, _ notes: [FindingNote], _ inputs: [MailInput]) -> HTML {
    let series = review.series
    let base = review.base.map { base in
      let name = base.commit.map { "commit \($0.hex.prefix(12))" } ?? "a directory"
      return "on \(name) (\(base.exact ? "exact" : "near"))"
    }
    let counts = Severity.allCases.reversed().compactMap { severity in
      let count = notes.count { $0.finding.severity == severity }
      return count > 0 ? "\(count) \(Sentences.plural(count, severity.rawValue))" : nil
    }
    let version = series.version > 1 ? ["v\(series.version)"] : []
    let facts =
      version + [base ?? "without a tree", counts.isEmpty ? "no findings" : counts.joined(separator: ", ")]
    let general = notes.filter { review.position(of: $0.finding) == nil }
    let patches = series.patches.enumerated().map { position, mail in
      PatchPage(
        mail, anchor: anchor(position), part: series.total > 1 ? "\(mail.index)/\(series.total)" : nil,
        notes: notes.filter { review.position(of: $0.finding) == position }
      ).html
    }
    let head = HTML(
      "header", [:],
      [
        HTML("h1", [:], HTML(text: series.title)),
        HTML("p.facts", [:], HTML(text: facts.joined(separator: " · "))),
      ]
        + Self.problems(JSONFiller.problems(of: review), inputs) + [overview(review, notes)]
        + general.map(\.html))
    return HTML("section", [:], [head] + patches + [Self.notChecked(review)])
  }

  private func anchor(_ position: Int) -> String { "series\(seriesCount)-patch\(position + 1)" }

  /// The patches, each with what was found in it.
  private func overview(_ review: SeriesReview, _ notes: [FindingNote]) -> HTML {
    let rows = review.series.patches.enumerated().map { position, mail in
      let own = notes.filter { review.position(of: $0.finding) == position }
      return HTML(
        "li", ["value": "\(mail.index)"],
        [HTML("a", ["href": "#\(anchor(position))"], HTML(text: mail.title))] + Self.index(own))
    }
    let general = notes.filter { review.position(of: $0.finding) == nil }
    let row =
      general.isEmpty ? [] : [HTML("p", [:], HTML(text: "The series as a whole")), HTML(Self.index(general))]
    return HTML("nav", ["aria-label": "Patches and findings"], [HTML("ol", [:], rows)] + row)
  }

  private static func index(_ notes: [FindingNote]) -> [HTML] {
    guard !notes.isEmpty else { return [] }
    return [
      HTML(
        "ul", [:],
        notes.map { note in
          HTML(
            "li", ["data-severity": note.finding.severity.rawValue],
            HTML(
              "a", ["href": "#F\(note.number)"],
              HTML("b.severity", [:], HTML(text: note.finding.severity.rawValue)), HTML(text: " "),
              FindingNote.code(note.finding.message)))
        })
    ]
  }

  private static func problems(_ problems: [JSONDocument.Problem], _ inputs: [MailInput]) -> [HTML] {
    problems.map { problem in
      let line = problem.line > 0 ? ":\(problem.line)" : ""
      return HTML("p.problem", [:], HTML(text: "\(inputs.name(of: problem.input))\(line): \(problem.text)"))
    }
  }

  private static func notChecked(_ review: SeriesReview) -> HTML {
    var reasons: [RuleID: Set<String>] = [:]
    for coverage in review.coverage where coverage.state != .done {
      reasons[coverage.check, default: []].insert(coverage.why)
    }
    guard !reasons.isEmpty else { return HTML([]) }
    let rows = reasons.sorted { $0.key < $1.key }.map { rule, why in
      HTML(
        "li", [:], HTML("code", [:], HTML(text: rule.description)), HTML(text: " "),
        HTML(text: why.sorted().joined(separator: "; ")))
    }
    return HTML(
      "details", [:], HTML("summary", [:], HTML(text: "Not checked, at least in part: \(rows.count) rules")),
      HTML("ul.coverage", [:], rows))
  }
}
