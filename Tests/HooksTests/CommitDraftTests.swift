// SPDX-License-Identifier: GPL-2.0-or-later

import Hooks
import Mail
import Testing

/// Where git would cut a commit message, as the mail of it tells.
@Suite struct CommitDraftTests {
  /// A message, and the line of it that ends the log; 0 where all of it stays.
  @Test(
    arguments: [
      ("title\n\ntext\n\nSigned-off-by: A <a@b>\n", 0),
      ("title\n\ntext\n---\nmore\n", 4),
      ("\n\ntitle\n\ndiff --git a/x b/x\n", 5),
      ("# comment\ntitle\n\ntext\n\nIndex: x\n", 6),
      ("title\n\n------\n", 0),
      ("title\n\ntext\n# ---\n", 0),
      ("title\n\ntext\n# ------------------------ >8 ------------------------\ndiff --git a/x b/x\n", 0),
      ("title", 0), ("", 0), ("\n\n", 0),
    ] as [(String, Int)])
  func findsTheCut(_ message: String, _ line: Int) throws {
    let draft = CommitDraft(message)
    let mailbox = Mailbox(opening: [.bytes(draft.mail, name: "m", kind: nil)])
    let patch = try #require(mailbox.series(at: 0).patches.first)
    let end = Int(try #require(patch.logEnd).line) - draft.lineOffset
    // A whole message ends at the line that the mail adds behind it.
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let kept = lines.prefix { !$0.hasSuffix(">8 ------------------------") }.count
    #expect(line > 0 ? end == line : end >= kept, "\(end)")
  }
}
