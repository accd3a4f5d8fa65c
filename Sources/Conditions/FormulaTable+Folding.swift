// SPDX-License-Identifier: GPL-2.0-or-later

/// One formula, with something else in the place of the formulas that it is made of.
public enum FormulaShape<Part> {
  case atom(ConditionAtom)
  case not(Part)
  /// All of them; `always` is all of none.
  case and([Part])
  /// One of them at least; `never` is one of none.
  case or([Part])
}

extension FormulaTable {
  /// Makes something of a formula from what was made of its parts. Each formula is visited once, parts first,
  /// members in the order in which they were first made.
  public func fold<Value>(_ formula: Formula, _ combine: (FormulaShape<Value>) -> Value) -> Value {
    var known: [Formula: Value] = [:]
    var open = [formula]
    while let next = open.last {
      let parts = self.parts(of: next)
      let missing = parts.filter { known[$0] == nil }
      guard missing.isEmpty else {
        open += missing.reversed()
        continue
      }
      open.removeLast()
      guard known[next] == nil else { continue }
      let values = parts.compactMap { known[$0] }
      known[next] =
        switch node(next) {
        case .never: combine(.or([]))
        case .always: combine(.and([]))
        case .atom(let atom): combine(.atom(atom))
        case .not: combine(.not(values[0]))
        case .and: combine(.and(values))
        case .or: combine(.or(values))
        }
    }
    return known[formula] ?? combine(.or([]))
  }
}
