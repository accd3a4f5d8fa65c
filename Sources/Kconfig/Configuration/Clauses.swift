// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// A literal of the SAT solver; negative is the opposite.
typealias Literal = Int32

/// Clauses in the making: variables and the gates of Tseitin, with what constants decide taken out.
struct Clauses: ~Copyable {
  /// The variable that always holds.
  static let yes: Literal = 1
  static let no: Literal = -1

  private var solver = Solver(prefersFalse: true)
  private(set) var variables: Int32 = 1

  init() { solver.add([Self.yes]) }

  mutating func variable() -> Literal {
    variables += 1
    return variables
  }

  /// One of the literals holds.
  mutating func add(_ literals: [Literal]) {
    if literals.contains(Self.yes) { return }
    solver.add(literals.filter { $0 != Self.no })
  }

  mutating func solve(assuming literals: [Literal], conflicts: Int32) -> Solver.Answer {
    solver.solve(assuming: literals, conflicts: conflicts)
  }

  /// Whether a literal holds in what was found.
  func holds(_ literal: Literal) -> Bool { solver.holds(abs(literal)) == (literal > 0) }

  /// Whether an assumed literal was needed for the contradiction.
  func failed(_ literal: Literal) -> Bool { solver.failed(literal) }

  mutating func and(_ literals: [Literal]) -> Literal {
    var members: [Literal] = []
    for literal in literals where literal != Self.yes && !members.contains(literal) {
      if literal == Self.no || members.contains(-literal) { return Self.no }
      members.append(literal)
    }
    guard members.count > 1 else { return members.first ?? Self.yes }
    let gate = variable()
    for member in members { solver.add([-gate, member]) }
    solver.add([gate] + members.map { -$0 })
    return gate
  }

  mutating func or(_ literals: [Literal]) -> Literal { -and(literals.map { -$0 }) }

  /// The second where the first holds, else the third.
  mutating func choose(_ condition: Literal, _ then: Literal, _ otherwise: Literal) -> Literal {
    if condition == Self.yes || then == otherwise { return then }
    if condition == Self.no { return otherwise }
    return or([and([condition, then]), and([-condition, otherwise])])
  }

  /// The two are the same.
  mutating func equate(_ a: Literal, _ b: Literal) {
    add([-a, b])
    add([a, -b])
  }
}

/// A tristate value as two literals; `yes` implies `on`.
struct LiteralPair {
  /// m or y.
  var on: Literal
  var yes: Literal

  static let no = LiteralPair(on: Clauses.no, yes: Clauses.no)
  static let module = LiteralPair(on: Clauses.yes, yes: Clauses.no)
  static let yes = LiteralPair(on: Clauses.yes, yes: Clauses.yes)

  init(on: Literal, yes: Literal) { (self.on, self.yes) = (on, yes) }
  /// y or n.
  init(_ literal: Literal) { (on, yes) = (literal, literal) }
}
