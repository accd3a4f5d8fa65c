// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Model
import Scenarios
import SourceText
import TestSupport

/// A scenario of a few lines, run on no tree.
enum Running {
  static func scenario(_ code: String, keys: String = "") throws -> Scenario {
    try Scenario(
      ScenarioPage(path: "t/t.md", text: "---\nid: t/t\ntitle: a test\n\(keys)---\n```c\n\(code)\n```\n"))
  }

  static func check(
    _ code: String, keys: String = "", limits: SearchLimits = SearchLimits(), reduces: Bool = true
  ) throws -> Exploration {
    try scenario(code, keys: keys).check(
      in: MemoryTree([:]), of: .builtIn, limits: limits, reduces: reduces, clock: { 0 })
  }
}

/// What is the same of a violation however it was found.
struct Kinship: Hashable, Comparable, CustomStringConvertible {
  var kind: String
  var path: String
  var line: Int

  init(_ violation: Violation) {
    (kind, path, line) = (violation.kind.rawValue, violation.path, violation.line)
  }

  static func < (a: Kinship, b: Kinship) -> Bool { a.description < b.description }
  var description: String { "\(kind) \(path):\(line)" }
}
