// SPDX-License-Identifier: GPL-2.0-or-later

/// A condition, by its number in a `FormulaTable`. Numbers of different tables say nothing to each other.
public struct Formula: Hashable, Sendable {
  let number: UInt32

  public static let never = Formula(number: 0)
  public static let always = Formula(number: 1)
}

/// Formulas that are kept once each. What it costs does not depend on how a formula is nested.
public struct FormulaTable: Sendable {
  enum Node: Hashable, Sendable {
    case never, always
    case atom(ConditionAtom)
    case not(Formula)
    /// Sorted by number, without doubles; two at least.
    case and([Formula])
    case or([Formula])
  }

  private var nodes: [Node] = [.never, .always]
  private var numbers: [Node: UInt32] = [.never: 0, .always: 1]

  public init() {}

  /// How many different formulas there are.
  public var count: Int { nodes.count }

  public mutating func atom(_ atom: ConditionAtom) -> Formula { formula(.atom(atom)) }

  public mutating func not(_ formula: Formula) -> Formula {
    switch node(formula) {
    case .never: .always
    case .always: .never
    case .not(let inner): inner
    default: self.formula(.not(formula))
    }
  }

  public mutating func and(_ a: Formula, _ b: Formula) -> Formula { join([a, b], isAnd: true) }
  public mutating func or(_ a: Formula, _ b: Formula) -> Formula { join([a, b], isAnd: false) }
  public mutating func and(_ formulas: [Formula]) -> Formula { join(formulas, isAnd: true) }
  public mutating func or(_ formulas: [Formula]) -> Formula { join(formulas, isAnd: false) }

  /// Flattens, sorts, and takes out what a constant, a double or an opposite decides.
  private mutating func join(_ formulas: [Formula], isAnd: Bool) -> Formula {
    let (neutral, deciding): (Formula, Formula) = isAnd ? (.always, .never) : (.never, .always)
    var members: [Formula] = []
    for formula in formulas where formula != neutral {
      if formula == deciding { return deciding }
      switch node(formula) {
      case .and(let inner) where isAnd: members += inner
      case .or(let inner) where !isAnd: members += inner
      default: members.append(formula)
      }
    }
    members.sortAndTakeOutDoubles()
    for member in members {
      if case .not(let inner) = node(member), members.holds(inner) { return deciding }
    }
    // A member that is implied by another alone adds nothing: a && (a || b) is a.
    let kept = members.filter { member in
      switch node(member) {
      case .or(let inner) where isAnd: !inner.contains { members.holds($0) }
      case .and(let inner) where !isAnd: !inner.contains { members.holds($0) }
      default: true
      }
    }
    switch kept.count {
    case 0: return neutral
    case 1: return kept[0]
    default: return formula(isAnd ? .and(kept) : .or(kept))
    }
  }

  private mutating func formula(_ node: Node) -> Formula {
    if let number = numbers[node] { return Formula(number: number) }
    let number = UInt32(nodes.count)
    nodes.append(node)
    numbers[node] = number
    return Formula(number: number)
  }

  func node(_ formula: Formula) -> Node { nodes[Int(formula.number)] }

  /// The formulas that a formula is made of.
  func parts(of formula: Formula) -> [Formula] {
    switch node(formula) {
    case .never, .always, .atom: []
    case .not(let inner): [inner]
    case .and(let inner), .or(let inner): inner
    }
  }

  // MARK: Reading

  /// The atoms of a formula, sorted.
  public func atoms(of formula: Formula) -> [ConditionAtom] {
    var (found, seen): (Set<ConditionAtom>, Set<Formula>) = ([], [])
    var open = [formula]
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      switch node(next) {
      case .atom(let atom): found.insert(atom)
      default: open += parts(of: next)
      }
    }
    return found.sorted()
  }

  /// Whether a formula holds where atoms have values.
  public func value(of formula: Formula, where holds: (ConditionAtom) -> Bool) -> Bool {
    var known: [Formula: Bool] = [:]
    var open = [formula]
    while let next = open.last {
      let missing = parts(of: next).filter { known[$0] == nil }
      guard missing.isEmpty else {
        open += missing
        continue
      }
      known[next] =
        switch node(next) {
        case .never: false
        case .always: true
        case .atom(let atom): holds(atom)
        case .not(let inner): known[inner] != true
        case .and(let inner): inner.allSatisfy { known[$0] == true }
        case .or(let inner): inner.contains { known[$0] == true }
        }
      open.removeLast()
    }
    return known[formula] ?? false
  }

  /// As C writes it; members stand in the order of their text. What is nested deeper than people read is cut.
  public func text(of formula: Formula) -> String { text(formula, depth: 0) }

  private func text(_ formula: Formula, depth: Int) -> String {
    guard depth < Self.readableDepth else { return "…" }
    switch node(formula) {
    case .never: return "0"
    case .always: return "1"
    case .atom(let atom): return atom.description
    case .not(let inner):
      let isWhole = if case .atom = node(inner) { true } else { false }
      return isWhole ? "!\(text(inner, depth: depth + 1))" : "!(\(text(inner, depth: depth + 1)))"
    case .and(let inner): return joined(inner, " && ", depth)
    case .or(let inner): return joined(inner, " || ", depth)
    }
  }

  private func joined(_ members: [Formula], _ sign: String, _ depth: Int) -> String {
    members.map { member in
      let text = text(member, depth: depth + 1)
      switch node(member) {
      case .and, .or: return "(\(text))"
      default: return text
      }
    }.sorted().joined(separator: sign)
  }

  private static let readableDepth = 24
}

extension [Formula] {
  /// Most lists are two or three long: sorting them costs less than hashing what is in them.
  fileprivate mutating func sortAndTakeOutDoubles() {
    guard count > 1 else { return }
    sort { $0.number < $1.number }
    var end = 1
    for index in 1..<count where self[index] != self[end - 1] {
      self[end] = self[index]
      end += 1
    }
    removeLast(count - end)
  }

  /// Whether a formula is in a sorted list.
  fileprivate func holds(_ formula: Formula) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].number < formula.number { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == formula
  }
}
