// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff
public import Versions

/// What a new version left open, for people: comments first, as they are what the next mail is about.
public struct ComparisonText {
  private let comparison: VersionComparison
  private let findings: FindingComparison
  private let options: TerminalOptions
  private let palette: Palette

  public init(_ comparison: VersionComparison, findings: FindingComparison, options: TerminalOptions) {
    (self.comparison, self.findings, self.options) = (comparison, findings, options)
    palette = Palette(isOn: options.usesColour)
  }

  public var text: String { head + comments + tags + sortedFindings }

  // MARK: Head

  private var head: String {
    let (old, new) = (comparison.old, comparison.new)
    let title = old.title == new.title ? "\"\(new.title)\"" : "\"\(old.title)\", now \"\(new.title)\""
    let line = "v\(old.version) and v\(new.version) of \(Sentences.printable(title))"
    return palette.paint(line, .emphasis) + "\n" + comparison.pairs.map { row($0) }.joined()
  }

  private func row(_ pair: PatchPair) -> String {
    func number(_ place: Int?, in series: Series) -> String {
      place.map { "\(series.patches[$0].index)/\(series.total)" } ?? "-"
    }
    let mail = pair.new.map { comparison.new.patches[$0] } ?? pair.old.map { comparison.old.patches[$0] }
    let fate =
      switch (pair.old, pair.new) {
      case (nil, _): "new"
      case (_, nil): "dropped"
      default:
        pair.differing == 0
          ? "the same change" : "\(pair.differing) changed \(Sentences.plural(pair.differing, "line")) differ"
      }
    let places = "\(number(pair.old, in: comparison.old)) → \(number(pair.new, in: comparison.new))"
    return "  \(places)  \(Sentences.printable(mail?.title ?? ""))  (\(fate))\n"
  }

  // MARK: Comments

  private var comments: String {
    let standing = comparison.comments.filter { $0.state == .unanswered }
    let counts = [CommentVerdict.State.answered, .gone].map { state in
      (comparison.comments.count { $0.state == state }, state.rawValue)
    }
    let others = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let behind = others.isEmpty ? "" : " (\(others))"
    guard !standing.isEmpty else {
      return comparison.comments.isEmpty
        ? "" : "\n\(palette.paint("no comment is left on lines that did not change", .emphasis))\(behind)\n"
    }
    let line =
      standing.count == 1
      ? "1 comment stands on lines that did not change"
      : "\(standing.count) comments stand on lines that did not change"
    return "\n\(palette.paint(line, .emphasis))\(behind)\n" + standing.map(comment).joined()
      + (options.verbosity > 0
        ? comparison.comments.filter { $0.state != .unanswered }.map(comment).joined() : "")
  }

  private func comment(_ verdict: CommentVerdict) -> String {
    let comment = verdict.comment
    var place = comment.path.map { "\($0):\(comment.line)" } ?? "the log"
    if verdict.newLine > 0, verdict.newLine != comment.line { place += ", now \(verdict.newLine)" }
    let patch = comparison.old.patches[verdict.old]
    let who = comment.author.map { $0.name.isEmpty ? $0.address : $0.name } ?? "somebody"
    let state = verdict.state == .unanswered ? "" : "\(verdict.state.rawValue): "
    var text = "\n\(state)\(palette.paint(Sentences.printable(place), .place))"
    if comparison.old.total > 1 { text += "  patch \(patch.index)/\(comparison.old.total)" }
    text += "\n  \(Sentences.printable(who)) <\(Sentences.printable(comment.messageID))>\n"
    for line in comment.quoted.suffix(Self.quotedLines) { text += "  > \(Sentences.printable(line))\n" }
    let lines = comment.text.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = options.verbosity > 0 ? lines.count : Self.commentLines
    for line in lines.prefix(shown) {
      text += line.isEmpty ? "\n" : "  \(palette.paint(Sentences.printable(String(line)), .emphasis))\n"
    }
    if lines.count > shown { text += "  … \(lines.count - shown) more lines (-v shows them)\n" }
    return text
      + "  = \(Wrapping.text(Sentences.printable(verdict.why), width: options.width - 4, indent: 4))\n"
  }

  private static let quotedLines = 3
  private static let commentLines = 12

  // MARK: Tags

  private var tags: String {
    let told = comparison.tags.filter { $0.state != .carried }
    guard !told.isEmpty else { return "" }
    let rows = told.map { verdict in
      let patch = comparison.new.patches[verdict.new]
      let given = verdict.messageID.isEmpty ? "" : ", given in <\(verdict.messageID)>"
      let text =
        "\(patch.index)/\(comparison.new.total) \(verdict.tag.key): \(verdict.tag.value)\(given): \(verdict.why)"
      return "  \(Wrapping.text(Sentences.printable(text), width: options.width - 2, indent: 6))\n"
    }
    return "\n\(palette.paint("tags to look at", .emphasis))\n" + rows.joined()
  }

  // MARK: Findings

  private var sortedFindings: String {
    let line =
      "findings: \(findings.new.count) new, \(findings.fixed.count) fixed, \(findings.same.count) as before"
    return "\n\(palette.paint(line, .emphasis))\n" + rows(findings.new, "new") + rows(findings.fixed, "fixed")
      + rows(findings.same, "as before")
  }

  private func rows(_ findings: [Finding], _ word: String) -> String {
    findings.filter { $0.severity > .note || options.verbosity > 0 }.map { finding in
      let place = finding.primary.path.map { "\($0):\(finding.primary.line)" } ?? "the mail"
      let text = "\(word): \(place): \(finding.severity.rawValue): \(finding.message) [\(finding.rule)]"
      return "  \(Wrapping.text(Sentences.printable(text), width: options.width - 2, indent: 6))\n"
    }.joined()
  }
}
