// SPDX-License-Identifier: GPL-2.0-or-later

/// The values of all symbols for what a person has set, as `olddefconfig` computes them.
///
/// A change is carried on to what depends on it and no further.
/// Source: `sym_calc_value()` in `scripts/kconfig/symbol.c`.
struct ConfigurationState: Sendable {
  /// What a person sets a symbol to.
  enum UserValue: Hashable, Sendable {
    case tristate(UInt8)
    case text(Word)
  }

  private(set) var rules: ConfigurationRules
  /// As truth values; n for an int, hex or string.
  private(set) var values: [Tristate]
  /// As text, for an int, hex or string; nil where it is not known.
  private(set) var texts: [Word?]
  private(set) var userValues: [SymbolIndex: UserValue] = [:]
  /// The order in which members of choices were set; the last wins.
  private var turns: [SymbolIndex: Int] = [:]
  private var turn = 0
  /// Values that depend on each other did not come to rest.
  private(set) var isUnstable = false

  /// Nothing is set.
  init(_ rules: ConfigurationRules) {
    self.rules = rules
    values = [Tristate](repeating: .no, count: rules.model.symbols.count)
    texts = rules.model.symbols.map { $0.type == nil ? $0.name : nil }
    var queue = UnitQueue(rules)
    for index in rules.model.symbols.indices where !rules.model.symbols[index].definitions.isEmpty {
      queue.insert(rules.units[index])
    }
    settle(&queue)
  }

  /// The state with nothing set, as it was.
  init(_ rules: ConfigurationRules, values: [Tristate], texts: [Word?], isUnstable: Bool) {
    (self.rules, self.values, self.texts, self.isUnstable) = (rules, values, texts, isUnstable)
  }

  /// Takes rules that know more words.
  mutating func adopt(words rules: ConfigurationRules) { self.rules = rules }

  /// Sets a symbol, or takes back that it was set.
  mutating func set(_ symbol: SymbolIndex, to value: UserValue?) {
    set([(symbol, value)])
  }

  mutating func set(_ changes: [(SymbolIndex, UserValue?)]) {
    var queue = UnitQueue(rules)
    for (symbol, value) in changes {
      turn += 1
      if value != nil && userValues[symbol] != value { turns[symbol] = turn }
      userValues[symbol] = value
      queue.insert(rules.units[Int(symbol)])
    }
    settle(&queue)
  }

  /// Computes what is in the queue and what depends on what changes.
  private mutating func settle(_ queue: inout UnitQueue) {
    let count = rules.model.symbols.count
    while let unit = queue.removeFirst() {
      if Int(unit) < count {
        let (value, text) = (values[Int(unit)], texts[Int(unit)])
        compute(unit)
        guard value != values[Int(unit)] || text != texts[Int(unit)] else { continue }
        for user in rules.users(of: unit) { queue.insert(user) }
        if unit == rules.model.modules { insertTristates(&queue) }
        continue
      }
      let members = rules.model.choices[Int(unit) - count].members
      let before = members.map { values[Int($0)] }
      compute(choice: Int(unit) - count)
      for (member, old) in zip(members, before) where old != values[Int(member)] {
        for user in rules.users(of: member) { queue.insert(user) }
        if member == rules.model.modules { insertTristates(&queue) }
      }
    }
    if queue.isExhausted { isUnstable = true }
  }

  private func insertTristates(_ queue: inout UnitQueue) {
    for (index, value) in values.enumerated()
    where value != .no && rules.model.symbols[index].type == .tristate {
      queue.insert(rules.units[index])
    }
  }

  // MARK: One symbol

  private var modules: Tristate { rules.model.modules.map { values[Int($0)] } ?? .no }

  /// m as y where the symbol is bool, or tristate without modules.
  private func promoted(_ value: Tristate, _ kind: KconfigSymbol.Kind?) -> Tristate {
    guard kind == .tristate else { return value.promoted }
    let modules = modules
    if modules.isOn { return value }
    return modules.isMaybeOn ? value.joined(value.promoted) : value.promoted
  }

  private func visibility(of record: KconfigModel.Symbol) -> Tristate {
    let sum = rules.model.prompts[record.prompts].reduce(Tristate.no) { $0 || value(of: $1.condition) }
    return promoted(sum, record.type)
  }

