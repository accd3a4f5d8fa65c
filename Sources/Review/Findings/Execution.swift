// SPDX-License-Identifier: GPL-2.0-or-later

/// An execution that breaks a rule: threads that take turns, up to the step that breaks it.
public struct Execution: Hashable, Sendable {
  /// What one thread does until another one runs.
  public struct Turn: Hashable, Sendable {
    public var thread: String
    /// How many steps of the model it has.
    public var steps: Int
    /// The last of its steps; in the last turn the one that breaks the rule.
    public var path: String
    public var line: Int
    public var function: String
    public var text: String

    public init(thread: String, steps: Int, path: String, line: Int, function: String, text: String) {
      (self.thread, self.steps, self.path) = (thread, steps, path)
      (self.line, self.function, self.text) = (line, function, text)
    }
  }

  /// At least one.
  public var turns: [Turn]
  /// What is wrong in the end.
  public var outcome: String

  public init(turns: [Turn], outcome: String) { (self.turns, self.outcome) = (turns, outcome) }

  /// The threads in the order in which they first run.
  public var threads: [String] {
    turns.reduce(into: []) { if !$0.contains($1.thread) { $0.append($1.thread) } }
  }

  /// A line a turn, the threads in a column.
  public var text: String {
    let width = turns.map(\.thread.count).max() ?? 0
    return turns.map { turn in
      let thread = turn.thread + String(repeating: " ", count: width - turn.thread.count)
      return "\(thread)  \(turn.path):\(turn.line) in \(turn.function)(): \(turn.text)"
    }.joined(separator: "\n")
  }
}
