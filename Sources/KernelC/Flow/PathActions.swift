// SPDX-License-Identifier: GPL-2.0-or-later

/// What a point of a function does to what is held, and to the values that tests ask for, in the order of evaluation.
enum PathAction {
  case acquire(Acquire)
  case release(HoldName, UInt32)
  case free(Free)
  /// A function that releases by its name, or by its body in this file: of these members, or any.
  case mayRelease(members: Set<String>?)
  /// It is handed on, to one who may release it.
  case handOver(HoldName)
  /// It, or what belongs to it, is an argument of a function; the first name in it.
  case pass(String, HeldPaths.Passing)
  /// A function that may sleep is called; the call's first token.
  case sleep(String, UInt32)
  /// An expression is followed as a pointer: it is neither NULL nor an error.
  case follow(Int)
  /// Something is written to: what was known of expressions with this name is not known any more.
  case change(String)
  case set(Int, PathValue)
  case copy(Int, from: Int)
  /// It is the error of a pointer, or 0: `PTR_ERR_OR_ZERO(p)`.
  case error(Int, of: Int)

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

  /// Memory is freed.
  struct Free {
    /// What it is in.
    var text: String
    /// The families that the function frees.
    var kinds: Set<Int>
    var function: String
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
  /// Whether it is lost where the function returns with it.
  var isOwn = true
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
  let returnsPointer: Bool

  init(
    _ function: NodeID, _ tree: SyntaxTree, _ contracts: Contracts, _ subject: HeldPaths.Subject,
    releases: [String: Set<String>]
  ) {
    (self.tree, self.contracts, self.subject, self.releases) = (tree, contracts, subject, releases)
    families =
      switch subject {
      case .locks: contracts.locks.map(\.family)
      case .references: contracts.references.map(\.family)
      case .memory: contracts.allocations.map(\.family)
      case .states: contracts.states.map(\.family)
      }
    locals = subject == .references || subject == .memory ? Self.locals(of: function, tree) : []
    keys = ExpressionKeys(tree)
    returnsPointer = HeldPaths.returnsPointer(function, tree)
  }

  mutating func actions(of node: NodeID, isRound: Bool) -> [PathAction] {
    var actions: [PathAction] = []
    for id in postorder(node) {
      switch tree[id].kind {
      case .call:
        switch subject {
        case .locks: lockCall(id, of: node, &actions)
        case .references: referenceCall(id, of: node, &actions)
        case .memory: memoryCall(id, &actions)
        case .states: stateCall(id, of: node, &actions)
        }
      case .assignment: assignment(id, &actions)
      case .initDeclarator: initialisation(id, &actions)
      case .postfix: change(tree.child(0, of: id), &actions)
      case .unary:
        let sign = tree.buffer.tokens[Int(tree[id].main)].kind
        if sign == .plusPlus || sign == .minusMinus { change(tree.child(0, of: id), &actions) }
      case .returnStatement where hasOwners:
        for value in tree.children(of: id) {
          escape(of: value, &actions)
          // p->data, which may be a part of it.
          for part in tree.descendants(of: value) where tree[part].kind == .arrowMember {
            if returnsPointer, let root = keys.names(part).first { actions.append(.handOver(rooted(root))) }
          }
        }
      case .initialiserList where hasOwners:
        for value in tree.children(of: id) { escape(of: value, &actions) }
      case .binary where hasOwners: comparison(id, &actions)
      case .asmStatement where hasOwners:
        for name in keys.names(id) { actions.append(.handOver(rooted(name))) }
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

  /// `if (p != on_stack) kfree(p)`: whether two pointers are one is not followed.
  private func comparison(_ id: NodeID, _ actions: inout [PathAction]) {
    let sign = tree.buffer.tokens[Int(tree[id].main)].kind
    guard sign == .equalEqual || sign == .exclaimEqual else { return }
    let sides = tree.children(of: id).map { PathTest.plain($0, tree) }
    guard !sides.contains(where: { PathValue(constant: $0, in: tree) != nil }) else { return }
    for side in sides where tree[side].kind == .identifier {
      actions.append(.handOver(rooted(tree.name(of: side))))
    }
  }

  /// Whether what is held is held by who knows it, so that another may take it over.
  private var hasOwners: Bool { subject == .references || subject == .memory }

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
    if hasOwners { escape(of: value, &actions) }
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
    if hasOwners { escape(of: value, &actions) }
    guard !isConditionalAcquire(PathTest.plain(value, tree)) else { return }
    actions.append(.change(name))
    set(keys.key(text: name, names: [name]), value, &actions)
  }

  private mutating func set(_ key: Int, _ value: NodeID, _ actions: inout [PathAction]) {
    let plain = PathTest.plain(value, tree)
    if let pointer = pointer(ofError: plain) {
      actions.append(.error(key, of: pointer))
    } else if let constant = PathValue(constant: plain, in: tree) {
      actions.append(.set(key, constant))
    } else if tree[plain].kind == .assignment, let inner = tree.child(0, of: plain),
      let source = keys.key(PathTest.plain(inner, tree))
    {
      actions.append(.copy(key, from: source))
    } else if let source = keys.key(plain) {
      actions.append(.copy(key, from: source))
    }
  }

  private mutating func pointer(ofError value: NodeID) -> Int? {
    guard tree[value].kind == .call, let function = tree.child(0, of: value),
      tree[function].kind == .identifier, tree.name(of: function) == "PTR_ERR_OR_ZERO",
      let argument = tree.child(1, of: value)
    else { return nil }
    return keys.key(PathTest.plain(argument, tree))
  }

  /// Whether the value is told by what the call does.
  private func isConditionalAcquire(_ value: NodeID) -> Bool {
    let id = subject == .memory ? withoutCasts(value) : value
    guard tree[id].kind == .call, let function = tree.child(0, of: id), tree[function].kind == .identifier
    else {
      return false
    }
    let name = tree.name(of: function)
    return switch subject {
    case .locks:
      contracts.locks.contains { $0.acquireOnZero.contains(name) || $0.acquireOnNonzero.contains(name) }
    case .references: contracts.references.contains { $0.acquire.contains(name) }
    case .memory: contracts.allocations.contains { $0.acquire.contains(name) }
    case .states: contracts.failures[name] != nil && contracts.states.contains { $0.acquire.contains(name) }
    }
  }
}
