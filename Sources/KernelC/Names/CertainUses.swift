// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension BuiltUnit {
  /// What a macro, or an inline function of a header, calls whatever its arguments are, each with the condition under
  /// which it does.
  func certainUses(of body: NameMeanings.Body) -> [(name: String, condition: Formula)] {
    let syntax = body.file.syntax
    switch body.kind {
    case .ownFunction: return []
    case .macro(let macro): return syntax.certainUses(of: macro).map { ($0, .always) }
    case .function(let function):
      return graph.source.certainCalls(inFunction: function, of: body.file).map { call in
        let here = graph.adopt(
          syntax.conditionals.condition(ofTokenAt: Int(syntax[call.node].main)), of: syntax.conditionals.table
        )
        return (call.name, call.isTested ? graph.and(here, liveCondition(of: call.node, in: syntax)) : here)
      }
    }
  }
}

/// A call that no argument decides about.
struct CertainCall: Sendable {
  var node: NodeID
  var name: String
  /// Whether it is behind tests.
  var isTested: Bool
}

extension SyntaxTree {
  /// Names that each call of a macro calls. Empty where its body has constants that decide.
  fileprivate func certainUses(of macro: MacroDefinition) -> [String] {
    let names = plainNames(inBodyOf: macro)
    let decides = macro.body.contains { index in
      let name = spelling(ofToken: index)
      return name == "if" || Self.decide.contains { name.hasPrefix($0) }
    }
    guard !decides else { return [] }
    let called = names.filter { name, index, _ in
      // A name alone: #define usb_register other. module_driver(x, usb_register, usb_deregister): what a macro makes of it,
      // it calls.
      index + 1 < macro.body.upperBound && buffer.tokens[index + 1].kind == .openParen
        || macro.body.count == 1
        || isArgument(index, macro)
    }
    return Set(called.map(\.name)).sorted()
  }

  /// The calls in a function that no argument decides about: those behind no test and no `return`, and those behind tests of
  /// what is found in memory or comes from a call. Constants may decide such tests, too.
  func certainCalls(inFunction function: NodeID) -> [CertainCall] {
    guard let body = body(ofFunction: function) else { return [] }
    let names = FunctionNames(of: function, in: self)
    guard names.gap == nil else { return [] }
    let locals = Set(names.uses.compactMap { $0.binding == .outside ? nil : $0.node })
    let exits = descendants(of: body).filter { Self.leaving.contains(self[$0].kind) }
    return names.uses.compactMap { use in
      guard use.isCallee, use.binding == .outside, let tests = tests(before: use.node, in: body, exits),
        tests.allSatisfy({ isOpen($0, locals) })
      else { return nil }
      return CertainCall(node: use.node, name: use.name, isTested: !tests.isEmpty)
    }
  }

  /// The tests that decide whether a place in a body is come to; nil where something else may decide.
  private func tests(before node: NodeID, in body: NodeID, _ exits: [NodeID]) -> [NodeID]? {
    var tests: [NodeID] = []
    var above: Set<NodeID> = []
    var id = node
    while let parent = parent(of: id), id != body {
      above.insert(id)
      if child(0, of: parent) != id {
        switch self[parent].kind {
        case .ifStatement:
          guard let test = child(0, of: parent) else { return nil }
          tests.append(test)
        case .conditional, .binary, .switchStatement, .whileStatement, .forStatement, .macroCall: return nil
        default: break
        }
      }
      id = parent
    }
    let place = Int(self[node].main)
    for exit in exits where self[exit].tokens.upperBound <= place {
      // if (test) return; before it.
      guard let branch = statement(of: exit, besideOneOf: above), self[branch].kind == .ifStatement,
        child(2, of: branch) == nil, let test = child(0, of: branch)
      else { return nil }
      tests.append(test)
    }
    return tests
  }

  /// The statement around a node that stands in one block with a node of a set.
  private func statement(of node: NodeID, besideOneOf others: Set<NodeID>) -> NodeID? {
    var id = node
    while let parent = parent(of: id) {
      if self[parent].kind == .block, children(of: parent).contains(where: { others.contains($0) }) {
        return id
      }
      id = parent
    }
    return nil
  }

  /// Whether neither an argument nor the compiler decides a test: it reads memory or calls something, and the locals in it
  /// are only followed as pointers, or handed on.
  private func isOpen(_ test: NodeID, _ locals: Set<NodeID>) -> Bool {
    let parts = Array(descendants(of: test)) + [test]
    return parts.contains { self[$0].kind == .arrowMember || self[$0].kind == .call }
      && parts.allSatisfy { id in
        switch self[id].kind {
        case .sizeof, .typeof, .statementExpression, .conditional, .assignment: return false
        case .identifier:
          if name(of: id).hasPrefix("__builtin_") { return false }
          guard locals.contains(id), let parent = parent(of: id) else { return true }
          return self[parent].kind == .arrowMember || self[parent].kind == .call && child(0, of: parent) != id
        default: return true
        }
      }
  }

  private static let leaving: Set<NodeKind> = [.returnStatement, .gotoStatement]

  /// Whether a name is all of an argument.
  private func isArgument(_ index: Int, _ macro: MacroDefinition) -> Bool {
    guard index > macro.body.lowerBound, index + 1 < macro.body.upperBound else { return false }
    let (before, behind) = (buffer.tokens[index - 1].kind, buffer.tokens[index + 1].kind)
    return (before == .comma || before == .openParen) && (behind == .comma || behind == .closeParen)
  }

  /// What makes a part of a macro's body depend on constants.
  private static let decide = [
    "IS_ENABLED", "IS_BUILTIN", "IS_MODULE", "IS_REACHABLE", "__builtin_c", "static_branch", "PTR_IF",
    "__is_defined",
  ]
}
