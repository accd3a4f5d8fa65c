// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review
internal import SourceText
internal import UnifiedDiff

/// The report that people read: each finding with its lines, carets, related places and evidence.
public struct TerminalWriter: ReportWriter {
  let options: TerminalOptions
  let palette: Palette
  private var skipped: [RuleID: Set<String>] = [:]
  private var isFirst = true

  public init(options: TerminalOptions = TerminalOptions()) {
    self.options = options
    palette = Palette(isOn: options.usesColour)
  }

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    for coverage in review.coverage where coverage.state != .done {
      skipped[coverage.check, default: []].insert(coverage.why)
    }
    defer { isFirst = false }
    return (isFirst ? "" : "\n")
      + SeriesHead(review, inputs: inputs, options: options, palette: palette).text
      + problems(review, inputs)
      + findings(review, inputs)
  }

  public mutating func end(_ result: RunResult) -> String {
    result.problems.map { problem(at: $0.line, in: $0.input, Sentences.text($0.kind), result.inputs) }
      .joined()
      + summary(result)
  }

  // MARK: Parts

  private func problems(_ review: SeriesReview, _ inputs: [MailInput]) -> String {
    let read = (review.series.problems + review.series.patches.flatMap(\.problems)).map {
      problem(at: $0.line, in: $0.input, Sentences.text($0.kind), inputs)
    }
    let asked = review.problems.map { problem(at: $0.line, in: $0.input, Sentences.text($0.kind), inputs) }
    return (read + asked).joined()
  }

  private func problem(at line: UInt32, in input: Int, _ text: String, _ inputs: [MailInput]) -> String {
    let name = Sentences.printable(inputs.name(of: input))
    let place = line > 0 ? "\(name):\(line)" : name
    return "\(palette.paint("problem", .emphasis)): \(place): \(text)\n"
  }

  private func findings(_ review: SeriesReview, _ inputs: [MailInput]) -> String {
    var text = ""
    var repeats: [Repeat: Int] = [:]
    for finding in review.findings where finding.isShown {
      let key = Repeat(patch: finding.patch, rule: finding.rule)
      repeats[key, default: 0] += 1
      guard options.verbosity > 0 || repeats[key, default: 0] <= Repeats.shown else { continue }
      text += FindingText(finding, in: review, inputs: inputs, options: options, palette: palette).text
    }
    for (key, count) in repeats.sorted(by: {
      ($0.key.patch ?? 0, $0.key.rule) < ($1.key.patch ?? 0, $1.key.rule)
    })
    where count > Repeats.shown && options.verbosity == 0 {
      let part = key.patch.map { " in part \($0)" } ?? ""
      text += "\n\(count - Repeats.shown) more of \(key.rule)\(part) (-v shows them)\n"
    }
    return text
  }

  private struct Repeat: Hashable {
    var patch: Int?
    var rule: RuleID
  }
  private func summary(_ result: RunResult) -> String {
    let tally = result.tally
    guard tally.patches > 0 || tally.series > 0 else { return "" }
    let counts = [(tally.errors, "error"), (tally.warnings, "warning"), (tally.notes, "note")]
      .filter { $0.0 > 0 }.map { "\($0.0) \(Sentences.plural($0.0, $0.1))" }
    var line = counts.isEmpty ? "no findings" : counts.joined(separator: ", ")
    line += " in \(tally.patches) \(tally.patches == 1 ? "patch" : "patches")"
    if tally.series > 1 { line += " of \(tally.series) series" }
    if tally.suppressed > 0 { line += "; \(tally.suppressed) suppressed" }
    if tally.preExisting > 0 { line += "; \(tally.preExisting) pre-existing" }
    if let seconds = result.seconds {
      let hundredths = Int((seconds * 100).rounded())
      line += "      \(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
    return "\n\(palette.paint(line, .emphasis))\n" + notChecked()
  }

  private func notChecked() -> String {
    guard !skipped.isEmpty else { return "" }
    let rules = skipped.keys.sorted()
    if options.verbosity > 0 {
      return rules.map { rule in
        let why = skipped[rule, default: []].sorted().map(Sentences.printable).joined(separator: "; ")
        return "not checked: \(rule): \(Wrapping.text(why, width: options.width, indent: 4))\n"
      }.joined()
    }
    let names = rules.map(\.description).joined(separator: ", ")
    return
      "\(Wrapping.text("not checked in part: \(names) (-v says why)", width: options.width, indent: 4))\n"
  }
}
