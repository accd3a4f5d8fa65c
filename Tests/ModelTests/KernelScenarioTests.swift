// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import Mail
import Model
import Scenarios
import SourceText
import TestSupport
import Testing
import UnifiedDiff

/// The scenarios on the kernel's own code. They read ../shared and a kernel tree, and say so where those are missing.
struct KernelScenarioTests {
  /// The tree with the patches under test, and with a variant on top.
  private func code(of scenario: Scenario, _ mails: [String], variant: String?) throws -> OverlayTree? {
    guard let folder = KernelSource.folder else { return nil }
    var tree = PatchedTree(
      base: try BaseSearch(
        in: BaseSearch.Place(opening: TreeLocation(parsing: folder.path)), clues: BaseClues()
      ).base().tree)
    var options = Patch.ApplyOptions()
    options.fuzz = 3
    for mail in mails {
      guard let path = Shared.folder?.appending(path: mail).path else { return nil }
      let mailbox = Mailbox(opening: [.path(path)])
      for patch in (0..<mailbox.seriesCount).flatMap({ mailbox.series(at: $0).patches }) {
        tree = tree.applying(patch.patch, options: options).tree
      }
    }
    for diff in try scenario.diffs(of: variant, in: .builtIn) {
      let applied = tree.applying(Patch(parsing: Array(diff.utf8)), options: options)
      #expect([.yes, .offset, .fuzz].contains(applied.application.applies), "\(applied.application.reasons)")
      tree = applied.tree
    }
    let code = OverlayTree(files: tree.additionsAlone, over: tree)
    for path in scenario.code where try code.bytes(of: path) == nil {
      print("not run: \(scenario.id): \(path) is not in \(folder.path)")
      return nil
    }
    return code
  }

  private func check(_ id: String, _ mails: [String], variant: String?) throws -> Exploration? {
    let scenario = try #require(ScenarioBook.builtIn.all.scenarios.first { $0.id == id })
    guard let tree = try code(of: scenario, mails, variant: variant) else { return nil }
    let start = Date()
    return try scenario.check(
      in: tree, of: .builtIn,
      clock: { Date().timeIntervalSince(start) })
  }

  /// Of each violation the kind, a word of its text or of what it happens to, and how long its trace may be at most.
  struct Expected: Sendable {
    var kind: ViolationKind
    var text: String
    var steps: Int
  }

  static let seed = ["corpus/races/struct-ops-v7-01.eml", "seed/v3-02.mbox"]

  @Test(arguments: [
    (
      "create-fails",
      [
        Expected(kind: .useAfterFree, text: "cgroup_removed", steps: 32),
        Expected(kind: .assertion, text: "cgroup_put(NULL)", steps: 48),
        Expected(kind: .useAfterReturn, text: "st_links", steps: 58),
        Expected(kind: .listCorruption, text: "an entry is deleted that was deleted", steps: 60),
        Expected(kind: .assertion, text: "a reference to the cgroup is left", steps: 60),
      ]
    ),
    (
      "create-rmdir",
      [
        Expected(kind: .useAfterFree, text: "cgroup_removed", steps: 64),
        Expected(kind: .assertion, text: "reg() sees no cgroup", steps: 62),
        Expected(kind: .assertion, text: "still registered", steps: 62),
      ]
    ),
    (
      "poll-info",
      [
        Expected(kind: .assertion, text: "EPOLLHUP comes before unreg()", steps: 78),
        Expected(kind: .assertion, text: "a cgroup id is shown after EPOLLHUP", steps: 48),
      ]
    ),
    ("two-links", [Expected(kind: .assertion, text: "still registered", steps: 62)]),
  ]) func findsWhatTheSeedDoes(_ scenario: String, _ expected: [Expected]) throws {
    guard let exploration = try check("struct-ops-cgroup/\(scenario)", Self.seed, variant: "v3") else {
      return
    }
    #expect(exploration.reasons.isEmpty)
    for wanted in expected {
      let found = exploration.violations.first {
        $0.kind == wanted.kind && "\($0.text) \($0.object)".contains(wanted.text)
      }
      #expect(found.map { $0.trace.count <= wanted.steps && $0.isReproduced } == true, "\(wanted)")
    }
  }

