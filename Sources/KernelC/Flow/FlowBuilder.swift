// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// Lays out the points of a function, statement by statement.
struct FlowBuilder {
  typealias Branch = ControlFlow.Branch

  /// A way that ends in the air: the point it leaves, and when.
  private struct Loose {
    var point: Int
    var branch: Branch
  }

  let tree: SyntaxTree
  let noreturn: Set<String>
  private(set) var points: [ControlFlow.Point] = []
  private(set) var gaps: Set<ControlFlow.Gap> = []
  /// The ways that reach what comes next; none where it is out of reach.
  private var open: [Loose] = []
  private var labels: [String: Int] = [:]
  private var gotos: [(name: String, from: [Loose])] = []
  private var breaks: [[Loose]] = []
  private var continues: [[Loose]] = []
  private var dispatches: [(point: Int, hasDefault: Bool)] = []
  private var conditions: [Formula] = [.always]
  /// Statements around the one that is laid out.
  private var depth = 0

  /// Statements within each other that are followed, blocks counted: what fits into 512 kB of stack in a debug build.
  /// The kernel needs 30.
  private static let deepest = 40

  init(_ tree: SyntaxTree, _ noreturn: Set<String>) {
    (self.tree, self.noreturn) = (tree, noreturn)
  }

  mutating func build(_ function: NodeID) {
    points = [
      ControlFlow.Point(kind: .entry, node: .none), ControlFlow.Point(kind: .exit, node: .none),
    ]
    open = [Loose(point: ControlFlow.entry, branch: .always)]
    if let body = tree.body(ofFunction: function) {
      if tree[body].flags.contains(.isCut) { gaps.insert(.cut) }
      conditions = [tree.condition(of: body)]
      statement(body)
    } else {
      gaps.insert(.cut)
    }
    connect(open, to: ControlFlow.exit)
    for jump in gotos {
      if let target = labels[jump.name] {
        connect(jump.from, to: target)
      } else {
        gaps.insert(.unknownLabel(jump.name))
      }
    }
  }

  // MARK: Points

  private mutating func connect(_ ways: [Loose], to target: Int) {
    for way in ways {
      let edge = ControlFlow.Edge(target: target, branch: way.branch)
      // The same way twice is one after the other: a switch of many cases is not searched for each.
      if !points[way.point].successors.suffix(2).contains(edge) { points[way.point].successors.append(edge) }
    }
  }

  /// A point that all open ways reach, and that the next ones leave.
  @discardableResult
  private mutating func point(_ kind: ControlFlow.Point.Kind, _ node: NodeID = .none) -> Int {
    points.append(ControlFlow.Point(kind: kind, node: node))
    connect(open, to: points.count - 1)
    open = [Loose(point: points.count - 1, branch: .always)]
    return points.count - 1
  }

  /// A statement or expression that is evaluated as a whole.
  private mutating func step(_ node: NodeID) {
    look(into: node)
    point(.step, node)
    if callsNoreturn(node) { open = [] }
  }

  /// What an expression may hide.
  private mutating func look(into node: NodeID) {
    for id in tree.descendants(of: node) {
      switch tree[id].kind {
      case .opaque: gaps.insert(.opaque)
      case .returnStatement where id != node: gaps.insert(.jumpInExpression)
      case .gotoStatement, .label: gaps.insert(.jumpInExpression)
      default: continue
      }
    }
  }

  private func callsNoreturn(_ node: NodeID) -> Bool {
    guard !noreturn.isEmpty else { return false }
    guard tree[node].kind == .expressionStatement || tree[node].kind == .macroStatement,
      let value = tree.child(0, of: node), tree[value].kind == .call, let function = tree.child(0, of: value)
    else { return false }
    return tree[function].kind == .identifier && noreturn.contains(tree.name(of: function))
  }

  // MARK: Statements

