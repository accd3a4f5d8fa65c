// SPDX-License-Identifier: GPL-2.0-or-later

extension SyntaxTree {
  /// The functions that are defined, in the order of the text; one that was read with several branches of its
  /// conditionals is there for each reading.
  public var functions: [NodeID] { children(of: root).filter { self[$0].kind == .function } }

  /// The block of a function.
  public func body(ofFunction function: NodeID) -> NodeID? {
    children(of: function).first { self[$0].kind == .block }
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
