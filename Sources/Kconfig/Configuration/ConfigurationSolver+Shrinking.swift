// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension ConfigurationSolver {
  /// Tries of leaving one assignment out.
  private static let tries = 400

  /// The shortest list that was found from what is set in a state where the question holds.
  ///
  /// Symbols of the question that matter stand in it also where their value is the default: who reads it wants
  /// to see them. All else stands there only if the question would not hold without.
  /// - Parameter expanded: the symbols that were looked at, those nearest to the question first.
  func witness(
    of found: ConfigurationState, for question: Question, expanded: [SymbolIndex]
  ) -> Witness {
    var state = found
    let matters = symbolsThatMatter(state, question)
    var tries = Self.tries
    for symbol in droppingOrder(state, expanded) where tries > 0 {
      tries -= 1
      var without = state
      without.set(symbol, to: nil)
      if question.value(in: without) == .yes { state = without }
    }
    // What is left of the question's symbols is set, if that changes nothing.
    var shown: [SymbolIndex] = []
    for symbol in matters where !rules.model.symbols[Int(symbol)].prompts.isEmpty {
      if state.userValues[symbol] == nil, let value = setting(of: symbol, in: state) {
        var with = state
        with.set(symbol, to: value)
        guard question.value(in: with) == .yes else { continue }
        state = with
      }
      shown.append(symbol)
    }
    let others = state.userValues.keys.filter { !shown.contains($0) }.sorted {
      (rules.model.place(of: $0) ?? .max) < (rules.model.place(of: $1) ?? .max)
    }
    let on = (shown + others).filter { isOn($0, state) }
    let off = (shown + others).filter { !isOn($0, state) }
    return Witness(
      assignments: (on + off).map {
        Witness.Assignment(symbol: rules.model.name(of: $0), value: text(of: $0, in: state))
      })
  }

  /// Symbols of the question without whose values it might not hold.
  private func symbolsThatMatter(_ state: ConfigurationState, _ question: Question) -> [SymbolIndex] {
    var ignored: Set<SymbolIndex> = []
    for symbol in question.symbols.reversed().prefix(Self.tries) {
      ignored.insert(symbol)
      if question.value(in: state, ignoring: ignored) != .yes { ignored.remove(symbol) }
    }
    return question.symbols.filter { !ignored.contains($0) }
  }

  /// What people would rather not set is left out first, then what is farthest from the question.
  private func droppingOrder(_ state: ConfigurationState, _ expanded: [SymbolIndex]) -> [SymbolIndex] {
    let set = expanded.reversed().filter { state.userValues[$0] != nil }
    return unwanted.filter(set.contains) + set.filter { !unwanted.contains($0) }
  }

  private func isOn(_ symbol: SymbolIndex, _ state: ConfigurationState) -> Bool {
    !rules.model.symbols[Int(symbol)].isTruthValue || state.values[Int(symbol)].isMaybeOn
  }

  private func setting(of symbol: SymbolIndex, in state: ConfigurationState) -> ConfigurationState.UserValue?
  {
    guard rules.model.symbols[Int(symbol)].isTruthValue else { return nil }
    let value = state.values[Int(symbol)]
    return value.isKnown ? .tristate(value.low) : nil
  }

  private func text(of symbol: SymbolIndex, in state: ConfigurationState) -> String {
    guard rules.model.symbols[Int(symbol)].isTruthValue else {
      return state.texts[Int(symbol)].map(rules.text) ?? "?"
    }
    return state.values[Int(symbol)].letter
  }
}
