// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review

/// `mail/missing-sign-off`: the author is not among those who signed.
struct MailMissingSignOff: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    let mail = patch.mail
    // A diff in a discussion is an idea, and nobody is asked to apply it.
    guard mail.isSubmission else { return CheckResult() }
    guard let author = mail.author else {
      return CheckResult(notChecked: ["the mail does not say who wrote it"])
    }
    let signers = patch.signOffs
    // What the log lost below its end is the matter of mail/log-cut.
    if signers.isEmpty, patch.trailersBelowLog.contains(where: \.isSignOff) { return CheckResult() }
    guard !signers.contains(where: { $0.person.isSame(as: author) }) else { return CheckResult() }

    let who = author.name.isEmpty ? author.address : "\(author.name) <\(author.address)>"
    let span = Span(
      path: nil, side: .header, line: mail.envelope.fromLine, text: "From: \(who)")
    var draft = FindingDraft(
      signers.isEmpty
        ? "no Signed-off-by: nobody certifies the origin of this patch"
        : "the author \(who) is not among the Signed-off-by",
      at: span.narrowed(to: who),
      evidence: [
        Evidence(
          .source,
          "Documentation/process/submitting-patches.rst: the author of a patch signs it, first of all; "
            + (signers.isEmpty
              ? "the log has no such line" : "signed by \(signers.map(\.value).joined(separator: ", "))"))
      ])
    draft.related = signers.map {
      RelatedSpan(
        Span(path: nil, side: .message, line: $0.line, text: "\($0.key): \($0.value)"), label: "somebody else"
      )
    }
    return CheckResult([draft])
  }
}
