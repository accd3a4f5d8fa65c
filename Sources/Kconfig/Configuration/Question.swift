// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// A formula over CONFIG facts, as the solver and the evaluator look at it.
struct Question {
  private let formula: Formula
  private let table: FormulaTable
  private let model: KconfigModel
  /// The symbols that are mentioned and defined, in the order in which the formula was made.
  let symbols: [SymbolIndex]
  /// An atom that is no CONFIG fact, if there is one.
  let stranger: ConditionAtom?
  /// Whether a symbol that nothing defines may have any value; else it is n.
  private let isOpen: Bool

  init(_ formula: Formula, of table: FormulaTable, _ model: KconfigModel, isOpen: Bool = false) {
    self.isOpen = isOpen
    (self.formula, self.table, self.model) = (formula, table, model)
    var symbols: [SymbolIndex] = []
    var seen: Set<SymbolIndex> = []
    var stranger: ConditionAtom?
    table.fold(formula) { (shape: FormulaShape<Void>) in
      guard case .atom(let atom) = shape else { return }
      switch atom {
      case .isBuiltIn(let name), .isModule(let name):
        guard let symbol = model.find(name), !model.symbols[Int(symbol)].definitions.isEmpty else { return }
        if seen.insert(symbol).inserted { symbols.append(symbol) }
      case .isDefined, .opaque: stranger = atom
      }
    }
    (self.symbols, self.stranger) = (symbols, stranger)
  }

  private func symbol(named name: String) -> SymbolIndex? {
    model.find(name).flatMap { model.symbols[Int($0)].definitions.isEmpty ? nil : $0 }
  }

  /// Whether it holds: yes, no, or not known.
  /// - Parameter ignored: symbols whose value is taken as not known.
  func value(in state: ConfigurationState, ignoring ignored: Set<SymbolIndex> = []) -> Tristate {
    if state.isUnstable { return .unknown }
    return table.fold(formula) { (shape: FormulaShape<Tristate>) -> Tristate in
      switch shape {
      case .atom(let atom): fact(atom, in: state, ignored)
      case .not(let part): !part
      case .and(let parts): parts.reduce(.yes) { $0 && $1 }
      case .or(let parts): parts.reduce(.no) { $0 || $1 }
      }
    }
  }

  private func fact(
    _ atom: ConditionAtom, in state: ConfigurationState, _ ignored: Set<SymbolIndex>
  ) -> Tristate {
    let (name, isModule): (String, Bool)
    switch atom {
    case .isBuiltIn(let symbol): (name, isModule) = (symbol, false)
    case .isModule(let symbol): (name, isModule) = (symbol, true)
    case .isDefined, .opaque: return .unknown
    }
    guard let symbol = symbol(named: name) else { return .no }
    if ignored.contains(symbol) { return .unknown }
    let kind = model.symbols[Int(symbol)].type
    guard model.symbols[Int(symbol)].isTruthValue else { return isModule ? .no : state.isWritten(symbol) }
    let value = state.values[Int(symbol)]
    if isModule {
      guard kind == .tristate, value.low < 2, value.high > 0 else { return .no }
      return value == .module ? .yes : .unknown
    }
    return value.low == 2 ? .yes : value.high < 2 ? .no : .unknown
  }

  /// The literal that holds where the question does.
  func literal(in constraints: inout Constraints) -> Literal {
    table.fold(formula) { (shape: FormulaShape<Literal>) -> Literal in
      switch shape {
      case .atom(let atom): literal(of: atom, in: &constraints)
      case .not(let part): -part
      case .and(let parts): constraints.clauses.and(parts)
      case .or(let parts): constraints.clauses.or(parts)
      }
    }
  }

  private func literal(of atom: ConditionAtom, in constraints: inout Constraints) -> Literal {
    let (name, isModule): (String, Bool)
    switch atom {
    case .isBuiltIn(let symbol): (name, isModule) = (symbol, false)
    case .isModule(let symbol): (name, isModule) = (symbol, true)
    case .isDefined, .opaque: return constraints.clauses.variable()
    }
    guard let symbol = symbol(named: name) else {
      return isOpen ? constraints.clauses.variable() : Clauses.no
    }
    guard model.symbols[Int(symbol)].isTruthValue else {
      return isModule ? Clauses.no : constraints.isWritten(symbol)
    }
    let pair = constraints.pair(of: symbol)
    guard isModule else { return pair.yes }
    return model.symbols[Int(symbol)].type == .tristate
      ? constraints.clauses.and([pair.on, -pair.yes]) : Clauses.no
  }
}

extension Constraints {
  /// Whether .config has a line for an int, hex or string.
  mutating func isWritten(_ symbol: SymbolIndex) -> Literal {
    let record = rules.model.symbols[Int(symbol)]
    var literals: [Literal] = []
    for condition in rules.model.prompts[record.prompts].map(\.condition)
      + rules.model.defaults[record.defaults].map(\.condition)
    {
      literals.append(pair(of: condition).on)
    }
    return clauses.or(literals)
  }
}
