// SPDX-License-Identifier: GPL-2.0-or-later

public import Model

/// A trace as a Mermaid sequence diagram: a lane a thread, a note a step.
///
/// Source: https://mermaid.js.org/syntax/sequenceDiagram.html
public struct SequenceDiagram {
  private let violation: Violation

  public init(_ violation: Violation) { self.violation = violation }

  public func text() -> String {
    var threads: [String] = []
    for step in violation.trace where !threads.contains(step.thread) { threads.append(step.thread) }
    var lines = ["sequenceDiagram"]
    for (number, thread) in threads.enumerated() {
      lines.append("    participant t\(number) as \(escaped(thread))")
    }
    for step in violation.trace {
      let number = threads.firstIndex(of: step.thread) ?? 0
      let name = step.path.split(separator: "/").last.map(String.init) ?? step.path
      let parts = [step.text, "\(name):\(step.line) \(step.function)()"] + step.notes
      lines.append("    Note over t\(number): \(parts.map { escaped($0) }.joined(separator: "<br/>"))")
    }
    if !threads.isEmpty {
      let last = threads.firstIndex(of: violation.trace.last?.thread ?? "") ?? 0
      lines.append("    Note over t\(last): \(escaped("\(violation.kind.rawValue): \(violation.text)"))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Mermaid ends a statement at `;` and reads `#` as the beginning of an entity.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "#": result += "#35;"
      case ";": result += "#59;"
      case "<": result += "#lt;"
      case ">": result += "#gt;"
      case ":": result += "#58;"
      case "\n": result += " "
      default: result.append(character)
      }
    }
    return result
  }
}
