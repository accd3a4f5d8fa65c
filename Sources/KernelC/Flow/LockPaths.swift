// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// Which locks a function holds where it returns, found by following its ways with what is known of values on each.
///
/// It says that a lock is held only where nothing speaks against it: a lock that is handed on, renamed, or perhaps
/// released by another function is left out.
public struct LockPaths: Sendable {
  /// A lock that was taken in the function and is held where it returns.
  public struct Held: Hashable, Sendable {
    public var family: String
    /// The lock as the call names it, with single blanks.
    public var lock: String
    /// Token of the call that took it.
    public var taken: Int
    /// The `return`, or the last statement; `none` where the function is empty.
    public var at: NodeID
  }

  /// In the order of the returns; a lock once, with the first return that it is held at.
  public let held: [Held]
  /// Why nothing can be said; nil where all ways were followed.
  public let notChecked: String?

  /// - Parameter releases: for functions of the same text the members that they unlock: `releases(in:contracts:)`.
  public init(
    of function: NodeID, in tree: SyntaxTree, contracts: Contracts, releases: [String: Set<String>] = [:]
  ) {
    guard Self.mentionsLock(function, tree, contracts) else {
      (held, notChecked) = ([], nil)
      return
    }
    if Self.isAnnotated(function, tree) {
      (held, notChecked) = ([], "annotated as taking or holding a lock")
      return
    }
    let flow = ControlFlow(of: function, in: tree, noreturn: contracts.noreturn)
    guard flow.gaps.isEmpty else {
      (held, notChecked) = (
        [], "not all ways are known: \(flow.gaps.map { "\($0)" }.sorted().joined(separator: ", "))"
      )
      return
    }
    var walk = LockWalk(flow, tree, contracts, releases)
    walk.run()
    (held, notChecked) = walk.notChecked.map { ([], $0) } ?? (walk.found, nil)
  }

  private static func mentionsLock(_ function: NodeID, _ tree: SyntaxTree, _ contracts: Contracts) -> Bool {
    tree.descendants(of: function).contains { id in
      guard tree[id].kind == .call, let name = tree.child(0, of: id), tree[name].kind == .identifier else {
        return false
      }
      let text = tree.name(of: name)
      return contracts.locks.contains { $0.takes(text) }
    }
  }

  /// Source: `include/linux/compiler_types.h`, "context/locking".
  private static func isAnnotated(_ function: NodeID, _ tree: SyntaxTree) -> Bool {
    let body = tree.body(ofFunction: function).map { Int(tree[$0].first) } ?? Int(tree[function].end)
    return (Int(tree[function].first)..<body).contains {
      let name = tree.buffer.tokens[$0].kind == .identifier ? tree.spelling(ofToken: $0) : ""
      return name.hasPrefix("__acquire") || name.hasPrefix("__must_hold") || name.hasPrefix("__cond_")
        || name.hasPrefix("__release")
    }
  }
}

/// The ways through one function, each with the locks that are held and what is known of values.
private struct LockWalk {
  private struct HeldLock: Hashable {
    var name: LockName
    var token: UInt32
    /// Something happened that may have released it, or made its name another's.
    var isUncertain = false
  }

  /// A lock of the caller's, which was released: whoever takes it again holds no more than before.
  private struct Debt: Hashable {
    var name: LockName
    /// A name in it was written to since, so that it may be another lock's by now.
    var isRenamed = false
  }

  private struct State: Hashable {
    var locks: [HeldLock] = []
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
  let contracts: Contracts
  private var reader: ActionReader
  private var actions: [[PathAction]] = []
  private var tests: [Int: (test: PathTest, key: Int)] = [:]
  /// For each point the keys that are asked for there or further on.
  private var asked: [Set<Int>] = []
  private(set) var found: [LockPaths.Held] = []
  private(set) var notChecked: String?

  /// States of one function that are followed.
  private static let mostStates = 10_000