  private mutating func statement(_ id: NodeID) {
    guard depth < Self.deepest else {
      gaps.insert(.tooDeep)
      point(.step, id)
      return
    }
    depth += 1
    defer { depth -= 1 }
    switch tree[id].kind {
    case .block: statements(tree.children(of: id))
    case .ifStatement: ifStatement(id)
    case .whileStatement: whileStatement(id)
    case .doStatement: doStatement(id)
    case .forStatement: forStatement(id)
    case .switchStatement: switchStatement(id)
    case .macroLoop: macroLoop(id)
    case .caseLabel, .defaultLabel: caseLabel(id)
    case .label:
      // A name read twice, once for each branch of a conditional, is one label.
      let join = point(.join)
      if labels[tree.name(of: id)] == nil { labels[tree.name(of: id)] = join }
    case .gotoStatement:
      if tree.child(0, of: id) != nil {
        gaps.insert(.computedGoto)
      } else {
        point(.step, id)
        gotos.append((tree.name(of: id), open))
      }
      open = []
    case .breakStatement:
      point(.step, id)
      if !breaks.isEmpty { breaks[breaks.count - 1] += open }
      open = []
    case .continueStatement:
      point(.step, id)
      if !continues.isEmpty { continues[continues.count - 1] += open }
      open = []
    case .returnStatement:
      look(into: id)
      point(.step, id)
      connect(open, to: ControlFlow.exit)
      open = []
    case .emptyStatement, .staticAssert, .missing: return
    case .asmStatement:
      if tree[id].tokens.contains(where: { tree.spelling(ofToken: $0) == "goto" }) {
        gaps.insert(.computedGoto)
      }
      step(id)
    default: step(id)
    }
  }

  /// Statements that follow each other. Those that are there under a condition of their own stand behind its test.
  private mutating func statements(_ list: some Sequence<NodeID>) {
    let outer = conditions[conditions.count - 1]
    var current = outer
    var skipping: [Loose] = []
    for id in list {
      let condition = tree.condition(of: id)
      if condition != current {
        if current != outer {
          open += skipping
          skipping = []
        }
        if condition != outer {
          let test = point(.presence(condition))
          open = [Loose(point: test, branch: .isTrue)]
          skipping = [Loose(point: test, branch: .isFalse)]
        }
        current = condition
      }
      conditions.append(condition)
      statement(id)
      conditions.removeLast()
    }
    if current != outer { open += skipping }
  }

  /// A statement under a head: alone or a block.
  private mutating func body(_ id: NodeID) { statements(CollectionOfOne(id)) }

  private mutating func ifStatement(_ first: NodeID) {
    var ends: [Loose] = []
    var next: NodeID? = first
    // A long chain of `else if` is no deep nesting.
    while let id = next {
      next = nil
      guard let condition = tree.child(0, of: id), let taken = tree.child(1, of: id) else { break }
      let (yes, no) = test(condition)
      open = yes
      body(taken)
      ends += open
      open = no
      if let other = tree.child(2, of: id) {
        if tree[other].kind == .ifStatement { next = other } else { body(other) }
      }
    }
    open += ends
  }

  private mutating func whileStatement(_ id: NodeID) {
    guard let condition = tree.child(0, of: id), let inside = tree.child(1, of: id) else { return }
    let head = point(.join)
    let (yes, no) = test(condition)
    open = yes
    loop(inside, again: head, behind: no)
  }

  /// The body of a loop whose head is laid out.
  private mutating func loop(_ inside: NodeID, again head: Int, behind: [Loose]) {
    breaks.append([])
    continues.append([])
    body(inside)
    open += continues.removeLast()
    connect(open, to: head)
    open = behind + breaks.removeLast()
  }

  private mutating func doStatement(_ id: NodeID) {
    guard let inside = tree.child(0, of: id), let condition = tree.child(1, of: id) else { return }
    let head = point(.join)
    breaks.append([])
    continues.append([])
    body(inside)
    open += continues.removeLast()
    let (yes, no) = test(condition)
    connect(yes, to: head)
    open = no + breaks.removeLast()
  }

  private mutating func forStatement(_ id: NodeID) {
    guard let initial = tree.child(0, of: id), let condition = tree.child(1, of: id),
      let next = tree.child(2, of: id),
      let inside = tree.child(3, of: id)
    else { return }
    if tree[initial].kind != .missing { step(initial) }
    let head = point(.join)
    let (yes, no) = tree[condition].kind == .missing ? (open, []) : test(condition)
    open = yes
    breaks.append([])
    continues.append([])
    body(inside)
    open += continues.removeLast()
    if tree[next].kind != .missing { step(next) }
    connect(open, to: head)
    open = no + breaks.removeLast()
  }

