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

/// The scenarios on the bundled series: they run anywhere.
struct BundledScenarioTests {
  private func check(
    _ name: String, variant: String, reduces: Bool = true, limits: SearchLimits = SearchLimits()
  ) throws -> Exploration {
    let scenario = try #require(ScenarioBook.builtIn.all.scenarios.first { $0.id == "hook-lanes/\(name)" })
    let fixtures = Shared.package.appending(path: "Fixtures")
    let place = try BaseSearch.Place(
      opening: TreeLocation(parsing: fixtures.appending(path: "tree").path))
    var tree = PatchedTree(base: try BaseSearch(in: place, clues: BaseClues()).base().tree)
    let mailbox = Mailbox(opening: [.path(fixtures.appending(path: "series/hook-lanes-v2.mbox").path)])
    let patches = (0..<mailbox.seriesCount).flatMap { mailbox.series(at: $0).patches }.map(\.patch)
    let variants = try scenario.diffs(of: variant, in: .builtIn).map {
      Patch(parsing: Array($0.utf8))
    }
    for patch in patches + variants {
      let applied = tree.applying(patch)
      #expect([.yes, .offset].contains(applied.application.applies), "\(applied.application.reasons)")
      tree = applied.tree
    }
    return try scenario.check(
      in: tree, of: .builtIn, limits: limits, reduces: reduces, clock: { 0 })
  }

  @Test(arguments: [
    ("create-remove", ["use-after-free lane_hook_release", "assertion consumer_reg", "assertion at_rest"]),
    (
      "create-fails",
      [
        "use-after-free lane_hook_release", "null-dereference lane_put",
        "use-after-return lane_hook_detach_ops",
        "list-corruption lane_hook_detach_ops",
      ]
    ),
  ]) func findsTheRacesOfTheSeries(_ name: String, _ expected: [String]) throws {
    let exploration = try check(name, variant: "v2")
    #expect(exploration.reasons.isEmpty)
    let found = Set(exploration.violations.map { "\($0.kind.rawValue) \($0.function)" })
    for wanted in expected { #expect(found.contains(wanted), "\(wanted) \(found)") }
    #expect(exploration.violations.allSatisfy { $0.isReproduced })
  }

  /// With the repair no rule is broken, with or without short cuts, and they leave out most of the states.
  @Test(arguments: ["create-remove", "create-fails"]) func isCleanRepaired(_ name: String) throws {
    let reduced = try check(name, variant: "repaired")
    let full = try check(name, variant: "repaired", reduces: false)
    #expect(reduced.verdict == .clean && full.verdict == .clean, "\(reduced.violations) \(full.violations)")
    #expect(reduced.quiescent > 0 && reduced.states * 2 < full.states)
  }

  /// Both searches find the same kinds, and what the shorter one finds is found by the other at the same lines.
  @Test(arguments: ["create-remove", "create-fails"]) func reductionLosesNothing(_ name: String) throws {
    let reduced = try check(name, variant: "v2")
    let full = try check(name, variant: "v2", reduces: false)
    #expect(Set(reduced.violations.map(\.kind)) == Set(full.violations.map(\.kind)))
    #expect(Set(reduced.violations.map(Kinship.init)).isSubset(of: full.violations.map(Kinship.init)))
  }

  /// The same states, the same violations with the same executions, also where the search is cut short.
  @Test(arguments: [4_000_000, 3000]) func doesNotDependOnThreads(_ states: Int) throws {
    let explorations = try [1, 2, 5].map {
      try check("create-fails", variant: "v2", limits: SearchLimits(states: states, threads: $0))
    }
    for other in explorations.dropFirst() {
      #expect(other.violations == explorations[0].violations)
      #expect(other.states == explorations[0].states && other.transitions == explorations[0].transitions)
      #expect(other.reasons == explorations[0].reasons)
    }
    #expect(explorations[0].violations.count > 2 && (explorations[0].states > 4000) == (states > 4000))
  }

  /// In depth the same states are there, and the same rules are broken; of a space that is too large the ends are seen.
  @Test func looksInDepth() throws {
    func inDepth(_ states: Int, _ variant: String) throws -> Exploration {
      var limits = SearchLimits(states: states)
      limits.isDepthFirst = true
      return try check("create-fails", variant: variant, limits: limits)
    }
    let (wide, deep) = (try check("create-fails", variant: "v2"), try inDepth(4_000_000, "v2"))
    #expect(deep.states == wide.states && deep.transitions == wide.transitions)
    #expect(Set(deep.violations.map(Kinship.init)) == Set(wide.violations.map(Kinship.init)))
    #expect(deep.violations.allSatisfy { $0.isReproduced })
    let cut = try inDepth(200, "repaired")
    #expect(cut.verdict == .inconclusive && cut.quiescent > 0)
  }

  @Test func refusesAVariantThatIsNotThere() throws {
    let scenario = try #require(
      ScenarioBook.builtIn.all.scenarios.first { $0.id == "hook-lanes/create-remove" })
    #expect(
      throws: ScenarioError.noSuchVariant(
        page: "Scenarios/hook-lanes/create-remove.md", variant: "none", known: ["v2", "repaired"])
    ) { try scenario.diffs(of: "none", in: .builtIn) }
  }
}
