// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// The variables that the Makefiles above a folder export to it.
///
/// Make hands them on through the environment of the next make, expanded.
struct MakeEnvironment: Sendable {
  /// What one Makefile exports.
  final class Layer: Sendable {
    fileprivate let values: [String: MakeValue]
    fileprivate let table: FormulaTable
    /// Whether it is the same for all architectures.
    fileprivate let isCommon: Bool

    init(values: [String: MakeValue], table: FormulaTable, isCommon: Bool) {
      (self.values, self.table, self.isCommon) = (values, table, isCommon)
    }
  }

  /// The outermost first.
  private var layers: [Layer]

  init(_ layers: [Layer] = []) { self.layers = layers }

  /// A variable's value in the formulas of another evaluation, and whether that is the same for all architectures; nil where
  /// nobody exports it.
  func value(of name: String, for evaluator: inout MakeEvaluator) -> (value: MakeValue, isCommon: Bool)? {
    for layer in layers.reversed() {
      if let value = layer.values[name] { return (layer.adopted(value, &evaluator), layer.isCommon) }
    }
    return nil
  }

  /// Whether one of the variables is exported by a Makefile of the architecture.
  func mayHold(_ names: Set<String>) -> Bool {
    layers.contains { layer in !layer.isCommon && layer.values.keys.contains(where: names.contains) }
  }
}

extension MakeEnvironment.Layer {
  fileprivate func adopted(_ value: MakeValue, _ evaluator: inout MakeEvaluator) -> MakeValue {
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
