// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Kconfig
import Testing

/// When a `select` gives more than the dependencies of what it selects allow.
@Suite struct SelectingTests {
  private static let text = """
    config MODULES
    \tbool "Modules"
    \tmodules
    config BUS
    \ttristate "Bus"
    config FOO
    \ttristate "Foo"
    \tdepends on BUS
    config SWITCH
    \tbool "Switch"
    \tdepends on BUS
    config BARE
    \ttristate "Bare"
    \tselect FOO
    config CONDITIONAL
    \tbool "With a condition"
    \tselect FOO if BUS
    config DEPENDENT
    \tbool "With a dependency"
    \tdepends on BUS
    \tselect FOO
    config STRONGER
    \tbool "Gives y where the bus is a module"
    \tselect FOO if BUS != n
    config TURNED
    \tbool "A bool counts as y"
    \tselect SWITCH if BUS != n
    config STRANGER
    \tbool "Of what nothing defines"
    \tselect NOWHERE
    """

  @Test(
    arguments: [
      ("BARE", "BARE=y BUS=n"), ("CONDITIONAL", nil), ("DEPENDENT", nil),
      ("STRONGER", "MODULES=y STRONGER=y BUS=m"),
      ("TURNED", nil), ("STRANGER", nil),
    ] as [(String, String?)])
  func isUnmet(_ selector: String, _ expected: String?) throws {
    let database = KconfigDatabase(Self.text)
    let select = try #require(database.selects(by: selector).first)
    var table = FormulaTable()
    let question = database.unmetDependency(of: select, in: &table)
    let answer = ConfigurationSolver(database).answer(question, of: table)
    if case .possible(let witness) = answer {
      #expect(expected.map { Set($0.split(separator: " ")) } == Set(witness.lines.map { $0[...] }))
    } else {
      #expect(answer == .impossible && expected == nil)
    }
    #expect(database.selects(of: select.selected).contains { $0.selector == selector })
  }
}
