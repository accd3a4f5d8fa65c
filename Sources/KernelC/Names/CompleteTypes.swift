// SPDX-License-Identifier: GPL-2.0-or-later

/// A struct or union whose members must be known where it is used.
public struct CompleteTypeUse: Sendable {
  /// What needs it: a member access, or the `struct tag` of a variable, a member or a `sizeof`.
  public var node: NodeID
  /// `struct` or `union`.
  public var keyword: String
  public var tag: String
  /// What is declared with it.
  public var variables: [String] = []
}

extension TranslationUnit {
  /// Uses of structs and unions that a declaration alone is not enough for.
  ///
  /// Source: ISO C11 §6.2.5, "incomplete types".
  /// - Parameters:
  ///   - external: a function or declaration of the file.
  ///   - isWanted: whether a node matters; asked first.
  public func completeTypeUses(in external: NodeID, where isWanted: (NodeID) -> Bool) -> [CompleteTypeUse] {
    let syntax = file.syntax
    let names = syntax[external].kind == .function ? FunctionNames(of: external, in: syntax) : nil
    let reader = TypeReader(self, names: names)
    let bindings = Dictionary(names?.uses.map { ($0.node, $0.binding) } ?? [], uniquingKeysWith: { $1 })
    return syntax.descendants(of: external).compactMap { id in
      switch syntax[id].kind {
      case .member, .arrowMember:
        guard isWanted(id), let structure = reader.structure(of: id), structure.body == nil,
          let tag = structure.tag, isValue(id, bindings)
        else { return nil }
        return CompleteTypeUse(node: id, keyword: structure.keyword, tag: tag)
      case .structType, .unionType:
        guard isWanted(id), !syntax[id].flags.contains(.hasBody) else { return nil }
        let variables = syntax.variables(ofType: id)
        guard !variables.isEmpty else { return nil }
        return CompleteTypeUse(
          node: id, keyword: syntax[id].kind == .structType ? "struct" : "union", tag: syntax.name(of: id),
          variables: variables)
      default: return nil
      }
    }
  }
}

extension SyntaxTree {
  /// The variables and members that a `struct tag` is the type of, not of what a pointer points to.
  fileprivate func variables(ofType type: NodeID) -> [String] {
    guard let specifiers = parent(of: type), self[specifiers].kind == .specifiers,
      let declaration = parent(of: specifiers), self[declaration].kind == .declaration,
      !self[declaration].flags.contains(.isTypedef),
      !self[specifiers].tokens.contains(where: { isSpelled("extern", atToken: $0) })
    else { return [] }
    return children(of: declaration).compactMap { declared in
      guard self[declared].kind == .initDeclarator, var inner = child(0, of: declared) else { return nil }
      while self[inner].kind == .arrayDeclarator, let next = child(0, of: inner) { inner = next }
      return self[inner].kind == .nameDeclarator ? name(of: inner) : nil
    }
  }
}
