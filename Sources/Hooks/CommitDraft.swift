// SPDX-License-Identifier: GPL-2.0-or-later

/// A commit message as the mail that `git format-patch` will make of it, with a diff that stands for the commit's.
public struct CommitDraft: Sendable {
  public let mail: [UInt8]
  /// What is taken from a line of the mail to have that of the message: the mail has its title in the head.
  public let lineOffset: Int

  /// - Parameters:
  ///   - message: what the file holds that git gives the hook.
  ///   - commentMark: `core.commentChar`; lines that begin so are not the message's.
  public init(_ message: String, commentMark: String = "#") {
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // `git commit -v` shows the diff below a line of scissors, and takes it off again.
    if let cut = lines.firstIndex(where: { $0.hasSuffix(Self.scissors) }) { lines.removeSubrange(cut...) }
    // Blank, as their numbers count.
    lines = lines.map { $0.hasPrefix(commentMark) ? "" : $0 }
    let title = lines.firstIndex { !$0.allSatisfy(\.isWhitespace) } ?? lines.count
    let head = ["From: Author <author@localhost>", "Subject: [PATCH] title", "Message-ID: <1@localhost>", ""]
    let body = lines.dropFirst(title + 1)
    lineOffset = head.count - min(title + 1, lines.count)
    mail = Array(((head + body + Self.diff).joined(separator: "\n") + "\n").utf8)
  }

  private static let scissors = " ------------------------ >8 ------------------------"

  private static let diff = [
    "---", "diff --git a/a b/a", "new file mode 100644", "--- /dev/null", "+++ b/a", "@@ -0,0 +1 @@", "+a",
    "-- ",
    "1",
  ]
}
