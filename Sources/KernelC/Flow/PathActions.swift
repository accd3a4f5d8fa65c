// SPDX-License-Identifier: GPL-2.0-or-later

/// What a point of a function does to what is held, and to the values that tests ask for, in the order of evaluation.
enum PathAction {
  case acquire(Acquire)
  case release(HoldName)
  /// A function that releases by its name, or by its body in this file: of these members, or any.
  case mayRelease(members: Set<String>?)
  /// It is handed on, to one who may release it.
  case handOver(HoldName)
  /// An expression is followed as a pointer: it is neither NULL nor an error.
  case follow(Int)
  /// Something is written to: what was known of expressions with this name is not known any more.
  case change(String)
  case set(Int, PathValue)
  case copy(Int, from: Int)

  /// A lock or a reference is taken.
  struct Acquire {
    var name: HoldName
    /// What is known to hold what the call returned.
    var result: Int?
    /// What that is where it was taken.
    var success: PathValue
    /// What it is where it was not; nil where it is always taken.
    var failure: PathValue?
    /// The call's first.
    var token: UInt32
  }
}

/// A lock or a reference as a call names it.
struct HoldName: Hashable {
  /// Index into the reader's families.
  var kind: Int
  /// The argument as it is written, without `&` and parentheses; or the variable that the result is put in.
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
  let subject: HeldPaths.Subject
  /// Kinds of what is held, by number.
  let families: [String]
  /// For functions of the file: the members that they release.
  let releases: [String: Set<String>]
  var keys: ExpressionKeys
  /// Something that the actions do not tell: a lock taken in one branch of `?:`.
  var isUncertain = false
  /// Variables of the function: what they hold is the function's own.
  let locals: Set<String>

  init(
    _ function: NodeID, _ tree: SyntaxTree, _ contracts: Contracts, _ subject: HeldPaths.Subject,
    releases: [String: Set<String>]
  ) {
    (self.tree, self.contracts, self.subject, self.releases) = (tree, contracts, subject, releases)
    families =
      switch subject {
      case .locks: contracts.locks.map(\.family)
      case .references: contracts.references.map(\.family)
      }
    locals = subject == .references ? Self.locals(of: function, tree) : []
    keys = ExpressionKeys(tree)
  }

  mutating func actions(of node: NodeID, isRound: Bool) -> [PathAction] {
    var actions: [PathAction] = []
    for id in postorder(node) {
      switch tree[id].kind {
      case .call:
        switch subject {
        case .locks: lockCall(id, of: node, &actions)
        case .references: referenceCall(id, of: node, &actions)
        }
      case .assignment: assignment(id, &actions)
      case .initDeclarator: initialisation(id, &actions)
      case .postfix: change(tree.child(0, of: id), &actions)
      case .unary:
        let sign = tree.buffer.tokens[Int(tree[id].main)].kind
        if sign == .plusPlus || sign == .minusMinus { change(tree.child(0, of: id), &actions) }
      case .returnStatement where subject == .references:
        for value in tree.children(of: id) { escape(of: value, &actions) }
      case .initialiserList where subject == .references:
        for value in tree.children(of: id) { escape(of: value, &actions) }
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

  /// Whether a node may not be evaluated although the statement is.
  func isInChoice(_ id: NodeID, below top: NodeID) -> Bool {
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
  mutating func holder(of call: NodeID, _ top: NodeID) -> Int? {
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

  /// A call's argument, without `&`, by the names in it; nil where there is none, or it is very long.
  func holdName(_ argument: NodeID, _ kind: Int) -> HoldName? {
    var id = PathTest.plain(argument, tree)
    while tree[id].kind == .unary, tree.buffer.tokens[Int(tree[id].main)].kind == .ampersand,
      let inner = tree.child(0, of: id)
    {
      id = PathTest.plain(inner, tree)
    }
    guard tree[id].tokens.count <= 64 else { return nil }
    let names = keys.names(id)
    guard let member = names.last else { return nil }
    return HoldName(kind: kind, text: keys.text(id), member: member, names: names)
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
    if subject == .references { escape(of: value, &actions) }
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
    if subject == .references { escape(of: value, &actions) }
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

  /// Whether the value is told by what the call does.
  private func isConditionalAcquire(_ id: NodeID) -> Bool {
    guard tree[id].kind == .call, let function = tree.child(0, of: id), tree[function].kind == .identifier
    else {
      return false
    }
    let name = tree.name(of: function)
    return switch subject {
    case .locks:
      contracts.locks.contains { $0.acquireOnZero.contains(name) || $0.acquireOnNonzero.contains(name) }
    case .references: contracts.references.contains { $0.acquire.contains(name) }
    }
  }
}
