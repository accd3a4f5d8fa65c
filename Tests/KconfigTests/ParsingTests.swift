// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Kconfig
import Testing

@Suite struct ParsingTests {
  /// What a file says about X: kind, what it depends on, where it can be set, its defaults.
  @Test(
    arguments: [
      ("config X\n\tbool", "bool; y; ; "),
      ("config X\n\tbool \"x\"", "bool; y; y; "),
      ("config X\n\ttristate \"x\" if A && !B || C = m", "tristate; y; (A && !B) || (C = m); "),
      ("config X\n\tdepends on A || B\n\tdepends on C\n\tbool \"x\"", "bool; (A || B) && C; (A || B) && C; "),
      ("config X\n\tdef_bool y if A", "bool; y; ; y if A"),
      ("config X\n\tdef_tristate A && B\n\tdepends on C", "tristate; C; ; A && B if C"),
      ("config X\n\tint \"x\"\n\tdefault 17 if A\n\tdefault 3", "int; y; y; 17 if A, 3 if y"),
      ("config X\n\thex\n\tdefault 0x10", "hex; y; ; 0x10 if y"),
      ("config X\n\tstring \"x\"\n\tdefault \"a \\\"b\\\" # c\"", "string; y; y; a \"b\" # c if y"),
      ("config X\n\tprompt \"x\" if A\n\tbool", "bool; y; A; "),
      ("menuconfig X\n\tbool 'x'", "bool; y; y; "),
      (
        "if A\nmenu \"m\"\ndepends on B\nvisible if C\nconfig X\n\tbool \"x\"\nendmenu\nendif",
        "bool; A && B; A && B && C; "
      ),
      ("if A # why\nif B\nendif\nconfig X\n  bool\nendif", "bool; A; ; "),
      ("config X\n\tbool \\\n\t\t\"x\" if \\\n\tA", "bool; y; A; "),
      ("config X\n\tbool \"x\" if (A) && (((B)))", "bool; y; A && B; "),
      ("config X\n\tdepends on A >= 5 && B != \"z z\"\n\tbool", "bool; (A >= 5) && (B != \"z z\"); ; "),
      ("config X\n\tdepends on !A = y\n\tbool", "bool; !(A = y); ; "),
      ("config X\n\ttristate \"x\"\n\tdepends on m", "tristate; m; m; "),
      ("X_Y := X\nconfig $(X_Y)\n\tbool", "bool; y; ; "),
      ("config X\n\tbool \"x\"\n\thelp\n\t  config Y\n\n\t   bool\n\n\tdefault y\n", "bool; y; y; y if y"),
      ("config X\n\tbool \"x\"\n\thelp\n\t  text\n\tdefault y\n", "bool; y; y; y if y"),
      ("config X\n\tbool \"x\"\n\thelp\n\n\nconfig Y\n\tbool", "bool; y; y; "),
      ("config X\n\tbool \"x\"\n\t---help---\n\t  text\n", "bool; y; y; "),
      ("config X\n\tbool\n\nconfig X\n\tbool \"x\" if A\n\tdepends on B", "bool; y, B; B && A; "),
      ("config X\r\n\tbool \"x\"\r\n\tdepends on A\r\n", "bool; A; A; "),
    ] as [(String, String)])
  func reads(_ text: String, _ expected: String) throws {
    let database = KconfigDatabase(text)
    let symbol = try #require(database.symbol("X"))
    let parts = [
      symbol.kind?.rawValue ?? "none",
      symbol.definitions.map { database.text(of: $0.depends) }.joined(separator: ", "),
      symbol.prompts.map { database.text(of: $0.condition) }.joined(separator: ", "),
      symbol.defaults.map { "\($0.value) if \(database.text(of: $0.condition))" }.joined(separator: ", "),
    ]
    #expect(parts.joined(separator: "; ") == expected)
    #expect(database.problems.isEmpty)
  }

