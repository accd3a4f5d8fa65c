// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// The hooks that are off unless asked for by name: before a mail is applied, and of a commit's message.
@Suite struct CommitHookTests {
  /// The whole series is looked at before its first patch is committed; what is stopped can be gone on with.
  @Test func stopsBeforeApplying() throws {
    let series = try OutgoingSeries(isBroken: true)
    try series.git("reset", "-q", "--hard", "base")
    #expect(try series.sandbox.run(["hook", "install", "pre-applypatch"]).status == 0)
    let patches = try series.files.dropFirst()
    let stopped = try series.git(["am"] + patches)
    let said = stopped.text + stopped.talk
    #expect(
      stopped.status != 0 && said.contains("2/3 error[config/missing-stub] kernel/hook/ops.c:151"), "\(said)")
    #expect(said.contains("stopped before the commit") && said.contains("(given)"), "\(said)")
    #expect(try series.git("log", "--oneline", "base..").text == "")
    let forced = try series.git("-c", "reviewpatch.preApply=off", "am", "--continue")
    #expect(forced.status == 0, "\(forced)")
    #expect(try series.git("log", "--oneline", "base..").text.split(separator: "\n").count == 3)
  }

  @Test func letsACleanSeriesBeApplied() throws {
    let series = try OutgoingSeries(isBroken: false)
    try series.git("reset", "-q", "--hard", "base")
    #expect(try series.sandbox.run(["hook", "install", "pre-applypatch"]).status == 0)
    let result = try series.git(["am"] + series.files.dropFirst())
    let said = result.text + result.talk
    #expect(result.status == 0 && said.components(separatedBy: "review-patch: ").count == 3, "\(said)")
    #expect(try series.git("log", "--oneline", "base..").text.split(separator: "\n").count == 3)
  }

  /// A message whose sign-off git am would lose, and one whose notes below the log are meant.
  @Test(
    arguments: [
      ("title\n\ntext\n\n---\n./test\n\nSigned-off-by: A <a@example.org>\n", 5),
      ("title\n\nIt prints\n\ndiff --git a/x b/x\n\nSigned-off-by: A <a@example.org>\n", 5),
      ("title\n\ntext\n\nSigned-off-by: A <a@example.org>\n---\nv2: text\n", 0),
      ("title\n\ntext\n", 0),
    ] as [(String, Int)])
  func judgesMessages(_ message: String, _ line: Int) throws {
    let sandbox = try Sandbox()
    let git = sandbox.git
    try git("init", "-q")
    #expect(try sandbox.run(["hook", "install", "commit-msg"]).status == 0)
    try sandbox.write(message, to: "message")
    let result = try git("commit", "--allow-empty", "-q", "--cleanup=verbatim", "-F", "message")
    #expect((result.status != 0) == (line > 0), "\(result.talk)")
    #expect(
      result.talk.contains("COMMIT_EDITMSG:\(line): git am ends the log here") == (line > 0), "\(result.talk)"
    )
    if line > 0 {
      #expect(result.talk.contains("git commit --no-verify"), "\(result.talk)")
      let forced = try git("commit", "--no-verify", "--allow-empty", "-q", "-F", "message")
      #expect(forced.status == 0)
    }
  }
}
