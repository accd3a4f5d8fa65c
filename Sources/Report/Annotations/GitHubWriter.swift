// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review

/// Workflow commands that GitHub Actions shows as annotations of a commit.
///
/// What stands in a mail has no file in the repository, and becomes an annotation of the run.
/// Source: GitHub, "Workflow commands for GitHub Actions"; `actions/toolkit`, `core/src/command.ts` for what is escaped.
public struct GitHubWriter: ReportWriter {
  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    review.annotations(inputs: inputs).map(Self.command).joined()
  }

  public mutating func end(_ result: RunResult) -> String { "" }

  private static func command(_ annotation: Annotation) -> String {
    let level =
      switch annotation.finding.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    let place = annotation.place
    var properties = [("title", "\(ToolFacts.name) (\(annotation.finding.rule))")]
    var text = annotation.text
    if place.isInput {
      let line = place.lines.map { ":\($0.lowerBound)" } ?? ""
      let part = annotation.part.map { " (\($0))" } ?? ""
      text += "\nin the mail\(part): \(Sentences.printable(place.path))\(line)"
    } else {
      properties.append(("file", Sentences.printable(place.path)))
      if let lines = place.lines {
        properties += [("line", "\(lines.lowerBound)"), ("endLine", "\(lines.upperBound)")]
      }
      if let columns = place.utf16Columns {
        properties += [("col", "\(columns.lowerBound)"), ("endColumn", "\(columns.upperBound)")]
      }
    }
    let list = properties.map {
      "\($0)=\(escaped($1).replacing(":", with: "%3A").replacing(",", with: "%2C"))"
    }
    return "::\(level) \(list.joined(separator: ","))::\(escaped(text))\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }
}
