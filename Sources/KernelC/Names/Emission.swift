// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

extension BuiltUnit {
  /// When a function or variable of the file is a part of the object: one that is static is left out where nothing that is
  /// kept refers to it.
  public func emission(of name: String) -> Formula {
    if let known = knownEmissions[name] { return known }
    let syntax = file.syntax
    let declared = (file.names.ordinary[name] ?? []).filter { $0.kind == .function || $0.kind == .variable }
    let isKept = declared.contains { declared in
      let words = syntax.headWords(of: declared.node)
      return !words.contains("static") || words.contains("__used")
    }
    // Macros refer to names that they put together.
    guard !declared.isEmpty, !isKept, let references = references[name] else { return .always }
    // One that calls itself is not kept by that.
    knownEmissions[name] = .never
    let emission = references.reduce(Formula.never) { graph.or($0, condition(ofReference: $1)) }
    knownEmissions[name] = emission
    return emission
  }

  private func condition(ofReference reference: Reference) -> Formula {
    let syntax = file.syntax
    guard let node = reference.node else { return condition(ofTokenAt: reference.token) }
    if syntax.mayDrop(node) { return .never }
    let kept = keptCondition(of: node)
    guard kept != .never, let owner = syntax.owner(of: node) else { return kept }
    return graph.and(kept, emission(of: owner))
  }

  /// When code is compiled and not left out for a test that is constant.
  public func keptCondition(of node: NodeID) -> Formula {
    graph.and(condition(ofTokenAt: Int(file.syntax[node].main)), liveCondition(of: node, in: file.syntax))
  }

  /// When code is not left out for a test that is constant, also where the constant is what a stub returns.
  /// - Parameter syntax: of the file, or of a part of it.
  public func liveCondition(of node: NodeID, in syntax: SyntaxTree) -> Formula {
    var calls: [String: Formula] = [:]
    let function = syntax.function(around: node)
    for name in syntax.testedNames(around: node) {
      let mayBeTrue: Formula
      if let function, let values = syntax.values(ofVariable: name, in: function) {
        mayBeTrue = values.reduce(.never) { graph.or($0, truth(ofValue: $1, in: syntax, 0)) }
      } else {
        mayBeTrue = truth(of: name, 0)
      }
      if mayBeTrue != .always { calls[name] = mayBeTrue }
    }
    let live = syntax.liveCondition(of: node, in: &graph.table, calls: calls)
    return live == .never ? live : keeping(live, at: Int(syntax[node].main), in: syntax, for: .code)
  }

  /// When an expression may be true.
  private func truth(ofValue value: NodeID, in syntax: SyntaxTree, _ depth: Int) -> Formula {
    if syntax.isFalse(value) { return .never }
    var calls: [String: Formula] = [:]
    for name in syntax.descendants(of: value) where syntax[name].kind == .identifier {
      let inner = truth(of: syntax.name(of: name), depth + 1)
      if inner != .always { calls[syntax.name(of: name)] = inner }
    }
    return syntax.constant(value, isTrue: true, calls, &graph.table)
  }

  /// When what a function or macro gives may be true.
  private func truth(of name: String, _ depth: Int) -> Formula {
    if let known = knownTruths[name] { return known }
    guard depth < Self.deepestTruth else { return .always }
    let meanings = meanings(of: name)
    guard !meanings.isUnclear, !meanings.bodies.isEmpty else { return .always }
    // What comes back to itself decides nothing.
    knownTruths[name] = .always
    var truth = meanings.declared
    for body in meanings.bodies {
      let syntax = body.file.syntax
      let value: Formula
      if let macro = syntax.macros.first(where: { $0.name == body.token }) {
        value = syntax.isFalse(macro) ? .never : self.truth(ofBody: macro, in: syntax, depth)
      } else if let function = syntax.functions.first(where: { Int(syntax[$0].main) == body.token }) {
        value = self.truth(ofFunction: function, in: syntax, depth)
      } else {
        value = .always
      }
      truth = graph.or(truth, graph.and(body.condition, value))
    }
    // Where none of them is seen there is something else.
    let seen = meanings.bodies.reduce(meanings.declared) { graph.or($0, $1.condition) }
    truth = graph.or(truth, graph.table.not(seen))
    knownTruths[name] = truth
    return truth
  }

  private static let deepestTruth = 5

  /// When a function may return something true: any of its values may be the one.
  private func truth(ofFunction function: NodeID, in syntax: SyntaxTree, _ depth: Int) -> Formula {
    guard let values = syntax.values(ofFunction: function) else { return .always }
    return values.reduce(.never) { truth, value in
      let condition = syntax.conditionals.condition(ofTokenAt: Int(syntax[value].first))
      let here = graph.adopt(condition, of: syntax.conditionals.table)
      return graph.or(truth, graph.and(here, self.truth(ofValue: value, in: syntax, depth)))
    }
  }

