// SPDX-License-Identifier: GPL-2.0-or-later

/// The nodes of some external declarations by kind, so that many patterns look at few nodes each.
public struct NodeIndex: Sendable {
  private var byKind: [[NodeID]]
  /// What a `$S` can be.
  private(set) var statements: [NodeID] = []

  /// - Parameter isWanted: whether an external declaration is looked into.
  public init(_ tree: SyntaxTree, where isWanted: (NodeID) -> Bool) {
    byKind = Array(repeating: [], count: NodeKind.allCases.count)
    for external in tree.children(of: tree.root) where isWanted(external) {
      for node in tree.descendants(of: external) {
        let kind = tree[node].kind
        byKind[Int(kind.rawValue)].append(node)
        if kind.isSingleStatement { statements.append(node) }
      }
    }
  }

  subscript(kind: NodeKind) -> [NodeID] { byKind[Int(kind.rawValue)] }
}

extension NodeKind {
  /// Whether it is a statement that does something, not a mark between statements.
  var isSingleStatement: Bool {
    switch self {
    case .caseLabel, .defaultLabel, .label, .emptyStatement: false
    default: isStatement
    }
  }
}
