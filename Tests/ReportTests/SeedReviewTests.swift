// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import KernelTree
import Mail
import Review
import Rules
import Scenarios
import SourceText
import TestSupport
import Testing
import UnifiedDiff

/// The review of the seed on 6.12: the six points of the reviewer, what he overlooked, and nothing else but what the mail itself
/// shows.
struct SeedReviewTests {
  struct Expected: Sendable, CustomTestStringConvertible {
    var rule: String
    var path: String
    var severity: Severity
    var confidence: Confidence
    /// The first is the finding's, the others are related places of the new side, in any file.
    var lines: [UInt32]
    /// What the evidence, the witness and the help say, among other things.
    var says: [String]
    var testDescription: String { "\(rule) \(path):\(lines[0])" }
  }

  static let ops = "kernel/bpf/bpf_struct_ops.c"
  static let cgroup = "kernel/bpf/cgroup.c"

  static let expected: [Expected] = [
    Expected(
      rule: "value/sentinel-in-range", path: ops, severity: .note, confidence: .heuristic,
      lines: [1237, 1260],
      says: [
        "the stub at include/linux/cgroup.h:641 returns 1", "not followed",
        "kernel/bpf/cgroup.c:1439, kernel/bpf/cgroup.c:1458",
      ]),
    Expected(
      rule: "config/missing-stub", path: ops, severity: .error, confidence: .strong, lines: [1417],
      says: ["BPF_SYSCALL=y, BPF_JIT=y, CGROUPS=n", "include/linux/cgroup.h:108"]),
    Expected(
      rule: "config/missing-stub", path: ops, severity: .error, confidence: .strong, lines: [1425],
      says: ["BPF_SYSCALL=y, BPF_JIT=y, CGROUPS=n", "include/linux/cgroup.h:359"]),
    Expected(
      rule: "refactor/repeated-sequence", path: ops, severity: .note, confidence: .strong,
      lines: [1246, 1269],
      says: [
        "bpf_cgroup_link_show_fdinfo() (kernel/bpf/cgroup.c:1441)",
        "bpf_cgroup_link_fill_link_info() (kernel/bpf/cgroup.c:1460)",
        "static u64 cgroup_id_locked(struct cgroup **cgroup)",
        "cgrp_id = cgroup_id_locked(&st_link->cgroup);",
      ]),
    Expected(
      rule: "config/flag-without-config", path: ops, severity: .warning, confidence: .strong,
      lines: [1392, 1423],
      says: ["CGROUP_BPF=n", "4 return -EINVAL"]),
    Expected(
      rule: "errno/dead-object", path: cgroup, severity: .warning, confidence: .strong, lines: [2788],
      says: [
        "-ENOENT", "cgroup_get_from_fd() -> ", "css_tryget_online_from_dir()", "kernel/cgroup/cgroup.c:7020",
        "-ENOLINK",
        "kernel/bpf/cgroup.c:1048",
      ]),
    Expected(
      rule: "refactor/derivable-parameter", path: cgroup, severity: .note, confidence: .strong,
      lines: [2781, 2797, 1227, 1354, 1423, 1453],
      says: ["1423 through the assignment at 1422", "at line 2801 under the lock", "becomes `link->cgroup`"]),
    Expected(
      rule: "uapi/twin-out-of-step", path: "include/uapi/linux/bpf.h", severity: .warning,
      confidence: .strong,
      lines: [6779, 1240], says: ["the same bytes"]),
    Expected(
      rule: "lifetime/unlocked-recheck", path: ops, severity: .warning, confidence: .heuristic,
      lines: [1226, 1353, 1452, 317, 321, 2800], says: ["`cgroup_lock()` at line 317", "line 2800"]),
    Expected(
      rule: "lifetime/freed-while-published", path: ops, severity: .warning, confidence: .strong,
      lines: [1423, 1456, 2791, 324],
      says: ["kernel/bpf/cgroup.c:2791", "bpf_link_inc_not_zero()", "line 1456"]),
    // What the reference model shows: the reviewer found no race.
    Expected(
      rule: "lifetime/use-after-free", path: cgroup, severity: .warning, confidence: .strong, lines: [322],
      says: [
        "struct-ops-cgroup/create-fails", "19 steps, 3 preemptions", "kernel/bpf/bpf_struct_ops.c:1456",
        "kfree(link);",
      ]),
    Expected(
      rule: "lifetime/use-after-free", path: cgroup, severity: .warning, confidence: .strong, lines: [361],
      says: ["list_for_each_entry_safe(st_link, st_tmp, &st_links, list)"]),
    Expected(
      rule: "lifetime/use-after-free", path: cgroup, severity: .warning, confidence: .strong, lines: [2802],
      says: ["32 steps", "an entry is deleted that was deleted"]),
    Expected(
      rule: "locking/race", path: cgroup, severity: .warning, confidence: .strong, lines: [321],
      says: ["reg() sees no cgroup, and attaches to the whole system", "20 steps, 2 preemptions"]),
    Expected(
      rule: "locking/race", path: cgroup, severity: .warning, confidence: .strong, lines: [361],
      says: ["the cgroup is gone, and what was attached to it is still registered"]),
    Expected(
      rule: "locking/race", path: cgroup, severity: .warning, confidence: .strong, lines: [2803],
      says: ["cgroup_put(NULL)", "25 steps"]),
    Expected(
      rule: "locking/race", path: ops, severity: .warning, confidence: .strong, lines: [1271],
      says: ["a cgroup id is shown after EPOLLHUP"]),
    Expected(
      rule: "locking/race", path: ops, severity: .warning, confidence: .strong, lines: [1368],
      says: ["EPOLLHUP comes before unreg()"]),
  ]

