// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// Trees, bases and ranges, and that none of them is touched.
@Suite struct TreeTests {
  /// A folder with a mail in it, and repositories of every kind that a user may have.
  private static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    let shell = Program("/bin/sh", in: sandbox.folder, environment: sandbox.environment)
    let script = """
      set -e
      export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=ann@example.org GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b
      export GIT_AUTHOR_DATE='1767225600 +0000' GIT_COMMITTER_DATE='1767225600 +0000'
      mkdir plain && printf '\(Mails.foo)' > plain/foo.c
      git init -q -b main repo && cd repo && printf 'int other;\\n' > foo.c
      git add -A && git commit -q -m 'begin' && git tag old
      cp ../plain/foo.c . && git add -A && git commit -q -m 'base' && git tag base
      printf 'int foo;\\nint bar;\\nint baz;\\n' > foo.c && git commit -q -a -m 'foo: add bar'
      printf 'int foo;\\nint bar;\\nint baz;\\nint qux;\\n' > foo.c && git commit -q -a -s -m 'foo: add qux'
      echo changed >> foo.c && echo new > untracked && cd ..
      git clone -q --bare repo bare.git
      git clone -q --depth 1 file://$PWD/repo shallow
      git -C bare.git config uploadpack.allowFilter true
      git clone -q --no-checkout --filter=blob:none file://$PWD/bare.git partial
      git init -q -b main unborn
      mkdir empty && printf 'x' > file
      """
    let made = try shell.run(["-c", script])
    try #require(made.status == 0, "\(made.talk)")
    try sandbox.write(Mails.good, to: "good.mbox")
    try sandbox.write(Mails.foo, to: "in@place/foo.c")
    return sandbox
  }

  /// Arguments, how the patch applies, where its base is from, whether that is exact.
  @Test(
    arguments: [
      ("--tree plain", "yes", "given", true), ("--tree in@place", "yes", "given", true),
      ("--tree repo@base", "yes", "given", true), ("--tree repo@old", "fuzz", "given", false),
      ("--tree repo", "yes", "blobs", true),
      ("--tree bare.git@base", "yes", "given", true), ("--tree repo@main~2", "yes", "given", true),
      ("--no-tree", "unknown", "none", false), ("", "unknown", "none", false),
      ("--tree empty", "no", "given", false),
    ] as [(String, String, String, Bool)])
  func finds(_ arguments: String, _ applies: String, _ source: String, _ exact: Bool) throws {
    let sandbox = try Self.sandbox()
    let before = try sandbox.snapshot()
    let report = try sandbox.report(["good.mbox"] + arguments.split(separator: " ").map(String.init))
    let base = report.series.first?.base
    #expect(report.patches.map(\.applies) == [applies], "\(report.series)")
    #expect(base?.source == source && base?.exact == exact, "\(report.series)")
    #expect(try sandbox.snapshot() == before, "something was written")
  }

  /// Repositories without the commit or the objects that are asked for: a report or one sentence, no crash.
  @Test(
    arguments: [
      ("--tree unborn good.mbox", 2, "unborn: HEAD has no commit yet"),
      ("--tree file good.mbox", 2, "file: not a folder"),
      ("--tree plain@main good.mbox", 2, "plain: not a git repository"),
      ("--tree repo@nowhere good.mbox", 2, "nowhere: no such revision"),
      ("--tree shallow good.mbox", 0, ""), ("--tree partial good.mbox", 0, ""),
      ("--tree bare.git good.mbox", 0, ""), ("--tree shallow main~1..main", 2, "no such"),
      ("--tree partial main~1..main", 2, "is not here"), ("--tree unborn HEAD", 2, "HEAD"),
      ("--tree plain HEAD", 2, "HEAD"), ("--tree repo main...old", 2, "give one commit or a range"),
      ("--tree repo main..main", 2, "no commit that could be sent"),
    ] as [(String, Int32, String)])
  func survives(_ arguments: String, _ status: Int32, _ talk: String) throws {
    let sandbox = try Self.sandbox()
    let before = try sandbox.snapshot()
    let result = try sandbox.run(arguments.split(separator: " ").map(String.init))
    #expect(result.status == status, "\(result.text)\(result.talk)")
    #expect(talk.isEmpty ? result.talk.isEmpty : result.talk.contains(talk), "\(result.talk)")
    #expect(result.talk.split(separator: "\n").count == (talk.isEmpty ? 0 : 1), "\(result.talk)")
    #expect(try sandbox.snapshot() == before, "something was written")
  }

  /// Commits are reviewed on their parent.
  @Test(
    arguments: [
      ("base..main", ["[PATCH 1/2] foo: add bar", "[PATCH 2/2] foo: add qux"]),
      ("main", ["[PATCH] foo: add qux"]), ("HEAD", ["[PATCH] foo: add qux"]),
      ("main~1", ["[PATCH] foo: add bar"]), ("base", ["[PATCH] base"]),
      ("old..HEAD~1", ["[PATCH 1/2] base", "[PATCH 2/2] foo: add bar"]),
    ])
  func reviewsRange(_ range: String, _ subjects: [String]) throws {
    let sandbox = try Self.sandbox()
    let before = try sandbox.snapshot()
    let report = try sandbox.report(["--tree", "repo", range])
    #expect(report.patches.map(\.subject) == subjects)
    #expect(report.patches.allSatisfy { $0.applies == "yes" })
    #expect(
      report.inputs.map(\.kind) == ["range"] && report.series.allSatisfy(\.base.exact), "\(report.series)")
    #expect(try sandbox.snapshot() == before, "something was written")
  }

  /// A range of the repository one stands in, also below its top.
  @Test(arguments: ["repo", "repo/sub"])
  func reviewsRangeWhereOneStands(_ folder: String) throws {
    let sandbox = try Self.sandbox()
    try sandbox.write("", to: "repo/sub/x")
    let program = Program(
      Program.built("review-patch"), in: sandbox.folder.appending(path: folder),
      environment: sandbox.environment)
    let result = try program.run(["--fail-on", "warning", "-q", "base..main"])
    #expect(result.status == 1 && result.text.contains("mail/missing-sign-off"), "\(result.talk)")
  }

  /// What lies outside a tree is not read through links in it, and a link that goes round is no hang.
  @Test func staysInsideTheTree() throws {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.foo, to: "outside/foo.c")
    try sandbox.write("x", to: "tree/x")
    let files = FileManager.default
    let tree = sandbox.folder.appending(path: "tree")
    try files.createSymbolicLink(atPath: tree.path + "/sub", withDestinationPath: "../outside")
    try files.createSymbolicLink(atPath: tree.path + "/round", withDestinationPath: "round")
    for name in ["sub/foo.c", "round", "round/foo.c"] {
      try sandbox.write(Mails.patch(diff: Mails.diff.replacing("foo.c", with: name)), to: "a.mbox")
      let report = try sandbox.report(["--tree", "tree", "a.mbox"])
      #expect(report.patches.map(\.applies) == ["no"], "\(name)")
    }
  }
}
