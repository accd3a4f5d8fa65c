// SPDX-License-Identifier: GPL-2.0-or-later

/// A name that a file uses and that must be declared outside of the function that uses it.
public struct OuterUse: Sendable {
  public var node: NodeID
  public var name: String
  /// It is what a call calls.
  public var isCallee: Bool
  /// The function that it is in; nil in an initialiser outside of functions.
  public var function: NodeID?
}

extension TranslationUnit {
  /// Uses of outer names whose value is asked for, in the order of the text. Where a macro may do something else with a
  /// name than to use its value, it is left out, and so are functions that are not understood.
  ///
  /// Of functions that are not all in sight only those names are taken that are no local's: what is called, and what is
  /// written in capitals.
  /// - Parameter isWanted: whether a token matters; asked first.
  public func outerUses(where isWanted: (Int) -> Bool) -> [OuterUse] {
    let syntax = file.syntax
    var uses: [OuterUse] = []
    for external in syntax.children(of: syntax.root) {
      guard syntax[external].tokens.contains(where: isWanted) else { continue }
      switch syntax[external].kind {
      case .function:
        let names = FunctionNames(of: external, in: syntax)
        let isWhole = names.gap == nil
        let bindings = Dictionary(names.uses.map { ($0.node, $0.binding) }, uniquingKeysWith: { $1 })
        for use in names.uses where isWanted(Int(syntax[use.node].main)) {
          guard isWhole || use.isCallee || use.name == use.name.uppercased() else { continue }
          guard case .outside = use.binding, names.labels[use.name] == nil, isValue(use.node, bindings) else {
            continue
          }
          uses.append(
            OuterUse(node: use.node, name: use.name, isCallee: use.isCallee, function: external))
        }
      case .declaration:
        for id in syntax.descendants(of: external)
        where syntax[id].kind == .identifier && isWanted(Int(syntax[id].main)) {
          guard isInInitialiser(id), isValue(id, [:]) else { continue }
          let parent = syntax.parent(of: id)
          let isCallee = parent.map { syntax[$0].kind == .call && syntax.child(0, of: $0) == id } ?? false
          uses.append(OuterUse(node: id, name: syntax.name(of: id), isCallee: isCallee, function: nil))
        }
      default: continue
      }
    }
    return uses
  }

  private func isInInitialiser(_ id: NodeID) -> Bool {
    let syntax = file.syntax
    var child = id
    while let parent = syntax.parent(of: child) {
      if syntax[parent].kind == .initDeclarator { return syntax.initialiser(of: parent) == child }
      if [.specifiers, .typeName, .structType, .enumType].contains(syntax[parent].kind) { return false }
      child = parent
    }
    return false
  }
}
