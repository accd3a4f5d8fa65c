// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// A parameter of a function, by its name.
struct Parameter: Hashable, Sendable {
  var name: String
  /// As written, a `*` for each star.
  var type: String
  /// Of the name.
  var token: Int
}

/// A call of a function by its name.
struct NamedCall: Hashable, Sendable {
  var name: String
  var node: NodeID
  var arguments: [NodeID]
}

extension SyntaxTree {
  /// The parameters of a function in their order; one without a name has an empty one.
  func parameters(of function: NodeID) -> [Parameter] {
    parameters(ofFunction: function).map { id in
      guard let declared = declaredName(at: id) else {
        return Parameter(name: "", type: "", token: Int(self[id].first))
      }
      let name = name(of: declared)
      return Parameter(
        name: name, type: locals(named: name, in: function).first?.type ?? "", token: Int(self[declared].main)
      )
    }
  }

  /// The calls by name in a node, in the order of the text.
  func namedCalls(in node: NodeID) -> [NamedCall] {
    descendants(of: node).compactMap { namedCall($0) }
  }

  /// A node as a call by name; nil where it is something else.
  func namedCall(_ id: NodeID) -> NamedCall? {
    guard self[id].kind == .call, let callee = child(0, of: id), self[callee].kind == .identifier else {
      return nil
    }
    return NamedCall(name: name(of: callee), node: id, arguments: Array(children(of: id).dropFirst()))
  }

  /// The text of a node, blanks only where words would run together: twice the same is the same expression.
  func text(ofExpression id: NodeID) -> String { joined(self[bare(id)].tokens) }

  /// Whether an operator is a node's main token.
  func isOperator(_ kind: TokenKind, _ id: NodeID) -> Bool { buffer.tokens[Int(self[id].main)].kind == kind }

  /// The operand of a unary operator; nil where the node is something else.
  func operand(of id: NodeID, _ kind: TokenKind) -> NodeID? {
    self[id].kind == .unary && isOperator(kind, id) ? child(0, of: id).map { bare($0) } : nil
  }

  /// Both sides of a plain `=`; nil where the node is something else.
  func assigned(_ id: NodeID) -> (target: NodeID, value: NodeID)? {
    guard self[id].kind == .assignment, isOperator(.equal, id), let target = child(0, of: id),
      let value = child(1, of: id)
    else { return nil }
    return (bare(target), bare(value))
  }

  /// Whether a node is a name alone.
  func isName(_ name: String, _ id: NodeID) -> Bool {
    self[id].kind == .identifier && isSpelled(name, atToken: Int(self[id].main))
  }

  /// Whether some expression in a node is a name alone.
  func uses(_ name: String, in node: NodeID) -> Bool { descendants(of: node).contains { isName(name, $0) } }

  /// Whether whoever comes to a node has been at a statement before it: the statement stands in a block around the node, with
  /// no label between them.
  func isOnTheWay(_ id: NodeID, to node: NodeID) -> Bool {
    guard let statement = statement(around: id), let block = parent(of: statement),
      self[block].kind == .block,
      self[block].tokens.contains(Int(self[node].first))
    else { return false }
    return !children(of: block).contains {
      [.label, .caseLabel, .defaultLabel].contains(self[$0].kind) && self[$0].first > self[statement].first
        && self[$0].first < self[node].first
    }
  }

  /// The statement of a block, or of another statement, that a node is in; the node itself where it is one.
  func statement(around id: NodeID) -> NodeID? {
    var next: NodeID? = id
    while let node = next {
      if self[node].kind.isStatement { return node }
      next = parent(of: node)
    }
    return nil
  }
}

extension PatchFacts {
  /// What the patch makes of the C files that it touches: whole files, and hunks of those that are not.
  var newUnits: [SourceUnit] { changedFiles.flatMap(\.new) }
}

extension Span {
  /// `kernel/fork.c:12`
  var place: String { "\(path.map { "\($0)" } ?? ""):\(line)" }
}

extension [String] {
  /// Each once, where it first comes.
  var withoutRepeats: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
