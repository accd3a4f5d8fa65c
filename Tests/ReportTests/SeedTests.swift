// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import Report
import SourceText
import TestSupport
import Testing
import UnifiedDiff

/// The seed, as it was posted and as a web archive shows the reply that quotes it.
struct SeedTests {
  @Test(arguments: ["seed/v3-02.mbox", "seed/review-of-v3-02.web.txt"])
  func countsAreThose(_ path: String) throws {
    guard let file = Shared.folder?.appending(path: path) else { return }
    let mailbox = Mailbox(opening: [.path(file.path)])
    let patch = try #require(mailbox.series(at: 0).patches.first?.patch)
    #expect(mailbox.seriesCount == 1)
    let counts: [Int] = [patch.files.count, patch.hunkCount, patch.added, patch.deleted]
    #expect(counts == [7, 23, 127, 4])
  }

  @Test func commentsStandBehindTheirLines() throws {
    guard let file = Shared.folder?.appending(path: "seed/review-of-v3-02.web.txt") else { return }
    let series = Mailbox(opening: [.path(file.path)]).series(at: 0)
    let mail = try #require(series.patches.first)
    #expect(
      mail.comments.map { "\($0.path?.description ?? "-"):\($0.line)" } == [
        "kernel/bpf/bpf_struct_ops.c:1237", "kernel/bpf/bpf_struct_ops.c:1252",
        "kernel/bpf/bpf_struct_ops.c:1274",
        "kernel/bpf/bpf_struct_ops.c:1394", "kernel/bpf/cgroup.c:2788", "kernel/bpf/cgroup.c:2807",
      ])
    #expect(mail.repairs.contains(.blankContextRestored(1)))
    let beginnings = [
      "Assigning 0 to cgrp_id", "Probably could introduce", "As mentioned above",
      "BPF_F_CGROUP_FD is dependent",
      "If the cgroup is dying", "Within cgroup_bpf_attach_struct_ops()",
    ]
    #expect(zip(mail.comments, beginnings).allSatisfy { $0.text.hasPrefix($1) })
    let report = try BundledSeriesTests.report(TerminalWriter(), source: .path(file.path), withTree: false)
    #expect(report.contains("1 blank context line") && report.contains("6 by Matt Bobrowski"))
  }
}