  @Test func turnsSelectsAround() throws {
    let database = KconfigDatabase(
      """
      config A
      \tbool "a"
      \tselect X if B
      \timply Y
      if C
      config D
      \ttristate "d"
      \tselect X
      endif
      config X
      \ttristate
      \trange 1 2 if A
      """)
    let symbol = try #require(database.symbol("X"))
    #expect(
      symbol.selectors.map { "\($0.value) if \(database.text(of: $0.condition)) at \($0.path):\($0.line)" }
        == [
          "A if B at Kconfig:3", "D if C at Kconfig:8",
        ])
    #expect(symbol.ranges.map(\.value) == ["1 2"])
    #expect(database.symbols == ["A", "D", "X"])
    // Mentioned, never defined.
    #expect(database.symbol("Y")?.isDefined == false)
    #expect(database.symbol("Y")?.impliers.map(\.value) == ["A"])
    #expect(database.symbol("Z") == nil)
  }

  @Test func saysWhereAChoiceBegins() throws {
    let database = KconfigDatabase(
      """
      choice
      \tprompt "one"
      \tdefault B
      config A
      \tbool "a"
      if C
      config B
      \tbool "b"
      endif
      endchoice
      config D
      \tbool "d"
      """)
    #expect(database.symbol("B")?.choice?.line == 1)
    #expect(database.symbol("D")?.choice == nil)
    #expect(database.problems.isEmpty)
  }

  /// Who depends on A, and where X is not n as C would say it.
  @Test(
    arguments: [
      ("A && !B", "!CONFIG_B && CONFIG_A"), ("T", "CONFIG_T || CONFIG_T_MODULE"), ("!T", "!CONFIG_T"),
      ("T = m && A", "CONFIG_A && CONFIG_T_MODULE"), ("UNDEFINED || A", "CONFIG_A"),
      ("T != n", "CONFIG_T || CONFIG_T_MODULE"), ("N > 3", "[N > 3]"),
      ("$(shell,x) && A", "CONFIG_A && [$(shell,x)]"),
    ])
  func makesFormulas(_ condition: String, _ expected: String) throws {
    let database = KconfigDatabase(
      """
      config A
      \tbool "a"
      config B
      \tbool "b"
      config T
      \ttristate "t"
      config N
      \tint "n"
      config X
      \tbool "x"
      \tdepends on \(condition)
      """)
    var table = FormulaTable()
    let depends = try #require(database.symbol("X")?.definitions.first?.depends)
    let formula = database.formula(of: depends, in: &table)
    #expect(table.text(of: formula) == expected)
    #expect(database.dependents(of: "A") == (condition.contains("A") ? ["X"] : []))
  }

  /// The names that are read of several files, and the files.
  @Test(
    arguments: [
      ("source \"a/Kconfig\"", ["A"], ["Kconfig", "a/Kconfig"]),
      ("source \"$(SRCARCH)/Kconfig\"", ["X"], ["Kconfig", "x86/Kconfig"]),
      ("source \"?/Kconfig\"", ["A", "B"], ["Kconfig", "a/Kconfig", "b/Kconfig"]),
      ("source \"[!a]/Kc*\"\nconfig Z\n\tbool", ["B", "Z"], ["Kconfig", "b/Kconfig"]),
      ("rsource \"b/Kconfig\"", ["B"], ["Kconfig", "b/Kconfig"]),
      ("osource \"c/Kconfig\"", [], ["Kconfig"]),
      ("source \"dd/Kconfig\"", ["E"], ["Kconfig", "dd/Kconfig", "dd/e/Kconfig"]),
      ("source \"a/Kconfig\"\nsource \"a/Kconfig\"", ["A"], ["Kconfig", "a/Kconfig"]),
    ] as [(String, [String], [String])])
  func sources(_ text: String, _ names: [String], _ files: [String]) {
    let database = KconfigDatabase(
      text,
      files: [
        "a/Kconfig": "config A\n\tbool", "b/Kconfig": "config B\n\tbool", "x86/Kconfig": "config X\n\tbool",
        "dd/Kconfig": "orsource \"e/*\"\norsource \"f/*\"", "dd/e/Kconfig": "config E\n\tbool",
      ])
    #expect(database.symbols == names)
    #expect(database.files == files)
    #expect(database.problems.isEmpty)
  }
}
