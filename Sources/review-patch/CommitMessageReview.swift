// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Hooks
internal import KernelTree
internal import Mail
internal import Report
internal import Review

/// What `git am` would make of a commit's message.
struct CommitMessageReview {
  let file: String
  let settings: Settings

  /// Says what would be lost, and whether something would.
  func isCut() throws -> Bool {
    let draft = CommitDraft(
      try Files.text(of: file), commentMark: settings.configuration["core.commentchar"] ?? "#")
    let book = try settings.ruleBook(RuleFolderOptions.parse([]))
    var options = try settings.reviewOptions(RuleOptions.parse([]), book: book, cache: nil)
    for entry in book.entries where entry.rule.id.description != "mail/log-cut" {
      options.levels[entry.rule.id] = .off
    }
    let mailbox = Mailbox(opening: [.bytes(draft.mail, name: file, kind: nil)])
    let findings = (0..<mailbox.seriesCount).flatMap { index in
      ReviewEngine(book: book, options: options)
        .review(SeriesFacts(series: mailbox.series(at: index), inputs: mailbox.inputs), base: nil).findings
    }.filter(\.isShown)
    for finding in findings {
      let line = Int(finding.primary.line) - draft.lineOffset
      Output.talk(
        "review-patch: \(file):\(line): \(Sentences.printable(finding.message)) [\(finding.rule)]\n"
          + (finding.help.map { "  help: \($0)\n" } ?? "")
          + "  the message is still in \(file); commit it anyway: git commit --no-verify\n")
    }
    return !findings.isEmpty
  }
}
