// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// Bounds that a user meets, passed by a little: the words, the exit status, and that the rest is reviewed.
struct LimitTests {
  /// A file of the tree that is larger than 64 MiB is left alone, and its diff reviewed as a fragment.
  @Test func largeFile() throws {
    let sandbox = try Sandbox()
    try sandbox.write("", to: "tree/foo.c")
    let handle = try FileHandle(forWritingTo: sandbox.folder.appending(path: "tree/foo.c"))
    try handle.truncate(atOffset: 65 << 20)
    try sandbox.write(Mails.patch(1), to: "a.mbox")
    let result = try sandbox.run(["--tree", "tree", "a.mbox"])
    #expect(result.status == 0)
    #expect(
      result.text.contains("68157440 bytes are over the limit of 67108864"), "\(result.text)\(result.talk)")
  }

  @Test func longPath() throws {
    let sandbox = try Sandbox()
    let long = Array(repeating: "d", count: 2_100).joined(separator: "/") + "/foo.c"
    try sandbox.write(Mails.good.replacing("foo.c", with: long) + Mails.patch(2), to: "a.mbox")
    let report = try sandbox.report(["--no-tree", "a.mbox"])
    #expect(report.status == 0 && report.patches.count == 1)
    #expect(report.problemLines.count == 1 && report.problemLines[0].contains("it is longer than 4096 bytes"))
  }

  /// A range of more commits than a review holds is refused with the words for it.
  @Test func longRange() throws {
    let sandbox = try Sandbox()
    try sandbox.git("init", "-q", "-b", "main")
    let commits = (0...1_001).map { number in
      "commit refs/heads/main\ncommitter A <a@example.org> \(1_700_000_000 + number) +0000\ndata 2\nx\n"
        + "M 644 inline foo.c\ndata <<E\nint a\(number);\nE\n\n"
    }
    try sandbox.git("fast-import", "--quiet", input: Array(commits.joined().utf8))
    let range = try sandbox.run(["--tree", ".", "main~1001..main"])
    #expect(
      range.status == 2 && range.talk.contains("main~1001..main: more than the limit of 1000"), "\(range)")
    let within = try sandbox.run(["--tree", ".", "--format", "lines", "main~2..main"])
    #expect(within.status == 0, "\(within)")
  }
}
