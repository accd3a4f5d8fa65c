// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText

/// A finding in the margin of a page: what it is, and, unfolded, why it is true.
struct FindingNote {
  let finding: Finding
  /// As in the other reports: `F7`.
  let number: Int
  /// The numbers before and behind it on the page.
  var previous: Int?
  var next: Int?

  var html: HTML {
    HTML(
      "aside.finding", ["id": "F\(number)", "data-severity": finding.severity.rawValue],
      HTML(
        "p.kind", [:],
        HTML("a", ["href": "#F\(number)"], HTML(text: "F\(number)")), HTML(text: " "),
        HTML("b.severity", [:], HTML(text: finding.severity.rawValue)), HTML(text: " "),
        HTML("span.rule", [:], HTML(text: finding.rule.description))),
      HTML("p.message", [:], Self.code(finding.message)),
      HTML(
        "details", [:],
        [HTML("summary", [:], HTML(text: "Why (\(finding.confidence.rawValue))"))]
          + evidence + related + help),
      HTML("p.way", [:], way))
  }

  private var evidence: [HTML] {
    guard !finding.evidence.isEmpty else { return [] }
    let rows = finding.evidence.map { evidence in
      // What stands behind a line's end is code.
      let lines = evidence.statement.split(separator: "\n", maxSplits: 1).map(String.init)
      var row = [
        HTML("span.source", [:], HTML(text: evidence.kind.rawValue)), HTML(text: " "),
        Self.code(lines.first ?? ""),
      ]
      if let execution = evidence.execution {
        row.append(ExecutionLanes(execution).html)
      } else if lines.count == 2 {
        row.append(HTML("pre", [:], HTML(text: lines[1])))
      }
      if !evidence.witness.isEmpty {
        row += [HTML("br"), HTML("code", [:], HTML(text: evidence.witness.joined(separator: ", ")))]
      }
      return HTML("li", [:], row)
    }
    return [HTML("ul.evidence", [:], rows)]
  }

  private var related: [HTML] {
    guard !finding.related.isEmpty else { return [] }
    let rows = finding.related.map { other in
      let name = other.span.path.map { "\($0):\(other.span.line)" } ?? "line \(other.span.line) of the mail"
      let words = other.label.isEmpty ? name : "\(name): \(other.label)"
      return HTML(
        "li", [:], HTML(text: words),
        HTML("code.line", [:], HTML(text: String(other.span.text.trimmingPrefix { $0 == "\t" || $0 == " " })))
      )
    }
    return [HTML("ul.related", [:], rows)]
  }

  private var help: [HTML] {
    guard let help = finding.help else { return [] }
    let lines = help.split(separator: "\n", maxSplits: 1).map(String.init)
    let words = HTML("p.help", [:], Self.code(lines.first ?? ""))
    return lines.count == 2 ? [words, HTML("pre", [:], HTML(text: lines[1]))] : [words]
  }

  private var way: [HTML] {
    let links = [previous.map { ($0, "previous") }, next.map { ($0, "next") }].compactMap(\.self)
    return links.map { HTML("a", ["href": "#F\($0)"], HTML(text: $1)) }
  }

  /// Text in which code stands between backticks.
  static func code(_ text: String) -> HTML {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    guard parts.count % 2 == 1 else { return HTML(text: text) }
    return HTML(parts.enumerated().map { $0 % 2 == 1 ? HTML("code", [:], HTML(text: $1)) : HTML(text: $1) })
  }
}
