// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

extension KconfigDatabase {
  /// The symbols with a definition that depends on a name, sorted. It looks through all files' expressions once.
  public func dependents(of name: String) -> [String] {
    guard let symbol = model.find(name) else { return [] }
    // Parts stand before what is made of them.
    var mentions = [Bool](repeating: false, count: model.expressions.nodes.count)
    for index in model.expressions.nodes.indices {
      mentions[index] =
        switch model.expressions[KconfigExpression(number: Int32(index))] {
        case .no, .module, .yes, .moduleWhereThereAreModules, .unknown: false
        case .symbol(let other): other == symbol
        case .not(let inner): mentions[Int(inner.number)]
        case .and(let members), .or(let members): members.contains { mentions[Int($0.number)] }
        case .compare(_, let a, let b): a == .symbol(symbol) || b == .symbol(symbol)
        }
    }
    return model.symbols.lazy.filter {
      model.definitions[$0.definitions].contains { mentions[Int($0.depends.number)] }
    }
    .map { model.words.text($0.name) }.sorted()
  }

  /// Where an expression is m or y. Comparisons other than with y, m and n, and what a command would say, are
  /// opaque; names that are not defined are n.
  public func formula(of expression: KconfigExpression, in table: inout FormulaTable) -> Formula {
    bounds(of: expression, in: &table).on
  }

  func bounds(
    of expression: KconfigExpression, in table: inout FormulaTable
  ) -> (on: Formula, yes: Formula) {
    switch model.expressions[expression] {
    case .no: return (.never, .never)
    case .module: return (.always, .never)
    case .yes: return (.always, .always)
    case .moduleWhereThereAreModules:
      return (model.modules.map { values(of: $0, in: &table).on } ?? .never, .never)
    case .symbol(let symbol): return values(of: symbol, in: &table)
    case .not(let inner):
      let value = bounds(of: inner, in: &table)
      return (table.not(value.yes), table.not(value.on))
    case .and(let members):
      let values = members.map { bounds(of: $0, in: &table) }
      return (table.and(values.map(\.on)), table.and(values.map(\.yes)))
    case .or(let members):
      let values = members.map { bounds(of: $0, in: &table) }
      return (table.or(values.map(\.on)), table.or(values.map(\.yes)))
    case .compare(let comparison, .symbol(let symbol), .text(let word)):
      if let formula = compared(comparison, symbol, word, in: &table) { return (formula, formula) }
    case .compare, .unknown: break
    }
    let opaque = table.atom(.opaque(text(of: expression)))
    return (opaque, opaque)
  }

  func values(of symbol: SymbolIndex, in table: inout FormulaTable) -> (on: Formula, yes: Formula) {
    let record = model.symbols[Int(symbol)]
    guard record.isTruthValue, !record.definitions.isEmpty else { return (.never, .never) }
    let name = model.name(of: symbol)
    let yes = table.atom(.isBuiltIn(name))
    guard record.type == .tristate else { return (yes, yes) }
    let module = table.atom(.isModule(name))
    return (table.or(yes, module), yes)
  }

  /// A truth value compared with y, m or n; nil where it is something else.
  private func compared(
    _ comparison: Comparison, _ symbol: SymbolIndex, _ word: Word, in table: inout FormulaTable
  ) -> Formula? {
    guard model.symbols[Int(symbol)].isTruthValue, !model.symbols[Int(symbol)].definitions.isEmpty,
      let level = ["n", "m", "y"].firstIndex(of: model.words.text(word))
    else { return nil }
    let value = values(of: symbol, in: &table)
    let isTristate = model.symbols[Int(symbol)].type == .tristate
    let module = isTristate ? table.atom(.isModule(model.name(of: symbol))) : .never
    let levels = [table.not(value.on), module, value.yes]
    return table.or(levels.indices.filter { comparison.holds($0 - level) }.map { levels[$0] })
  }
}
