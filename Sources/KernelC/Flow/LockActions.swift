// SPDX-License-Identifier: GPL-2.0-or-later

/// What a point of a function does to locks and to the values that tests ask for, in the order of evaluation.
enum PathAction {
  /// A lock is taken: always, or where the call returns 0, or something else. `result` is what is known to hold what the
  /// call returned.
  case acquire(LockName, on: Result, result: Int?, token: UInt32)
  case release(LockName)
  /// A function that releases locks by its name, or by its body in this file: of these members, or any.
  case mayRelease(members: Set<String>?)
  /// The lock itself is handed on.
  case handOver(LockName)
  /// An expression is followed as a pointer: it is neither NULL nor an error.
  case follow(Int)
  /// Something is written to: what was known of expressions with this name is not known any more.
  case change(String)
  case set(Int, PathValue)
  case copy(Int, from: Int)

  enum Result { case always, zero, nonzero }
}

/// A lock as a call names it.
struct LockName: Hashable {
  /// Index into the contracts.
  var kind: Int
  /// The argument as it is written, without `&` and parentheses.
  var text: String
  /// The last name in it: the member, or the variable.
  var member: String
  /// All names in it.
  var names: [String]
}

/// Reads the actions of a function's points.
struct ActionReader {
  let tree: SyntaxTree
  let contracts: Contracts
  /// For functions of the file: the members that they unlock.
  let releases: [String: Set<String>]
  var keys: ExpressionKeys
  /// Something that the actions do not tell: a lock taken in one branch of `?:`.
  private(set) var isUncertain = false

  init(_ tree: SyntaxTree, _ contracts: Contracts, releases: [String: Set<String>]) {
    (self.tree, self.contracts, self.releases) = (tree, contracts, releases)
    keys = ExpressionKeys(tree)
  }

  mutating func actions(of node: NodeID, isRound: Bool) -> [PathAction] {
    var actions: [PathAction] = []
    for id in postorder(node) {
      switch tree[id].kind {
      case .call: call(id, of: node, &actions)
      case .assignment: assignment(id, &actions)
      case .initDeclarator: initialisation(id, &actions)
      case .postfix: change(tree.child(0, of: id), &actions)
      case .unary:
        let sign = tree.buffer.tokens[Int(tree[id].main)].kind
        if sign == .plusPlus || sign == .minusMinus { change(tree.child(0, of: id), &actions) }
      default: continue
      }
    }
    if isRound {
      // The cursors of a macro's loop.
      for argument in tree.children(of: node).dropFirst() where tree[argument].kind == .identifier {
        actions.append(.change(tree.name(of: argument)))
      }
    }
    return actions
  }

  /// Children before parents, in the order of the text. Of an assignment only the parts: it comes last itself.
  private func postorder(_ top: NodeID) -> [NodeID] {
    // Parents before children, last first; turned around.
    var result: [NodeID] = []
    var open = [top]
    while let id = open.popLast() {
      result.append(id)
      open += tree.children(of: id)
    }
    return result.reversed()
  }

  // MARK: Calls

  private mutating func call(_ id: NodeID, of top: NodeID, _ actions: inout [PathAction]) {
    guard let function = tree.child(0, of: id), tree[function].kind == .identifier else { return }
    let name = tree.name(of: function)
    for (number, lock) in contracts.locks.enumerated() {
      let result: PathAction.Result? =
        lock.acquire.contains(name)
        ? .always
        : lock.acquireOnZero.contains(name) ? .zero : lock.acquireOnNonzero.contains(name) ? .nonzero : nil
      let isRelease = lock.release.contains(name)
      guard result != nil || isRelease, let argument = tree.child(lock.argument + 1, of: id) else { continue }
      guard let lockName = lockName(argument, number) else {
        isUncertain = true
        return
      }
      if isInChoice(id, below: top) { isUncertain = true }
      pointers(in: argument, &actions)
      if let result {
        actions.append(.acquire(lockName, on: result, result: holder(of: id, top), token: tree[id].first))
      } else {
        actions.append(.release(lockName))
      }
      return
    }
    if let members = releases[name] {
      actions.append(.mayRelease(members: members))
    } else if name.lowercased().contains("unlock") || name.contains("release") {
      actions.append(.mayRelease(members: nil))
    }
    for argument in tree.children(of: id).dropFirst() where tree[argument].kind == .unary {
      guard tree.buffer.tokens[Int(tree[argument].main)].kind == .ampersand,
        let inner = tree.child(0, of: argument)
      else { continue }
      if !Self.looksOnly(name), let lockName = lockName(argument, 0) { actions.append(.handOver(lockName)) }
      // f(&x) may write to x.
      if tree[inner].kind == .identifier { actions.append(.change(tree.name(of: inner))) }
    }
  }

  /// Functions that ask about a lock, or leave it as it was.
  private static func looksOnly(_ name: String) -> Bool {
    name.hasPrefix("lockdep") || name.contains("is_locked") || name.contains("assert")
      || name.hasPrefix("cond_resched")
      || name.hasPrefix("wait_event") || name.hasPrefix("rcu_") || name.contains("init")
      || name.contains("is_held")
  }

