// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

/// A formula over CONFIG facts, as the solver and the evaluator look at it.
///
/// Its parts stand in an order of their own: what the Kconfig files define first comes first. The members of a formula in a
/// table stand as they were first made, so that answers would hang on what was asked before.
struct Question {
  private enum Node {
    /// A symbol is `y`, or is `m`.
    case fact(SymbolIndex, isModule: Bool)
    /// What nothing defines here.
    case undefined
    /// No fact of the configuration.
    case stranger
    case not(Int)
    case and(Range<Int>)
    case or(Range<Int>)
  }

  /// Parts before wholes; the whole formula is the last.
  private var nodes: [Node] = []
  /// The parts of conjunctions and disjunctions, as places in `nodes`.
  private var members: [Int] = []
  private let model: KconfigModel
  /// The symbols that are mentioned and defined, in the order of `nodes`.
  private(set) var symbols: [SymbolIndex] = []
  /// An atom that is no CONFIG fact, if there is one.
  let stranger: ConditionAtom?
  /// Whether a symbol that nothing defines may have any value; else it is n.
  private let isOpen: Bool

  init(_ formula: Formula, of table: FormulaTable, _ model: KconfigModel, isOpen: Bool = false) {
    (self.model, self.isOpen) = (model, isOpen)
    let draft = Draft(formula, of: table, model)
    stranger = draft.stranger
    take(draft)
  }

  /// The formula before its parts are put in order.
  private struct Draft {
    struct Part {
      var node: Node
      var parts: [Int] = []
      /// Where the first of its symbols is defined, and a hash that does not depend on the order of parts.
      var key: (place: UInt64, hash: UInt64)
    }

    var parts: [Part] = []
    var stranger: ConditionAtom?

    init(_ formula: Formula, of table: FormulaTable, _ model: KconfigModel) {
      // A formula is made of its parts, so that the last to be made is the whole.
      _ = table.fold(formula) { (shape: FormulaShape<Int>) -> Int in
        parts.append(part(shape, model))
        return parts.count - 1
      }
    }

    private mutating func part(_ shape: FormulaShape<Int>, _ model: KconfigModel) -> Part {
      switch shape {
      case .atom(let atom):
        var part = Part(
          node: .stranger, key: (.max, StableHash.of("\(atom)".utf8)))
        switch atom {
        case .isBuiltIn(let name), .isModule(let name):
          guard let symbol = model.find(name), let place = model.place(of: symbol) else {
            part.node = .undefined
            break
          }
          let isModule = if case .isModule = atom { true } else { false }
          (part.node, part.key.place) = (.fact(symbol, isModule: isModule), place)
        case .isDefined, .opaque: stranger = stranger.map { min($0, atom) } ?? atom
        }
        return part
      case .not(let part): return joined(.not(0), [part], tag: 1)
      case .and(let parts): return joined(.and(0..<0), parts, tag: 2)
      case .or(let parts): return joined(.or(0..<0), parts, tag: 3)
      }
    }

    private func joined(_ node: Node, _ inner: [Int], tag: UInt64) -> Part {
      let ordered = inner.sorted { parts[$0].key < parts[$1].key }
      var hash = StableHash()
      hash.add(tag)
      for part in ordered { hash.add(parts[part].key.hash) }
      return Part(
        node: node, parts: ordered, key: (ordered.first.map { parts[$0].key.place } ?? .max, hash.value))
    }
  }

  private mutating func take(_ draft: Draft) {
    guard !draft.parts.isEmpty else { return }
    var places = [Int?](repeating: nil, count: draft.parts.count)
    var seen: Set<SymbolIndex> = []
    var open = [draft.parts.count - 1]
    while let next = open.last {
      let part = draft.parts[next]
      let missing = part.parts.filter { places[$0] == nil }
      guard missing.isEmpty else {
        open += missing.reversed()
        continue
      }
      open.removeLast()
      guard places[next] == nil else { continue }
      let start = members.count
      members += part.parts.compactMap { places[$0] }
      switch part.node {
      case .fact(let symbol, _):
        if seen.insert(symbol).inserted { symbols.append(symbol) }
        nodes.append(part.node)
      case .undefined, .stranger: nodes.append(part.node)
      case .not: nodes.append(.not(members[start]))
      case .and: nodes.append(.and(start..<members.count))
      case .or: nodes.append(.or(start..<members.count))
      }
      places[next] = nodes.count - 1
    }
  }

  /// Whether it holds: yes, no, or not known.
  /// - Parameter ignored: symbols whose value is taken as not known.
  func value(in state: ConfigurationState, ignoring ignored: Set<SymbolIndex> = []) -> Tristate {
    if state.isUnstable { return .unknown }
    var values: [Tristate] = []
    values.reserveCapacity(nodes.count)
    for node in nodes {
      let value: Tristate =
        switch node {
        case .fact(let symbol, let isModule):
          ignored.contains(symbol) ? .unknown : value(of: symbol, isModule: isModule, in: state)
        case .undefined: .no
        case .stranger: .unknown
        case .not(let part): !values[part]
        case .and(let parts): members[parts].reduce(.yes) { $0 && values[$1] }
        case .or(let parts): members[parts].reduce(.no) { $0 || values[$1] }
        }
      values.append(value)
    }
    return values.last ?? .no
  }

  private func value(of symbol: SymbolIndex, isModule: Bool, in state: ConfigurationState) -> Tristate {
    guard model.symbols[Int(symbol)].isTruthValue else { return isModule ? .no : state.isWritten(symbol) }
    let value = state.values[Int(symbol)]
    if isModule {
      guard model.symbols[Int(symbol)].type == .tristate, value.low < 2, value.high > 0 else { return .no }
      return value == .module ? .yes : .unknown
    }
    return value.low == 2 ? .yes : value.high < 2 ? .no : .unknown
  }

  /// The literal that holds where the question does.
  func literal(in constraints: inout Constraints) -> Literal {
    var literals: [Literal] = []
    literals.reserveCapacity(nodes.count)
    for node in nodes {
      let literal: Literal =
        switch node {
        case .fact(let symbol, let isModule): literal(of: symbol, isModule: isModule, in: &constraints)
        case .undefined: isOpen ? constraints.clauses.variable() : Clauses.no
        case .stranger: constraints.clauses.variable()
        case .not(let part): -literals[part]
        case .and(let parts): constraints.clauses.and(members[parts].map { literals[$0] })
        case .or(let parts): constraints.clauses.or(members[parts].map { literals[$0] })
        }
      literals.append(literal)
    }
    return literals.last ?? Clauses.no
  }

  private func literal(
    of symbol: SymbolIndex, isModule: Bool, in constraints: inout Constraints
  ) -> Literal {
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
