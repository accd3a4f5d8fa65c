// SPDX-License-Identifier: GPL-2.0-or-later

extension FormulaTable {
  /// The formula of this table that says the same as one of another table.
  public mutating func adopt(_ formula: Formula, of other: FormulaTable) -> Formula {
    rewrite(formula, of: other) { $0.atom($1) }
  }

  /// The formula with other formulas in the place of atoms; nil leaves an atom as it is.
  public mutating func substituting(
    _ formula: Formula, _ replacement: (ConditionAtom) -> Formula?
  ) -> Formula {
    rewrite(formula, of: self) { table, atom in replacement(atom) ?? table.atom(atom) }
  }

  /// What is certain of a formula: it holds only where the formula does, whatever the atoms are that are not known.
  /// - Parameter isKnown: whether the configuration decides an atom.
  public mutating func certain(_ formula: Formula, isKnown: (ConditionAtom) -> Bool) -> Formula {
    bound(formula, isUpper: false, isKnown)
  }

  /// What is possible of a formula: it holds wherever the formula does, whatever the atoms are that are not known.
  public mutating func possible(_ formula: Formula, isKnown: (ConditionAtom) -> Bool) -> Formula {
    bound(formula, isUpper: true, isKnown)
  }

  private mutating func bound(
    _ formula: Formula, isUpper: Bool, _ isKnown: (ConditionAtom) -> Bool
  ) -> Formula {
    struct Wanted: Hashable {
      var formula: Formula
      var isUpper: Bool
    }
    var known: [Wanted: Formula] = [:]
    var open = [Wanted(formula: formula, isUpper: isUpper)]
    while let next = open.last {
      let flips = if case .not = node(next.formula) { true } else { false }
      let parts = self.parts(of: next.formula).map {
        Wanted(formula: $0, isUpper: flips ? !next.isUpper : next.isUpper)
      }
      let missing = parts.filter { known[$0] == nil }
      guard missing.isEmpty else {
        open += missing
        continue
      }
      open.removeLast()
      let values = parts.compactMap { known[$0] }
      known[next] =
        switch node(next.formula) {
        case .never, .always: next.formula
        case .atom(let atom): isKnown(atom) ? next.formula : next.isUpper ? .always : .never
        case .not: not(values[0])
        case .and: and(values)
        case .or: or(values)
        }
    }
    return known[Wanted(formula: formula, isUpper: isUpper)] ?? formula
  }

  private mutating func rewrite(
    _ formula: Formula, of other: FormulaTable, _ atom: (inout FormulaTable, ConditionAtom) -> Formula
  ) -> Formula {
    other.fold(formula) { shape in
      switch shape {
      case .atom(let name): atom(&self, name)
      case .not(let part): not(part)
      case .and(let parts): and(parts)
      case .or(let parts): or(parts)
      }
    }
  }
}
