// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review

/// The XML that Checkstyle writes and most CI programs read: a `file` with its `error`s.
///
/// Columns are UTF-16 code units, as those of the programs that read it.
public struct CheckstyleWriter: ReportWriter {
  private var names: [String] = []
  private var errors: [String: String] = [:]

  public init() {}

  public mutating func begin(_ tool: ToolFacts) -> String { "" }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    for annotation in review.annotations(inputs: inputs) {
      let name = annotation.place.path
      if errors[name] == nil { names.append(name) }
      errors[name, default: ""] += Self.element(annotation)
    }
    return ""
  }

  public mutating func end(_ result: RunResult) -> String {
    let files = names.map { "<file name=\"\(MarkupText.escaped($0))\">\n\(errors[$0, default: ""])</file>\n" }
    return
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n\(files.joined())</checkstyle>\n"
  }

  private static func element(_ annotation: Annotation) -> String {
    let severity =
      switch annotation.finding.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "info"
      }
    var attributes: [(String, String)] = []
    if let lines = annotation.place.lines { attributes.append(("line", "\(lines.lowerBound)")) }
    if let columns = annotation.place.utf16Columns {
      attributes.append(("column", "\(columns.lowerBound)"))
    }
    attributes += [
      ("severity", severity), ("message", annotation.text),
      ("source", "\(ToolFacts.name).\(annotation.finding.rule)"),
    ]
    return "  <error" + attributes.map { " \($0)=\"\(MarkupText.escaped($1))\"" }.joined() + "/>\n"
  }
}
