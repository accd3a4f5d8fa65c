// SPDX-License-Identifier: GPL-2.0-or-later

/// What a search may cost.
public struct SearchLimits: Hashable, Sendable {
  /// How many states there may be.
  public var states: Int
  public var seconds: Double
  /// Memory of the states, in bytes.
  public var bytes: Int
  /// Threads that search; nil for one on each core. What is found does not depend on it.
  public var threads: Int?
  /// Follows an execution to its end before it looks at others, so that in a space which is too large something is seen of
  /// what comes late. Executions are not the shortest then, and one thread searches.
  public var isDepthFirst = false

  public init(
    states: Int = 4_000_000, seconds: Double = 120, bytes: Int = 2 << 30, threads: Int? = nil
  ) {
    (self.states, self.seconds, self.bytes, self.threads) = (states, seconds, bytes, threads)
  }
}

/// What a thread does in one step, as far as the program leaves it open.
struct Action: Hashable, Sendable {
  /// Number of the thread, or the place of the work among what is deferred.
  var actor: UInt8
  var isWork: Bool
  var choices: [UInt8]

  /// Reads what `token` wrote.
  init?(token: Substring) {
    let parts = token.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first else { return nil }
    isWork = first.hasPrefix("w")
    guard let number = UInt8(isWork ? first.dropFirst() : first) else { return nil }
    actor = number
    let numbers = parts.count == 2 ? parts[1].split(separator: ",").map { UInt8($0) } : []
    guard !numbers.contains(nil) else { return nil }
    choices = numbers.compactMap { $0 }
  }

  init(actor: UInt8, isWork: Bool, choices: [UInt8]) {
    (self.actor, self.isWork, self.choices) = (actor, isWork, choices)
  }

  /// A part of a trace's replay token.
  var token: String {
    "\(isWork ? "w" : "")\(actor)"
      + (choices.isEmpty ? "" : ":" + choices.map { "\($0)" }.joined(separator: ","))
  }
}

/// What came of a search.
public struct Exploration: Sendable {
  public enum Verdict: String, Sendable, CaseIterable {
    /// All interleavings were tried, and none breaks a rule.
    case clean
    case violated
    /// None was found that breaks a rule, and not all could be tried.
    case inconclusive
  }

  public internal(set) var states = 0
  public internal(set) var transitions = 0
  /// States in which nothing moves any more.
  public internal(set) var quiescent = 0
  public internal(set) var seconds = 0.0
  /// Memory of the states, in bytes.
  public internal(set) var bytes = 0
  /// In the order in which a search level by level finds them.
  public internal(set) var violations: [Violation] = []
  /// Why not all was tried: `file:line: reason`.
  public internal(set) var reasons: Set<String> = []
  /// What the program cannot execute, whether or not it came to that, and what was taken for granted.
  public internal(set) var obstacles: [String] = []

  init() {}

  /// What cannot even begin.
  public init(failure: String) { reasons = [failure] }

  /// Whether a rule is broken in the same way on another version of the code, whose lines are others.
  public func has(_ violation: Violation) -> Bool {
    violations.contains {
      ($0.kind, $0.text, $0.object, $0.function)
        == (violation.kind, violation.text, violation.object, violation.function)
    }
  }

  public var verdict: Verdict { !violations.isEmpty ? .violated : reasons.isEmpty ? .clean : .inconclusive }
}

/// A rule that is broken, and a shortest way there.
public struct Violation: Hashable, Sendable {
  public var kind: ViolationKind
  public var text: String
  /// What it happens to; empty where it is no object.
  public var object: String
  /// The whole object that this is in.
  public var whole: String
  /// Where it happens: the function, the file and the line (1-based) outside of the library of primitives.
  public var function: String
  public var path: String
  public var line: Int
  public var source: String
  public var trace: [TraceStep] = []
  /// How often a thread that could go on had to wait for another.
  public var preemptions = 0
  /// The scenario's functions that stand for the kernel, and that ran on the way.
  public var stubs: [String] = []
  /// Makes the same execution again.
  public var replay = ""

  /// The trace was made again, and ended in this.
  public internal(set) var isReproduced = false

  /// Adds a step. What a thread does on one line without another in between is one: a list's links are set one by one.
  mutating func add(_ step: TraceStep) {
    guard var last = trace.last, last.thread == step.thread, last.path == step.path, last.line == step.line,
      last.function == step.function
    else {
      trace.append(step)
      return
    }
    last.notes += step.notes.prefix(max(0, Recorder.mostNotes - last.notes.count))
    trace[trace.count - 1] = last
  }

  struct Identity: Hashable {
    var kind: ViolationKind
    var text: String
    var object: String
    var place: CodePlace

    init(_ failure: Executor.Failure) {
      (kind, object, place) = (failure.kind, failure.object, failure.place)
      text = failure.kind == .deadlock ? "" : failure.identity ?? failure.text
    }
  }
}

/// One step of an execution: from a point at which another thread runs, or might, to the next.
public struct TraceStep: Hashable, Sendable {
  public var thread: String
  public var function: String
  public var path: String
  /// 1-based.
  public var line: Int
  /// The source on that line.
  public var text: String
  /// What the step reads, writes, takes and frees.
  public var notes: [String]
}
