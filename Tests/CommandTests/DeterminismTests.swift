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

  /// What one series has made us read of the tree changes nothing of what is said of the next.
  @Test func saysTheSameOfASeriesBehindAnother() throws {
    let sandbox = try Sandbox()
    let text = try String(contentsOf: URL(fileURLWithPath: Self.series), encoding: .utf8)
    func version(_ number: Int) -> String {
      ["Message-ID: <", "In-Reply-To: <", "References: <"].reduce(text) {
        $0.replacingOccurrences(of: $1, with: "\($1)\(number)-")
      }.replacingOccurrences(of: "hook-next v2", with: "hook-next v\(number)")
    }
    // Another Kconfig between two that are the same.
    let (other, again) = (version(3).replacingOccurrences(of: "LANES", with: "TRACKS"), version(4))
    try sandbox.write(text, to: "one.mbox")
    try sandbox.write(text + other + again, to: "three.mbox")
    func evidence(_ file: String) throws -> [String] {
      let run = try sandbox.run(["--format", "json", "--fail-on", "never", "--tree", Self.tree, file])
      let report = try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any]
      let findings = try #require(report?["findings"] as? [[String: Any]])
      // Those of the mail name lines of the mailbox.
      return try findings.filter { ($0["rule"] as? String)?.hasPrefix("mail/") == false }.map { finding in
        let said = ["rule", "message", "evidence", "config"].compactMap { finding[$0] }
        let data = try JSONSerialization.data(withJSONObject: said, options: .sortedKeys)
        return String(decoding: data, as: UTF8.self)
      }
    }
    let (one, three) = try (evidence("one.mbox"), evidence("three.mbox"))
    #expect(one.count > 10 && one.contains { $0.contains("HOOK_JIT=y") })
    #expect(three.prefix(one.count).elementsEqual(one) && three.suffix(one.count).elementsEqual(one))
    #expect(three.count > 2 * one.count)
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
