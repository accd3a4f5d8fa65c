// SPDX-License-Identifier: GPL-2.0-or-later

/// The values that symbols have when a person sets some of them and `make olddefconfig` does the rest.
public struct KconfigConfiguration: Sendable {
  private let state: ConfigurationState

  /// - Parameter settings: names without CONFIG_ and values as in .config, without quotes; names that are not
  ///   defined are left out. Of the members of a choice the last that is y wins.
  public init(_ solver: ConfigurationSolver, setting settings: [(symbol: String, value: String)]) {
    var state = solver.start
    var rules = solver.rules
    var changes: [(SymbolIndex, ConfigurationState.UserValue?)] = []
    for (name, value) in settings {
      guard let symbol = rules.model.find(name) else { continue }
      if rules.model.symbols[Int(symbol)].isTruthValue {
        guard let level = ["n", "m", "y"].firstIndex(of: value) else { continue }
        changes.append((symbol, .tristate(UInt8(level))))
      } else {
        changes.append((symbol, .text(rules.word(value))))
      }
    }
    state.adopt(words: rules)
    state.set(changes)
    self.state = state
  }

  /// The value of a symbol: y, m and n, or a number or text; nil where it depends on what a command would say.
  /// A name that is not defined is n.
  public func value(of name: String) -> String? {
    guard let symbol = state.rules.model.find(name),
      !state.rules.model.symbols[Int(symbol)].definitions.isEmpty
    else { return "n" }
    guard state.rules.model.symbols[Int(symbol)].isTruthValue else {
      return state.texts[Int(symbol)].map(state.rules.text)
    }
    let value = state.values[Int(symbol)]
    return value.isKnown ? value.letter : nil
  }
}
