// SPDX-License-Identifier: GPL-2.0-or-later

/// What may be observed, as the sequences of events of another scenario.
///
/// Code refines it where each sequence of events that the code makes is one of these, up to its end: where the code comes to
/// rest, so may the specification. Of its states that a sequence can lead to all are kept, so that it may decide later than the
/// code does.
///
/// Source: C. A. R. Hoare, "Communicating Sequential Processes", 1985 (traces); the subset construction of M. O. Rabin and
/// D. Scott, "Finite automata and their decision problems", 1959, done as far as the code leads.
struct Specification: Sendable {
  private struct Step: Sendable {
    /// nil for a step that nobody observes.
    var event: String?
    var target: Int32
  }

  let id: String
  private var steps: [[Step]] = []
  private var mayRest: [Bool] = []
  /// Of states between the events of one step, whose numbers are below 0.
  private var between: [[Step]] = []
  /// Sets of states, each sorted and with all that silent steps lead to.
  private var sets: [[Int32]] = []
  private var numbers: [[Int32]: UInt32] = [:]
  private var successors: [Transition: UInt32?] = [:]

  private struct Transition: Hashable, Sendable {
    var set: UInt32
    var event: String
  }

  /// The set that is there before any event.
  static let first: UInt32 = 0

  /// - Throws: `ScenarioError.badSpecification` where it breaks a rule itself, or is not explored to its end.
  init(_ scenario: String, _ program: Program, _ limits: SearchLimits, page: String, clock: () -> Double)
    throws(ScenarioError)
  {
    id = scenario
    var explorer = Explorer(program, limits)
    let exploration = try explorer.run(page: page, clock: clock)
    guard exploration.verdict == .clean else {
      let why = exploration.violations.first.map(\.text) ?? exploration.reasons.sorted().first ?? ""
      throw .badSpecification(page: page, why: why)
    }
    guard let first = explorer.executor.first() else {
      throw .badSpecification(page: page, why: "init() waits")
    }
    var store = StateStore()
    _ = store.insert(explorer.expander.coder.encode(first).bytes)
    var number = 0
    while number < store.count {
      let expansion = explorer.expander.expand(store, number)
      var out: [Step] = []
      for step in expansion.steps {
        guard case .state(let bytes) = step.result else { continue }
        out += chain(step.events.map(\.text), to: store.insert(bytes).number)
      }
      steps.append(out)
      mayRest.append(expansion.isQuiescent)
      number += 1
    }
    _ = self.number(of: [0])
  }

  private mutating func chain(_ events: [String], to target: Int) -> [Step] {
    guard events.count > 1 else { return [Step(event: events.first, target: Int32(target))] }
    var next = Int32(target)
    for event in events.dropFirst().reversed() {
      between.append([Step(event: event, target: next)])
      next = -Int32(between.count)
    }
    return [Step(event: events[0], target: next)]
  }

  private func steps(from state: Int32) -> [Step] {
    state < 0 ? between[Int(-state) - 1] : steps[Int(state)]
  }

  // MARK: Sets

  private mutating func number(of states: [Int32]) -> UInt32 {
    var closed = Set(states)
    var open = states
    while let state = open.popLast() {
      for step in steps(from: state) where step.event == nil && closed.insert(step.target).inserted {
        open.append(step.target)
      }
    }
    let sorted = closed.sorted()
    if let known = numbers[sorted] { return known }
    let number = UInt32(sets.count)
    sets.append(sorted)
    numbers[sorted] = number
    return number
  }

  /// Where an event leads; nil where it must not come.
  mutating func after(_ set: UInt32, _ event: String) -> UInt32? {
    let transition = Transition(set: set, event: event)
    if let known = successors[transition] { return known }
    let targets = Set(
      sets[Int(set)].flatMap { state in steps(from: state).filter { $0.event == event }.map(\.target) })
    let result = targets.isEmpty ? nil : number(of: targets.sorted())
    successors[transition] = result
    return result
  }

  /// The events that may come, sorted.
  func events(after set: UInt32) -> [String] {
    Set(sets[Int(set)].flatMap { steps(from: $0).compactMap(\.event) }).sorted()
  }

  /// Whether nothing more need come.
  func mayRest(in set: UInt32) -> Bool { sets[Int(set)].contains { $0 >= 0 && mayRest[Int($0)] } }
}
