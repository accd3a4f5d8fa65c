// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Testing

struct SolverTests {
  @Test func answersAndKeepsItsClauses() {
    var solver = Solver()
    solver.add([1, 2])
    solver.add([-1, 3])
    #expect(solver.solve() == .satisfiable)
    #expect(solver.solve(assuming: [-2]) == .satisfiable)
    #expect(solver.holds(1) && solver.holds(3) && !solver.holds(2))
    #expect(solver.solve(assuming: [-2, -3]) == .unsatisfiable)
    #expect(solver.failed(-2) && solver.failed(-3))
    #expect(solver.solve(assuming: [-3]) == .satisfiable && solver.holds(2))
  }
}
