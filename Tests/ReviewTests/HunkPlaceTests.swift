// SPDX-License-Identifier: GPL-2.0-or-later

import KernelTree
import Mail
import TestSupport
import Testing
import UnifiedDiff

@testable import Review

/// Which files are read whole where context of a hunk is not there.
struct HunkPlaceTests {
  /// Says of each changed file whether it is read whole.
  struct Whole: PatchCheck {
    func review(_ patch: PatchFacts) -> CheckResult {
      CheckResult(notChecked: patch.changedFiles.map { $0.isWhole ? "whole" : "hunks" })
    }
  }

  static let book = EngineTests.book(check: Whole())

  static let file = """
    int open(struct lane *lane)
    {
    	int ret;

    	ret = prepare(lane);
    out:
    	return ret;
    }

    int close(struct lane *lane)
    {
    	return 0;
    }

    """

  @Test(arguments: [
    (
      "all context", "int open(struct lane *lane)",
      ["\tint ret;", "", "+\tcheck(lane);", "\tret = prepare(lane);", "out:"], "whole"
    ),
    (
      "a line differs", "int open(struct lane *lane)",
      ["\tlong ret;", "", "+\tcheck(lane);", "\tret = prepare(lane);", "out:"], "whole"
    ),
    (
      "below a label", "int open(struct lane *lane)",
      ["\tretry(lane);", "out:", "+\tcheck(lane);", "\treturn ret;", "}"], "whole"
    ),
    (
      "other parameters", "int open(struct lane *lane, int flags)",
      ["\tlong ret;", "", "+\tcheck(lane);", "\tret = prepare(lane);", "out:"], "whole"
    ),
    (
      "another function", "int reopen(struct lane *lane)",
      ["\tlong ret;", "", "+\tcheck(lane);", "\tret = prepare(lane);", "out:"], "hunks"
    ),
    ("no heading", "", ["\tlong ret;", "", "+\tcheck(lane);", "\tret = prepare(lane);", "out:"], "hunks"),
    (
      "a head is shown", "int reopen(struct lane *lane)",
      ["-----", "", "+int check(struct lane *lane);", "int close(struct lane *lane)", "{"], "whole"
    ),
  ])
  func isKnown(_ name: String, _ heading: String, _ lines: [String], _ expected: String) {
    let shown = lines.map { $0.hasPrefix("+") ? $0 : $0.isEmpty ? " " : " \($0)" }
    let mail = """
      From: Ann Author <ann@example.org>
      Subject: [PATCH] lane: check
      Message-ID: <1@example.org>

      Signed-off-by: Ann Author <ann@example.org>
      ---
      diff --git a/drivers/lane.c b/drivers/lane.c
      --- a/drivers/lane.c
      +++ b/drivers/lane.c
      @@ -3,4 +3,5 @@ \(heading)
      \(shown.joined(separator: "\n"))

      """
    let mailbox = Mailbox(opening: [.bytes(Array(mail.utf8), name: "test", kind: nil)])
    let facts = SeriesFacts(series: mailbox.series(at: 0), inputs: mailbox.inputs)
    let base = Base(
      tree: MemoryTree(["drivers/lane.c": Self.file]), commit: nil, source: .given, exact: false, tried: [])
    let review = ReviewEngine(book: Self.book).review(facts, base: base)
    #expect(review.coverage.map(\.why) == [expected])
  }
}
