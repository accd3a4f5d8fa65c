// SPDX-License-Identifier: GPL-2.0-or-later
//
// Scenarios: what runs in the reference model. `<group>/<scenario>.md` is a page that says which code runs with which
// threads; `primitives/` is the library of the kernel's locks, lists, counters and the like, in C, that every scenario knows.

public import Model

extension ScenarioBook {
  /// What the program brings.
  public static let builtIn = ScenarioBook(pages: builtInScenarios, library: builtInPrimitives)
}
