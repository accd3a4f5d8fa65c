// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// The ways through one function, each with what is held and what is known of values.
struct HoldWalk {
  private struct Holding: Hashable {
    var name: HoldName
    var token: UInt32
    /// Something happened that may have released it, or made its name another's.
    var isUncertain = false
  }

  /// What was the caller's, and was released: whoever takes it again holds no more than before.
  private struct Debt: Hashable {
    var name: HoldName
    /// A name in it was written to since, so that it may mean another by now.
    var isRenamed = false
  }

  private struct State: Hashable {
    var held: [Holding] = []
    /// In the order in which they were released.
    var debts: [Debt] = []
    /// By key, sorted.
    var facts: [Fact] = []
  }

  private struct Fact: Hashable {
    var key: Int
    var value: PathValue
  }

  let flow: ControlFlow
  let tree: SyntaxTree
  private var reader: ActionReader
  private var actions: [[PathAction]] = []
  private var tests: [Int: (test: PathTest, key: Int)] = [:]
  /// Heads of loops that hold what their cursor is.
  private var rounds: [Int: PathAction.Acquire] = [:]
  /// For each point the keys that are asked for there or further on.
  private var asked: [Set<Int>] = []
  private(set) var found: [HeldPaths.Held] = []
  private(set) var notChecked: String?

  /// States of one function that are followed.
  private static let mostStates = 10_000

  init(_ flow: ControlFlow, _ reader: ActionReader) {
    (self.flow, self.reader, tree) = (flow, reader, reader.tree)
    var table = tree.conditionals.table
    var presences: Set<Formula> = []
    for (index, point) in flow.points.enumerated() {
      switch point.kind {
      case .test:
        let test = PathTest(point.node, in: tree)
        if let key = self.reader.keys.key(test.subject) { tests[index] = (test, key) }
        actions.append(self.reader.actions(of: point.node, isRound: false))
      case .presence(let formula):
        let opposite = table.not(formula)
        var test = PathTest(presence: ())
        test.isNegated = presences.contains(opposite)
        presences.insert(test.isNegated ? opposite : formula)
        let name = table.text(of: test.isNegated ? opposite : formula)
        tests[index] = (test, self.reader.keys.key(text: "#\(name)", names: []))
        actions.append([])
      case .step, .dispatch: actions.append(self.reader.actions(of: point.node, isRound: false))
      case .round:
        actions.append(self.reader.actions(of: point.node, isRound: true))
        rounds[index] = self.reader.round(point.node)
      case .entry, .exit, .join: actions.append([])
      }
    }
    findAsked()
  }

  /// A key is worth knowing where a test that asks for it can still come.
  private mutating func findAsked() {
    asked = [Set<Int>](repeating: [], count: flow.points.count)
    let before = flow.predecessors
    var open = Array(flow.points.indices)
    for (index, test) in tests { asked[index].insert(test.key) }
    var isWaiting = [Bool](repeating: true, count: flow.points.count)
    while let index = open.popLast() {
      isWaiting[index] = false
      for previous in before[index] where !asked[previous].isSuperset(of: asked[index]) {
        asked[previous].formUnion(asked[index])
        if !isWaiting[previous] {
          isWaiting[previous] = true
          open.append(previous)
        }
      }
    }
  }

  mutating func run() {
    guard !reader.isUncertain else {
      notChecked = "one is taken in a part of an expression"
      return
    }
    var seen = [Set<State>](repeating: [], count: flow.points.count)
    var open: [(point: Int, state: State)] = [(ControlFlow.entry, State())]
    var count = 0
    var reported: Set<String> = []
    while let (index, state) = open.popLast() {
      guard seen[index].insert(state).inserted else { continue }
      count += 1
      guard count <= Self.mostStates else {
        notChecked = "more than \(Self.mostStates) states"
        return
      }
      for after in perform(actions[index], state) {
        for edge in flow.points[index].successors {
          guard var next = follow(edge.branch, at: index, after) else { continue }
          if edge.target == ControlFlow.exit {
            for holding in next.held where !holding.isUncertain && reported.insert(holding.name.text).inserted
            {
              found.append(
                HeldPaths.Held(
                  family: family(of: holding.name), name: holding.name.text, taken: Int(holding.token),
                  at: flow.points[index].node))
            }
            continue
          }
          next.facts.removeAll { !asked[edge.target].contains($0.key) }
          open.append((edge.target, next))
        }
      }
    }
    found.sort { ($0.taken, $0.name) < ($1.taken, $1.name) }
  }

  // MARK: Actions

