// SPDX-License-Identifier: GPL-2.0-or-later

internal import Review

/// What a reply says of a finding: a question first, then what it rests on. Wrapped, and without line numbers, as whoever
/// reads the mail may have other lines than we.
struct ReplyComment {
  let finding: Finding
  /// Whether the mail has said the like above. What a model has shown is another story each time.
  var isRepeat = false
  /// Findings of the same rule that are not shown.
  var more = 0

  init(_ finding: Finding) { self.finding = finding }

  var text: String {
    let message = Self.plain(finding.message)
    var paragraphs: [String]
    if isRepeat, trace == nil {
      paragraphs = [
        message.hasSuffix("?") ? Self.capitalised(message) : "The same here: \(Self.sentence(message))"
      ]
    } else {
      // A message that asks says more than the question of the rule.
      let asks = message.hasSuffix("?")
      // What others do is said once: a second figure persuades nobody whom the first did not.
      let precedent = finding.evidence.firstIndex { $0.kind == .precedent }
      let evidence = finding.evidence.enumerated().filter { number, evidence in
        (evidence.kind != .precedent || number == precedent)
          && (evidence.kind != .model || number == finding.evidence.firstIndex { $0.kind == .model })
          && !Self.isAboutLinesOnly(evidence.statement)
      }
      let reasons = (asks ? [] : [message]) + evidence.map { Self.reason($1) }
      paragraphs = [asks ? Self.capitalised(message) : finding.question]
      paragraphs.append(reasons.prefix(Self.reasons).map(Self.sentence).joined(separator: " "))
      // Of a model's finding it tells how to see more, not how to mend it.
      if let help = finding.help, !help.contains("\n"), trace == nil {
        paragraphs.append("One way: \(Self.sentence(Self.plain(help), isInside: true))")
      }
    }
    if more > 0 { paragraphs.append("(and \(more) more \(Sentences.plural(more, "place")) like this)") }
    var texts = paragraphs.filter { !$0.isEmpty }.map(Self.wrapped)
    if let trace { texts.insert(trace, at: min(2, texts.count)) }
    return texts.joined(separator: "\n\n")
  }

  /// What each thread does, where a model has shown it.
  private var trace: String? {
    guard let model = finding.evidence.first(where: { $0.kind == .model && $0.statement.contains("\n") })
    else {
      return nil
    }
    return model.statement.split(separator: "\n").dropFirst().map { step in
      let lines = Wrapping.lines(
        Sentences.printable(Self.plain(String(step))), width: Self.width - 2, hanging: 4)
      return "  " + lines.joined(separator: "\n      ")
    }.joined(separator: "\n")
  }

  /// Sentences of the second paragraph: a mail is read, not studied.
  private static let reasons = 4
  private static let width = 72

  private static func wrapped(_ text: String) -> String {
    Wrapping.lines(Sentences.printable(text), width: width)
      // A line that begins so would be taken for a quote.
      .map { $0.hasPrefix(">") ? " \($0)" : $0 }.joined(separator: "\n")
  }

  private static func reason(_ evidence: Evidence) -> String {
    // What stands behind a line's end is code.
    let statement = plain(String(evidence.statement.prefix { $0 != "\n" }))
    return evidence.witness.isEmpty ? statement : "\(statement): \(evidence.witness.joined(separator: ", "))"
  }

  private static func sentence(_ text: String) -> String { sentence(text, isInside: false) }

  private static func sentence(_ text: String, isInside: Bool) -> String {
    let text = isInside ? text : capitalised(text)
    return text.last.map { ".?!:".contains($0) } == true ? text : text + "."
  }

  /// With a capital where the first word is a word, and no name of the code or of a program.
  private static func capitalised(_ text: String) -> String {
    let word = text.prefix { $0 != " " }
    guard word.allSatisfy({ $0.isLowercase && $0.isASCII }), word != "git" else { return text }
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  /// Whether a statement says nothing but where lines are, and so nothing to whoever has others.
  static func isAboutLinesOnly(_ text: String) -> Bool {
    text.matches(of: /\blines? [0-9]/).count > 1 && !plain(text).contains { "_`(".contains($0) }
  }

  /// Without line numbers.
  static func plain(_ text: String) -> String {
    text
      // `kernel/foo.c:12`, `kernel/foo.c:12-15`
      .replacing(/(\w\.[A-Za-z]+|Kconfig|Kbuild|Makefile):[0-9]+(?:-[0-9]+)?/) { $0.output.1 }
      // A list of places before what holds at all of them.
      .replacing(/^[0-9]+(?:, | through )[^:]*:\ /, with: "")
      .replacing(/\ by way of lines? [0-9]+(?:, [0-9]+)*/, with: "")
      .replacing(/\ on the way to line [0-9]+/, with: " on the way")
      .replacing(/\ \(lines? [0-9]+[^)]*\)/, with: "")
      .replacing(/,? (?:at|on|in|from) lines? [0-9]+(?:(?:-|, | to )[0-9]+)*/, with: "")
      .replacing(/: lines? [0-9]+(?:(?:-|, | to )[0-9]+)*(?=[;,.]|$)/, with: "")
      .replacing("here and at ", with: "here and elsewhere: ")
      .replacing(/elsewhere: [0-9]+-[0-9]+/, with: "elsewhere")
      .replacing(/the assignment at [0-9]+/, with: "an assignment")
      .replacing(/\blines [0-9]+(?:(?:-|, | to )[0-9]+)*/, with: "some lines")
      .replacing(/\bline [0-9]+/, with: "a line")
      // What differed by its line only.
      .replacing(/([^ ,]+)(?:, \1)+(?=[,:;.]| and|$)/) { $0.output.1 }
  }
}
