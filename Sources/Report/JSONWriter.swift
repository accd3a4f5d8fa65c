// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
public import Mail
public import Review

/// One document of the schema `review-patch/1`, printed when all is reviewed.
public struct JSONWriter: ReportWriter {
  private var filler = JSONFiller()
  private var report: JSONDocument.Report?

  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String {
    report = JSONDocument.Report(tool: JSONDocument.Tool(version: tool.version, rules: tool.rules))
    return ""
  }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    let part = filler.part(review)
    report?.series.append(part.series)
    report?.patches += part.patches
    report?.problems += part.problems
    report?.coverage += part.coverage
    report?.findings += part.findings
    return ""
  }

  public mutating func end(_ result: RunResult) -> String {
    guard var report else { return "" }
    report.inputs = filler.inputs(result.inputs)
    report.problems = result.problems.map(JSONFiller.problem) + report.problems
    report.summary = JSONFiller.summary(result.tally)
    report.exit = result.exit
    return JSONText.line(report)
  }
}

/// One object a line, as they come: a header, then what each series holds, then a trailer. The key `record`
/// tells which; the other keys are those of the document.
public struct NDJSONWriter: ReportWriter {
  private var filler = JSONFiller()

  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String {
    JSONText.line(Header(tool: JSONDocument.Tool(version: tool.version, rules: tool.rules)))
  }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    let part = filler.part(review)
    var text = JSONText.line(Record("series", part.series))
    for patch in part.patches { text += JSONText.line(Record("patch", patch)) }
    for problem in part.problems { text += JSONText.line(Record("problem", problem)) }
    for coverage in part.coverage { text += JSONText.line(Record("coverage", coverage)) }
    for finding in part.findings { text += JSONText.line(Record("finding", finding)) }
    return text
  }

  public mutating func end(_ result: RunResult) -> String {
    var text = ""
    for problem in result.problems { text += JSONText.line(Record("problem", JSONFiller.problem(problem))) }
    let trailer = Trailer(
      inputs: filler.inputs(result.inputs), summary: JSONFiller.summary(result.tally), exit: result.exit)
    return text + JSONText.line(trailer)
  }

  private struct Header: Encodable {
    let record = "header"
    let schema = JSONDocument.schema
    var tool: JSONDocument.Tool
  }

  private struct Trailer: Encodable {
    let record = "trailer"
    var inputs: [JSONDocument.Input]
    var summary: JSONDocument.Summary
    var exit: Int32
  }

  /// A value of the document with the name of its kind.
  private struct Record<Value: Encodable>: Encodable {
    var name: String
    var value: Value

    init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }

    private enum Keys: String, CodingKey { case record }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(name, forKey: .record)
      try value.encode(to: encoder)
    }
  }
}

/// JSON with its keys sorted, so that equal values are equal texts.
enum JSONText {
  static func line(_ value: some Encodable) -> String { text(value) + "\n" }

  private static let encoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  static func text(_ value: some Encodable) -> String {
    // The values hold strings and integers only, which always can be encoded.
    guard let data = try? encoder.encode(value) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}
