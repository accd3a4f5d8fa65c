// SPDX-License-Identifier: GPL-2.0-or-later

/// Why a scenario cannot be run.
public enum ScenarioError: Error, Hashable, Sendable {
  /// The page has no front matter, or a line of it says nothing that is known.
  case malformedPage(page: String, line: Int, why: String)
  /// The scenario's code does not parse.
  case malformedCode(page: String, line: Int, why: String)
  case noThreads(page: String)
  case noSuchVariant(page: String, variant: String, known: [String])
  /// The code under test is not in the tree.
  case codeMissing(page: String, path: String)
  /// The code under test cannot be read; the tree's own words.
  case codeUnreadable(page: String, path: String, why: String)
  case tooManyThreads(page: String, most: Int)
  case tooManyFunctions(Int)
  /// What the code should refine is not clean itself.
  case badSpecification(page: String, why: String)
  /// The first state cannot be made: what `init()` does ends in this.
  case cannotStart(page: String, why: String)
  /// A replay token that the scenario cannot follow, at one of its actions (1-based).
  case badReplay(page: String, action: Int)
}
