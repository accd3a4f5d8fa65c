// SPDX-License-Identifier: GPL-2.0-or-later
//
// Scenarios: what runs in the reference model. `<group>/<scenario>.md` is a page that says which code runs with which
// threads; `primitives/` is the library of the kernel's locks, lists, counters and the like, in C, that every scenario knows.

public import Model

extension Scenario {
  /// All that the program brings, in the order of their pages.
  /// - Throws: `ScenarioError` for a page that is none.
  public static func builtIn() throws(ScenarioError) -> [Scenario] {
    var scenarios: [Scenario] = []
    for page in builtInScenarios where page.isScenario { scenarios.append(try Scenario(page)) }
    return scenarios
  }
}
