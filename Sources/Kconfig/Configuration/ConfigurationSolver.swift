// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

/// Whether something can be, in any configuration that the Kconfig files of one architecture allow.
///
/// It begins with the clauses of what the question mentions and of what that depends on, and takes all other
/// symbols to be n. Where nothing is possible so, the solver says which of them stood in the way, and their
/// clauses are added, the simplest first. What is possible is tried on an evaluator that does as `olddefconfig`;
/// where a symbol turns out otherwise, its clauses are added too. So most of Kconfig is never looked at,
/// "impossible" follows from fewer constraints than there are, and "possible" was computed as Kconfig does.
public final class ConfigurationSolver {
  public enum Answer: Hashable, Sendable {
    case impossible
    /// What to set so that it is.
    case possible(Witness)
    case unknown(String)
  }

  let rules: ConfigurationRules
  /// Nothing set.
  let start: ConfigurationState
  private var answers: [Formula: Answer] = [:]
  /// Whether a formula cannot hold, of those that nobody wants a witness of.
  private var ruledOut: [Formula: Bool] = [:]
  /// What is not to be had on any architecture, and what may be.
  private var impossible: [Formula: Bool] = [:]
  /// What was asked of symbols, whether they may be anything.
  private var freed: [SymbolIndex: Bool] = [:]
  /// The formulas that have answers.
  private var asked = FormulaTable()

  public init(_ database: KconfigDatabase) {
    start = database.start ?? ConfigurationState(ConfigurationRules(database.model))
    rules = start.rules
  }

  /// How often clauses are added for one question.
  private static let rounds = 100
  private static let conflicts: Int32 = 20_000
  /// Symbols in the way that are looked at first; each time twice as many.
  private static let batch = 8
  /// How many times `batch` it may be before what people would rather not set is allowed.
  private static let patience = 4

  /// What people would rather not set.
  var unwanted: [SymbolIndex] {
    ["COMPILE_TEST", "EXPERT", "MODULES"].compactMap { name in
      rules.model.find(name).flatMap { rules.model.symbols[Int($0)].isTruthValue ? $0 : nil }
    }
  }

  /// Whether a formula over CONFIG facts can hold. Names that are not defined here are n.
  public func answer(_ question: Formula, of table: FormulaTable) -> Answer {
    let key = asked.adopt(question, of: table)
    if let known = answers[key] { return known }
    if ruledOut[key] == true { return .impossible }
    let question = Question(question, of: table, rules.model)
    let answer: Answer =
      switch solve(question) {
      case .impossible: .impossible
      case .possible(let state, let expanded):
        .possible(witness(of: state, for: question, expanded: expanded))
      case .unknown(let why): .unknown(why)
      }
    answers[key] = answer
    return answer
  }

  /// Whether a formula over CONFIG facts cannot hold, without a witness where it can: to make that short costs as much as to
  /// find it.
  public func isImpossible(_ question: Formula, of table: FormulaTable) -> Bool {
    let key = asked.adopt(question, of: table)
    if let known = answers[key] { return known == .impossible }
    if let known = ruledOut[key] { return known }
    let isImpossible =
      if case .impossible = solve(Question(question, of: table, rules.model)) { true } else { false }
    ruledOut[key] = isImpossible
    return isImpossible
  }

  private enum Solution {
    case impossible
    /// In a state, which was found with the clauses of some symbols.
    case possible(ConfigurationState, expanded: [SymbolIndex])
    case unknown(String)
  }

  private func solve(_ question: Question) -> Solution {
    if let stranger = question.stranger { return .unknown("\(stranger) is no fact of the configuration") }
    if question.value(in: start) == .yes { return .possible(start, expanded: []) }
    // A new solver each time: an answer does not depend on what was asked before.
    var constraints = Constraints(rules)
    let goal = question.literal(in: &constraints)
    constraints.expand(question.symbols)
    var batch = Self.batch
    var unwanted = self.unwanted
    for _ in 0..<Self.rounds {
      let free = constraints.mentioned.filter { !constraints.isExpanded($0) }
      let off = (free + unwanted).map { -constraints.pair(of: $0).on }
      switch constraints.clauses.solve(assuming: [goal] + off, conflicts: Self.conflicts) {
      case .unknown: return .unknown("the solver gave up")
      case .unsatisfiable:
        let needed = zip(free + unwanted, off).filter { constraints.clauses.failed($0.1) }.map(\.0)
        if needed.isEmpty { return .impossible }
        let inTheWay = needed.filter { !constraints.isExpanded($0) && !unwanted.contains($0) }
        if inTheWay.isEmpty || batch > Self.batch * Self.patience {
          unwanted.removeAll(where: needed.contains)
        }
        constraints.expand(simplest(batch, of: needed))
        batch *= 2
      case .satisfiable:
        var state = start
        state.set(constraints.settings())
        let value = question.value(in: state)
        if value == .yes {
          return .possible(state, expanded: constraints.expanded)
        }
        let wrong = free.filter { state.values[Int($0)] != .no }
        guard !wrong.isEmpty else {
          return .unknown(
            value.isMaybeOn
              ? "it hangs on the output of a command, which is not run"
              : "Kconfig's defaults do not come out as the solver wants them")
        }
        constraints.expand(wrong)
      }
    }
    return .unknown("too much of Kconfig takes part")
  }

  /// Whether a formula cannot hold whatever some symbols are, those too that are not defined here: then no other
  /// architecture has it either, where those are the ones that architectures decide.
  /// - Parameter isFreed: whether a symbol may be anything; the same for all questions.
  public func isImpossible(
    _ question: Formula, of table: FormulaTable, freeing isFreed: @escaping (String) -> Bool
  ) -> Bool {
    let key = asked.adopt(question, of: table)
    if let known = impossible[key] { return known }
    let result = isImpossible(Question(question, of: table, rules.model, isOpen: true), isFreed)
    impossible[key] = result
    return result
  }

  private func isImpossible(_ question: Question, _ isFreed: @escaping (String) -> Bool) -> Bool {
    guard question.stranger == nil else { return false }
    var constraints = Constraints(rules) { [self] symbol in
      if let known = freed[symbol] { return known }
      let answer = isFreed(rules.model.name(of: symbol))
      freed[symbol] = answer
      return answer
    }
    let goal = question.literal(in: &constraints)
    constraints.expand(question.symbols)
    for _ in 0..<Self.rounds {
      let free = constraints.mentioned.filter { !constraints.isExpanded($0) }
      let off = free.map { -constraints.pair(of: $0).on }
      guard constraints.clauses.solve(assuming: [goal] + off, conflicts: Self.conflicts) == .unsatisfiable
      else {
        return false
      }
      let needed = zip(free, off).filter { constraints.clauses.failed($0.1) }.map(\.0)
      if needed.isEmpty { return true }
      constraints.expand(needed)
    }
    return false
  }

  /// Those that depend on the least.
  private func simplest(_ count: Int, of symbols: [SymbolIndex]) -> [SymbolIndex] {
    let weighed = symbols.map { symbol in
      (symbol, weight: rules.weight(of: symbol), place: rules.model.place(of: symbol) ?? .max)
    }
    return weighed.sorted { ($0.weight, $0.place) < ($1.weight, $1.place) }.prefix(count).map(\.0)
  }
}