  private func lockName(_ argument: NodeID, _ kind: Int) -> LockName? {
    var id = PathTest.plain(argument, tree)
    while tree[id].kind == .unary, tree.buffer.tokens[Int(tree[id].main)].kind == .ampersand,
      let inner = tree.child(0, of: id)
    {
      id = PathTest.plain(inner, tree)
    }
    guard tree[id].tokens.count <= 64 else { return nil }
    let names = keys.names(id)
    guard let member = names.last else { return nil }
    return LockName(kind: kind, text: keys.text(id), member: member, names: names)
  }

  /// Who locks `lock` or `&n->lock` has one.
  private mutating func pointers(in argument: NodeID, _ actions: inout [PathAction]) {
    let plain = PathTest.plain(argument, tree)
    if tree[plain].kind != .unary, let key = keys.key(plain) { actions.append(.follow(key)) }
    for id in tree.descendants(of: argument) where tree[id].kind == .arrowMember {
      guard let base = tree.child(0, of: id), let key = keys.key(PathTest.plain(base, tree)) else { continue }
      actions.append(.follow(key))
    }
  }

  /// Whether a node may not be evaluated although the statement is.
  private func isInChoice(_ id: NodeID, below top: NodeID) -> Bool {
    var child = id
    while child != top, let parent = tree.parent(of: child) {
      let isFirst = tree.child(0, of: parent) == child
      if tree[parent].kind == .conditional, !isFirst { return true }
      if tree[parent].kind == .binary, !isFirst {
        let sign = tree.buffer.tokens[Int(tree[parent].main)].kind
        if sign == .ampersandAmpersand || sign == .barBar { return true }
      }
      if tree[parent].kind == .statementExpression { return true }
      child = parent
    }
    return false
  }

  /// What knows the result of a call: the variable it is put in, or the test that asks for it.
  private mutating func holder(of call: NodeID, _ top: NodeID) -> Int? {
    var child = call
    while let parent = tree.parent(of: child), child != top {
      switch tree[parent].kind {
      case .parenthesised: child = parent
      case .assignment:
        guard tree.child(1, of: parent) == child, let target = tree.child(0, of: parent) else { return nil }
        return keys.key(PathTest.plain(target, tree))
      case .initDeclarator: return keys.key(text: tree.name(of: parent), names: [tree.name(of: parent)])
      default: return keys.key(call)
      }
    }
    return keys.key(call)
  }

  // MARK: Values

  private mutating func change(_ target: NodeID?, _ actions: inout [PathAction]) {
    guard let target else { return }
    let id = PathTest.plain(target, tree)
    switch tree[id].kind {
    case .identifier, .member, .arrowMember: actions.append(.change(tree.name(of: id)))
    case .subscriptExpression: change(tree.child(0, of: id), &actions)
    case .unary: change(tree.child(0, of: id), &actions)
    default: return
    }
  }

  private mutating func assignment(_ id: NodeID, _ actions: inout [PathAction]) {
    guard let target = tree.child(0, of: id), let value = tree.child(1, of: id) else { return }
    let holdsResult = isConditionalAcquire(PathTest.plain(value, tree))
    if !holdsResult { change(target, &actions) }
    guard tree.buffer.tokens[Int(tree[id].main)].kind == .equal, !holdsResult else { return }
    let plain = PathTest.plain(target, tree)
    guard let key = keys.key(plain) else { return }
    set(key, value, &actions)
  }

  private mutating func initialisation(_ id: NodeID, _ actions: inout [PathAction]) {
    guard tree[id].flags.contains(.hasInitialiser),
      let value = tree.children(of: id).reduce(nil, { $1 as NodeID? })
    else { return }
    let name = tree.name(of: id)
    guard !isConditionalAcquire(PathTest.plain(value, tree)) else { return }
    actions.append(.change(name))
    set(keys.key(text: name, names: [name]), value, &actions)
  }

  private mutating func set(_ key: Int, _ value: NodeID, _ actions: inout [PathAction]) {
    let plain = PathTest.plain(value, tree)
    if let constant = PathValue(constant: plain, in: tree) {
      actions.append(.set(key, constant))
    } else if tree[plain].kind == .assignment, let inner = tree.child(0, of: plain),
      let source = keys.key(PathTest.plain(inner, tree))
    {
      actions.append(.copy(key, from: source))
    } else if let source = keys.key(plain) {
      actions.append(.copy(key, from: source))
    }
  }

  private func isConditionalAcquire(_ id: NodeID) -> Bool {
    guard tree[id].kind == .call, let function = tree.child(0, of: id), tree[function].kind == .identifier
    else {
      return false
    }
    let name = tree.name(of: function)
    return contracts.locks.contains { $0.acquireOnZero.contains(name) || $0.acquireOnNonzero.contains(name) }
  }
}
