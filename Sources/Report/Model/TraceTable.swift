// SPDX-License-Identifier: GPL-2.0-or-later

public import Model

/// A trace for a terminal: a column a thread, each step with its source, its place, and what it does to memory.
public struct TraceTable {
  private let violation: Violation
  private let width: Int

  /// Narrower columns are no use.
  private static let narrowest = 22

  /// - Parameter width: of the terminal, in columns.
  public init(_ violation: Violation, width: Int) { (self.violation, self.width) = (violation, width) }

  public func text() -> String {
    var threads: [String] = []
    for step in violation.trace where !threads.contains(step.thread) { threads.append(step.thread) }
    guard !threads.isEmpty else { return "" }
    let column = max(Self.narrowest, (width - 4) / threads.count)
    var lines = ["    " + threads.map { padded($0, column) }.joined()]
    for (number, step) in violation.trace.enumerated() {
      let place = threads.firstIndex(of: step.thread) ?? 0
      let indent = String(repeating: " ", count: place * column)
      // The last column may go on to the edge.
      let room =
        place == threads.count - 1 ? max(column, width - 4 - place * column) : width - 4 - place * column
      lines.append(padded("\(number + 1)", 4) + indent + cut(step.text, room))
      let name = step.path.split(separator: "/").last.map(String.init) ?? step.path
      lines.append("    " + indent + cut("  \(name):\(step.line) \(step.function)()", room))
      for note in step.notes { lines.append("    " + indent + cut("  \(note)", room)) }
    }
    return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n") + "\n"
  }

  private func padded(_ text: String, _ count: Int) -> String {
    let text = cut(text, count - 1)
    return text + String(repeating: " ", count: max(0, count - text.count))
  }

  private func cut(_ text: String, _ count: Int) -> String {
    text.count <= count ? text : text.prefix(max(1, count - 1)) + "…"
  }
}
