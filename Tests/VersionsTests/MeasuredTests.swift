// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import SourceText
import TestSupport
import Testing
import Versions

/// `measured.tsv` holds the verdicts on real threads that were judged by reading both versions.
@Suite struct MeasuredTests {
  private struct Row: Hashable {
    var thread, message, place, state, verdict: String
  }

  private static let rows: [Row] = {
    let file = Shared.package.appending(path: "Tests/VersionsTests/measured.tsv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return fields.count == 6
        ? Row(thread: fields[0], message: fields[1], place: fields[2], state: fields[3], verdict: fields[4])
        : nil
    }
  }()

  /// What the page for users says of them.
  @Test func thePageGivesTheCounts() throws {
    let page = try String(contentsOf: Shared.package.appending(path: "docs/versions.md"), encoding: .utf8)
    let said = try #require(page.firstMatch(of: /(\d+) verdicts,\s+(\d+)\s+right,\s+(\d+)\s+wrong/))
    let counts = ["right", "wrong"].map { verdict in Self.rows.count { $0.verdict == verdict } }
    #expect([Int(said.1), Int(said.2), Int(said.3)] == [Self.rows.count, counts[0], counts[1]])
    #expect(counts[0] * 100 >= Self.rows.count * 85)
  }

  /// What was judged right is said today; what was judged wrong may be mended.
  @Test(.enabled(if: Shared.folder != nil), arguments: Set(rows.map(\.thread)).sorted())
  func verdictsAreThoseThatWereJudged(_ thread: String) throws {
    let folder = try #require(Shared.folder).appending(path: "corpus/threads/\(thread)")
    let mailboxes = ["old.mbox", "new.mbox"].map {
      Mailbox(opening: [.path(folder.appending(path: $0).path)])
    }
    // Other versions and lone parts may lie there as well.
    let series = mailboxes.map { mailbox in
      (0..<mailbox.seriesCount).map { mailbox.series(at: $0) }.max { $0.patches.count < $1.patches.count }
    }
    let (old, new) = (try #require(series[0]), try #require(series[1]))
    let comparison = VersionComparison(
      old: old, new: new, discussion: Discussion(mailboxes[0].replies(to: old)))
    let told = comparison.comments.map { verdict in
      let comment = verdict.comment
      return Row(
        thread: thread, message: comment.messageID,
        place: comment.path.map { "\($0):\(comment.line)" } ?? "log", state: verdict.state.rawValue,
        verdict: "right")
    }
    for row in Self.rows where row.thread == thread && row.verdict == "right" {
      #expect(told.contains(row), "\(row)")
    }
  }
}
