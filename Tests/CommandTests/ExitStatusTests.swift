// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// What the exit status says, and which words come with it on which stream.
@Suite struct ExitStatusTests {
  /// Arguments, the status, what the output and what the talk must hold.
  struct Row: CustomTestStringConvertible, Sendable {
    var arguments: String
    var status: Int32
    var output: String
    var talk: String
    var testDescription: String { arguments }

    init(_ arguments: String, _ status: Int32, output: String = "", talk: String = "") {
      (self.arguments, self.status, self.output, self.talk) = (arguments, status, output, talk)
    }
  }

  private static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.good, to: "good.mbox")
    try sandbox.write(Mails.unsigned, to: "unsigned.mbox")
    try sandbox.write(Mails.words, to: "words.txt")
    try sandbox.write("", to: "empty.mbox")
    return sandbox
  }

  @Test(
    arguments: [
      Row("good.mbox", 0, output: "[PATCH] foo: count 1 times"),
      Row("review good.mbox", 0, output: "foo: count 1 times"),
      Row("unsigned.mbox", 0, output: "warning[mail/missing-sign-off]"),
      Row("--fail-on warning unsigned.mbox", 1, output: "mail/missing-sign-off"),
      Row("--fail-on note unsigned.mbox", 1), Row("--fail-on error unsigned.mbox", 0),
      Row("--fail-on never unsigned.mbox", 0), Row("--fail-on note good.mbox", 0),
      Row("--fail-on warning good.mbox unsigned.mbox", 1),
      Row("-q --fail-on warning unsigned.mbox", 1, output: "unsigned.mbox:2"),
      Row("--min-severity error --fail-on warning unsigned.mbox", 0, output: "no findings"),
      Row("--min-confidence observed --fail-on note unsigned.mbox", 0, output: "no findings"),
      Row("--min-severity loud good.mbox", 2, talk: "'loud'"),
      Row("--format reply --fail-on warning unsigned.mbox", 1, output: "In-Reply-To: <2@example.org>"),
      Row("--format checkpatch unsigned.mbox", 0, output: ": WARNING:MAIL_MISSING_SIGN_OFF: "),
      Row("--format checkpatch words.txt", 3, output: "words.txt: WARNING:INPUT: this is neither a mail"),
      Row("--format rdjson words.txt", 3, output: "\"diagnostics\":[]", talk: "words.txt: this is neither"),
      Row("--format sarif words.txt", 3, output: "words.txt"),
      Row("--format html unsigned.mbox", 0, output: "<h1>foo: count 2 times</h1>"),
      Row("--format b4 unsigned.mbox", 0, output: "\"status\":\"warn\""),
      Row("-v unsigned.mbox", 0, output: "warning[mail/missing-sign-off]"),
      Row("--version", 0, output: "0.1\n"), Row("--help", 0, output: "Three real uses"),
      Row("rules", 0, output: "mail/log-cut "),
      Row("rules --format json", 0, output: "\"id\":\"mail/log-cut\""),
      Row("explain mail/log-cut", 0, output: "# The log is cut"),
      Row("explain mail/nothing", 2, talk: "there is no rule mail/nothing"),
      Row("explain ../../etc/passwd", 2, talk: "there is no rule"),
      Row("explain", 2, talk: "Missing expected argument"),
      Row("--nonsense good.mbox", 2, talk: "Unknown option"),
      Row("--fail-on maybe good.mbox", 2, talk: "'maybe'"),
      Row("--format xml good.mbox", 2, talk: "'xml'"),
      Row("--color blue good.mbox", 2, talk: "'blue'"),
      Row("--ignore no/such good.mbox", 2, talk: "no/such: there is no such rule"),
      Row("--rules nowhere good.mbox", 2, talk: "--rules nowhere: no such folder"),
      Row("--baseline nowhere good.mbox", 2, talk: "nowhere: cannot be read"),
      Row("--baseline words.txt good.mbox", 2, talk: "words.txt:1: "),
      Row("--update-baseline good.mbox", 2, talk: "--update-baseline needs --baseline"),
      Row("--tree nowhere good.mbox", 2, talk: "--tree nowhere: nowhere: no such file or folder"),
      Row("--tree . --no-tree good.mbox", 2, talk: "exclude each other"),
      Row("nowhere", 2, talk: "nowhere: no such file, and no commit or range here"),
      Row("nowhere.mbox", 3, output: "nowhere.mbox: cannot be read: No such file or directory"),
      Row("words.txt", 3, output: "words.txt: this is neither a mail nor a diff"),
      Row("empty.mbox", 3, output: "empty.mbox: there is nothing in it"),
      Row("-q words.txt", 3, talk: "review-patch: words.txt: this is neither a mail nor a diff"),
      Row("words.txt good.mbox", 0, output: "words.txt: this is neither"),
      Row("nowhere.mbox --fail-on warning unsigned.mbox", 1, output: "nowhere.mbox: cannot be read"),
    ])
  func says(_ row: Row) throws {
    let sandbox = try Self.sandbox()
    let result = try sandbox.run(row.arguments.split(separator: " ").map(String.init))
    #expect(result.status == row.status, "\(result.text)\(result.talk)")
    #expect(row.output.isEmpty || result.text.contains(row.output), "\(result.text)")
    #expect(row.talk.isEmpty ? result.talk.isEmpty : result.talk.contains(row.talk), "\(result.talk)")
    // Nothing is left behind, in the place where one stands or in a home.
    let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path).count
    let home = try sandbox.snapshot(sandbox.home).count
    #expect(left == 4 && home == 1)
  }

  /// Where there is nothing to say there is no draft.
  @Test func draftsNothing() throws {
    let result = try Self.sandbox().run(["--format", "reply", "good.mbox"])
    #expect(result.status == 0 && result.output.isEmpty && result.talk.isEmpty)
  }

  /// `-qq` prints nothing at all.
  @Test(arguments: [("good.mbox", 0), ("unsigned.mbox", 1)] as [(String, Int32)])
  func keepsSilence(_ name: String, _ status: Int32) throws {
    let result = try Self.sandbox().run(["-qq", "--fail-on", "warning", name])
    #expect(result.status == status && result.output.isEmpty && result.talk.isEmpty)
  }
}
