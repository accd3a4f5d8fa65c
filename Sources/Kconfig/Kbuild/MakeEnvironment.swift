// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// The variables that a Makefile exports to those below it.
///
/// Make hands them on through the environment of the next make, expanded.
final class MakeEnvironment: Sendable {
  private let values: [String: MakeValue]
  private let table: FormulaTable
  private let outer: MakeEnvironment?

  init(values: [String: MakeValue], table: FormulaTable, outer: MakeEnvironment?) {
    (self.values, self.table, self.outer) = (values, table, outer)
  }

  /// A variable's value in the formulas of another evaluation; nil where nobody exports it.
  func value(of name: String, for evaluator: inout MakeEvaluator) -> MakeValue? {
    guard let value = values[name] else { return outer?.value(of: name, for: &evaluator) }
    return adopted(value, &evaluator)
  }

  private func adopted(_ value: MakeValue, _ evaluator: inout MakeEvaluator) -> MakeValue {
    var result = MakeValue()
    for part in value.parts {
      switch part {
      // Lines are those of the file that asks: it has no other's number.
      case .text(let text, _): result.append(.text(text, evaluator.origin))
      case .unknown(let text, _): result.append(.unknown(text, evaluator.origin))
      case .deferred: break
      case .item(let condition, let inner):
        let here = evaluator.table.adopt(condition, of: table)
        result.append(.item(here, adopted(inner, &evaluator)))
      case .either(let alternatives):
        var own: [MakeValue.Alternative] = []
        for alternative in alternatives {
          let here = evaluator.table.adopt(alternative.condition, of: table)
          own.append(.init(condition: here, value: adopted(alternative.value, &evaluator)))
        }
        result.append(.either(own))
      }
    }
    return result
  }
}
