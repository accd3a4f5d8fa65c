// SPDX-License-Identifier: GPL-2.0-or-later

extension TranslationUnit {
  /// Whether a function looks at, or writes to, what an argument points to, and neither keeps it nor gives it back: by
  /// contract, or as every definition in the file and its headers shows. False where that is not known.
  public func borrows(_ passing: HeldPaths.Passing, contracts: Contracts) -> Bool {
    Borrowing(unit: self, contracts: contracts).borrows(passing, depth: 0)
  }
}

private struct Borrowing {
  let unit: TranslationUnit
  let contracts: Contracts

  /// Functions between the one that is asked for and the one that shows it.
  private static let deepest = 4

  func borrows(_ passing: HeldPaths.Passing, depth: Int) -> Bool {
    let name = passing.function
    if contracts.borrows(name)
      || contracts.locks.contains(where: { $0.takes(name) || $0.release.contains(name) })
    {
      return true
    }
    // of_get_child_by_name(parent, …) takes one on the child.
    if let pair = contracts.references.first(where: { $0.acquire.contains(name) }) {
      return pair.consumes[name] != passing.argument && !name.hasPrefix("get_") && !name.hasSuffix("_get")
    }
    guard depth < Self.deepest else { return false }
    let definitions = unit.ordinary(named: name)
    let functions = definitions.filter { $0.kind == .function }
    guard !functions.isEmpty, unit.macros(named: name).isEmpty else { return false }
    // The inline function of a header may be the stub of one that is elsewhere.
    let isHere = functions.contains { $0.place.file.path == unit.file.path }
    guard isHere || functions.count == definitions.count else { return false }
    return functions.allSatisfy { definition in
      let tree = definition.place.file.syntax
      let function = definition.place.node
      guard let body = tree.body(ofFunction: function),
        case let parameters = tree.parameters(ofFunction: function),
        parameters.indices.contains(passing.argument),
        let parameter = tree.declaredName(at: parameters[passing.argument]).map({ tree.name(of: $0) })
      else { return false }
      return tree.descendants(of: body).allSatisfy { id in
        tree[id].kind != .asmStatement && tree[id].kind != .opaque
          && (tree[id].kind != .identifier || tree.name(of: id) != parameter
            || isLook(id, tree, depth: depth))
      }
    }
  }

  /// Whether a use of a pointer only looks at it, or at what it points to.
  private func isLook(_ use: NodeID, _ tree: SyntaxTree, depth: Int) -> Bool {
    var child = use
    /// Whether `child` is still the pointer, or one into the same object.
    var isPointer = true
    while let parent = tree.parent(of: child) {
      defer { child = parent }
      let isFirst = tree.child(0, of: parent) == child
      switch tree[parent].kind {
      case .parenthesised, .cast, .comma, .conditional: continue
      case .arrowMember:
        guard isPointer else { return true }
        isPointer = false
      case .member: continue
      case .subscriptExpression:
        guard isFirst else { return true }
        isPointer = false
      case .unary:
        switch tree.buffer.tokens[Int(tree[parent].main)].kind {
        case .ampersand:
          // &p itself: who has that may take p.
          guard !isPointer else { return false }
          isPointer = true
        case .star: isPointer = false
        case .exclaim: return true
        default: continue
        }
      case .binary:
        switch tree.buffer.tokens[Int(tree[parent].main)].kind {
        case .plus, .minus: continue
        default: return true
        }
      case .assignment where isFirst: return true
      case .call:
        if !isPointer { return true }
        guard !isFirst, let function = tree.child(0, of: parent), tree[function].kind == .identifier,
          let place = Array(tree.children(of: parent).dropFirst()).firstIndex(of: child)
        else { return false }
        let name = tree.name(of: function)
        return ["IS_ERR", "IS_ERR_OR_NULL", "PTR_ERR", "WARN_ON", "likely", "unlikely"].contains(name)
          || borrows(HeldPaths.Passing(function: name, argument: place), depth: depth + 1)
      case .assignment, .initDeclarator, .initialiserList, .designated, .returnStatement: return !isPointer
      case .sizeof, .typeof: return true
      case .expressionStatement, .ifStatement, .whileStatement, .doStatement, .forStatement, .switchStatement:
        return true
      default: return !isPointer
      }
    }
    return false
  }
}