  private mutating func switchStatement(_ id: NodeID) {
    guard let value = tree.child(0, of: id), let inside = tree.child(1, of: id) else { return }
    look(into: value)
    let dispatch = point(.dispatch, value)
    dispatches.append((dispatch, false))
    breaks.append([])
    open = []
    body(inside)
    let (_, hasDefault) = dispatches.removeLast()
    open += breaks.removeLast()
    if !hasDefault { open.append(Loose(point: dispatch, branch: .isCase(nil))) }
  }

  private mutating func caseLabel(_ id: NodeID) {
    guard !dispatches.isEmpty else { return }
    let isDefault = tree[id].kind == .defaultLabel
    if isDefault { dispatches[dispatches.count - 1].hasDefault = true }
    let dispatch = dispatches[dispatches.count - 1].point
    open.append(Loose(point: dispatch, branch: .isCase(isDefault ? nil : id)))
    point(.join)
  }

  /// `list_for_each_entry(…) body`: any number of rounds; `scoped_guard(…) body` runs once.
  private mutating func macroLoop(_ id: NodeID) {
    guard let head = tree.child(0, of: id), let inside = tree.child(1, of: id) else { return }
    look(into: head)
    if Self.runsOnce(name(ofHead: head)) {
      point(.step, head)
      breaks.append([])
      continues.append([])
      body(inside)
      open += breaks.removeLast() + continues.removeLast()
      return
    }
    let round = point(.round, head)
    open = [Loose(point: round, branch: .isTrue)]
    loop(inside, again: round, behind: [Loose(point: round, branch: .isFalse)])
  }

  private func name(ofHead head: NodeID) -> String {
    let function = tree[head].kind == .call ? tree.child(0, of: head) ?? head : head
    return tree[function].kind == .identifier ? tree.name(of: function) : ""
  }

  /// Source: `include/linux/cleanup.h`.
  private static func runsOnce(_ name: String) -> Bool {
    name == "scoped_guard" || name == "scoped_cond_guard"
  }

  // MARK: Conditions

  /// Lays out a condition; the ways on which it holds, and those on which it does not.
  private mutating func test(_ condition: NodeID, depth: Int = 0) -> (yes: [Loose], no: [Loose]) {
    let node = tree[condition]
    if depth < Self.deepestCondition, let first = tree.child(0, of: condition) {
      switch node.kind {
      case .parenthesised: return test(first, depth: depth + 1)
      case .unary where tree.buffer.tokens[Int(node.main)].kind == .exclaim:
        let (yes, no) = test(first, depth: depth + 1)
        return (no, yes)
      case .binary:
        guard let second = tree.child(1, of: condition) else { break }
        switch tree.buffer.tokens[Int(node.main)].kind {
        case .ampersandAmpersand:
          let (yes, no) = test(first, depth: depth + 1)
          open = yes
          let (yes2, no2) = test(second, depth: depth + 1)
          return (yes2, no + no2)
        case .barBar:
          let (yes, no) = test(first, depth: depth + 1)
          open = no
          let (yes2, no2) = test(second, depth: depth + 1)
          return (yes + yes2, no2)
        default: break
        }
      case .call where tree[first].kind == .identifier && Self.hints.contains(tree.name(of: first)):
        if let inner = tree.child(1, of: condition) { return test(inner, depth: depth + 1) }
      default: break
      }
    }
    if let constant = constant(condition) {
      let ways = open
      open = []
      return constant ? (ways, []) : ([], ways)
    }
    look(into: condition)
    let test = point(.test, condition)
    open = []
    return ([Loose(point: test, branch: .isTrue)], [Loose(point: test, branch: .isFalse)])
  }

  /// Operands of `&&` and `||` within each other that are taken apart.
  private static let deepestCondition = 100
  /// Macros whose value is that of their first argument.
  private static let hints: Set<String> = [
    "likely", "unlikely", "WARN_ON", "WARN_ON_ONCE", "WARN", "WARN_ONCE",
  ]

  /// The value of `0`, `1`, `true`, `false`.
  private func constant(_ id: NodeID) -> Bool? {
    switch tree[id].kind {
    case .number:
      let text = tree.name(of: id)
      return text == "0" ? false : text == "1" ? true : nil
    case .identifier:
      let text = tree.name(of: id)
      return text == "true" ? true : text == "false" ? false : nil
    default: return nil
    }
  }
}
