// SPDX-License-Identifier: GPL-2.0-or-later

import Kconfig
import Testing

@Suite struct MacroTests {
  /// Lines before `config X` with `default "$(R)"`, and the default.
  @Test(
    arguments: [
      ("R := a", "a"),
      ("A = $(B)\nB = b\nR := $(A)", "b"),
      ("A := $(B)\nB = b\nR := [$(A)]", "[]"),
      ("R = a\nR += b", "a b"),
      ("greet = Hello, $(1) and $(2).\nR := $(greet,you,me)", "Hello, you and me."),
      ("comma := ,\nf = <$(1)>\nR = $(f,a$(comma)b)", "<a,b>"),
      ("f = $(g,$(1))\ng = $(1)$(1)\nR = $(f,x)", "xx"),
      ("N = A\nA = deep\nR = $($(N))", "deep"),
      ("R = $(filename):$(lineno)", "Kconfig:4"),
      ("R = $(ARCH) $(SRCARCH)", "x86 x86"),
      ("R = $(UNDEFINED)", ""),
      ("R = a $b", "a $b"),
      ("R = $(info,text)$(warning-if,y,text)$(error-if,n,text)", ""),
      ("f = $(1) is $(f2,$(1))\nf2 = ($(1))\nR = $(f,(a,b))", "(a,b) is ((a,b))"),
    ] as [(String, String)])
  func expands(_ lines: String, _ expected: String) {
    let database = KconfigDatabase("\(lines)\n\n\nconfig X\n\tstring\n\tdefault \"$(R)\"\n")
    // Where the line of `$(lineno)` is asked for, it is the one that is expanded.
    let got = database.symbol("X")?.defaults.first?.value
    #expect(got == (expected == "Kconfig:4" ? "Kconfig:6" : expected))
    #expect(database.problems.isEmpty)
  }

  private static let include = """
    success = $(if-success,$(1),y,n)
    if-success = $(shell,{ $(1); } >/dev/null 2>&1 && echo "$(2)" || echo "$(3)")
    failure = $(if-success,$(1),n,y)
    cc-option = $(success,$(CC) $(1))
    ld-option = $(success,$(LD) $(1))
    as-instr = $(success,as $(1))
    cc-info := $(shell,$(srctree)/scripts/cc-version.sh $(CC))
    $(error-if,$(success,test -z "$(cc-info)"),no compiler)
    cc-name := $(shell,set -- $(cc-info) && echo $1)
    cc-version := $(shell,set -- $(cc-info) && echo $2)

    """

  /// No command is run: what is sure of GNU tools is known, all else is `?`.
  @Test(
    arguments: [
      ("$(cc-option,-fstack-protector)", "y"),
      ("$(cc-option,-fsanitize=kcfi)", "n"),
      ("$(cc-option,-mllvm -x)", "n"),
      ("$(as-instr,endbr64)", "y"),
      ("$(ld-option,--gc-sections)", "y"),
      ("$(success,test \"$(cc-name)\" = GCC)", "y"),
      ("$(success,test \"$(cc-name)\" = Clang)", "n"),
      ("$(failure,command -v $(LD))", "n"),
      ("$(success,test $(cc-version) -ge 120000)", "y"),
      ("$(success,test $(shell,date +%s) -ge 3)", "?"),
      ("$(success,touch /tmp/kconfig-ran)", "?"),
      ("!$(success,true-or-not)", "?"),
      ("$(success,true-or-not) && n", "n"),
      ("$(success,true-or-not) || y", "y"),
      ("$(shell,whoami)", "?"),
      ("\"$(shell,whoami)\" = \"root\"", "?"),
      ("\"$(shell,echo root)\" = \"root\"", "y"),
      ("\"$(shell,pahole-version.sh pahole)\" >= 100", "n"),
    ])
  func asksTheToolchain(_ condition: String, _ expected: String) {
    let database = KconfigDatabase(Self.include + "config X\n\tdef_bool \(condition)\n")
    let solver = ConfigurationSolver(database)
    #expect(KconfigConfiguration(solver, setting: []).value(of: "X") ?? "?" == expected)
    #expect(database.problems.isEmpty)
  }

  @Test func knowsArchitectures() {
    func value(_ architecture: String) -> String? {
      KconfigDatabase("config X\n\tstring\n\tdefault \"$(ARCH)/$(SRCARCH)\"", architecture: architecture)
        .symbol("X")?.defaults.first?.value
    }
    #expect(
      ["x86", "i386", "arm64", "sparc64", "um"].map(value) == [
        "x86/x86", "i386/x86", "arm64/arm64", "sparc64/sparc", "um/um",
      ])
  }
}
