// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

/// Whether something can be, in any configuration that the Kconfig files of one architecture allow.
///
/// It begins with the clauses of what the question mentions and of what that depends on. An answer of the SAT
/// solver is tried on an evaluator that does as `olddefconfig`; where a symbol turns out otherwise, its clauses
/// are added and the solver is asked again. So most of Kconfig is never looked at, "impossible" follows from
/// fewer constraints than there are, and "possible" was computed as Kconfig does.
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
  private var constraints: Constraints
  private var answers: [Formula: Answer] = [:]
  /// The formulas that have answers.
  private var asked = FormulaTable()

  public init(_ database: KconfigDatabase) {
    rules = ConfigurationRules(database.model)
    start = ConfigurationState(rules)
    constraints = Constraints(rules)
  }

  /// How often clauses are added for one question; the most that a question of 6.12 needed is 40.
  private static let rounds = 200
  private static let conflicts: Int32 = 20_000
  /// With more variables than this it is faster to begin anew.
  private static let variables: Int32 = 60_000

  /// Whether a formula over CONFIG facts can hold. Names that are not defined here are n.
  public func answer(_ question: Formula, of table: FormulaTable) -> Answer {
    let key = asked.adopt(question, of: table)
    if let known = answers[key] { return known }
    let answer = solve(Question(question, of: table, rules.model))
    answers[key] = answer
    return answer
  }

  private func solve(_ question: Question) -> Answer {
    if let stranger = question.stranger { return .unknown("\(stranger) is no fact of the configuration") }
    if question.value(in: start) == .yes { return .possible(witness(of: start, for: question)) }
    if constraints.clauses.variables > Self.variables { constraints = Constraints(rules) }
    let goal = question.literal(in: &constraints)
    constraints.expand(question.symbols)
    for _ in 0..<Self.rounds {
      switch constraints.clauses.solve(assuming: [goal], conflicts: Self.conflicts) {
      case .unsatisfiable: return .impossible
      case .unknown: return .unknown("the solver gave up")
      case .satisfiable: break
      }
      var state = start
      state.set(constraints.settings())
      if question.value(in: state) == .yes { return .possible(witness(of: state, for: question)) }
      let wrong = constraints.mentioned.filter {
        !constraints.isExpanded($0) && constraints.value(of: $0) != state.values[Int($0)]
      }
      guard !wrong.isEmpty else {
        return .unknown("Kconfig's defaults do not come out as the solver wants them")
      }
      constraints.expand(wrong)
    }
    return .unknown("too much of Kconfig takes part")
  }
}
