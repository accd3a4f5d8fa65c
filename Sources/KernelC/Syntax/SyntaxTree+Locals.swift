// SPDX-License-Identifier: GPL-2.0-or-later

/// A name that a function declares: a parameter or a variable of its body.
public struct LocalName: Hashable, Sendable {
  /// Its type as written, without storage classes and qualifiers; a `*` for each star, `[]` for an array.
  public var type: String
  public var isStatic: Bool
  /// Whether `const` or `volatile` is among the words of the type.
  public var isConst: Bool
}

extension SyntaxTree {
  /// What a function declares a name as; several where inner blocks declare it anew.
  public func locals(named name: String, in function: NodeID) -> [LocalName] {
    let wanted = Array(name.utf8)
    var found: [LocalName] = []
    for node in descendants(of: function) where self[node].kind == .nameDeclarator {
      guard buffer.bytes(of: buffer.tokens[Int(self[node].main)]).elementsEqual(wanted) else { continue }
      if let local = local(declaredAt: node, in: function) { found.append(local) }
    }
    return found
  }

  /// The type that a function returns, as `LocalName.type` has it; nil where a macro stands for its head.
  public func returnType(ofFunction function: NodeID) -> String? {
    guard !self[function].flags.contains(.hasMacroHead), let specifiers = child(0, of: function),
      var declarator = child(1, of: function), self[specifiers].kind == .specifiers
    else { return nil }
    var stars = ""
    while self[declarator].kind == .pointerDeclarator, let inner = child(0, of: declarator) {
      stars += "*"
      declarator = inner
    }
    return typeWords(of: specifiers) + stars
  }

  private func local(declaredAt name: NodeID, in function: NodeID) -> LocalName? {
    var (node, suffix) = (name, "")
    while let parent = parent(of: node), parent != function {
      switch self[parent].kind {
      case .pointerDeclarator: suffix = "*" + suffix
      case .arrayDeclarator: suffix += "[]"
      case .functionDeclarator: return nil
      case .initDeclarator: break
      case .declaration, .parameter:
        guard let specifiers = child(0, of: parent), self[specifiers].kind == .specifiers else { return nil }
        // Members of a struct, and parameters of a pointer to a function, are not the function's own.
        guard let holder = self.parent(of: parent) else { return nil }
        if self[parent].kind == .parameter {
          guard ancestor(of: parent, kind: .functionDeclarator).flatMap({ ownerOfHead($0) }) == function
          else {
            return nil
          }
        } else if self[holder].kind != .block, self[holder].kind != .forStatement {
          return nil
        }
        let words = spellings(of: self[specifiers].tokens)
        func has(_ word: String) -> Bool { words.contains { $0.elementsEqual(word.utf8) } }
        return LocalName(
          type: typeWords(of: specifiers) + suffix, isStatic: has("static"),
          isConst: has("const") || has("volatile"))
      default: return nil
      }
      node = parent
    }
    return nil
  }

  /// The function whose head a declarator is.
  private func ownerOfHead(_ declarator: NodeID) -> NodeID? {
    var node = declarator
    while let parent = parent(of: node) {
      if self[parent].kind == .function { return parent }
      guard self[parent].kind == .pointerDeclarator else { return nil }
      node = parent
    }
    return nil
  }

  private func typeWords(of specifiers: NodeID) -> String {
    children(of: specifiers).filter { self[$0].kind != .attribute }.map { type in
      self[type].flags.contains(.hasBody) ? name(of: type) : joined(self[type].tokens)
    }.joined(separator: " ")
  }
}