  init(_ flow: ControlFlow, _ tree: SyntaxTree, _ contracts: Contracts, _ releases: [String: Set<String>]) {
    (self.flow, self.tree, self.contracts) = (flow, tree, contracts)
    reader = ActionReader(tree, contracts, releases: releases)
    var table = tree.conditionals.table
    var presences: Set<Formula> = []
    for (index, point) in flow.points.enumerated() {
      switch point.kind {
      case .test:
        let test = PathTest(point.node, in: tree)
        if let key = reader.keys.key(test.subject) { tests[index] = (test, key) }
        actions.append(reader.actions(of: point.node, isRound: false))
      case .presence(let formula):
        let opposite = table.not(formula)
        var test = PathTest(presence: ())
        test.isNegated = presences.contains(opposite)
        presences.insert(test.isNegated ? opposite : formula)
        let name = table.text(of: test.isNegated ? opposite : formula)
        tests[index] = (test, reader.keys.key(text: "#\(name)", names: []))
        actions.append([])
      case .step, .dispatch: actions.append(reader.actions(of: point.node, isRound: false))
      case .round: actions.append(reader.actions(of: point.node, isRound: true))
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
      notChecked = "a lock is taken in a part of an expression"
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
            for lock in next.locks where !lock.isUncertain && reported.insert(lock.name.text).inserted {
              found.append(
                LockPaths.Held(
                  family: family(of: lock.name), lock: lock.name.text, taken: Int(lock.token),
                  at: flow.points[index].node))
            }
            continue
          }
          next.facts.removeAll { !asked[edge.target].contains($0.key) }
          open.append((edge.target, next))
        }
      }
    }
    found.sort { ($0.taken, $0.lock) < ($1.taken, $1.lock) }
  }

  // MARK: Actions

  /// The states after a point's actions: several where a lock may be taken or not.
  private func perform(_ actions: [PathAction], _ state: State) -> [State] {
    var states = [state]
    for action in actions {
      switch action {
      case .acquire(let name, let on, let result, let token):
        states = states.flatMap { acquire(name, on, result, token, $0) }
      case .release(let name): for i in states.indices { release(name, &states[i]) }
      case .mayRelease(let members):
        for i in states.indices {
          for j in states[i].locks.indices where members?.contains(states[i].locks[j].name.member) ?? true {
            states[i].locks[j].isUncertain = true
          }
        }
      case .handOver(let name):
        for i in states.indices {
          for j in states[i].locks.indices where states[i].locks[j].name.text == name.text {
            states[i].locks[j].isUncertain = true
          }
        }
      case .change(let name):
        let lost = reader.keys.mentions[name] ?? []
        for i in states.indices {
          if !lost.isEmpty { states[i].facts.removeAll { lost.contains($0.key) } }
          for j in states[i].locks.indices where states[i].locks[j].name.names.contains(name) {
            states[i].locks[j].isUncertain = true
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

  private func acquire(
    _ name: LockName, _ on: PathAction.Result, _ result: Int?, _ token: UInt32, _ state: State
  ) -> [State] {
    var held = state
    if let index = held.locks.firstIndex(where: { $0.name == name }) {
      // Taken twice: the name has become another's, or a loop takes many.
      held.locks[index].isUncertain = true
    } else if let index = held.debts.firstIndex(where: { $0.name == name && !$0.isRenamed }) {
      held.debts.remove(at: index)
    } else if let index = held.debts.firstIndex(where: {
      family(of: $0.name) == family(of: name) && $0.name.member == name.member
    }) {
      // One of the same kind, by another name: perhaps the same, perhaps one for the other.
      held.debts.remove(at: index)
      held.locks.append(HeldLock(name: name, token: token, isUncertain: true))
    } else {
      held.locks.append(HeldLock(name: name, token: token))
    }
    guard on != .always else { return [held] }
    var free = state
    if let result {
      for name in [reader.keys.texts[result]] {
        let lost = reader.keys.mentions[name] ?? []
        held.facts.removeAll { lost.contains($0.key) }
        free.facts.removeAll { lost.contains($0.key) }
      }
      set(result, on == .zero ? .zero : PathValue([.positive]), &held)
      set(result, on == .zero ? PathValue([.negative, .positive]) : .zero, &free)
    }
    return [held, free]
  }

  private func release(_ name: LockName, _ state: inout State) {
    func isFamily(_ lock: HeldLock) -> Bool { family(of: lock.name) == family(of: name) }
    if let index = state.locks.firstIndex(where: { $0.name == name }) {
      state.locks.remove(at: index)
    } else {
      // It is one of those that are held under another name, or one that the caller took.
      let isLikely = state.locks.contains { isFamily($0) && $0.name.member == name.member }
      for i in state.locks.indices where isFamily(state.locks[i]) {
        if !isLikely || state.locks[i].name.member == name.member { state.locks[i].isUncertain = true }
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
          name: LockName(kind: debt.name.kind, text: "", member: debt.name.member, names: []), isRenamed: true
        )
      }
      if !debts.contains(debt) { debts.append(debt) }
    }
    state.debts = debts
  }

  private func family(of name: LockName) -> String { contracts.locks[name.kind].family }

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
