// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review
internal import SourceText
internal import UnifiedDiff

/// One mail `[PATCH] fixup! SUBJECT` for each patch that has findings which could be mended, as a mailbox for `git am`; `git
/// rebase --autosquash` then folds each into its patch.
///
/// Source: `git-commit(1)`, `--fixup`; `git-rebase(1)`, `--autosquash`; `git-format-patch(1)`.
public struct FixupWriter: ReportWriter {
  private let author: Person?
  private var tool = ToolFacts(version: "", rules: "")

  /// - Parameter author: of the commits, until they are folded in; nil for the author of each patch.
  public init(author: Person?) { self.author = author }

  public mutating func begin(_ tool: ToolFacts) -> String {
    self.tool = tool
    return ""
  }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    review.mending.fixups.filter { Self.obstacle(to: $0, in: review) == nil }.map { mail($0, review) }
      .joined()
  }

  public mutating func end(_ result: RunResult) -> String { "" }

  /// Why there is no mail for fixes that hold.
  static func obstacle(to fixup: Mending.Fixup, in review: SeriesReview) -> String? {
    let mail = review.series.patches[fixup.position]
    guard mail.form != .diff, !mail.title.isEmpty else {
      return "a diff without its mail has no subject to name"
    }
    // autosquash goes by the subject.
    let namesakes = review.series.patches.filter { $0.title == mail.title }
    guard namesakes.count == 1 else {
      return "several patches have the subject \(Sentences.printable(mail.title))"
    }
    return String(validating: fixup.diff, as: UTF8.self) == nil ? "the file is not in UTF-8" : nil
  }

  private func mail(_ fixup: Mending.Fixup, _ review: SeriesReview) -> String {
    let mail = review.series.patches[fixup.position]
    var draft = MailDraft()
    draft.from = author ?? mail.author
    draft.subject = "[PATCH] fixup! \(mail.title)"
    let said = fixup.findings.map { "\(Self.place(of: $0)): \(Sentences.printable($0.message)) [\($0.rule)]" }
    draft.body = """
      \(said.map { Wrapping.text($0, width: 75, indent: 0) }.joined(separator: "\n"))
      ---

      \(String(decoding: fixup.diff, as: UTF8.self))-- \n\(ToolFacts.name) \(tool.version)

      """
    return draft.mboxEntry()
  }

  static func place(of finding: Finding) -> String {
    let path = finding.primary.path.map { Sentences.printable("\($0)") } ?? "?"
    return "\(path):\(finding.primary.line)"
  }
}

/// What `--fixup` says beside its mailbox: which fixes did not hold, and how much was mended.
public struct FixupSummary {
  /// A sentence for each fix that does not hold, with newlines.
  public static func refusals(of review: SeriesReview) -> String {
    var lines = review.mending.refusals.map { line($0.finding, $0.why, review) }
    for fixup in review.mending.fixups {
      guard let why = FixupWriter.obstacle(to: fixup, in: review) else { continue }
      lines += fixup.findings.map { line($0, why, review) }
    }
    return lines.joined()
  }

  private static func line(_ finding: Finding, _ why: String, _ review: SeriesReview) -> String {
    let part = review.part(of: finding).map { "\($0): " } ?? ""
    return
      "\(part)\(FixupWriter.place(of: finding)): not mended [\(finding.rule)]: \(Sentences.printable(why))\n"
  }

  private var findings = 0
  private var mended = 0
  private var patches = 0

  public init() {}

  public mutating func add(_ review: SeriesReview) {
    findings += review.findings.count(where: \.isShown)
    for fixup in review.mending.fixups where FixupWriter.obstacle(to: fixup, in: review) == nil {
      mended += fixup.findings.count
      patches += 1
    }
  }

  /// One sentence, with a newline.
  public var text: String {
    guard mended > 0 else {
      return findings == 0
        ? "nothing was found\n"
        : "nothing is mended: of \(findings) findings none has a fix that is certain\n"
    }
    return
      "\(mended) findings mended in \(patches) \(patches == 1 ? "patch" : "patches"): git am, then git rebase --autosquash\n"
  }
}