  /// The states after a point's actions: several where a lock may be taken or not.
  private func perform(_ actions: [PathAction], _ state: State) -> [State] {
    var states = [state]
    for action in actions {
      switch action {
      case .acquire(let acquire): states = states.flatMap { self.acquire(acquire, $0) }
      case .release(let name): for i in states.indices { release(name, &states[i]) }
      case .mayRelease(let members):
        for i in states.indices {
          for j in states[i].held.indices where members?.contains(states[i].held[j].name.member) ?? true {
            states[i].held[j].isUncertain = true
          }
        }
      case .handOver(let name):
        for i in states.indices {
          for j in states[i].held.indices where states[i].held[j].name.text == name.text {
            states[i].held[j].isUncertain = true
          }
        }
      case .change(let name):
        let lost = reader.keys.mentions[name] ?? []
        for i in states.indices {
          if !lost.isEmpty { states[i].facts.removeAll { lost.contains($0.key) } }
          for j in states[i].held.indices where states[i].held[j].name.names.contains(name) {
            states[i].held[j].isUncertain = true
          }
          rename(name, &states[i])
        }
      case .follow(let key):
        states = states.compactMap { state in
          let kinds = value(of: key, state).kinds.intersection([.negative, .positive])
          guard !kinds.isEmpty else { return nil }
          var next = state
          set(key, PathValue(kinds, value(of: key, state).constant), &next)
          return next
        }
      case .set(let key, let value): for i in states.indices { set(key, value, &states[i]) }
      case .copy(let key, let source):
        for i in states.indices { set(key, value(of: source, states[i]), &states[i]) }
      }
    }
    return states
  }

  private func acquire(_ acquire: PathAction.Acquire, _ state: State) -> [State] {
    let name = acquire.name
    var with = state
    if let index = with.held.firstIndex(where: { $0.name == name }) {
      // Taken twice: the name has become another's, or a loop takes many.
      with.held[index].isUncertain = true
    } else if let index = with.debts.firstIndex(where: { $0.name == name && !$0.isRenamed }) {
      with.debts.remove(at: index)
    } else if let index = with.debts.firstIndex(where: {
      family(of: $0.name) == family(of: name) && $0.name.member == name.member
    }) {
      // One of the same kind, by another name: perhaps the same, perhaps one for the other.
      with.debts.remove(at: index)
      with.held.append(Holding(name: name, token: acquire.token, isUncertain: true))
    } else {
      with.held.append(Holding(name: name, token: acquire.token))
    }
    guard let result = acquire.result else { return acquire.failure == nil ? [with] : [with, state] }
    var without = state
    let lost = reader.keys.mentions[reader.keys.texts[result]] ?? []
    with.facts.removeAll { lost.contains($0.key) }
    without.facts.removeAll { lost.contains($0.key) }
    set(result, acquire.success, &with)
    guard let failure = acquire.failure else { return [with] }
    set(result, failure, &without)
    return [with, without]
  }

  private func release(_ name: HoldName, _ state: inout State) {
    func isFamily(_ lock: Holding) -> Bool { family(of: lock.name) == family(of: name) }
    if let index = state.held.firstIndex(where: { $0.name == name }) {
      state.held.remove(at: index)
    } else {
      // It is one of those that are held under another name, or one that the caller took.
      let isLikely = state.held.contains { isFamily($0) && $0.name.member == name.member }
      for i in state.held.indices where isFamily(state.held[i]) {
        if !isLikely || state.held[i].name.member == name.member { state.held[i].isUncertain = true }
      }
      let debt = Debt(name: name)
      if !state.debts.contains(debt) { state.debts.append(debt) }
    }
  }

  /// Something in the names of debts was written to: which lock they meant is lost, not that there is one.
  private func rename(_ written: String, _ state: inout State) {
    guard state.debts.contains(where: { $0.name.names.contains(written) }) else { return }
    var debts: [Debt] = []
    for debt in state.debts {
      var debt = debt
      if debt.name.names.contains(written) {
        debt = Debt(
          name: HoldName(kind: debt.name.kind, text: "", member: debt.name.member, names: []), isRenamed: true
        )
      }
      if !debts.contains(debt) { debts.append(debt) }
    }
    state.debts = debts
  }

  private func family(of name: HoldName) -> String { reader.families[name.kind] }

  // MARK: Values

  private func value(of key: Int, _ state: State) -> PathValue {
    state.facts.first { $0.key == key }?.value ?? .unknown
  }

  private func set(_ key: Int, _ value: PathValue, _ state: inout State) {
    state.facts.removeAll { $0.key == key }
    guard value != .unknown else { return }
    let place = state.facts.firstIndex { $0.key > key } ?? state.facts.count
    state.facts.insert(Fact(key: key, value: value), at: place)
  }

  /// The state on a branch; nil where the branch cannot be taken.
  private func follow(_ branch: ControlFlow.Branch, at index: Int, _ state: State) -> State? {
    if let round = rounds[index] {
      var next = state
      next.held.removeAll { $0.name == round.name }
      if branch == .isTrue { next.held.append(Holding(name: round.name, token: round.token)) }
      if let key = round.result { set(key, branch == .isTrue ? round.success : .zero, &next) }
      return next
    }
    guard branch == .isTrue || branch == .isFalse, let (test, key) = tests[index] else { return state }
    let answer = (branch == .isTrue) != test.isNegated
    guard let value = test.refine(value(of: key, state), answer: answer) else { return nil }
    var next = state
    set(key, value, &next)
    return next
  }
}

extension PathTest {
  /// Whether something of the preprocessor holds.
  fileprivate init(presence: Void) {
    (subject, question) = (.none, .isKind([.positive]))
  }
}
