// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

extension SyntaxTree {
  /// Whether whoever calls a function of a file is, at the end of the chain, one of some functions: it is called, is nowhere used
  /// without being called, and each caller is one of them or is itself called by nobody else.
  func isCalledOnly(_ function: String, from callers: Glob) -> Bool {
    isCalledOnly(function, from: callers, [])
  }

  /// Calls that are followed into each other.
  private static let deepest = 4

  private func isCalledOnly(_ function: String, from callers: Glob, _ way: [String]) -> Bool {
    guard way.count < Self.deepest, !way.contains(function),
      functions.contains(where: { functionName(of: $0) == function && isStatic($0) })
    else { return false }
    let tokens = buffer.tokens
    var found: Set<String> = []
    for index in tokens.indices where tokens[index].kind == .identifier && isSpelled(function, atToken: index)
    {
      guard index + 1 < tokens.count, tokens[index + 1].kind == .openParen,
        !tokens[index].flags.contains(.inDirective)
      else { return false }
      // Outside of functions, and where it is defined, it is declared.
      if let caller = functionName(aroundToken: index), caller != function { found.insert(caller) }
    }
    return !found.isEmpty
      && found.allSatisfy { callers.matches($0) || isCalledOnly($0, from: callers, way + [function]) }
  }

  private func isStatic(_ function: NodeID) -> Bool {
    child(0, of: function).map { specifiers in
      self[specifiers].kind == .specifiers
        && self[specifiers].tokens.contains { isSpelled("static", atToken: $0) }
    } ?? false
  }
}
