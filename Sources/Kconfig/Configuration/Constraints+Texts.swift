// SPDX-License-Identifier: GPL-2.0-or-later

/// Values of int, hex and string symbols: one literal for each value that some comparison tells apart.
extension Constraints {
  private static let pairLimit = 4096

  /// The values of a symbol with their literals, of which exactly one holds; nil where any value is possible.
  mutating func values(of symbol: SymbolIndex) -> [(word: Word, literal: Literal)]? {
    if let known = texts[symbol] { return known }
    let candidates = rules.candidates[Int(symbol)]
    guard !candidates.isEmpty, !rules.model.symbols[Int(symbol)].definitions.isEmpty else { return nil }
    var values: [(word: Word, literal: Literal)] = []
    for word in candidates {
      let literal = clauses.variable()
      for other in values { clauses.add([-literal, -other.literal]) }
      values.append((word, literal))
    }
    clauses.add(values.map(\.literal))
    texts[symbol] = values
    return values
  }

  /// What an operand may be; nil where it may be anything.
  private mutating func values(of operand: Operand) -> [(word: Word, literal: Literal)]? {
    if let word = rules.constant(operand) { return [(word, Clauses.yes)] }
    guard case .symbol(let symbol) = operand else { return nil }
    guard rules.model.symbols[Int(symbol)].isTruthValue else { return values(of: symbol) }
    let pair = pair(of: symbol)
    return [
      (rules.letters[0], -pair.on), (rules.letters[1], clauses.and([pair.on, -pair.yes])),
      (rules.letters[2], pair.yes),
    ]
  }

  mutating func compared(_ comparison: Comparison, _ a: Operand, _ b: Operand) -> Literal {
    guard let first = values(of: a), let second = values(of: b), first.count * second.count <= Self.pairLimit
    else { return clauses.variable() }
    var cases: [Literal] = []
    for x in first {
      for y in second
      where comparison.holds(KconfigNumber.order(rules.typed(x.word, of: a), rules.typed(y.word, of: b))) {
        cases.append(clauses.and([x.literal, y.literal]))
      }
    }
    return clauses.or(cases)
  }

  /// Ties the value of a symbol to its prompt, defaults and ranges.
  mutating func expandText(_ symbol: SymbolIndex, _ record: KconfigModel.Symbol) {
    guard let values = values(of: symbol) else { return }
    let isSet = clauses.and([clauses.variable(), visibility(of: record).on])
    setText(symbol, isSet)
    var before: [Literal] = []
    for property in rules.model.defaults[record.defaults] {
      let condition = pair(of: property.condition).on
      let isUsed = clauses.and(before + [condition, -isSet])
      before.append(-condition)
      guard let operand = property.value.operand, let given = self.values(of: operand) else { continue }
      for (word, literal) in given { require(word, where: [isUsed, literal], record, values) }
    }
    let standard = record.type == .string ? rules.empty : record.type == .hex ? rules.hexZero : rules.zero
    require(standard, where: before + [-isSet], record, values)
    limit(values, record, where: isSet)
  }

  /// A default is the value, clamped by the first range that holds.
  private mutating func require(
    _ word: Word, where conditions: [Literal], _ record: KconfigModel.Symbol,
    _ values: [(word: Word, literal: Literal)]
  ) {
    func literal(_ word: Word) -> Literal? { values.first { $0.word == word }?.literal }
    var before: [Literal] = []
    for property in rules.model.ranges[record.ranges] where record.type != .string {
      let condition = pair(of: property.condition).on
      if let low = rules.constant(property.value.low), let high = rules.constant(property.value.high),
        let clamped = literal(rules.clamped(word, low, high, record.type))
      {
        clauses.add((conditions + before + [condition]).map { -$0 } + [clamped])
      }
      before.append(-condition)
    }
    if let plain = literal(word) { clauses.add((conditions + before).map { -$0 } + [plain]) }
  }

  /// What a person sets lies in the first range that holds.
  private mutating func limit(
    _ values: [(word: Word, literal: Literal)], _ record: KconfigModel.Symbol, where isSet: Literal
  ) {
    guard record.type != .string else { return }
    var before: [Literal] = []
    for property in rules.model.ranges[record.ranges] {
      let condition = pair(of: property.condition).on
      if let low = rules.constant(property.value.low), let high = rules.constant(property.value.high) {
        for (word, literal) in values where rules.clamped(word, low, high, record.type) != word {
          clauses.add([-isSet, -condition, -literal] + before.map { -$0 })
        }
      }
      before.append(-condition)
    }
  }
}
