// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// One finding as the terminal shows it.
struct FindingText {
  let finding: Finding
  let mail: PatchMail?
  let part: String?
  let inputName: String
  let options: TerminalOptions
  let palette: Palette

  init(
    _ finding: Finding, in review: SeriesReview, inputs: [MailInput], options: TerminalOptions,
    palette: Palette
  ) {
    self.finding = finding
    mail = review.mail(of: finding)
    part = review.part(of: finding)
    let input = mail?.input ?? review.series.firstInput
    inputName = inputs.name(of: input)
    (self.options, self.palette) = (options, palette)
  }

  var text: String {
    let main = Snippet(finding.primary, label: "", in: mail)
    let others = finding.related.map { ($0, Snippet($0.span, label: $0.label, in: mail)) }
    let width = max(main.numberWidth, others.map(\.1.numberWidth).max() ?? 0, 2)
    var text = "\n" + headline
    text += "\(pad(width))\(palette.paint("-->", .place)) \(place(finding.primary))\(location)\n"
    text += bar(width) + rows(main, width, underline: "^")
    var lastName = name(finding.primary)
    for (related, snippet) in others {
      if name(related.span) != lastName {
        text += bar(width)
        text += "\(pad(width))\(palette.paint(":::", .place)) \(place(related.span))\n" + bar(width)
        lastName = name(related.span)
      } else {
        text += "\(pad(width)) \(palette.paint("...", .place))\n"
      }
      text += rows(snippet, width, underline: "-")
    }
    text += bar(width)
    for evidence in finding.evidence {
      text += remark("evidence:", evidence.kind.rawValue + "  " + evidence.sentence, width)
    }
    text += remark("confidence:", finding.confidence.rawValue, width)
    if let help = finding.help { text += remark("help:", help, width) }
    return text
  }

  // MARK: Parts

  private var headline: String {
    let role: Palette.Role =
      switch finding.severity {
      case .error: .error
      case .warning: .warning
      case .note: .note
      }
    let head = "\(finding.severity.rawValue)[\(finding.rule)]"
    let message = Wrapping.lines(
      "\(head): \(Sentences.printable(finding.message))", width: options.width, hanging: 4)
    let lines = message.joined(separator: "\n    ")
    return palette.paint(head, role) + palette.paint(String(lines.dropFirst(head.count)), .emphasis) + "\n"
  }

  /// The function and the part, as far as they say something.
  private var location: String {
    var text = ""
    if let function = finding.primary.function { text += "   in \(Sentences.printable(function))()" }
    if let part { text += "   \(part)" }
    return text
  }

  private func name(_ span: Span) -> String { span.path?.description ?? inputName }

  private func place(_ span: Span) -> String {
    let lines = span.endLine > span.line ? "\(span.line)-\(span.endLine)" : "\(span.line)"
    return "\(Sentences.printable(name(span))):\(lines)"
  }

  private func rows(_ snippet: Snippet, _ width: Int, underline: Character) -> String {
    snippet.rows.map { row in
      switch row {
      case .line(let number, let marker, let text):
        let digits = number > 0 ? "\(number)" : ""
        let role: Palette.Role = marker == "+" ? .added : marker == "-" ? .removed : .plain
        let gutter = palette.paint("\(pad(width - digits.count))\(digits) |", .place)
        let line = String("\(marker)\(text)".reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        return line.isEmpty ? "\(gutter)\n" : "\(gutter) \(palette.paint(line, role))\n"
      case .carets(let before, let count, let label):
        let marks = String(repeating: underline, count: count)
        let text = [marks, Sentences.printable(label)].filter { !$0.isEmpty }.joined(separator: " ")
        return "\(palette.paint("\(pad(width)) |", .place))  \(before)\(palette.paint(text, .note))\n"
      }
    }.joined()
  }

  /// `= key: value`, wrapped. Two blanks in the value are where its later lines begin. What stands behind a line's end is
  /// code, and keeps its lines.
  private func remark(_ key: String, _ value: String, _ width: Int) -> String {
    let parts = value.split(separator: "\n", omittingEmptySubsequences: false)
    let value = Sentences.printable(String(parts[0]))
    let head = value.firstRange(of: "  ").map { String(value[..<$0.upperBound]) } ?? ""
    let indent = width + 3 + key.count + 1 + head.count
    let lines = Wrapping.lines(String(value.dropFirst(head.count)), width: options.width - indent)
    let rest = lines.dropFirst().map { "\n" + pad(indent) + $0 }.joined()
    let code = parts.dropFirst().map { line in
      let text = Sentences.printable(String(line.replacing("\t", with: pad(8))))
      return "\n" + (text.isEmpty ? "" : pad(indent) + text)
    }.joined()
    return
      "\(pad(width)) \(palette.paint("=", .place)) \(palette.paint(key, .emphasis)) \(head)\(lines[0])\(rest)\(code)\n"
  }

  private func bar(_ width: Int) -> String { palette.paint("\(pad(width)) |", .place) + "\n" }
  private func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