  /// nil where there is no seed or no kernel.
  static let review: SeriesReview? = {
    guard let seed = Shared.folder?.appending(path: "seed/v3-02.mbox"), let kernel = KernelSource.folder,
      let tree = try? DirectoryTree(opening: kernel.path), let contracts = try? Contracts(builtInContracts)
    else { return nil }
    let mailbox = Mailbox(opening: [.path(seed.path)])
    let series = mailbox.series(at: 0)
    var clues = BaseClues()
    clues.files = BaseClues.touched(by: series.patches.map(\.patch))
    guard let base = try? BaseSearch(in: .directory(tree), clues: clues).base() else { return nil }
    let book = RuleBook(pages: builtInPages, checks: builtInChecks, contracts: contracts)
    var options = ReviewOptions()
    options.scenarios = .builtIn
    return ReviewEngine(book: book, options: options).review(
      SeriesFacts(series: series, inputs: mailbox.inputs), base: base)
  }()

  static var findings: [Finding]? { review?.findings }

  @Test(arguments: expected)
  func finds(_ expected: Expected) throws {
    guard let findings = Self.findings else { return }
    let found = findings.filter {
      $0.rule.description == expected.rule && $0.primary.path?.description == expected.path
        && $0.primary.line == expected.lines[0]
    }
    let finding = try #require(found.first)
    #expect(
      found.count == 1 && finding.severity == expected.severity && finding.confidence == expected.confidence)
    let lines = Set(finding.related.filter { $0.span.side == .new }.map(\.span.line))
    #expect(lines.isSuperset(of: expected.lines.dropFirst()), "\(lines.sorted())")
    let words =
      finding.evidence.map { $0.statement + " " + $0.witness.joined(separator: ", ") }.joined(separator: "\n")
      + (finding.help ?? "")
    for part in expected.says { #expect(words.contains(part), "\(words)") }
  }

  @Test func findsNothingElse() {
    guard let findings = Self.findings else { return }
    let known = Set(Self.expected.map { "\($0.rule) \($0.lines[0])" })
    let others = findings.filter { !known.contains("\($0.rule) \($0.primary.line)") }
    #expect(others.isEmpty, "\(others.map { "\($0.rule) \($0.primary.line) \($0.message)" })")
  }
}
