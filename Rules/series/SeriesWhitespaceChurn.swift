// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `series/whitespace-churn`: a hunk that changes nothing but white space, in a patch that does something.
struct SeriesWhitespaceChurn: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    let diff = patch.mail.patch
    var churn: [(FileChange, Hunk)] = []
    var hasOtherChanges = false
    for file in diff.files where file.status == .modified && file.path?.isCode == true {
      for hunk in file.hunks {
        if isChurn(hunk, diff) { churn.append((file, hunk)) } else { hasOtherChanges = true }
      }
    }
    guard hasOtherChanges, let (file, hunk) = churn.first,
      let line = hunk.lines.first(where: { $0.kind == .added })
        ?? hunk.lines.first(where: { $0.kind == .removed }), !announcesCleanUp(patch.mail)
    else { return CheckResult() }
    var draft = FindingDraft(
      churn.count == 1
        ? "this hunk changes white space only, the patch is about something else"
        : "this and \(churn.count - 1) more hunks change white space only, the patch is about something else",
      at: patch.span(of: line, in: hunk, of: file),
      evidence: [
        Evidence(
          .source,
          "without blanks, tabs and line ends the hunk's old and new lines are equal; the log says nothing of it"
        )
      ])
    draft.relies = [.whitespace]
    draft.related = churn.dropFirst().prefix(4).compactMap { file, hunk in
      hunk.lines.first { $0.kind != .context }.map {
        RelatedSpan(patch.span(of: $0, in: hunk, of: file), label: "white space only")
      }
    }
    return CheckResult([draft])
  }

  /// Blanks inside lines, at their ends, or empty lines. A run that is moved in or out as a whole is not
  /// meant: another hunk has put braces around it or taken them away.
  private func isChurn(_ hunk: Hunk, _ diff: Patch) -> Bool {
    let old = hunk.lines.filter { $0.kind == .removed }.map { diff.content($0) }
    let new = hunk.lines.filter { $0.kind == .added }.map { diff.content($0) }
    guard !old.isEmpty || !new.isEmpty, bare(old) == bare(new) else { return false }
    return old.map(withoutIndent).filter { !$0.isEmpty } != new.map(withoutIndent).filter { !$0.isEmpty }
      || old.count { withoutIndent($0).isEmpty } != new.count { withoutIndent($0).isEmpty }
  }

  /// The text of lines without white space, but for that between two words: "stopbit" is not "stop bit".
  private func bare(_ lines: [ArraySlice<UInt8>]) -> [UInt8] {
    var output: [UInt8] = []
    var skipped = false
    for byte in lines.joined(separator: [UInt8(ascii: "\n")]) {
      if byte.isBlank || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
        skipped = true
        continue
      }
      if skipped, byte.isWord, output.last?.isWord == true { output.append(UInt8(ascii: " ")) }
      output.append(byte)
      skipped = false
    }
    return output
  }

  private func withoutIndent(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> { line.drop(while: \.isBlank) }

  /// A log that speaks of white space means it.
  private func announcesCleanUp(_ mail: PatchMail) -> Bool {
    let text = (mail.title + " " + mail.log.lines.joined(separator: " ")).lowercased()
    return [
      "whitespace", "white space", "white-space", "indent", "style", "checkpatch", "cleanup", "clean up",
      "clean-up",
      "cosmetic", "format", "blank line", "empty line", "newline", "align", "tidy", "reflow", "trailing",
      "no functional",
    ].contains { text.contains($0) }
  }
}

extension UInt8 {
  /// Whether the byte may stand in an identifier or a word.
  fileprivate var isWord: Bool {
    isDigit || self == UInt8(ascii: "_") || self >= 0x80
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
