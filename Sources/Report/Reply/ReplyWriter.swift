// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
public import Mail
public import Review
internal import SourceText

/// Drafts of replies to the mails of a series, as a mailbox: one for each mail that there is something to say about, none
/// where there is not. Nothing is sent.
public struct ReplyWriter: ReportWriter {
  private let reviewer: Person?
  private var tool = ToolFacts(version: "", rules: "")

  /// - Parameter reviewer: who will send them; nil where the mail program shall say so.
  public init(reviewer: Person?) { self.reviewer = reviewer }

  public mutating func begin(_ tool: ToolFacts) -> String {
    self.tool = tool
    return ""
  }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    let said = review.findings.filter { $0.isShown && $0.origin == .introduced }
    var drafts: [String] = []
    if let cover = review.series.cover {
      let own = said.filter { review.position(of: $0) == nil }
      let target = Target(
        cover.envelope, author: cover.envelope.from, lines: QuotableLine.all(of: cover.body))
      drafts += draft(own, on: target, base: review.base).map { [$0] } ?? []
    }
    for (position, mail) in review.series.patches.enumerated() where mail.form != .diff {
      let isFirst = position == 0 && review.series.cover == nil
      let own = said.filter {
        let place = review.position(of: $0)
        return place == position || place == nil && isFirst
      }
      guard !own.isEmpty else { continue }
      var target = Target(mail.envelope, author: mail.author, lines: QuotableLine.all(of: mail))
      if mail.form == .quoted { target.answersTheOriginal() }
      drafts += draft(own, on: target, base: review.base).map { [$0] } ?? []
    }
    return drafts.joined()
  }

  public mutating func end(_ result: RunResult) -> String { "" }

  // MARK: One draft

  /// The mail that is answered.
  private struct Target {
    var envelope: Envelope
    var author: Person?
    var lines: [QuotableLine]
    var id: String
    var references: [String]

    init(_ envelope: Envelope, author: Person?, lines: [QuotableLine]) {
      (self.envelope, self.author, self.lines) = (envelope, author, lines)
      (id, references) = (envelope.messageID, envelope.references + [envelope.messageID])
    }

    /// A patch that only a reply quotes: the mail that this reply answers is meant.
    mutating func answersTheOriginal() {
      id = envelope.inReplyTo ?? ""
      references = envelope.references
      envelope.date = ""
    }
  }

  private func draft(_ findings: [Finding], on target: Target, base: Base?) -> String? {
    guard !findings.isEmpty else { return nil }
    var draft = MailDraft()
    draft.from = reviewer
    draft.to = target.author.map { [$0] } ?? []
    var known = Set(([reviewer, target.author].compactMap(\.self)).map { $0.address.lowercased() })
    let others = [target.envelope.from].compactMap(\.self) + target.envelope.to + target.envelope.cc
    draft.cc = others.filter { known.insert($0.address.lowercased()).inserted }
    draft.subject = "Re: " + Self.withoutRe(target.envelope.subject)
    draft.inReplyTo = target.id
    draft.references = target.references
    draft.headers = [
      MailDraft.Header(
        "X-Review-Patch", "version=\(tool.version); rules=\(tool.rules); findings=\(findings.count)")
    ]
    draft.body = attribution(target) + Quotation(findings, in: target.lines).text() + footer(target, base)
    return draft.mboxEntry()
  }

  private static func withoutRe(_ subject: String) -> String {
    var rest = subject[...]
    while rest.lowercased().hasPrefix("re:") { rest = rest.dropFirst(3).drop { $0 == " " } }
    return String(rest)
  }

  private func attribution(_ target: Target) -> String {
    let author = target.author.map { $0.name.isEmpty ? $0.address : $0.name } ?? "you"
    let date = target.envelope.date
    return Sentences.printable(date.isEmpty ? "\(author) wrote:" : "On \(date), \(author) wrote:") + "\n"
  }

  /// What made it, and how to have it again.
  private func footer(_ target: Target, _ base: Base?) -> String {
    let tree =
      base.map { "--tree " + ($0.commit.map { "REPO@\($0.hex.prefix(12))" } ?? "DIR") } ?? "--no-tree"
    let id = Sentences.printable(target.id)
    return """

      --\u{20}
      \(ToolFacts.name) \(tool.version), rules \(tool.rules) (deterministic, no AI)
      \(id.isEmpty ? "" : "Reproduce: b4 am -o- \(id) | \(ToolFacts.name) \(tree) -\n")
      """
  }
}
