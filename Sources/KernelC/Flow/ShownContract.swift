// SPDX-License-Identifier: GPL-2.0-or-later

/// What the definition of a function shows of it. It goes before what `Contracts` say of its name.
public struct ShownContract: Hashable, Sendable {
  /// How it says that it failed; nil where its returns do not show it.
  public var failure: Contracts.Failure?
  /// Whether it does nothing where its first argument is NULL; nil where that is not to be seen.
  public var isNullSafe: Bool?

  /// - Parameter function: a `function` of the tree, also a stub: what it returns is what callers must expect.
  public init(of function: NodeID, in tree: SyntaxTree) {
    guard let body = tree.body(ofFunction: function) else { return }
    failure = Self.failure(in: body, tree)
    isNullSafe = Self.firstParameter(of: function, tree).flatMap { Self.isNullSafe($0, in: body, tree) }
  }

  // MARK: Failure

  private static func failure(in body: NodeID, _ tree: SyntaxTree) -> Contracts.Failure? {
    var kinds: Set<Contracts.Failure> = []
    for id in tree.descendants(of: body) where tree[id].kind == .returnStatement {
      guard let value = tree.child(0, of: id).map({ PathTest.plain($0, tree) }) else { continue }
      if let constant = PathValue(constant: value, in: tree) {
        if constant.kinds == .errorPointer { kinds.insert(.errorPointer) }
        if constant.kinds == .negative { kinds.insert(.negativeErrno) }
        if tree[value].kind == .identifier, tree.name(of: value) == "NULL" { kinds.insert(.null) }
      } else if tree[value].kind == .call || tree[value].kind == .conditional {
        // What another function returns is returned, too.
        return nil
      }
    }
    return kinds.count == 1 ? kinds.first : nil
  }

  // MARK: NULL

  private static func firstParameter(of function: NodeID, _ tree: SyntaxTree) -> String? {
    tree.parameters(ofFunction: function).first.flatMap { tree.declaredName(at: $0) }.map {
      tree.name(of: $0)
    }
  }

  /// What the first use of the parameter says.
  private static func isNullSafe(_ name: String, in body: NodeID, _ tree: SyntaxTree) -> Bool? {
    let uses = tree.descendants(of: body).filter {
      tree[$0].kind == .identifier && tree.isSpelled(name, atToken: Int(tree[$0].main))
    }
    guard let first = uses.min(by: { tree[$0].first < tree[$1].first }), let parent = tree.parent(of: first)
    else {
      return nil
    }
    // Looked into before it is asked for; &p->member only counts an offset.
    if tree[parent].kind == .arrowMember {
      let isAddress = tree.parent(of: parent).map { tree[$0].kind == .unary } ?? false
      return isAddress ? nil : false
    }
    guard let test = tree.ancestor(of: first, kind: .ifStatement), tree.parent(of: test) == body,
      let condition = tree.child(0, of: test), tree[condition].tokens.contains(Int(tree[first].main)),
      let taken = tree.child(1, of: test)
    else { return nil }
    switch meaning(of: condition, name, tree) {
    case .isNull: return returns(taken, tree) ? true : nil
    // if (p) { … } and nothing behind it.
    case .isThere: return tree[test].nextSibling == .none && tree.child(2, of: test) == nil ? true : nil
    case nil: return nil
    }
  }

  private enum Meaning { case isNull, isThere }

  private static func meaning(of condition: NodeID, _ name: String, _ tree: SyntaxTree) -> Meaning? {
    var id = PathTest.plain(condition, tree)
    if tree[id].kind == .call, let callee = tree.child(0, of: id), let argument = tree.child(1, of: id) {
      switch tree.name(of: callee) {
      case "likely", "unlikely": return meaning(of: argument, name, tree)
      case "IS_ERR_OR_NULL": return tree.name(of: PathTest.plain(argument, tree)) == name ? .isNull : nil
      default: return nil
      }
    }
    var isNegated = false
    if tree[id].kind == .unary, tree.buffer.tokens[Int(tree[id].main)].kind == .exclaim,
      let inner = tree.child(0, of: id)
    {
      (id, isNegated) = (PathTest.plain(inner, tree), true)
    } else if tree[id].kind == .binary, let left = tree.child(0, of: id), let right = tree.child(1, of: id) {
      let sign = tree.buffer.tokens[Int(tree[id].main)].kind
      if sign == .barBar {
        // if (!p || …) return;
        return meaning(of: left, name, tree) == .isNull ? .isNull : nil
      }
      guard tree.name(of: PathTest.plain(right, tree)) == "NULL", sign == .equalEqual || sign == .exclaimEqual
      else { return nil }
      (id, isNegated) = (PathTest.plain(left, tree), sign == .equalEqual)
    }
    guard tree[id].kind == .identifier, tree.name(of: id) == name else { return nil }
    return isNegated ? .isNull : .isThere
  }

  private static func returns(_ statement: NodeID, _ tree: SyntaxTree) -> Bool {
    tree[statement].kind == .returnStatement
      || tree[statement].kind == .block
        && tree.children(of: statement).contains { tree[$0].kind == .returnStatement }
  }
}

extension TranslationUnit {
  /// What the definitions of a function in the file and its headers show of it; nil where there is none, or they differ.
  public func shownContract(of name: String) -> ShownContract? {
    let shown = ordinary(named: name).filter { $0.kind == .function }.map {
      ShownContract(of: $0.place.node, in: $0.place.file.syntax)
    }
    guard var first = shown.first else { return nil }
    for other in shown.dropFirst() {
      if other.failure != first.failure { first.failure = nil }
      if other.isNullSafe != first.isNullSafe { first.isNullSafe = nil }
    }
    return first
  }
}
