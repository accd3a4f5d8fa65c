// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// The ways through one function, each with what is held and what is known of values.
struct HoldWalk {
  private struct Holding: Hashable {
    var name: HoldName
    var token: UInt32
    /// Something happened that may have released it, or made its name another's.
    var isUncertain = false
    /// Who got it since.
    var passedTo: [HeldPaths.Passing] = []
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

  /// A point that is reached with a state.
  private struct Node {
    var point: Int
    var state: State
    /// The one that it was first reached from.
    var previous: Int
    var next: [Int] = []
    /// The states with which the function ends here.
    var ends: [State] = []
  }

  /// Something that was taken is given back.
  private struct Release {
    var node: Int
    var holding: Holding
    var token: UInt32
  }

  let flow: ControlFlow
  let tree: SyntaxTree
  private var reader: ActionReader
  private var actions: [[PathAction]] = []
  private var tests: [Int: (test: PathTest, key: Int)] = [:]
  /// Heads of loops that hold what their cursor is.
  private var rounds: [Int: PathAction.Acquire] = [:]
  /// What a return returns, where that is no constant.
  private var returned: [Int: Int] = [:]
  /// For each point the keys that are asked for there or further on.
  private var asked: [Set<Int>] = []
  private var nodes: [Node] = []
  private var releases: [Release] = []
  /// By the first tokens of the calls that took it: what was stored, and who got it.
  private var stored: Set<UInt32> = []
  private var passings: [UInt32: Set<HeldPaths.Passing>] = [:]
  private(set) var found: [HeldPaths.Held] = []
  private(set) var sleeping: [HeldPaths.SleepingCall] = []
  private(set) var wrongReleases: [HeldPaths.WrongRelease] = []
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
      case .step, .dispatch:
        actions.append(self.reader.actions(of: point.node, isRound: false))
        if tree[point.node].kind == .returnStatement, let value = tree.child(0, of: point.node),
          let key = self.reader.keys.key(PathTest.plain(value, tree))
        {
          returned[index] = key
        }
      case .round:
        actions.append(self.reader.actions(of: point.node, isRound: true))
        rounds[index] = self.reader.round(point.node)
      case .entry, .exit, .join: actions.append([])
      }
    }
    findAsked()
  }

  /// A key is worth knowing where a test that asks for it can still come, or it is returned.
  private mutating func findAsked() {
    asked = [Set<Int>](repeating: [], count: flow.points.count)
    let before = flow.predecessors
    var open = Array(flow.points.indices)
    for (index, test) in tests { asked[index].insert(test.key) }
    for (index, key) in returned { asked[index].insert(key) }
    for (index, list) in actions.enumerated() {
      for case .error(_, of: let pointer) in list { asked[index].insert(pointer) }
    }
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
    var numbers = [[State: Int]](repeating: [:], count: flow.points.count)
    nodes = [Node(point: ControlFlow.entry, state: State(), previous: -1)]
    numbers[ControlFlow.entry][State()] = 0
    var current = 0
    // In the order in which they are reached: the first way to a point is a shortest one.
    while current < nodes.count {
      let (index, state) = (nodes[current].point, nodes[current].state)
      for after in perform(actions[index], state, at: current) {
        for edge in flow.points[index].successors {
          guard var next = follow(edge.branch, at: index, after) else { continue }
          if edge.target == ControlFlow.exit {
            nodes[current].ends.append(next)
            continue
          }
          next.facts.removeAll { !asked[edge.target].contains($0.key) }
          if let number = numbers[edge.target][next] {
            nodes[current].next.append(number)
            continue
          }
          guard nodes.count < Self.mostStates else {
            notChecked = "more than \(Self.mostStates) states"
            (sleeping, wrongReleases) = ([], [])
            return
          }
          numbers[edge.target][next] = nodes.count
          nodes[current].next.append(nodes.count)
          nodes.append(Node(point: edge.target, state: next, previous: current))
        }
      }
      current += 1
    }
    collect()
  }

  // MARK: What was found

  private mutating func collect() {
    var places: [Holding: Int] = [:]
    for (number, node) in nodes.enumerated() {
      for state in node.ends {
        for holding in state.held where !holding.isUncertain && holding.name.isOwn {
          var end = end(at: number, state)
          end.passedTo = holding.passedTo
          var plain = holding
          plain.passedTo = []
          if let place = places[plain] {
            found[place].ends.add(end)
          } else {
            places[plain] = found.count
            found.append(
              HeldPaths.Held(
                family: family(of: holding.name), name: holding.name.text, taken: Int(holding.token),
                ends: [end], isStored: stored.contains(holding.token),
                passedTo: passings[holding.token, default: []].sorted(), givenBack: []))
          }
        }
      }
    }
    for (holding, place) in places {
      found[place].givenBack = givenBack(holding)
      found[place].ends = found[place].ends.sorted { first(of: $0) < first(of: $1) }
    }
    found.sort { ($0.taken, $0.name) < ($1.taken, $1.name) }
    sleeping.sort { ($0.call, $0.taken) < ($1.call, $1.taken) }
    wrongReleases.sort { ($0.call, $0.taken) < ($1.call, $1.taken) }
  }

  private func end(at number: Int, _ state: State) -> HeldPaths.End {
    let (point, node) = (nodes[number].point, flow.points[nodes[number].point].node)
    var result = HeldPaths.End(node: node, value: nil, way: way(to: number))
    if node != .none, tree[node].kind == .returnStatement, let returns = tree.child(0, of: node) {
      result.value =
        PathValue(constant: PathTest.plain(returns, tree), in: tree)
        ?? returned[point].map { value(of: $0, state) } ?? .unknown
    }
    if let kinds = result.value?.kinds {
      result.isFailure =
        reader.returnsPointer
        ? kinds.isSubset(of: [.zero, .errorPointer])
        : !kinds.contains(.zero) && !kinds.isDisjoint(with: [.negative, .errorPointer])
    }
    return result
  }

  /// Where an end stands in the text.
  private func first(of end: HeldPaths.End) -> UInt32 { end.node == .none ? 0 : tree[end.node].first }

  /// What is evaluated from the entry up to a node.
  private func way(to number: Int) -> [NodeID] {
    var way: [NodeID] = []
    var current = number
    while current >= 0 {
      let node = flow.points[nodes[current].point].node
      if node != .none { way.append(node) }
      current = nodes[current].previous
    }
    return way.reversed()
  }

  /// The ends behind the calls that give something back.
  private func givenBack(_ holding: Holding) -> [HeldPaths.End] {
    var ends: [HeldPaths.End] = []
    for release in releases
    where release.holding.token == holding.token && release.holding.name == holding.name {
      var seen: Set<Int> = [release.node]
      var open = [release.node]
      while let number = open.popLast() {
        for state in nodes[number].ends
        where !state.held.contains(where: { $0.token == holding.token && $0.name == holding.name }) {
          var end = end(at: number, state)
          end.released = Int(release.token)
          ends.add(end)
        }
        for next in nodes[number].next where seen.insert(next).inserted { open.append(next) }
      }
    }
    return ends
  }

  // MARK: Actions

  /// The states after a point's actions: several where a lock may be taken or not.
  private mutating func perform(_ actions: [PathAction], _ state: State, at node: Int) -> [State] {
    var states = [state]
    for action in actions {
      switch action {
      case .acquire(let acquire): states = states.flatMap { self.acquire(acquire, $0) }
      case .release(let name, let token):
        for i in states.indices { release(name, &states[i], at: node, by: token) }
      case .free(let free): for i in states.indices { self.free(free, &states[i], at: node) }
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
            stored.insert(states[i].held[j].token)
          }
        }
      case .pass(let root, let passing):
        for i in states.indices {
          for j in states[i].held.indices where states[i].held[j].name.names.first == root {
            passings[states[i].held[j].token, default: []].insert(passing)
            if !states[i].held[j].passedTo.contains(passing) { states[i].held[j].passedTo.append(passing) }
            if states[i].held[j].passedTo.count > Self.mostPassings { states[i].held[j].isUncertain = true }
            if states[i].held[j].isUncertain { states[i].held[j].passedTo = [] }
          }
        }
      case .sleep(let function, let token): for state in states { sleep(function, token, state, at: node) }
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
      case .error(let key, of: let pointer):
        states = states.flatMap { state -> [State] in
          let known = value(of: pointer, state)
          var (failed, fine) = (state, state)
          set(pointer, PathValue(.errorPointer), &failed)
          set(key, PathValue(.negative), &failed)
          set(pointer, PathValue(known.kinds.subtracting(.errorPointer), known.constant), &fine)
          set(key, .zero, &fine)
          return (known.kinds.contains(.errorPointer) ? [failed] : [])
            + (known.kinds.isSubset(of: .errorPointer) ? [] : [fine])
        }
      }
    }
    return states
  }

  /// Functions that get one thing on one way.
  private static let mostPassings = 6

  private mutating func sleep(_ function: String, _ token: UInt32, _ state: State, at node: Int) {
    for holding in state.held where !holding.isUncertain && !reader.maySleep(holding.name) {
      guard !sleeping.contains(where: { $0.call == Int(token) && $0.taken == Int(holding.token) }) else {
        continue
      }
      sleeping.append(
        HeldPaths.SleepingCall(
          function: function, call: Int(token), lock: holding.name.text, family: family(of: holding.name),
          taken: Int(holding.token), way: way(to: node)))
    }
  }

  private mutating func free(_ free: PathAction.Free, _ state: inout State, at node: Int) {
    guard let index = state.held.firstIndex(where: { $0.name.text == free.text }) else { return }
    let holding = state.held.remove(at: index)
    // Who got the object may have put something else in its member.
    guard !holding.isUncertain, holding.passedTo.isEmpty || holding.name.names.count == 1 else { return }
    if free.kinds.contains(where: { reader.families[$0] == family(of: holding.name) }) {
      releases.append(Release(node: node, holding: holding, token: free.token))
    } else if !wrongReleases.contains(where: { $0.call == Int(free.token) }) {
      wrongReleases.append(
        HeldPaths.WrongRelease(
          name: holding.name.text, call: Int(free.token), function: free.function, taken: Int(holding.token),
          family: family(of: holding.name)))
    }
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

  private mutating func release(_ name: HoldName, _ state: inout State, at node: Int, by token: UInt32) {
    func isFamily(_ lock: Holding) -> Bool { family(of: lock.name) == family(of: name) }
    if let index = state.held.firstIndex(where: { $0.name == name }) {
      releases.append(Release(node: node, holding: state.held.remove(at: index), token: token))
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

extension [HeldPaths.End] {
  /// One more; of two at one return the first counts, and one that nobody got before one that somebody did.
  fileprivate mutating func add(_ end: HeldPaths.End) {
    guard let index = firstIndex(where: { $0.node == end.node && $0.isFailure == end.isFailure }) else {
      append(end)
      return
    }
    if end.passedTo.count < self[index].passedTo.count { self[index] = end }
  }
}
