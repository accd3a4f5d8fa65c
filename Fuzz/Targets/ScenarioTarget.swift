// SPDX-License-Identifier: GPL-2.0-or-later

internal import Model
internal import Scenarios
internal import SourceText
internal import TestSupport

/// Pages of scenarios, compiled and searched in a small space: with and without reductions, and every violation made again.
enum ScenarioTarget {
  private static let limits = SearchLimits(states: 200, seconds: 60, bytes: 64 << 20, threads: 1)

  @Sendable static func run(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let page = ScenarioPage(path: "own/own.md", text: text)
    let book = ScenarioBook(pages: [page], library: ScenarioBook.builtIn.library)
    guard page.isScenario, let scenario = try? Scenario(page) else { return }
    let tree = OverlayTree(files: scenario.files, over: MemoryTree([:]))
    let cache = CodeCache(tree)
    func check(reduces: Bool) -> Exploration? {
      try? scenario.check(
        in: tree, of: book, limits: limits, reduces: reduces, cache: cache, clock: { 0 })
    }
    guard let reduced = check(reduces: true) else { return }
    for violation in reduced.violations.prefix(2) {
      demand(violation.isReproduced, "\(violation.kind) is not made again")
      do throws(ScenarioError) {
        let again = try scenario.replay(violation.replay, in: tree, of: book, limits: limits, clock: { 0 })
        // One step may break several rules; the token says the step.
        demand(
          reduced.violations.contains { $0.kind == again.kind },
          "\(violation.kind) is made again as \(again.kind)")
      } catch {
        demand(false, "\(violation.replay): \(error)")
      }
    }
    guard let full = check(reduces: false) else {
      return demand(false, "without reductions it cannot begin")
    }
    if reduced.verdict != .inconclusive, full.verdict != .inconclusive, full.reasons.isEmpty,
      reduced.reasons.isEmpty
    {
      demand(reduced.verdict == full.verdict, "\(reduced.verdict), \(full.verdict) without reductions")
    }
  }
}
