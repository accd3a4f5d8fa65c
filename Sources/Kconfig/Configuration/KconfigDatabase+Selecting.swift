// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

/// A `select` line.
public struct KconfigSelect: Sendable {
  /// Who selects whom, without CONFIG_.
  public var selector, selected: String
  public var path: String
  public var line: Int
  /// With the dependencies of the selector's entry.
  public var condition: KconfigExpression
}

extension KconfigDatabase {
  /// The lines by which a symbol is selected, in the order of the files' names.
  public func selects(of name: String) -> [KconfigSelect] {
    (symbol(name)?.selectors ?? []).map {
      KconfigSelect(
        selector: $0.value, selected: name, path: $0.path, line: $0.line, condition: $0.condition)
    }
  }

  /// The lines by which a symbol selects others, in the order of the files.
  public func selects(by name: String) -> [KconfigSelect] {
    (symbol(name)?.selects ?? []).map {
      KconfigSelect(
        selector: name, selected: $0.value, path: $0.path, line: $0.line, condition: $0.condition)
    }
  }

  /// What a symbol depends on, one definition or the other, as Kconfig writes it.
  public func dependencyText(of name: String) -> String? {
    model.find(name).map { model.text(of: model.symbols[Int($0)].depends) }
  }

  /// When a `select` gives a symbol more than its dependencies allow; never where the symbol is not defined.
  ///
  /// Of a bool both count as y. Source: `sym_calc_value()` and `sym_calc_visibility()` of `scripts/kconfig/symbol.c`.
  public func unmetDependency(of select: KconfigSelect, in table: inout FormulaTable) -> Formula {
    guard let index = model.find(select.selected), let source = model.find(select.selector),
      model.symbols[Int(index)].isTruthValue, !model.symbols[Int(index)].definitions.isEmpty
    else { return .never }
    let selector = values(of: source, in: &table)
    let condition = bounds(of: select.condition, in: &table)
    let depends = bounds(of: model.symbols[Int(index)].depends, in: &table)
    let on = table.and([selector.on, condition.on, table.not(depends.on)])
    guard model.symbols[Int(index)].type == .tristate else { return on }
    return table.or(on, table.and([selector.yes, condition.yes, table.not(depends.yes)]))
  }
}
