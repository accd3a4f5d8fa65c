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
    graph.and(
      condition(ofTokenAt: Int(file.syntax[node].main)), file.syntax.liveCondition(of: node, in: &graph.table)
    )
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
