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
    return syntax.liveCondition(of: node, in: &graph.table, calls: calls)
  }

  /// When an expression may be true.
  private func truth(ofValue value: NodeID, in syntax: SyntaxTree, _ depth: Int) -> Formula {
    if syntax.isFalse(value) { return .never }
    var calls: [String: Formula] = [:]
    for call in syntax.descendants(of: value) where syntax[call].kind == .call {
      guard let callee = syntax.child(0, of: call), syntax[callee].kind == .identifier else { continue }
      let inner = truth(of: syntax.name(of: callee), depth + 1)
      if inner != .always { calls[syntax.name(of: callee)] = inner }
    }
    return syntax.constant(value, isTrue: true, calls, &graph.table)
  }

  /// When what a function or macro gives may be true.
  private func truth(of name: String, _ depth: Int) -> Formula {
    if let known = knownTruths[name] { return known }
    guard depth < 4 else { return .always }
    let meanings = meanings(of: name)
    guard !meanings.isUnclear, !meanings.bodies.isEmpty else { return .always }
    var truth = meanings.declared
    for body in meanings.bodies {
      let syntax = body.file.syntax
      let value: Formula
      if let macro = syntax.macros.first(where: { $0.name == body.token }) {
        value = syntax.isFalse(macro) ? .never : syntax.options(of: macro, in: &graph.table)
      } else if let function = syntax.functions.first(where: { Int(syntax[$0].main) == body.token }),
        let returned = syntax.soleValue(ofFunction: function)
      {
        value = self.truth(ofValue: returned, in: syntax, depth)
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
