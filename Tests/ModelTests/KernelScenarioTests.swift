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
  static let fuzzy = {
    var options = Patch.ApplyOptions()
    options.fuzz = 3
    return options
  }()

  /// The tree with the patches under test.
  private func patched(_ mails: [String]) throws -> PatchedTree? {
    guard let folder = KernelSource.folder else { return nil }
    var tree = PatchedTree(
      base: try BaseSearch(
        in: BaseSearch.Place(opening: TreeLocation(parsing: folder.path)), clues: BaseClues()
      ).base().tree)
    for mail in mails {
      guard let path = Shared.folder?.appending(path: mail).path else { return nil }
      let mailbox = Mailbox(opening: [.path(path)])
      for patch in (0..<mailbox.seriesCount).flatMap({ mailbox.series(at: $0).patches }) {
        tree = tree.applying(patch.patch, options: Self.fuzzy).tree
      }
    }
    return tree
  }

  /// The same with a variant on top.
  private func code(of scenario: Scenario, _ mails: [String], variant: String?) throws -> OverlayTree? {
    guard var tree = try patched(mails) else { return nil }
    let known = OverlayTree(files: tree.additionsAlone, over: tree)
    for path in scenario.code where try known.bytes(of: path) == nil {
      print("not run: \(scenario.id): \(path) is not in the tree")
      return nil
    }
    for diff in try scenario.diffs(of: variant, in: .builtIn) {
      let applied = tree.applying(Patch(parsing: Array(diff.utf8)), options: Self.fuzzy)
      #expect([.yes, .offset, .fuzz].contains(applied.application.applies), "\(applied.application.reasons)")
      tree = applied.tree
    }
    return OverlayTree(files: tree.additionsAlone, over: tree)
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

  /// What a user writes into the draft for the seed: fewer than 30 lines, and it finds what the scenarios of the page find.
  static let filled: [(drafted: String, written: String)] = [
    (
      "void init(void)\n{\n",
      """
      struct bpf_struct_ops_map the_map;
      struct bpf_struct_ops_desc the_desc;
      struct bpf_struct_ops the_ops;

      static int reg(void *kdata, struct bpf_link *link)
      {
      \treturn 0;
      }

      void init(void)
      {

      """
    ),
    (
      "\t/* what the threads find: references, pointers between the objects */\n",
      """
      \tthe_bpf_attr->link_create.flags = BPF_F_CGROUP_FD;
      \tpercpu_ref_init(&the_cgroup->bpf.refcnt, cgroup_bpf_release_fn, 0, GFP_KERNEL);
      \tthe_cgroup->self.flags = CSS_NO_REF;
      \tthe_ops.reg = reg;
      \tthe_desc.st_ops = &the_ops;
      \tthe_map.st_ops_desc = &the_desc;
      \tthe_map.map.map_type = BPF_MAP_TYPE_STRUCT_OPS;
      \tthe_map.map.map_flags = BPF_F_LINK;
      \tthe_map.kvalue.common.state = BPF_STRUCT_OPS_STATE_READY;

      """
    ),
    (
      "struct bpf_map *bpf_map_get(u32 ufd)\n{\n\treturn NULL;",
      "struct bpf_map *bpf_map_get(u32 ufd)\n{\n\treturn &the_map.map;"
    ),
    ("cgroup_get_from_fd(int fd)\n{\n\treturn NULL;", "cgroup_get_from_fd(int fd)\n{\n\treturn the_cgroup;"),
    (
      "struct bpf_link_primer *primer)\n{\n\treturn 0;",
      "struct bpf_link_primer *primer)\n{\n\treturn choose(2) ? -ENFILE : 0;"
    ),
  ]

  /// Threads that have nothing to do with it.
  static let leftOut = ["cgroup_bpf_inherit", "bpf_struct_ops_map_link_dealloc"]

  @Test func aDraftForTheSeedFindsItsRaceWithAFewLines() throws {
    guard let tree = try patched(Self.seed), let path = Shared.folder?.appending(path: Self.seed[1]).path,
      let before = try patched([Self.seed[0]])
    else { return }
    let mail = Mailbox(opening: [.path(path)]).series(at: 0).patches[0]
    let touched = before.applying(mail.patch, options: Self.fuzzy).application.touchedLines(of: mail.patch)
    let draft = try ScenarioDraft(
      id: "draft/seed", title: mail.title,
      touched: touched.sorted { $0.key < $1.key }.map {
        ScenarioDraft.Touched(path: $0.key, lines: $0.value.sorted())
      }, symbols: ["CGROUPS", "CGROUP_BPF", "BPF_SYSCALL", "BPF_JIT"], in: tree, of: .builtIn)
    var text = draft.page.text
    for name in Self.leftOut {
      let thread = try #require(text.firstRange(of: "void thread_\(name)(void)"))
      let end = try #require(text[thread.upperBound...].firstRange(of: "\n}\n"))
      text.removeSubrange(thread.lowerBound..<end.upperBound)
    }
    for (drafted, written) in Self.filled {
      text.replaceSubrange(try #require(text.firstRange(of: drafted), "\(drafted)"), with: written)
    }
    let old = draft.page.text.split(separator: "\n")
    #expect(text.split(separator: "\n").difference(from: old).insertions.count <= 30)
    let exploration = try Scenario(ScenarioPage(path: "draft.md", text: text)).check(
      in: tree, of: .builtIn, clock: { 0 })
    let first = try #require(exploration.violations.first)
    #expect(
      first.kind == .useAfterFree && first.object.hasSuffix(".cgroup_removed") && first.trace.count <= 20)
  }
}
