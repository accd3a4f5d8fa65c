// SPDX-License-Identifier: GPL-2.0-or-later

/// The expressions of a model as plain numbers: evaluating one touches no reference count.
struct FlatExpressions: Sendable {
  enum Kind: UInt8 {
    case no, module, yes, moduleWhereThereAreModules, symbol, not, and, or, compare, unknown
  }

  struct Node {
    var kind: Kind
    /// A symbol or expression, or the first of several in `members`.
    var first: Int32
    var count: Int32
  }

  private(set) var nodes: [Node] = []
  private(set) var members: [Int32] = []

  init(_ table: ExpressionTable) {
    nodes.reserveCapacity(table.nodes.count)
    for node in table.nodes {
      switch node {
      case .no: add(.no)
      case .module: add(.module)
      case .yes: add(.yes)
      case .moduleWhereThereAreModules: add(.moduleWhereThereAreModules)
      case .symbol(let symbol): add(.symbol, symbol)
      case .not(let inner): add(.not, inner.number)
      case .and(let parts): add(.and, parts)
      case .or(let parts): add(.or, parts)
      case .compare: add(.compare)
      case .unknown: add(.unknown)
      }
    }
  }

  private mutating func add(_ kind: Kind, _ first: Int32 = 0, count: Int32 = 0) {
    nodes.append(Node(kind: kind, first: first, count: count))
  }

  private mutating func add(_ kind: Kind, _ parts: [KconfigExpression]) {
    add(kind, Int32(members.count), count: Int32(parts.count))
    for part in parts { members.append(part.number) }
  }
}
