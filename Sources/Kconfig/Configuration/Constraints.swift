// SPDX-License-Identifier: GPL-2.0-or-later

/// What Kconfig allows, as clauses: for each symbol that was asked for, and for no other.
///
/// A symbol that is mentioned has literals; only one that is *expanded* has the clauses that tie its value to
/// others. Others are free, so that what is impossible here is impossible. Source: `sym_calc_value()`.
struct Constraints: ~Copyable {
  let rules: ConfigurationRules
  /// Which symbols have no clauses and may be anything, those too that nothing defines; nil for none.
  private let freed: ((SymbolIndex) -> Bool)?
  var clauses = Clauses()

  /// Symbols that have literals, and those whose clauses are there, in the order of coming.
  private(set) var mentioned: [SymbolIndex] = []
  private(set) var expanded: [SymbolIndex] = []
  private var isExpanded: [Bool]
  private var pairs: [LiteralPair?]
  private var expressions: [Int32: LiteralPair] = [:]
  private var unknowns: [Word: LiteralPair] = [:]
  var texts: [SymbolIndex: [(word: Word, literal: Literal)]] = [:]
  /// Whether a person has set the symbol.
  private(set) var isSet: [SymbolIndex: Literal] = [:]

  init(_ rules: ConfigurationRules, freed: ((SymbolIndex) -> Bool)? = nil) {
    (self.rules, self.freed) = (rules, freed)
    isExpanded = [Bool](repeating: false, count: rules.model.symbols.count)
    pairs = [LiteralPair?](repeating: nil, count: rules.model.symbols.count)
  }

  mutating func setText(_ symbol: SymbolIndex, _ literal: Literal) { isSet[symbol] = literal }

  func isExpanded(_ symbol: SymbolIndex) -> Bool { isExpanded[Int(symbol)] }

  private func isFree(_ symbol: SymbolIndex) -> Bool {
    guard let freed else { return false }
    return rules.model.symbols[Int(symbol)].definitions.isEmpty || freed(symbol)
  }

  // MARK: Values

  mutating func pair(of symbol: SymbolIndex) -> LiteralPair {
    let index = Int(symbol)
    if let known = pairs[index] { return known }
    let record = rules.model.symbols[index]
    var pair = LiteralPair.no
    let isStranger = freed != nil && record.definitions.isEmpty
    if record.isTruthValue && !record.definitions.isEmpty || isStranger {
      pair = LiteralPair(clauses.variable())
      if record.type == .tristate || isStranger {
        pair.yes = clauses.variable()
        clauses.add([-pair.yes, pair.on])
      }
      mentioned.append(symbol)
    }
    pairs[index] = pair
    return pair
  }

  mutating func pair(of expression: KconfigExpression) -> LiteralPair {
    if let known = expressions[expression.number] { return known }
    let pair: LiteralPair
    switch rules.model.expressions[expression] {
    case .no: pair = .no
    case .module: pair = .module
    case .yes: pair = .yes
    case .moduleWhereThereAreModules: pair = LiteralPair(on: modules, yes: Clauses.no)
    case .symbol(let symbol): pair = self.pair(of: symbol)
    case .unknown(let word): pair = unknown(word)
    case .not(let inner):
      let value = self.pair(of: inner)
      pair = LiteralPair(on: -value.yes, yes: -value.on)
    case .and(let members): pair = joined(members, isAnd: true)
    case .or(let members): pair = joined(members, isAnd: false)
    case .compare(let comparison, let a, let b): pair = LiteralPair(compared(comparison, a, b))
    }
    expressions[expression.number] = pair
    return pair
  }

  /// There are modules.
  var modules: Literal {
    mutating get { rules.model.modules.map { pair(of: $0).on } ?? Clauses.no }
  }

  private mutating func unknown(_ word: Word) -> LiteralPair {
    if let known = unknowns[word] { return known }
    let pair = LiteralPair(on: clauses.variable(), yes: clauses.variable())
    clauses.add([-pair.yes, pair.on])
    unknowns[word] = pair
    return pair
  }

  private mutating func joined(_ members: [KconfigExpression], isAnd: Bool) -> LiteralPair {
    var pairs: [LiteralPair] = []
    for member in members { pairs.append(pair(of: member)) }
    return joined(pairs, isAnd: isAnd)
  }

  private mutating func joined(_ pairs: [LiteralPair], isAnd: Bool) -> LiteralPair {
    let (on, yes) = (pairs.map(\.on), pairs.map(\.yes))
    let first = isAnd ? clauses.and(on) : clauses.or(on)
    if on == yes { return LiteralPair(first) }
    return LiteralPair(on: first, yes: isAnd ? clauses.and(yes) : clauses.or(yes))
  }

  /// m as y where the symbol is bool, or tristate without modules.
  private mutating func promoted(_ pair: LiteralPair, _ kind: KconfigSymbol.Kind?) -> LiteralPair {
    guard kind == .tristate else { return LiteralPair(pair.on) }
    if pair.on == pair.yes { return pair }
    return LiteralPair(on: pair.on, yes: clauses.or([pair.yes, clauses.and([pair.on, -modules])]))
  }

  // MARK: What was found

  /// The value of a symbol in what the solver found.
  func value(of symbol: SymbolIndex) -> Tristate {
    guard let pair = pairs[Int(symbol)], holds(pair.on) else { return .no }
    return holds(pair.yes) ? .yes : .module
  }

  /// What a person has set in what the solver found.
  func settings() -> [(SymbolIndex, ConfigurationState.UserValue?)] {
    expanded.compactMap { symbol in
      guard let literal = isSet[symbol], holds(literal) else { return nil }
      if rules.model.symbols[Int(symbol)].isTruthValue { return (symbol, .tristate(value(of: symbol).low)) }
      return texts[symbol]?.first { holds($0.literal) }.map { (symbol, .text($0.word)) }
    }
  }

