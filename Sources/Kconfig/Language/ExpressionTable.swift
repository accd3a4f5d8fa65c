// SPDX-License-Identifier: GPL-2.0-or-later

/// An expression of Kconfig, by its number in the table of its database.
public struct KconfigExpression: Hashable, Sendable {
  let number: Int32

  static let no = KconfigExpression(number: 0)
  static let module = KconfigExpression(number: 1)
  static let yes = KconfigExpression(number: 2)
}

/// A symbol by its number in a database, in the order of first mention.
typealias SymbolIndex = Int32

/// One side of a comparison, or the value of an int, hex or string.
enum Operand: Hashable, Sendable {
  case symbol(SymbolIndex)
  /// In quotes, or y, m and n.
  case text(Word)
  /// What a command would print.
  case unknown(Word)
}

enum Comparison: UInt8, Hashable, Sendable {
  case equal, unequal, less, lessOrEqual, greater, greaterOrEqual

  var sign: String {
    switch self {
    case .equal: "="
    case .unequal: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    }
  }

  func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .unequal: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

/// Expressions that are kept once each, with flat lists for && and ||.
struct ExpressionTable: Sendable {
  enum Node: Hashable, Sendable {
    case no, module, yes
    /// The letter m in a condition: m where there are modules, else n.
    case moduleWhereThereAreModules
    case symbol(SymbolIndex)
    case not(KconfigExpression)
    case and([KconfigExpression])
    case or([KconfigExpression])
    case compare(Comparison, Operand, Operand)
    /// What a command would say.
    case unknown(Word)
  }

  private(set) var nodes: [Node] = [.no, .module, .yes]
  private var numbers: [Node: Int32] = [.no: 0, .module: 1, .yes: 2]

  subscript(expression: KconfigExpression) -> Node { nodes[Int(expression.number)] }

  mutating func make(_ node: Node) -> KconfigExpression {
    if let number = numbers[node] { return KconfigExpression(number: number) }
    let number = Int32(nodes.count)
    nodes.append(node)
    numbers[node] = number
    return KconfigExpression(number: number)
  }

  mutating func not(_ expression: KconfigExpression) -> KconfigExpression {
    switch expression {
    case .no: .yes
    case .yes: .no
    default: make(.not(expression))
    }
  }

  mutating func and(_ a: KconfigExpression, _ b: KconfigExpression) -> KconfigExpression {
    join([a, b], isAnd: true)
  }

  mutating func or(_ a: KconfigExpression, _ b: KconfigExpression) -> KconfigExpression {
    join([a, b], isAnd: false)
  }

  /// Flattens, and takes out constants and doubles; the order is that of the text.
  mutating func join(_ parts: [KconfigExpression], isAnd: Bool) -> KconfigExpression {
    let (neutral, deciding): (KconfigExpression, KconfigExpression) = isAnd ? (.yes, .no) : (.no, .yes)
    if parts.count == 1 { return parts[0] }
    var members: [KconfigExpression] = []
    var seen: Set<KconfigExpression> = []
    func add(_ member: KconfigExpression) {
      guard member != neutral else { return }
      // A list this short is searched faster than hashed.
      if members.count < 16 {
        if members.contains(member) { return }
      } else {
        if seen.isEmpty { seen = Set(members) }
        if !seen.insert(member).inserted { return }
      }
      members.append(member)
    }
    for part in parts {
      if part == deciding { return deciding }
      switch self[part] {
      case .and(let inner) where isAnd: inner.forEach(add)
      case .or(let inner) where !isAnd: inner.forEach(add)
      default: add(part)
      }
    }
    switch members.count {
    case 0: return neutral
    case 1: return members[0]
    default: return make(isAnd ? .and(members) : .or(members))
    }
  }

  /// A condition with the letter m meaning that there are modules as well.
  /// Source: `rewrite_m()` in `scripts/kconfig/menu.c`.
  mutating func condition(_ expression: KconfigExpression) -> KconfigExpression {
    switch self[expression] {
    case .module: make(.moduleWhereThereAreModules)
    case .not(let inner): not(condition(inner))
    case .and(let inner): join(inner.map { condition($0) }, isAnd: true)
    case .or(let inner): join(inner.map { condition($0) }, isAnd: false)
    default: expression
    }
  }
}
