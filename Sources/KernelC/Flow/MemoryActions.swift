// SPDX-License-Identifier: GPL-2.0-or-later

extension ActionReader {
  /// A call as what it does to memory: it makes some, frees some, or gets some.
  mutating func memoryCall(_ id: NodeID, _ actions: inout [PathAction]) {
    guard let function = tree.child(0, of: id) else { return }
    guard tree[function].kind == .identifier else {
      // ops->take(p): who knows.
      for argument in tree.children(of: id).dropFirst() {
        for name in keys.names(argument) { actions.append(.handOver(rooted(name))) }
      }
      return
    }
    let name = tree.name(of: function)
    if frees(id, name, &actions) { return }
    passings(of: id, to: name, &actions)
    // if (is_vmalloc_addr(p)) vfree(p)
    if name.hasPrefix("is_") {
      for argument in tree.children(of: id).dropFirst() {
        for name in keys.names(argument) { actions.append(.handOver(rooted(name))) }
      }
    }
    if !isAllocation(name) { tests(of: id, &actions) }
    for argument in tree.children(of: id).dropFirst() {
      // f(&p) may write to p, or take what is in it.
      let plain = PathTest.plain(argument, tree)
      guard tree[plain].kind == .unary, tree.buffer.tokens[Int(tree[plain].main)].kind == .ampersand,
        let inner = tree.child(0, of: plain), tree[PathTest.plain(inner, tree)].kind == .identifier
      else { continue }
      actions.append(.handOver(rooted(keys.text(PathTest.plain(inner, tree)))))
      actions.append(.change(keys.text(PathTest.plain(inner, tree))))
    }
    if let family = contracts.allocations.firstIndex(where: { $0.acquire.contains(name) }) {
      allocation(id, by: name, family, &actions)
    }
  }

  /// Whether a call frees what is in its argument.
  private func frees(_ call: NodeID, _ name: String, _ actions: inout [PathAction]) -> Bool {
    let families = contracts.allocations.indices.filter { contracts.allocations[$0].release.contains(name) }
    guard let first = families.first else { return false }
    guard let argument = tree.child(contracts.allocations[first].releaseArgument + 1, of: call) else {
      return false
    }
    actions.append(
      .free(
        PathAction.Free(
          text: keys.text(withoutCasts(argument)), kinds: Set(families), function: name,
          token: tree[call].first)))
    return true
  }

  private func isAllocation(_ name: String) -> Bool {
    contracts.allocations.contains { $0.acquire.contains(name) }
  }

  func withoutCasts(_ value: NodeID) -> NodeID {
    var id = PathTest.plain(value, tree)
    while tree[id].kind == .cast, let inner = tree.child(1, of: id) { id = PathTest.plain(inner, tree) }
    return id
  }

  /// Memory that is put in a variable of the function, or in a member, where it is another's from the begin.
  private mutating func allocation(
    _ call: NodeID, by name: String, _ family: Int, _ actions: inout [PathAction]
  ) {
    var child = call
    while let parent = tree.parent(of: child), [.parenthesised, .cast].contains(tree[parent].kind) {
      child = parent
    }
    guard let user = tree.parent(of: child) else { return }
    let text: String
    let names: [String]
    switch tree[user].kind {
    case .assignment:
      guard tree.child(1, of: user) == child, let target = tree.child(0, of: user),
        tree.buffer.tokens[Int(tree[user].main)].kind == .equal
      else { return }
      let plain = PathTest.plain(target, tree)
      (text, names) = (keys.text(plain), keys.names(plain))
    case .initDeclarator: (text, names) = (tree.name(of: user), [tree.name(of: user)])
    default: return
    }
    guard let last = names.last else { return }
    actions.append(.change(last))
    let isOwn = names.count == 1 && locals.contains(text) && !contracts.allocations[family].isManaged
    let hold = HoldName(kind: family, text: text, member: last, names: names, isOwn: isOwn)
    let failure: PathValue =
      switch contracts.failures[name] {
      case .null, .zero: .zero
      case .errorPointer: PathValue(.errorPointer)
      case .negativeErrno, nil: PathValue([.zero, .errorPointer])
      }
    actions.append(
      .acquire(
        PathAction.Acquire(
          name: hold, result: keys.key(text: text, names: names), success: PathValue([.positive]),
          failure: failure, token: tree[call].first)))
  }
}