  private func holds(_ literal: Literal) -> Bool {
    literal == Clauses.yes || literal != Clauses.no && clauses.holds(literal)
  }

  // MARK: Symbols

  /// Adds the clauses of symbols and of all that they depend on; who selects or implies them stays free.
  mutating func expand(_ symbols: [SymbolIndex]) {
    var open = symbols
    while let symbol = open.popLast() {
      guard !isExpanded[Int(symbol)] else { continue }
      isExpanded[Int(symbol)] = true
      let record = rules.model.symbols[Int(symbol)]
      guard !record.definitions.isEmpty, !isFree(symbol) else { continue }
      expanded.append(symbol)
      if record.isTruthValue {
        if let choice = record.choice {
          var hasFree = false
          for member in rules.model.choices[Int(choice)].members where isFree(member) { hasFree = true }
          if hasFree { continue }
          for member in rules.model.choices[Int(choice)].members where member != symbol {
            isExpanded[Int(member)] = true
            expanded.append(member)
            addNeeds(of: rules.model.symbols[Int(member)], to: &open)
          }
          expand(choice: choice)
        } else {
          expand(symbol, record)
        }
        if record.type == .tristate, let modules = rules.model.modules { open.append(modules) }
      } else {
        expandText(symbol, record)
      }
      addNeeds(of: record, to: &open)
    }
  }

  /// What a symbol's value is made of, but for who selects or implies it.
  private func addNeeds(of record: KconfigModel.Symbol, to open: inout [SymbolIndex]) {
    let conditions =
      rules.model.prompts[record.prompts].map(\.condition)
      + rules.model.defaults[record.defaults].map(\.condition)
      + rules.model.ranges[record.ranges].map(\.condition)
      + rules.model.defaults[record.defaults].map(\.value.expression)
      + (record.impliers.isEmpty ? [] : [record.depends])
    for condition in conditions {
      rules.model.expressions.forEachSymbol(of: condition) { open.append($0) }
    }
  }

  mutating func visibility(of record: KconfigModel.Symbol) -> LiteralPair {
    promoted(joined(rules.model.prompts[record.prompts].map(\.condition), isAnd: false), record.type)
  }

  private mutating func expand(_ symbol: SymbolIndex, _ record: KconfigModel.Symbol) {
    let visibility = visibility(of: record)
    let standard = defaultValue(of: record)
    var weak = standard
    if visibility.on != Clauses.no {
      weak = LiteralPair(clauses.variable())
      if record.type == .tristate {
        weak.yes = clauses.variable()
        clauses.add([-weak.yes, weak.on])
      }
      let isSet = clauses.variable()
      self.isSet[symbol] = isSet
      clauses.add([-isSet, visibility.on])
      clauses.add([-isSet, -weak.on, visibility.on])
      clauses.add([-isSet, -weak.yes, visibility.yes])
      for (a, b) in [(weak.on, standard.on), (weak.yes, standard.yes)] {
        clauses.add([isSet, -a, b])
        clauses.add([isSet, a, -b])
      }
    }
    let selected = reverse(rules.model.edges[record.selectors], record.type)
    let value = promoted(joined([weak, selected], isAnd: false), record.type)
    let own = pair(of: symbol)
    clauses.equate(own.on, value.on)
    if own.yes != own.on { clauses.equate(own.yes, value.yes) }
  }

  private mutating func reverse(
    _ sources: ArraySlice<KconfigModel.Conditional<SymbolIndex>>, _ kind: KconfigSymbol.Kind?
  ) -> LiteralPair {
    var pairs: [LiteralPair] = []
    for source in sources {
      pairs.append(joined([pair(of: source.value), pair(of: source.condition)], isAnd: true))
    }
    return promoted(joined(pairs, isAnd: false), kind)
  }

  private mutating func defaultValue(of record: KconfigModel.Symbol) -> LiteralPair {
    var value = LiteralPair.no
    for property in rules.model.defaults[record.defaults].reversed() {
      let condition = pair(of: property.condition)
      let given = joined([pair(of: property.value.expression), condition], isAnd: true)
      value = LiteralPair(
        on: clauses.choose(condition.on, given.on, value.on),
        yes: clauses.choose(condition.on, given.yes, value.yes))
    }
    guard !record.impliers.isEmpty else { return value }
    let implied = reverse(rules.model.edges[record.impliers], record.type)
    let depends = promoted(pair(of: record.depends), record.type)
    let weak = joined([joined([value, implied], isAnd: false), depends], isAnd: true)
    return LiteralPair(
      on: clauses.choose(implied.on, weak.on, value.on), yes: clauses.choose(implied.on, weak.yes, value.yes))
  }

  /// Exactly one of the members that can be seen is y. Source: `sym_calc_choice()`.
  private mutating func expand(choice index: Int32) {
    let choice = rules.model.choices[Int(index)]
    var values: [Literal] = []
    var visible: [Literal] = []
    for member in choice.members where rules.model.symbols[Int(member)].choice == index {
      let visibility = visibility(of: rules.model.symbols[Int(member)])
      let own = pair(of: member)
      clauses.add([-own.on, visibility.on])
      if own.yes != own.on { clauses.add([-own.on, own.yes, modules]) }
      for other in values { clauses.add([-own.yes, -other]) }
      values.append(own.yes)
      visible.append(visibility.on)
      isSet[member] = own.yes
    }
    guard !choice.isOptional else { return }
    for literal in visible { clauses.add([-literal] + values) }
  }
}
