// SPDX-License-Identifier: GPL-2.0-or-later

extension SyntaxTree {
  /// The functions that are defined, in the order of the text; one that was read with several branches of its
  /// conditionals is there for each reading.
  public var functions: [NodeID] { children(of: root).filter { self[$0].kind == .function } }

  /// The block of a function.
  public func body(ofFunction function: NodeID) -> NodeID? {
    children(of: function).first { self[$0].kind == .block }
  }

  /// `name(parameters)` of a function's head; nil where a macro stands for it.
  func headDeclarator(ofFunction function: NodeID) -> NodeID? {
    guard !self[function].flags.contains(.hasMacroHead), var declarator = child(1, of: function) else {
      return nil
    }
    while self[declarator].kind == .pointerDeclarator, let inner = child(0, of: declarator) {
      declarator = inner
    }
    return self[declarator].kind == .functionDeclarator ? declarator : nil
  }

  /// The `parameter`s of a function in their order, those without a name included; none for `(void)`, and where a macro
  /// stands for the head.
  public func parameters(ofFunction function: NodeID) -> [NodeID] {
    guard let head = headDeclarator(ofFunction: function) else { return [] }
    let found = children(of: head).filter { self[$0].kind == .parameter }
    return found.count == 1 && text(of: found[0]).elementsEqual("void".utf8) ? [] : found
  }

  /// What was not understood in the body of a function.
  public func opaqueNodes(inBodyOf function: NodeID) -> [NodeID] {
    body(ofFunction: function).map { descendants(of: $0).filter { self[$0].kind == .opaque } } ?? []
  }

  /// What an opaque node failed at, in a few words: the reason and the token.
  public func construct(ofOpaque id: NodeID) -> String {
    let token = buffer.tokens[Int(self[id].main)]
    let what =
      switch token.kind {
      case .identifier: "a name"
      case .endOfText: "the end"
      default: "`\(spelling(ofToken: Int(self[id].main)).prefix(20))`"
      }
    return "\(self[id].reason) at \(what)"
  }
}
