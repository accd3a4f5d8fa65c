// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

/// `mail/log-cut`: what stands below the line that ends the log is lost in `git am`.
struct MailLogCut: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    let mail = patch.mail
    guard let cut = mail.logEnd, cut.kind != .end, patch.signOffs.isEmpty else {
      return CheckResult()
    }
    let lost = patch.trailersBelowLog
    guard lost.contains(where: \.isSignOff), let first = lost.first, let last = lost.last else {
      return CheckResult()
    }
    let span = Span(path: nil, side: .message, line: cut.line, text: cut.text)
    let names = lost.map(\.key).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var draft = FindingDraft(
      "git am ends the log here; \(names.joined(separator: ", ")) below it will not be in the commit",
      at: span,
      evidence: [
        Evidence(
          .git,
          "git am takes a line of \(cut.kind.rule) for the end of the log (git-am(1), DISCUSSION): "
            + "of the message, \(lost.count > 1 ? "lines \(first.line) to \(last.line) are" : "line \(first.line) is") lost"
        )
      ])
    draft.related = lost.map {
      RelatedSpan(
        Span(path: nil, side: .message, line: $0.line, text: "\($0.key): \($0.value)"), label: "lost")
    }
    draft.help =
      cut.kind == .separator
      ? "put the trailers above the first `---`"
      : "indent the quoted diff by a blank or more, so that git leaves it alone"
    return CheckResult([draft])
  }
}

extension LogEnd.Kind {
  fileprivate var rule: String {
    switch self {
    case .separator: "`---`"
    case .diff: "`diff -`"
    case .index: "`Index: `"
    case .end: "none"
    }
  }
}
