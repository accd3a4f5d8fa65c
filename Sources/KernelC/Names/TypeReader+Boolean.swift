// SPDX-License-Identifier: GPL-2.0-or-later

extension TypeReader {
  /// Whether the value of an expression is known to be 0 or 1: a comparison or a negation, or something that is declared
  /// `bool`.
  public func isBoolean(_ expression: NodeID) -> Bool {
    let syntax = unit.file.syntax
    let node = syntax.bare(expression)
    switch syntax[node].kind {
    case .binary:
      switch syntax.buffer.tokens[Int(syntax[node].main)].kind {
      case .equalEqual, .exclaimEqual, .less, .lessEqual, .greater, .greaterEqual, .ampersandAmpersand,
        .barBar:
        return true
      default: return false
      }
    case .unary: return syntax.buffer.tokens[Int(syntax[node].main)].kind == .exclaim
    case .identifier, .member, .arrowMember: return isDeclaredBool(node, by: [])
    case .call:
      guard let callee = syntax.child(0, of: node), syntax[callee].kind == .identifier else { return false }
      return isDeclaredBool(callee, by: [.functionDeclarator])
    default: return false
    }
  }

  /// - Parameter declarators: what stands around the name.
  private func isDeclaredBool(_ id: NodeID, by declarators: [NodeKind]) -> Bool {
    let places = declarations(of: id)
    return !places.isEmpty && places.allSatisfy { $0.isBool(by: declarators) }
  }
}

extension NamedPlace {
  /// Whether the type is `bool`, with these declarators around the name.
  fileprivate func isBool(by wanted: [NodeKind]) -> Bool {
    let tree = file.syntax
    guard var id = tree.declaredName(at: node) else { return false }
    var declarators: [NodeKind] = []
    while let parent = tree.parent(of: id) {
      switch tree[parent].kind {
      case .initDeclarator, .bitField: break
      case .declaration, .parameter, .function:
        guard declarators == wanted, let specifiers = tree.child(0, of: parent),
          let type = tree.children(of: specifiers).first(where: { tree[$0].kind == .typeName })
        else { return false }
        return ["bool", "_Bool"].contains(tree.name(of: type))
      default: declarators.append(tree[parent].kind)
      }
      id = parent
    }
    return false
  }
}
