// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// The same input gives the same bytes, and the user's files stay as they are.
@Suite struct DeterminismTests {
  private static let series = Shared.package.appending(path: "Fixtures/series/hook-lanes-v2.mbox").path
  private static let tree = Shared.package.appending(path: "Fixtures/tree").path

  /// Two runs, and one core or all.
  @Test(arguments: ["terminal", "lines", "json", "ndjson"])
  func printsTheSameBytes(_ format: String) throws {
    let sandbox = try Sandbox()
    let mails = (0..<60).map { Mails.patch($0, signed: $0 % 3 > 0, notes: "review-patch: ignore x/y\n\n") }
    try sandbox.write(mails.joined(), to: "many.mbox")
    let arguments = [
      "-v", "--fail-on", "never", "--format", format, "--tree", Self.tree, Self.series, "many.mbox",
    ]
    let first = try sandbox.run(arguments)
    let second = try sandbox.run(arguments)
    let alone = try sandbox.run(arguments, wrapper: ["/usr/bin/taskset", "-c", "0"])
    #expect(first.status == 0 && first.output.count > 1_000, "\(first.talk)")
    #expect(second.output == first.output && alone.output == first.output)
  }

  /// A work tree with changes, a staged file and an index: nothing in it is touched, times included.
  @Test func leavesTheWorkTreeAlone() throws {
    let sandbox = try Sandbox()
    let files = FileManager.default
    try files.copyItem(atPath: Self.tree, toPath: sandbox.folder.path + "/linux")
    let git = Git(in: sandbox.folder.appending(path: "linux"))
    for arguments in [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "base"]] {
      _ = try Program(
        "/usr/bin/env", in: git.folder,
        environment: sandbox.environment.merging(
          [
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@b",
          ],
          uniquingKeysWith: { $1 })
      ).run(["git"] + arguments)
    }
    try sandbox.write("changed\n", to: "linux/kernel/hook/ops.c")
    try sandbox.write("staged\n", to: "linux/staged")
    _ = try git("add", "staged")
    let before = try sandbox.snapshot()
    for tree in ["linux", "linux@HEAD"] {
      let report = try sandbox.report(["--tree", tree, Self.series])
      #expect(report.patches.count == 3 && report.patches.allSatisfy { $0.applies == "yes" })
    }
    let range = try sandbox.report(["--tree", "linux", "HEAD"])
    #expect(range.patches.count == 1 && before.count > 30)
    #expect(try sandbox.snapshot() == before)
  }
}
