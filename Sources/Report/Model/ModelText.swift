// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
public import Model

/// What came of scenarios, for a terminal.
public struct ModelText {
  private let width: Int

  public init(width: Int) { self.width = width }

  /// - Parameter traces: how many traces are shown in full.
  public func text(_ result: ModelResult, traces: Int) -> String {
    let exploration = result.exploration
    var text = "\(result.scenario) (\(result.variant)): \(exploration.verdict.rawValue)"
    text += ", \(exploration.states) states, \(exploration.transitions) transitions"
    text += String(format: ", %.2f s\n", exploration.seconds)
    for reason in exploration.reasons.sorted() { text += "  not tried: \(reason)\n" }
    for (number, violation) in exploration.violations.enumerated() {
      text += "  \(number + 1). \(self.text(violation))\n"
      if number < traces {
        let table = TraceTable(violation, width: width - 4).text()
        for line in table.split(separator: "\n") { text += "    \(line)\n" }
      }
    }
    return text
  }

  /// A violation in a few lines, without its trace.
  public func text(_ violation: Violation) -> String {
    var text = "\(violation.kind.rawValue): \(violation.text)"
    if !violation.object.isEmpty { text += ": \(violation.object)" }
    text += "\n     \(violation.path):\(violation.line) \(violation.function)()"
    text += ", \(violation.trace.count) steps, \(violation.preemptions) preemptions"
    if !violation.stubs.isEmpty {
      text += "\n     stubs on the way: \(violation.stubs.joined(separator: ", "))"
    }
    if !violation.replay.isEmpty { text += "\n     replay: \(violation.replay)" }
    return text
  }
}