  @Test(arguments: [
    "create-fails", "create-rmdir", "poll-info", "errno", "promise", "two-links", "user-space",
    "without-cgroup-bpf",
  ])
  func isCleanRepaired(_ scenario: String) throws {
    guard let exploration = try check("struct-ops-cgroup/\(scenario)", Self.seed, variant: "repaired") else {
      return
    }
    #expect(exploration.verdict == .clean, "\(exploration.violations.first as Any) \(exploration.reasons)")
    #expect(exploration.quiescent > 0)
  }

  /// What the code lets be observed is not what its message promises.
  @Test(arguments: [
    "`the program is attached to the cgroup: 0` is observed",
    "`poll() says EPOLLHUP, and nothing else: 1` is observed", "`the info shows a cgroup: 1` is observed",
  ]) func doesNotKeepThePromise(_ text: String) throws {
    guard let exploration = try check("struct-ops-cgroup/user-space", Self.seed, variant: "v3") else {
      return
    }
    #expect(exploration.violations.contains { $0.text.hasPrefix(text) && $0.text.contains("promise allows") })
  }

  /// A subsystem that uses the links, whose code comes from a mail alone: it is called without a cgroup, and each removal leaves
  /// a pointer to the ops behind, without any race.
  @Test func findsWhatASubsystemMeets() throws {
    let mails = Self.seed + ["corpus/races/struct-ops-v7-06.eml"]
    guard let posted = try check("struct-ops-memcg/removal", mails, variant: "v3"),
      let repaired = try check("struct-ops-memcg/removal", mails, variant: "repaired")
    else { return }
    #expect(posted.violations.contains { $0.text == "cgroup_e_css(NULL)" && $0.trace.count <= 48 })
    #expect(
      posted.violations.contains {
        $0.text.contains("points to the ops") && $0.trace.count <= 92 && $0.preemptions == 0
      })
    #expect(posted.violations.contains { $0.kind == .useAfterFree })
    #expect(repaired.verdict == .clean, "\(repaired.violations.first as Any) \(repaired.reasons)")
  }

  /// What the reviewer typed never honours the flag; with the mask mended it loses a reference and returns nothing.
  @Test func tellsTheReviewersVariantsApart() throws {
    let literal = try check("struct-ops-cgroup/create-rmdir", Self.seed, variant: "reviewer-literal")
    let meant = try check("struct-ops-cgroup/create-fails", Self.seed, variant: "reviewer-meant")
    guard let literal, let meant else { return }
    let first = try #require(literal.violations.first)
    #expect(first.text.hasPrefix("reg() sees no cgroup") && first.preemptions == 0 && first.trace.count <= 25)
    #expect(meant.violations.contains { $0.kind == .uninitialisedRead && $0.trace.count <= 21 })
    #expect(
      meant.violations.contains { $0.text == "a reference to the cgroup is left" && $0.trace.count <= 30 })
  }

  @Test func tellsTheErrnoOfACgroupThatIsGone() throws {
    let text = "a cgroup that is gone cannot be told from an argument that is wrong"
    let posted = try check("struct-ops-cgroup/errno", Self.seed, variant: "v3")
    let variant = try check("struct-ops-cgroup/errno", Self.seed, variant: "errno")
    guard let posted, let variant else { return }
    #expect(
      !posted.violations.contains { $0.text == text } && variant.violations.contains { $0.text == text })
  }

  @Test(arguments: [
    ("gpiolib-lineinfo", ViolationKind.useAfterFree), ("smack-relabel", .useAfterFree),
    ("usb-iowarrior", .useAfterFree),
  ]) func findsRacesThatWereMended(_ scenario: String, _ kind: ViolationKind) throws {
    guard let before = try check("races/\(scenario)", [], variant: "before"),
      let after = try check("races/\(scenario)", [], variant: "after")
    else { return }
    #expect(
      before.violations.contains { $0.kind == kind && $0.isReproduced },
      "\(before.violations) \(before.reasons)")
    #expect(after.verdict == .clean, "\(after.violations) \(after.reasons)")
  }
}