  /// When a macro's body may be true, where it is a conjunction: all its parts must.
  private func truth(ofBody macro: MacroDefinition, in syntax: SyntaxTree, _ depth: Int) -> Formula {
    let parts = syntax.conjuncts(of: macro)
    let options = syntax.options(of: macro, in: &graph.table)
    return parts.reduce(options) { graph.and($0, truth(of: $1, depth + 1)) }
  }

  /// A place where a name stands, not as what is declared.
  struct Reference {
    var token: Int
    /// nil in a macro's body.
    var node: NodeID?
  }

  /// The places of all names of the file.
  static func references(in syntax: SyntaxTree) -> [String: [Reference]] {
    var references: [String: [Reference]] = [:]
    for id in syntax.all where syntax[id].kind == .identifier {
      let token = Int(syntax[id].main)
      references[syntax.spelling(ofToken: token), default: []].append(Reference(token: token, node: id))
    }
    for macro in syntax.macros {
      for token in macro.body where syntax.buffer.tokens[token].kind == .identifier {
        references[syntax.spelling(ofToken: token), default: []].append(Reference(token: token))
      }
    }
    return references
  }
}

extension SyntaxTree {
  /// When a macro that is a conjunction may be true: `(IS_ENABLED(CONFIG_X) && other(x))`.
  fileprivate func options(of macro: MacroDefinition, in table: inout FormulaTable) -> Formula {
    var condition = Formula.always
    for index in macro.body {
      switch buffer.tokens[index].kind {
      case .barBar, .question, .exclaim, .semicolon, .openBrace: return .always
      case .identifier where spelling(ofToken: index) == "IS_ENABLED" && index + 2 < macro.body.upperBound:
        let option = spelling(ofToken: index + 2)
        guard option.hasPrefix("CONFIG_") else { return .always }
        let name = String(option.dropFirst("CONFIG_".count))
        let holds = table.or(table.atom(.isBuiltIn(name)), table.atom(.isModule(name)))
        condition = table.and(condition, holds)
      default: continue
      }
    }
    return condition
  }

  /// The names that must all be true for a macro's body to be: those beside `&` and `&&`, and not in a call's arguments.
  fileprivate func conjuncts(of macro: MacroDefinition) -> [String] {
    let tokens = buffer.tokens
    let parameters = Set(macro.parameters?.map { spelling(ofToken: $0) } ?? [])
    var (found, calls): ([String], [Bool]) = ([], [])
    for index in macro.body {
      let before = index > macro.body.lowerBound ? tokens[index - 1].kind : .endOfText
      let behind = index + 1 < macro.body.upperBound ? tokens[index + 1].kind : .endOfText
      switch tokens[index].kind {
      case .openParen: calls.append(before == .identifier)
      case .closeParen: _ = calls.popLast()
      case .ampersand where before == .openParen || before == .comma || before == .endOfText: return found
      case .arrow, .dot, .ampersand, .ampersandAmpersand, .number, .comma: continue
      case .identifier:
        let name = spelling(ofToken: index)
        guard !calls.contains(true), before != .arrow, before != .dot, behind != .arrow, behind != .dot,
          !parameters.contains(name)
        else { continue }
        found.append(name)
      default: return []
      }
    }
    return found
  }

  /// `0`, `(0)`, `false` or `NULL`.
  fileprivate func isFalse(_ macro: MacroDefinition) -> Bool {
    let words = macro.body.map { spelling(ofToken: $0) }.filter { $0 != "(" && $0 != ")" }
    return words.count == 1 && Self.falseWords.contains(words[0])
  }

  /// The function or variable whose code or value a node is part of.
  public func owner(of node: NodeID) -> String? {
    var owner: NodeID?
    var id: NodeID? = node
    while let here = id {
      if self[here].kind == .function || self[here].kind == .initDeclarator { owner = here }
      id = parent(of: here)
    }
    return owner.map { name(of: $0) }
  }

  /// Whether a macro around a name leaves it out in some configuration: `pm_ptr(x)`, `SET_SYSTEM_SLEEP_PM_OPS(x, y)`.
  ///
  /// Source: `include/linux/pm.h`, `kernel.h` (`PTR_IF`), `of.h`, `acpi.h`.
  public func mayDrop(_ node: NodeID) -> Bool {
    var id = parent(of: node)
    while let here = id {
      if self[here].kind == .call || self[here].kind == .macroCall {
        let name =
          self[here].kind == .call ? child(0, of: here).map { self.name(of: $0) } ?? "" : self.name(of: here)
        if name.lowercased().hasSuffix("_ptr") || name.contains("PM_OPS") || name == "PTR_IF" { return true }
      }
      id = parent(of: here)
    }
    return false
  }
}
