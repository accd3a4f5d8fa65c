// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// `review-patch b4-agent`, on a branch as `b4 review` makes it.
@Suite struct B4AgentTests {
  /// One commit on a base, and b4's notes on top; the sandbox, and the id of the notes.
  private static func branch(notes: (String) -> String) throws -> (Sandbox, String) {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.foo, to: "foo.c")
    try sandbox.git("init", "-q")
    try sandbox.git("add", "foo.c")
    try sandbox.git("commit", "-q", "-m", "base")
    try sandbox.write(Mails.foo + "int bar;\n", to: "foo.c")
    try sandbox.git("commit", "-q", "-a", "-m", "foo: count once\n\nOnce is not enough.")
    let first = try sandbox.git("rev-parse", "HEAD").text.trimmingCharacters(in: .newlines)
    try sandbox.git("commit", "-q", "--allow-empty", "-m", notes(first))
    return (sandbox, try sandbox.git("rev-parse", "HEAD").text.trimmingCharacters(in: .newlines))
  }

  private static func tracking(_ first: String) -> String {
    """
    A series

    --- b4-review-tracking ---
    # This section is used internally by b4 review for tracking purposes.
    {"series": {"first-patch-commit": "\(first)", "status": "reviewing"}, "patches": []}
    """
  }

  @Test func leavesComments() throws {
    let (sandbox, tip) = try Self.branch(notes: Self.tracking)
    let before = try sandbox.snapshot()
    let result = try sandbox.run(["b4-agent", "Read and execute the prompt from /nowhere"])
    #expect(result.status == 0 && result.talk.isEmpty && result.text.contains("comments on 1 patch\n"))
    let folder = "./.git/b4-review"
    let new = Set(try sandbox.snapshot()).subtracting(before).map { $0.split(separator: " ")[0] }.sorted()
    #expect(
      new.filter { $0 != "./.git" }
        == [
          "\(folder)", "\(folder)/\(tip)", "\(folder)/\(tip)/0001.txt", "\(folder)/\(tip)/identity.txt",
        ].map { Substring($0) })
    let text = try String(
      contentsOf: sandbox.folder.appending(path: ".git/b4-review/\(tip)/0001.txt"), encoding: .utf8)
    #expect(text.hasPrefix("1 warning: mail/missing-sign-off\n\nCould the author sign this off?\n"))
    let quiet = try sandbox.run(["b4-agent", "--min-severity", "error"])
    #expect(quiet.text.contains("comments on 0 patches"))
  }

  /// Anything else is no branch of b4's: nothing is written.
  @Test(
    arguments: [
      "A commit", "--- b4-review-tracking ---\n{}", "--- b4-review-tracking ---\n{\"series\": 7}",
      "x\n--- b4-review-tracking ---\n{\"series\": {\"first-patch-commit\": \"--all\"}}",
    ])
  func refuses(_ message: String) throws {
    let (sandbox, _) = try Self.branch { _ in message }
    let result = try sandbox.run(["b4-agent"])
    #expect(result.status == 2 && result.talk.contains("not the tip of a branch of `b4 review`"))
    #expect(!FileManager.default.fileExists(atPath: sandbox.folder.path + "/.git/b4-review"))
  }
}