  private mutating func compute(_ symbol: SymbolIndex) {
    let record = rules.model.symbols[Int(symbol)]
    switch record.type {
    case nil: break
    case .bool, .tristate: values[Int(symbol)] = truth(of: symbol, record)
    case .int, .hex, .string:
      texts[Int(symbol)] = clamped(plainText(of: symbol, record), record)
    }
  }

  private func truth(of symbol: SymbolIndex, _ record: KconfigModel.Symbol) -> Tristate {
    let visibility = visibility(of: record)
    var value: Tristate
    if case .tristate(let user)? = userValues[symbol], visibility.isMaybeOn {
      value = Tristate(low: user, high: user) && visibility
      if !visibility.isOn { value = value.joined(defaultTruth(record)) }
    } else {
      value = defaultTruth(record)
    }
    let selected = rules.model.edges[record.selectors].reduce(Tristate.no) {
      $0 || values[Int($1.value)] && self.value(of: $1.condition)
    }
    return promoted(value || promoted(selected, record.type), record.type)
  }

  private func defaultTruth(_ record: KconfigModel.Symbol) -> Tristate {
    let value = firstDefault(record) {
      $0.map { self.value(of: $0.value.expression) && self.value(of: $0.condition) } ?? .no
    }
    let implied = rules.model.edges[record.impliers].reduce(Tristate.no) {
      $0 || values[Int($1.value)] && self.value(of: $1.condition)
    }
    guard implied.isMaybeOn else { return value }
    let weak =
      (value || promoted(implied, record.type)) && promoted(self.value(of: record.depends), record.type)
    return implied.isOn ? weak : weak.joined(value)
  }

  /// The first default whose condition holds, and those before whose condition may; joined.
  private func firstDefault(
    _ record: KconfigModel.Symbol,
    _ make: (KconfigModel.Conditional<KconfigModel.DefaultValue>?) -> Tristate
  ) -> Tristate {
    var sum: Tristate?
    for property in rules.model.defaults[record.defaults] {
      let condition = value(of: property.condition)
      guard condition.isMaybeOn else { continue }
      let value = make(property)
      sum = sum?.joined(value) ?? value
      if condition.isOn { return sum ?? value }
    }
    let none = make(nil)
    return sum?.joined(none) ?? none
  }

  // MARK: Texts

  private func plainText(of symbol: SymbolIndex, _ record: KconfigModel.Symbol) -> Word? {
    let visibility = visibility(of: record)
    if case .text(let word)? = userValues[symbol] {
      if visibility.isOn { return word }
      if visibility.isMaybeOn { return nil }
    }
    for property in rules.model.defaults[record.defaults] {
      let condition = value(of: property.condition)
      if condition.isOn { return property.value.operand.flatMap { text(of: $0) } }
      if condition.isMaybeOn { return nil }
    }
    return record.type == .string ? rules.empty : record.type == .hex ? rules.hexZero : rules.zero
  }

  /// Source: `sym_validate_range()`.
  private func clamped(_ word: Word?, _ record: KconfigModel.Symbol) -> Word? {
    guard let word, record.type != .string else { return word }
    for property in rules.model.ranges[record.ranges] {
      let condition = value(of: property.condition)
      guard condition.isMaybeOn else { continue }
      guard condition.isOn, let low = text(of: property.value.low), let high = text(of: property.value.high)
      else {
        return nil
      }
      return rules.clamped(word, low, high, record.type)
    }
    return word
  }

  /// An operand as comparisons see it; nil where it is not known.
  func text(of operand: Operand) -> Word? {
    switch operand {
    case .text(let word): return word
    case .unknown: return nil
    case .symbol(let symbol):
      guard rules.model.symbols[Int(symbol)].isTruthValue else { return texts[Int(symbol)] }
      let value = values[Int(symbol)]
      return value.isKnown ? rules.letters[Int(value.low)] : nil
    }
  }

  // MARK: Choices

  /// Exactly one of the members that can be seen is y.
  ///
  /// Where it is not known whether some can be seen, the answer is known if they make no difference.
  /// Source: `sym_calc_choice()`.
  private mutating func compute(choice index: Int) {
    let choice = rules.model.choices[index]
    var visible: [SymbolIndex] = []
    var maybeVisible: [SymbolIndex] = []
    for member in choice.members where rules.model.symbols[Int(member)].choice == Int32(index) {
      let visibility = visibility(of: rules.model.symbols[Int(member)])
      values[Int(member)] = .no
      if visibility.isOn { visible.append(member) }
      if visibility.isMaybeOn { maybeVisible.append(member) }
    }
    let chosen = chosen(among: maybeVisible, choice)
    if case .known(let member) = chosen,
      visible == maybeVisible || self.chosen(among: visible, choice) == chosen
    {
      if let member { values[Int(member)] = .yes }
    } else {
      for member in maybeVisible { values[Int(member)] = .unknown }
    }
  }

