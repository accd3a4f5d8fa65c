// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review

/// Diagnostics for reviewdog, one document or one diagnostic a line.
///
/// Columns are bytes. Source: reviewdog, `proto/rdf/reviewdog.proto`.
public struct RDJSONWriter: ReportWriter {
  /// How the diagnostics are put together.
  public enum Form: Sendable {
    /// `rdjson`
    case document
    /// `rdjsonl`
    case lines
  }

  private let form: Form
  private var diagnostics: [Diagnostic] = []

  public init(_ form: Form) { self.form = form }

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    let found = review.annotations(inputs: inputs).map(Diagnostic.init)
    switch form {
    case .lines: return found.map { JSONText.line($0) }.joined()
    case .document:
      diagnostics += found
      return ""
    }
  }

  public mutating func end(_ result: RunResult) -> String {
    form == .document ? JSONText.line(Document(source: Source(), diagnostics: diagnostics)) : ""
  }

  private struct Document: Encodable {
    var source: Source
    var diagnostics: [Diagnostic]
  }

  private struct Source: Encodable { let name = ToolFacts.name }

  private struct Diagnostic: Encodable {
    var message: String
    var location: Location
    var severity: String
    let source = Source()
    var code: Code
    var suggestions: [Suggestion]?
    var related: [Related]?

    private enum CodingKeys: String, CodingKey {
      case message, location, severity, source, code, suggestions
      case related = "related_locations"
    }

    init(_ annotation: Annotation) {
      message = annotation.text
      location = Location(annotation.place)
      severity =
        switch annotation.finding.severity {
        case .error: "ERROR"
        case .warning: "WARNING"
        case .note: "INFO"
        }
      code = Code(value: annotation.finding.rule.description)
      let others = annotation.related.map { Related(message: $0.label, location: Location($0.place)) }
      related = others.isEmpty ? nil : others
      // Suggestions are each for themselves, and in the file of the diagnostic.
      if annotation.edits.count == 1, annotation.edits[0].path == annotation.place.path {
        suggestions = annotation.edits.map(Suggestion.init)
      }
    }
  }

  private struct Suggestion: Encodable {
    var range: Range
    var text: String

    init(_ edit: PlacedEdit) {
      range = Range(
        start: Position(line: edit.start.line, column: edit.start.byteColumn),
        end: Position(line: edit.end.line, column: edit.end.byteColumn))
      text = edit.text
    }
  }

  private struct Code: Encodable { var value: String }

  private struct Related: Encodable {
    var message: String
    var location: Location
  }

  private struct Location: Encodable {
    var path: String
    var range: Range?

    init(_ place: FilePlace) {
      path = place.path
      guard let lines = place.lines else { return }
      range = Range(
        start: Position(line: lines.lowerBound, column: place.byteColumns?.lowerBound),
        end: Position(line: lines.upperBound, column: place.byteColumns?.upperBound))
    }
  }

  /// Without columns both lines belong to it; with columns the end does not.
  private struct Range: Encodable { var start, end: Position }

  private struct Position: Encodable {
    var line: UInt32
    var column: Int?
  }
}
