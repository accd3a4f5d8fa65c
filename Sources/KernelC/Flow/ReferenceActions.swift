// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension ActionReader {
  /// A call as what it does to references: it takes one, for its result or for an argument, or gives one back.
  mutating func referenceCall(_ id: NodeID, of top: NodeID, _ actions: inout [PathAction]) {
    guard let function = tree.child(0, of: id), tree[function].kind == .identifier else { return }
    let name = tree.name(of: function)
    for (number, pair) in contracts.references.enumerated() {
      if pair.acquire.contains(name) {
        if isInChoice(id, below: top) { isUncertain = true }
        if let consumed = pair.consumes[name], let argument = tree.child(consumed + 1, of: id),
          let given = holdName(argument, number)
        {
          actions.append(.release(given, tree[id].first))
        }
        acquire(id, by: name, number, top, &actions)
        return
      }
      if pair.release.contains(name) {
        guard let argument = tree.child(1, of: id), let given = holdName(argument, number) else {
          isUncertain = true
          return
        }
        actions.append(.release(given, tree[id].first))
        return
      }
    }
    let mayKeep = Self.isKeeperByName(name)
    passings(of: id, to: name, &actions)
    tests(of: id, &actions)
    for argument in tree.children(of: id).dropFirst() {
      guard let given = holdName(argument, 0) else { continue }
      let isAddress =
        tree[argument].kind == .unary
        && tree.buffer.tokens[Int(tree[argument].main)].kind == .ampersand
      // f(&x) may write to x, or give back what is in it.
      if isAddress, given.names.count == 1 { actions.append(.change(given.text)) }
      if mayKeep, let root = given.names.first { actions.append(.handOver(rooted(root))) }
    }
  }

  /// A function that by its name keeps or gives back what it gets.
  private static func isKeeperByName(_ name: String) -> Bool {
    ["put", "release", "free", "destroy", "drop", "unregister", "action", "consume", "close"].contains {
      name.holds($0)
    }
  }

  private mutating func acquire(
    _ call: NodeID, by name: String, _ kind: Int, _ top: NodeID, _ actions: inout [PathAction]
  ) {
    let failure: PathValue =
      switch contracts.failures[name] {
      case .null, .zero: .zero
      case .errorPointer: PathValue(.errorPointer)
      case .negativeErrno: PathValue(.negative)
      case nil: PathValue([.zero, .errorPointer])
      }
    var child = call
    while let parent = tree.parent(of: child), tree[parent].kind == .parenthesised { child = parent }
    guard let user = tree.parent(of: child) else { return }
    let variable: String?
    switch tree[user].kind {
    case .assignment where tree.child(1, of: user) == child:
      guard let target = tree.child(0, of: user), case let plain = PathTest.plain(target, tree),
        tree[plain].kind == .identifier
      else { return }
      variable = tree.name(of: plain)
    case .initDeclarator: variable = tree.name(of: user)
    // The reference is on the argument.
    case .expressionStatement: variable = nil
    default:
      guard contracts.failures[name] == .zero, tree[top].kind != .returnStatement else { return }
      variable = nil
    }
    let token = tree[call].first
    if let variable {
      guard locals.contains(variable) else { return }
      actions.append(.change(variable))
      actions.append(
        .acquire(
          PathAction.Acquire(
            name: rooted(variable, kind), result: keys.key(text: variable, names: [variable]),
            success: PathValue([.positive]), failure: failure, token: token)))
    } else if let argument = tree.child(1, of: call), let taken = holdName(argument, kind) {
      let mayFail = contracts.failures[name] == .zero
      actions.append(
        .acquire(
          PathAction.Acquire(
            name: taken, result: mayFail ? holder(of: call, top) : nil, success: PathValue([.positive]),
            failure: mayFail ? .zero : nil, token: token)))
    }
  }

  func rooted(_ variable: String, _ kind: Int = 0) -> HoldName {
    HoldName(kind: kind, text: variable, member: variable, names: [variable])
  }

  /// Variables whose value a value is, or is made of: whoever gets it has the reference.
  func escape(of value: NodeID, _ actions: inout [PathAction]) {
    let id = PathTest.plain(value, tree)
    switch tree[id].kind {
    case .identifier: actions.append(.handOver(rooted(tree.name(of: id))))
    case .binary
    where [.plus, .minus].contains(tree.buffer.tokens[Int(tree[id].main)].kind):
      for part in tree.children(of: id) { escape(of: part, &actions) }
    case .assignment:
      if let target = tree.child(0, of: id) { escape(of: target, &actions) }
    case .cast, .comma, .conditional, .initialiserList, .designated, .compoundLiteral, .statementExpression:
      for part in tree.children(of: id) { escape(of: part, &actions) }
    case .unary where tree.buffer.tokens[Int(tree[id].main)].kind == .ampersand:
      if let root = keys.names(id).first { actions.append(.handOver(rooted(root))) }
    case .call:
      // to_foo(v), container_of(v, …): the same object by another name.
      guard let function = tree.child(0, of: id), tree[function].kind == .identifier,
        !contracts.references.contains(where: { $0.acquire.contains(tree.name(of: function)) })
      else { return }
      let name = tree.name(of: function)
      guard
        Self.returnsArgument.contains(name)
          || !contracts.borrows(name)
            && (name.hasPrefix("to_") || name.contains("_to_") || name == "container_of"
              || name.hasSuffix("_handle"))
      else { return }
      for argument in tree.children(of: id).dropFirst() { escape(of: argument, &actions) }
    default: return
    }
  }

  /// What the head of a macro's loop holds in each round: `for_each_child_of_node(parent, child)`.
  mutating func round(_ call: NodeID) -> PathAction.Acquire? {
    guard subject == .references, tree[call].kind == .call, let function = tree.child(0, of: call),
      tree[function].kind == .identifier
    else { return nil }
    let name = tree.name(of: function)
    for (number, pair) in contracts.references.enumerated() {
      guard let argument = pair.each[name], let cursor = tree.child(argument + 1, of: call),
        tree[cursor].kind == .identifier, locals.contains(tree.name(of: cursor))
      else { continue }
      let variable = tree.name(of: cursor)
      return PathAction.Acquire(
        name: rooted(variable, number), result: keys.key(text: variable, names: [variable]),
        success: PathValue([.positive]), failure: .zero, token: tree[call].first)
    }
    return nil
  }

  /// What a call gets of what is held: a variable's value, or the address of a part of what it points to.
  func passings(of call: NodeID, to function: String, _ actions: inout [PathAction]) {
    guard !Self.questions.contains(function), !contracts.borrows(function) else { return }
    for (number, argument) in tree.children(of: call).dropFirst().enumerated() {
      let passing = HeldPaths.Passing(function: function, argument: number)
      for root in roots(of: argument) { actions.append(.pass(root, passing)) }
    }
  }

  /// Source: `include/linux/err.h`.
  private static let questions: Set<String> = ["IS_ERR", "IS_ERR_OR_NULL", "PTR_ERR", "PTR_ERR_OR_ZERO"]

  /// Functions whose value points to, or into, their argument.
  private static let returnsArgument: Set<String> = [
    "memcpy", "memmove", "memset", "strcpy", "strncpy", "strcat", "strncat", "strchr", "strrchr", "strstr",
    "strim",
    "strstrip", "strsep", "memchr", "skip_spaces", "PTR_ALIGN", "READ_ONCE",
  ]

  /// `if (FAILS(!p, …))`: what a macro makes of a test is not followed.
  func tests(of call: NodeID, _ actions: inout [PathAction]) {
    guard let user = tree.parent(of: call), tree[user].kind != .expressionStatement else { return }
    for argument in tree.children(of: call).dropFirst() {
      let plain = PathTest.plain(argument, tree)
      let isTest =
        tree[plain].kind == .unary && tree.buffer.tokens[Int(tree[plain].main)].kind == .exclaim
        || tree[plain].kind == .binary
      guard isTest else { continue }
      for name in keys.names(plain) { actions.append(.handOver(rooted(name))) }
    }
  }

  /// The first names of what a value points to, or into.
  private func roots(of value: NodeID) -> [String] {
    let id = PathTest.plain(value, tree)
    switch tree[id].kind {
    case .identifier: return [tree.name(of: id)]
    case .cast: return tree.child(1, of: id).map { roots(of: $0) } ?? []
    case .binary:
      let sign = tree.buffer.tokens[Int(tree[id].main)].kind
      return sign == .plus || sign == .minus ? tree.children(of: id).flatMap { roots(of: $0) } : []
    case .conditional, .comma: return tree.children(of: id).flatMap { roots(of: $0) }
    case .unary where tree.buffer.tokens[Int(tree[id].main)].kind == .ampersand:
      return keys.names(id).first.map { [$0] } ?? []
    default: return []
    }
  }

  /// Variables and parameters of a function that are not static, and that no `__free` gives back.
  static func locals(of function: NodeID, _ tree: SyntaxTree) -> Set<String> {
    var names: Set<String> = []
    for id in tree.descendants(of: function) {
      switch tree[id].kind {
      case .initDeclarator, .parameter:
        guard !tree.name(of: id).isEmpty else { continue }
        var declaration = id
        while let parent = tree.parent(of: declaration), tree[declaration].kind != .declaration,
          parent != function
        {
          declaration = parent
        }
        let words = tree[declaration].tokens.prefix(64).map { tree.spelling(ofToken: $0) }
        if !words.contains(where: { ["static", "extern", "__free", "__cleanup"].contains($0) }) {
          names.insert(tree.name(of: id))
        }
      default: continue
      }
    }
    return names
  }
}
