// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// Every way to hand something over.
@Suite struct InputTests {
  private static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.good, to: "one.mbox")
    try sandbox.write(Mails.good + Mails.unsigned, to: "two.mbox")
    try sandbox.write(Mails.patch(3), to: "folder/a.patch")
    try sandbox.write(Mails.patch(4), to: "folder/b.patch")
    try sandbox.write(Mails.words, to: "folder/README")
    try sandbox.write(Mails.patch(5), to: "maildir/cur/5:2,S")
    try sandbox.write(Mails.patch(6), to: "maildir/new/6")
    try sandbox.write("half a mail", to: "maildir/tmp/7")
    try sandbox.write(Mails.diff, to: "plain.diff")
    try sandbox.write(Mails.good, to: "-dash.mbox")
    let gzip = try Program("/bin/sh", in: sandbox.folder, environment: ["PATH": "/usr/bin:/bin"])
      .run(["-c", "gzip -c two.mbox > two.mbox.gz"])
    try #require(gzip.status == 0)
    return sandbox
  }

  /// Arguments, standard input, the kinds of the inputs, subjects of the patches.
  @Test(
    arguments: [
      ("one.mbox", "", ["mbox"], [1]), ("two.mbox", "", ["mbox"], [1, 2]),
      ("two.mbox.gz", "", ["mbox"], [1, 2]), ("-", Mails.good, ["mbox"], [1]),
      ("", Mails.good + Mails.unsigned, ["mbox"], [1, 2]),
      ("folder", "", ["mbox", "mbox"], [3, 4]), ("folder/", "", ["mbox", "mbox"], [3, 4]),
      ("maildir", "", ["maildir", "maildir"], [5, 6]), ("plain.diff", "", ["diff"], [0]),
      (
        "one.mbox folder - maildir", Mails.unsigned, ["mbox", "mbox", "mbox", "mbox", "maildir", "maildir"],
        [
          1, 3, 4, 2, 5, 6,
        ]
      ),
      ("-- -dash.mbox", "", ["mbox"], [1]),
    ] as [(String, String, [String], [Int])])
  func reads(_ arguments: String, _ input: String, _ kinds: [String], _ numbers: [Int]) throws {
    let sandbox = try Self.sandbox()
    let words = arguments.split(separator: " ").map(String.init)
    let report = try sandbox.report(["--no-tree"] + words, input: Array(input.utf8))
    let subjects = numbers.map { $0 == 0 ? "" : "[PATCH] foo: count \($0) times" }
    #expect(report.inputs.map(\.kind) == kinds)
    #expect(report.patches.map(\.subject) == subjects)
    #expect(report.problems.isEmpty && report.status == 0 && report.exit == 0)
    #expect(report.patches.allSatisfy { $0.files.map(\.path) == ["foo.c"] && $0.files[0].added == 1 })
  }

  /// The four formats, and what tells each from the others.
  @Test(
    arguments: [
      ("terminal", "series   [PATCH] foo: count 2 times\n"), ("json", "{\"coverage\":["),
      ("ndjson", "{\"record\":\"header\""),
      ("lines", "two.mbox:2:7: warning: "),
    ])
  func writes(_ format: String, _ start: String) throws {
    let sandbox = try Self.sandbox()
    try sandbox.write(Mails.unsigned, to: "two.mbox")
    let result = try sandbox.run(["--format", format, "--no-tree", "two.mbox"])
    #expect(result.text.hasPrefix(start), "\(result.text)")
    #expect(result.text.contains("mail/missing-sign-off") && result.text.hasSuffix("\n"))
  }

  /// Each line of NDJSON is an object, and together they say what the one document says.
  @Test func ndjsonSaysWhatJSONSays() throws {
    let sandbox = try Self.sandbox()
    let arguments = ["--no-tree", "two.mbox", "folder", "maildir"]
    let report = try sandbox.report(arguments)
    let lines = try sandbox.run(["--format", "ndjson"] + arguments).text.split(separator: "\n")
    let records = try lines.map { try JSONDecoder().decode(Record.self, from: Data($0.utf8)).record }
    #expect(records.first == "header" && records.last == "trailer")
    #expect(records.count { $0 == "patch" } == report.patches.count)
    #expect(records.count { $0 == "series" } == report.series.count)
    #expect(records.count { $0 == "finding" } == report.findings.count)
  }

  private struct Record: Decodable { var record: String }

  /// Colours: wanted, not wanted, and by themselves only on a terminal.
  @Test(
    arguments: [
      (["--color", "always"], [:], true), (["--color", "never"], ["CLICOLOR_FORCE": "1"], false),
      ([], [:], false), ([], ["CLICOLOR_FORCE": "1"], true),
      (["--color", "always"], ["NO_COLOR": "1"], true),
    ] as [([String], [String: String], Bool)])
  func colours(_ arguments: [String], _ environment: [String: String], _ wanted: Bool) throws {
    let sandbox = try Self.sandbox()
    let result = try sandbox.run(arguments + ["two.mbox"], environment: environment)
    #expect(result.text.contains("\u{1b}[") == wanted)
  }

  /// `-v` says why something was not checked; without it, only that.
  @Test func saysMoreWhenAsked() throws {
    let fixes = "Fixes: 0123456789ab (\"foo: begin\")\n"
    let mail = Mails.good.replacing("Signed-off-by", with: fixes + "Signed-off-by", maxReplacements: 1)
    let sandbox = try Sandbox()
    try sandbox.write(mail, to: "a.mbox")
    let (short, long) = (try sandbox.run(["a.mbox"]).text, try sandbox.run(["-v", "a.mbox"]).text)
    #expect(!short.contains("no repository") && long.contains("no repository"), "\(long)")
  }
}
