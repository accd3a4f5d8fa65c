// SPDX-License-Identifier: GPL-2.0-or-later

/// The expressions of a model as plain numbers: evaluating one touches no reference count.
struct FlatExpressions: Sendable {
  enum Kind: UInt8 {
    case no, module, yes, moduleWhereThereAreModules, symbol, not, and, or, compare, unknown
  }

  struct Node: Sendable {
    var kind: Kind
    /// A symbol, expression or word, or the first of several numbers in `members`.
    var first: Int32
    var count: Int32
  }

  private(set) var nodes: [Node] = []
  /// Expressions; of a comparison its kind and its two sides, each with what it is before.
  private(set) var members: [Int32] = []

  init(nodes: [Node], members: [Int32]) { (self.nodes, self.members) = (nodes, members) }

  init(_ table: ExpressionTable) {
    nodes.reserveCapacity(table.nodes.count)
    for node in table.nodes { _ = append(node) }
  }

  /// Puts an expression behind the others; what it is made of stands among them.
  mutating func append(_ node: ExpressionTable.Node) -> KconfigExpression {
    switch node {
    case .no: add(.no)
    case .module: add(.module)
    case .yes: add(.yes)
    case .moduleWhereThereAreModules: add(.moduleWhereThereAreModules)
    case .symbol(let symbol): add(.symbol, symbol)
    case .not(let inner): add(.not, inner.number)
    case .and(let parts): add(.and, parts.map(\.number))
    case .or(let parts): add(.or, parts.map(\.number))
    case .compare(let comparison, let a, let b):
      add(.compare, [Int32(comparison.rawValue)] + a.numbers + b.numbers)
    case .unknown(let word): add(.unknown, word)
    }
    return KconfigExpression(number: Int32(nodes.count - 1))
  }

  private mutating func add(_ kind: Kind, _ first: Int32 = 0) {
    nodes.append(Node(kind: kind, first: first, count: 0))
  }

  private mutating func add(_ kind: Kind, _ parts: [Int32]) {
    nodes.append(Node(kind: kind, first: Int32(members.count), count: Int32(parts.count)))
    members += parts
  }

  private func parts(of node: Node) -> ArraySlice<Int32> {
    members[Int(node.first)..<Int(node.first + node.count)]
  }

  subscript(expression: KconfigExpression) -> ExpressionTable.Node {
    let node = nodes[Int(expression.number)]
    switch node.kind {
    case .no: return .no
    case .module: return .module
    case .yes: return .yes
    case .moduleWhereThereAreModules: return .moduleWhereThereAreModules
    case .symbol: return .symbol(node.first)
    case .not: return .not(KconfigExpression(number: node.first))
    case .and: return .and(parts(of: node).map { KconfigExpression(number: $0) })
    case .or: return .or(parts(of: node).map { KconfigExpression(number: $0) })
    case .compare:
      let (comparison, a, b) = comparison(node)
      return .compare(comparison, a, b)
    case .unknown: return .unknown(node.first)
    }
  }

  /// The comparison that an expression is; nil where it is none.
  func comparison(at number: Int32) -> (comparison: Comparison, a: Operand, b: Operand)? {
    let node = nodes[Int(number)]
    return node.kind == .compare ? comparison(node) : nil
  }

  private func comparison(_ node: Node) -> (Comparison, Operand, Operand) {
    let first = Int(node.first)
    return (
      Comparison(rawValue: UInt8(truncatingIfNeeded: members[first])) ?? .equal,
      Operand(members[first + 1], members[first + 2]), Operand(members[first + 3], members[first + 4])
    )
  }

  /// Calls for each symbol that an expression mentions, as often as it does.
  func forEachSymbol(of expression: KconfigExpression, _ body: (SymbolIndex) -> Void) {
    let node = nodes[Int(expression.number)]
    switch node.kind {
    case .no, .module, .yes, .moduleWhereThereAreModules, .unknown: break
    case .symbol: body(node.first)
    case .not: forEachSymbol(of: KconfigExpression(number: node.first), body)
    case .and, .or:
      for index in node.first..<node.first + node.count {
        forEachSymbol(of: KconfigExpression(number: members[Int(index)]), body)
      }
    case .compare:
      let (_, a, b) = comparison(node)
      if case .symbol(let symbol) = a { body(symbol) }
      if case .symbol(let symbol) = b { body(symbol) }
    }
  }

  /// Whether an expression asks if there are modules.
  func mentionsModules(_ expression: KconfigExpression) -> Bool {
    let node = nodes[Int(expression.number)]
    return switch node.kind {
    case .moduleWhereThereAreModules: true
    case .not: mentionsModules(KconfigExpression(number: node.first))
    case .and, .or: parts(of: node).contains { mentionsModules(KconfigExpression(number: $0)) }
    default: false
    }
  }
}

extension Operand {
  /// What it is, and its symbol or word.
  var numbers: [Int32] {
    switch self {
    case .symbol(let symbol): [0, symbol]
    case .text(let word): [1, word]
    case .unknown(let word): [2, word]
    }
  }

  init(_ kind: Int32, _ number: Int32) {
    self = kind == 0 ? .symbol(number) : kind == 1 ? .text(number) : .unknown(number)
  }
}
