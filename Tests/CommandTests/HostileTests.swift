// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// Input that nobody should send: one message with its place, the rest reviewed, and an end in good time.
@Suite struct HostileTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    /// `line: text`, of which each problem must hold one, in order.
    var problems: [String]
    /// Patches that are read of this input.
    var patches: Int
    /// The exit status where nothing else is read.
    var status: Int32
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ problems: [String], patches: Int = 0, status: Int32? = nil) {
      self.init(name, Array(text.utf8), problems, patches: patches, status: status)
    }

    init(_ name: String, _ bytes: [UInt8], _ problems: [String], patches: Int = 0, status: Int32? = nil) {
      (self.name, self.bytes, self.problems, self.patches) = (name, bytes, problems, patches)
      self.status = status ?? (patches > 0 ? 0 : 3)
    }
  }

  /// A mail whose part lies in a part, and so on.
  private static func nested(_ depth: Int, _ type: (Int) -> String) -> String {
    let heads = (0..<depth).map {
      "Content-Type: \(type($0))\n\n" + (type($0).contains("=") ? "--b\($0)\n" : "")
    }
    return Mails.good.replacing(
      "Message-ID: <1@example.org>\n\n", with: "Message-ID: <1@example.org>\nMIME-Version: 1.0\n"
    )
    .replacing("Once", with: heads.joined() + "Content-Type: text/plain\n\nOnce")
  }

  private static let cut = Mails.good.dropLast(" int baz;\n\n".count)
  private static let many = (0..<70_000).map { Mails.diff.replacing("foo.c", with: "d\($0 % 99)/\($0).c") }
    .joined()

  static let rows = [
    Row("words", Mails.words, ["0: this is neither a mail nor a diff"]),
    Row("nothing", "", ["0: there is nothing in it"]),
    Row("NULs", [UInt8](repeating: 0, count: 100_000), ["0: this is neither"]),
    Row("noise", (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 7 + 3) }, ["0: this is neither"]),
    Row(
      "gzip without anything", [0x1f, 0x8b], ["0: the compressed data breaks off", "0: there is nothing"]),
    Row("a mail without a patch", Mails.patch(diff: "Nothing.\n"), ["a mail without a patch"], status: 0),
    Row(
      "a hunk that is cut", String(cut), ["16: the diff ends inside this hunk: 1 old and 1 new"], patches: 1),
    Row(
      "counts that lie", Mails.good.replacing("-1,2 +1,3", with: "-1,9 +1,77"),
      ["16: the diff ends inside this hunk: 7 old and 74 new lines"], patches: 1),
    Row(
      "counts that overflow", Mails.good.replacing("-1,2 +1,3", with: "-1,99999999999 +99999999999,3"),
      ["16: "], patches: 1),
    Row(
      "a path that leads out", Mails.good.replacing("b/foo.c", with: "b/../../etc/passwd"),
      ["12: \"../../etc/passwd\" cannot name a file of a tree (it has a component of dots)"]),
    Row(
      "a path into .git", Mails.good.replacing("foo.c", with: ".git/config"),
      ["cannot name a file of a tree (it leads into .git)"]),
    Row(
      "a NUL in a hunk", Mails.good.replacing("int bar;", with: "int \0bar;"), [], patches: 1),
    Row(
      "invalid UTF-8", Array(Mails.good.utf8).map { $0 == UInt8(ascii: "O") ? 0xff : $0 }, [], patches: 1),
    Row(
      "a charset called y",
      Mails.patch(headers: "MIME-Version: 1.0\nContent-Type: text/plain; charset=y\n")
        .replacing("Once", with: "Ünce"), [], patches: 1),
    Row(
      "multipart 1,000 deep", nested(1_000) { "multipart/mixed; boundary=b\($0)" }, ["malformed MIME"],
      patches: 1),
    Row("messages 1,000 deep", nested(1_000) { _ in "message/rfc822" }, ["malformed MIME"], patches: 1),
    Row(
      "a header that is cut", "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ann <a@b>\nSubj",
      ["without a patch"], status: 0),
    Row("headers only", "From: Ann <a@b>\nSubject: [PATCH] x\n", ["without a patch"], status: 0),
    Row(
      "a header of 10 MB", Mails.patch(headers: "X-A: " + String(repeating: "a", count: 10_000_000) + "\n"),
      [], patches: 1),
    Row("70,000 files", Mails.patch(diff: many), ["more than 65536 files"], patches: 1),
    Row(
      "a merge",
      Mails.patch(
        diff: Mails.diff.replacing("diff --git a/foo.c b/foo.c", with: "diff --cc foo.c").replacing(
          "@@ -1,2 +1,3 @@", with: "@@@ -1,2 -1,2 +1,3 @@@")), ["merge"], patches: 1),
  ]

  /// Each beside a good mail, which is reviewed whatever comes first.
  @Test(arguments: rows)
  func survives(_ row: Row) throws {
    let sandbox = try Sandbox()
    try sandbox.write(row.bytes, to: "bad")
    try sandbox.write(Mails.patch(7), to: "good.mbox")
    let report = try sandbox.report(["--no-tree", "bad", "good.mbox"], seconds: 120)
    let problems = report.problems.filter { $0.input == 0 }.map { "\($0.line): \($0.text)" }
    #expect(problems.count == row.problems.count, "\(problems)")
    #expect(zip(problems, row.problems).allSatisfy { $0.contains($1) }, "\(problems)")
    #expect(report.patches.count { $0.input == 0 } == row.patches)
    #expect(report.patches.contains { $0.input == 1 } && report.status == 0)
    #expect(!report.problems.contains { $0.input == 1 })
    let alone = try sandbox.run(["--no-tree", "bad"], seconds: 120)
    #expect(alone.status == (row.status), "\(alone.text)\(alone.talk)")
  }

  /// A mail that ends anywhere gives a report.
  @Test(arguments: Array(stride(from: 1, to: Mails.good.utf8.count, by: 23)))
  func survivesEveryCut(_ count: Int) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(
      ["--no-tree", "-"], input: Array(Mails.good.utf8.prefix(count)), seconds: 120)
    #expect([0, 3].contains(result.status), "\(result.text)\(result.talk)")
  }

  /// What can be named and is no file, a script that makes it, and the words.
  @Test(
    arguments: [
      ("mkfifo bad", "bad: there is nothing in it"), ("ln -s /dev/zero bad", "bad: cannot be read: a device"),
      ("ln -s /dev/null bad", "bad: cannot be read: a device"), ("ln -s bad bad", "bad: cannot be read: "),
      ("ln -s nowhere bad", "bad: "), ("mkdir bad", "bad: there is nothing in it"),
      (
        "mkdir bad; mkfifo bad/pipe; ln -s /dev/zero bad/zero; ln -s . bad/round",
        "bad: there is nothing in it"
      ),
      ("gzip -c good.mbox | head -c 150 > bad", "bad: the compressed data breaks off"),
      ("head -c 300000000 /dev/zero | gzip -1 > bad", "bad: this is neither a mail nor a diff"),
      (
        "(cat good.mbox; head -c 100000000 /dev/zero) | gzip -1 > bad",
        "bad:2: message: more than the limit of"
      ),
      ("head -c 300000000 /dev/zero | tr '\\0' x > bad", "bad: this is neither a mail nor a diff"),
    ])
  func survivesFile(_ script: String, _ words: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.patch(7), to: "good.mbox")
    let shell = Program("/bin/sh", in: sandbox.folder, environment: sandbox.environment)
    _ = try shell.run(["-c", script])
    // Far less memory than what is unpacked.
    let result = try sandbox.run(
      ["-q", "--no-tree", "bad.mbox", "bad", "good.mbox"], wrapper: ["/usr/bin/prlimit", "--data=200000000"],
      seconds: 120)
    #expect(result.status == 0, "\(result.text)\(result.talk)")
    let talk = result.talk.split(separator: "\n").filter { !$0.contains("bad.mbox") }
    #expect(talk.count >= 1 && talk.count <= 2 && talk[0].hasPrefix("review-patch: " + words), "\(talk)")
    // Temporary files are gone, and there is nothing but the cache.
    #expect(try sandbox.snapshot(sandbox.home).count == 1)
  }

  /// Standard input that never ends, and a pipe.
  @Test(arguments: [
    "exec \"$0\" - < /dev/zero", "yes | \"$0\" -", "head -c 30000000 /dev/urandom | \"$0\" -",
  ])
  func survivesEndlessInput(_ script: String) throws {
    let sandbox = try Sandbox()
    let shell = Program("/bin/sh", in: sandbox.folder, environment: sandbox.environment)
    let result = try shell.run(["-c", script, Program.built("review-patch")], seconds: 120)
    #expect(result.status == 3 && result.text.contains("-: this is neither a mail nor a diff"), "\(result)")
  }

  /// A mail longer than memory holds of a stream goes through a folder that is not there yet.
  @Test func spoolsWhereThereIsNoCache() throws {
    let sandbox = try Sandbox()
    let long = Mails.patch(1, notes: String(repeating: "note\n", count: 4_000_000)) + Mails.patch(2)
    let report = try sandbox.report(["--no-tree", "--cache", "a/b/c", "-"], input: Array(long.utf8))
    #expect(report.patches.count == 2 && report.problems.isEmpty, "\(report.problemLines)")
  }

  /// A file that may not be read. Root may read all, so there it is only read.
  @Test func saysWhatMayNotBeRead() throws {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.patch(1), to: "secret.mbox")
    try sandbox.write(Mails.patch(2), to: "good.mbox")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: sandbox.folder.path + "/secret.mbox")
    let report = try sandbox.report(["--no-tree", "secret.mbox", "good.mbox"])
    let isRoot = getuid() == 0
    #expect(report.problemLines == (isRoot ? [] : ["0:0: cannot be read: Permission denied"]))
    #expect(report.patches.count == (isRoot ? 2 : 1))
  }

  /// Patches that would cost the square of their length.
  @Test(arguments: ["one long file changed again and again", "many commits that are nowhere"])
  func endsSoon(_ name: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write(String(repeating: "int foo;\nint baz;\n", count: 50_000), to: "tree/foo.c")
    let tags = (0..<30_000).map { "Fixes: \(String(0x1000_0000_0000 + $0, radix: 16)) (\"foo\")\n" }.joined()
    try sandbox.write(
      name.hasPrefix("one")
        ? Mails.patch(diff: String(repeating: Mails.diff, count: 2_000))
        : Mails.good.replacing("Signed-off-by", with: tags + "Signed-off-by"), to: "a.mbox")
    let result = try sandbox.run(["--tree", "tree", "a.mbox"], seconds: 120)
    #expect(result.status == 0)
    #expect(
      name.hasPrefix("many") || result.text.contains("the patch changes it too often"),
      "\(result.text.prefix(999))")
  }

  /// The same mail twice is one patch; each input is named.
  @Test(arguments: [["a", "a"], ["a", "a/x.mbox"], ["a/x.mbox", "a/x.mbox"]])
  func reviewsCopiesOnce(_ names: [String]) throws {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.unsigned, to: "a/x.mbox")
    let report = try sandbox.report(["--no-tree"] + names)
    #expect(report.inputs.count == 2 && report.patches.count == 1 && report.findings.count == 1)
  }
}