  private enum Chosen: Equatable {
    case known(SymbolIndex?)
    case unknown
  }

  private func chosen(among visible: [SymbolIndex], _ choice: KconfigModel.Choice) -> Chosen {
    func userValue(_ symbol: SymbolIndex) -> UInt8? {
      if case .tristate(let value)? = userValues[symbol] { value } else { nil }
    }
    let latest = visible.sorted { turns[$0] ?? 0 > turns[$1] ?? 0 }
    if let chosen = latest.first(where: { userValue($0) == 2 }) { return .known(chosen) }
    if choice.isOptional { return .known(nil) }
    var standard: SymbolIndex?
    for property in choice.defaults where visible.contains(property.value) {
      let condition = value(of: property.condition)
      guard condition.isMaybeOn else { continue }
      guard condition.isOn else { return .unknown }
      standard = property.value
      break
    }
    let first = (standard ?? visible.first).flatMap { userValue($0) == 0 ? nil : $0 }
    return .known(first ?? visible.first { userValue($0) == nil } ?? latest.last)
  }

  // MARK: Expressions

  func value(of expression: KconfigExpression) -> Tristate { value(at: expression.number) }

  private func value(at number: Int32) -> Tristate {
    let node = rules.expressions.nodes[Int(number)]
    switch node.kind {
    case .no: return .no
    case .module: return .module
    case .yes: return .yes
    case .moduleWhereThereAreModules: return .module && modules
    case .symbol: return values[Int(node.first)]
    case .unknown: return .unknown
    case .not: return !value(at: node.first)
    case .and:
      var sum = Tristate.yes
      for index in node.first..<node.first + node.count {
        sum = sum && value(at: rules.expressions.members[Int(index)])
        if sum == .no { break }
      }
      return sum
    case .or:
      var sum = Tristate.no
      for index in node.first..<node.first + node.count {
        sum = sum || value(at: rules.expressions.members[Int(index)])
        if sum == .yes { break }
      }
      return sum
    case .compare:
      guard let compared = rules.expressions.comparison(at: number) else { return .unknown }
      return comparisonValue(compared.comparison, compared.a, compared.b)
    }
  }

  private func comparisonValue(_ comparison: Comparison, _ a: Operand, _ b: Operand) -> Tristate {
    let (first, second) = (possibleTexts(of: a), possibleTexts(of: b))
    guard let first, let second else { return .unknown }
    var sum: Tristate?
    for x in first {
      for y in second {
        let value = Tristate(
          comparison.holds(KconfigNumber.order(rules.typed(x, of: a), rules.typed(y, of: b))))
        sum = sum?.joined(value) ?? value
      }
    }
    return sum ?? .unknown
  }

  /// What an operand may be; nil where it may be anything.
  private func possibleTexts(of operand: Operand) -> [Word]? {
    if case .symbol(let symbol) = operand, rules.model.symbols[Int(symbol)].isTruthValue {
      let value = values[Int(symbol)]
      return (value.low...value.high).map { rules.letters[Int($0)] }
    }
    return text(of: operand).map { [$0] }
  }

  /// Whether .config has a line for an int, hex or string.
  func isWritten(_ symbol: SymbolIndex) -> Tristate {
    let record = rules.model.symbols[Int(symbol)]
    let conditions =
      rules.model.prompts[record.prompts].map(\.condition)
      + rules.model.defaults[record.defaults].map(\.condition)
    let sum = conditions.reduce(Tristate.no) { $0 || value(of: $1) }
    return sum.promoted
  }
}

extension ConfigurationRules {
  /// A number between two bounds: itself, or the bound it passes.
  func clamped(_ word: Word, _ low: Word, _ high: Word, _ kind: KconfigSymbol.Kind?) -> Word {
    func typed(_ word: Word) -> KconfigNumber.Typed { KconfigNumber.Typed(text: words[word], kind: kind) }
    if KconfigNumber.order(typed(word), typed(low)) < 0 { return low }
    return KconfigNumber.order(typed(word), typed(high)) > 0 ? high : word
  }
}
