// SPDX-License-Identifier: GPL-2.0-or-later

internal import CCaDiCaL

/// A SAT solver that keeps its clauses between questions: CaDiCaL.
///
/// A literal is a variable's number from 1, negative for its opposite, as in DIMACS.
public struct Solver: ~Copyable {
  public enum Answer: Hashable, Sendable {
    case satisfiable, unsatisfiable
    /// It gave up.
    case unknown
  }

  private let solver: OpaquePointer

  /// - Parameter prefersFalse: variables are tried false first, so that little holds in what is found.
  public init(prefersFalse: Bool = false) {
    guard let solver = ccadical_init() else { fatalError("out of memory") }
    self.solver = solver
    if prefersFalse {
      ccadical_set_option(solver, "phase", 0)
      // Lucky guesses try everything true as well.
      ccadical_set_option(solver, "lucky", 0)
    }
  }

  deinit { ccadical_release(solver) }

  /// At least one of the literals holds.
  public mutating func add(_ clause: [Int32]) {
    for literal in clause { ccadical_add(solver, literal) }
    ccadical_add(solver, 0)
  }

  /// Whether all clauses can hold together with these literals, which are forgotten afterwards.
  /// - Parameter conflicts: how many dead ends to go into before giving up; nil is without end.
  public mutating func solve(assuming literals: [Int32] = [], conflicts: Int32? = nil) -> Answer {
    if let conflicts { ccadical_limit(solver, "conflicts", conflicts) }
    for literal in literals { ccadical_assume(solver, literal) }
    return switch ccadical_solve(solver) {
    case 10: .satisfiable
    case 20: .unsatisfiable
    default: .unknown
    }
  }

  /// Whether a variable holds in the assignment that was found. Only after `satisfiable`.
  public func holds(_ variable: Int32) -> Bool { ccadical_val(solver, variable) > 0 }

  /// Whether an assumed literal was needed for the contradiction. Only after `unsatisfiable`.
  public func failed(_ literal: Int32) -> Bool { ccadical_failed(solver, literal) != 0 }
}
