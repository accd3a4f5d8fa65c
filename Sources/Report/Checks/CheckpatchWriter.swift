// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review

/// Lines as `checkpatch.pl --terse --showfile --show-types` prints them, for `b4 prep --check` and `b4 am --check`.
///
/// b4 takes each line for a report of its own, one with `ERROR:` for a failure, and cuts `-:` from its beginning: exactly one
/// line a finding. It takes whatever comes on the other stream for failures, so problems of the input are lines as well.
/// Source: b4, `LoreMessage.run_local_check`.
public struct CheckpatchWriter: ReportWriter {
  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    let problems = JSONFiller.problems(of: review).map { Self.line($0, inputs) }
    return problems.joined() + review.annotations(inputs: inputs).map(Self.line).joined()
  }

  public mutating func end(_ result: RunResult) -> String {
    result.problems.map { Self.line(JSONFiller.problem($0), result.inputs) }.joined()
  }

  private static func line(_ annotation: Annotation) -> String {
    let finding = annotation.finding
    let level =
      switch finding.severity {
      case .error: "ERROR"
      case .warning: "WARNING"
      case .note: "CHECK"
      }
    let type = finding.rule.description.uppercased().map { $0 == "/" || $0 == "-" ? "_" : $0 }
    return line(
      path: annotation.place.path, annotation.place.lines?.lowerBound, level, String(type), finding.message)
  }

  private static func line(_ problem: JSONDocument.Problem, _ inputs: [MailInput]) -> String {
    line(
      path: inputs.name(of: problem.input), problem.line > 0 ? problem.line : nil, "WARNING", "INPUT",
      problem.text)
  }

  private static func line(path: String, _ line: UInt32?, _ level: String, _ type: String, _ text: String)
    -> String
  {
    let place = Sentences.printable(path) + (line.map { ":\($0)" } ?? "")
    // Only the level may say that it is an error.
    let words = Sentences.printable(text).replacing("ERROR:", with: "ERROR")
    return "\(place): \(level):\(type): \(words)\n"
  }
}
