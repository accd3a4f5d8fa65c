// SPDX-License-Identifier: GPL-2.0-or-later

import Kconfig
import Testing

/// What symbols are, as `make olddefconfig` has it.
@Suite struct EvaluationTests {
  private static let modules = "config MODULES\n\tbool \"m\"\n\tmodules\n"

  /// A file, what is set, and the values of A, B, C and D.
  @Test(
    arguments: [
      // Prompts, defaults, dependencies.
      (
        "config A\n\tbool \"a\"\nconfig B\n\tdef_bool A\nconfig C\n\tbool \"c\"\n\tdepends on !A", "",
        "n n n n"
      ),
      (
        "config A\n\tbool \"a\"\nconfig B\n\tdef_bool A\nconfig C\n\tbool \"c\"\n\tdepends on !A", "A=y C=y",
        "y y n n"
      ),
      ("config A\n\tbool \"a\"\n\tdefault y\nconfig B\n\tbool \"b\" if A\n\tdefault y", "A=n B=n", "n y n n"),
      ("config A\n\tdef_bool n if B\n\tdefault y\nconfig B\n\tbool \"b\"", "", "y n n n"),
      ("config A\n\tdef_bool n if B\n\tdefault y\nconfig B\n\tbool \"b\"", "B=y", "n y n n"),
      // Defined twice: any prompt that is seen can be set.
      ("config A\n\tbool\nconfig A\n\tbool \"a\" if !B\nconfig B\n\tbool \"b\"", "A=y", "y n n n"),
      ("config A\n\tbool\nconfig A\n\tbool \"a\" if !B\nconfig B\n\tbool \"b\"", "A=y B=y", "n y n n"),
      // select forces, also against depends.
      (
        "config A\n\tbool \"a\"\n\tselect B\nconfig B\n\tbool\n\tdepends on C\nconfig C\n\tbool \"c\"", "A=y",
        "y y n n"
      ),
      (
        "config A\n\tbool \"a\"\n\tselect B if C\nconfig B\n\tbool \"b\"\nconfig C\n\tbool \"c\"", "A=y B=n",
        "y n n n"
      ),
      // imply is a default that n overrides, and that depends limits.
      (
        "config A\n\tbool \"a\"\n\timply B\nconfig B\n\tbool \"b\"\n\tdepends on C\nconfig C\n\tbool \"c\"",
        "A=y", "y n n n"
      ),
      (
        "config A\n\tbool \"a\"\n\timply B\nconfig B\n\tbool \"b\"\n\tdepends on C\nconfig C\n\tbool \"c\"",
        "A=y C=y", "y y y n"
      ),
      ("config A\n\tbool \"a\"\n\timply B\nconfig B\n\tbool \"b\"", "A=y B=n", "y n n n"),
      // Three values, and two where there are no modules.
      (
        modules + "config A\n\ttristate \"a\"\nconfig B\n\ttristate \"b\"\n\tdepends on A",
        "MODULES=y A=m B=y", "m m n n"
      ),
      (
        modules + "config A\n\ttristate \"a\"\nconfig B\n\ttristate \"b\"\n\tdepends on A", "A=m B=y",
        "y y n n"
      ),
      (
        modules
          + "config A\n\ttristate \"a\"\n\tselect B\nconfig B\n\ttristate\nconfig C\n\tbool \"c\" if A\nconfig D\n\tdef_bool A",
        "MODULES=y A=m C=y", "m m y y"
      ),
      (modules + "config A\n\ttristate \"a\"\n\tdepends on m", "MODULES=y A=y", "m n n n"),
      (modules + "config A\n\ttristate \"a\"\n\tdepends on m", "A=y", "n n n n"),
      (modules + "config A\n\ttristate \"a\"\nconfig B\n\tdef_tristate !A", "MODULES=y A=m", "m m n n"),
      (
        modules + "config A\n\ttristate \"a\"\nconfig B\n\tdef_bool A = m\nconfig C\n\tdef_bool A != n",
        "MODULES=y A=m", "m y y n"
      ),
      // Numbers and texts.
      (
        "config A\n\tint \"a\"\n\tdefault 7\nconfig B\n\tdef_bool A > 6\nconfig C\n\tdef_bool A < 10", "",
        "7 y y n"
      ),
      (
        "config A\n\tint \"a\"\n\tdefault 7\nconfig B\n\tdef_bool A > 6\nconfig C\n\tdef_bool A < 10", "A=12",
        "12 y n n"
      ),
      ("config A\n\tint \"a\"\n\trange 1 D\nconfig D\n\tint\n\tdefault 9", "A=12", "9 n n 9"),
      ("config A\n\tint\n\trange 5 9", "", "5 n n n"),
      (
        "config A\n\thex \"a\"\n\tdefault 0x10\nconfig B\n\tdef_bool A = 16\nconfig C\n\tdef_bool A = 10", "",
        "0x10 y n n"
      ),
      ("config A\n\thex \"a\"\n\tdefault 0x10\nconfig B\n\tdef_bool A = 0x0010", "", "0x10 y n n"),
      (
        "config A\n\tstring \"a\"\n\tdefault \"x\"\nconfig B\n\tdef_bool A = \"x\"\nconfig C\n\tdef_bool A = D",
        "A=D", "D n y n"
      ),
      (
        "config A\n\tdef_bool \"$(ARCH)\" = \"x86\"\nconfig B\n\tdef_bool UNDEFINED\nconfig C\n\tdef_bool UNDEFINED = UNDEFINED",
        "", "y n y n"
      ),
      // Choices.
      ("choice\n\tprompt \"c\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice", "", "y n n n"),
      (
        "choice\n\tprompt \"c\"\n\tdefault B\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice", "",
        "n y n n"
      ),
      (
        "choice\n\tprompt \"c\"\n\tdefault B\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice",
        "A=y", "y n n n"
      ),
      (
        "choice\n\tprompt \"c\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice", "A=y B=y",
        "n y n n"
      ),
      ("choice\n\tprompt \"c\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice", "A=n", "n y n n"),
      (
        "choice\n\tprompt \"c\"\n\tdepends on D\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice\nconfig D\n\tbool \"d\"",
        "A=y", "n n n n"
      ),
      (
        "choice\n\tprompt \"c\"\n\tdefault A\nconfig A\n\tbool \"a\"\n\tdepends on D\nconfig B\n\tbool \"b\"\nendchoice\nconfig D\n\tbool \"d\"",
        "A=y", "n y n n"
      ),
      (
        "choice\n\tprompt \"c\"\n\toptional\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice", "",
        "n n n n"
      ),
      (
        "if D\nchoice\n\tprompt \"c\"\nif !C\nconfig A\n\tbool \"a\"\nendif\nconfig B\n\tbool \"b\"\nendchoice\nendif\nconfig C\n\tbool \"c\"\nconfig D\n\tbool \"d\"",
        "C=y D=y", "n y y y"
      ),
      // What is not known stays so only where it matters.
      (
        "config A\n\tdef_bool $(shell,x)\nconfig B\n\tbool \"b\" if A\n\tdefault y\nconfig C\n\tdef_bool A && D\nconfig D\n\tbool \"d\"",
        "",
        "? y n n"
      ),
      (
        "config A\n\tint\n\tdefault $(shell,x)\nconfig B\n\tdef_bool A > 3\nconfig C\n\tdef_bool B || D\nconfig D\n\tbool \"d\"",
        "D=y",
        "? ? y y"
      ),
      (
        "choice\n\tprompt \"c\"\n\tdefault B\nconfig A\n\tbool \"a\"\n\tdepends on $(shell,x)\nconfig B\n\tbool \"b\"\nendchoice",
        "", "n y n n"
      ),
      (
        "choice\n\tprompt \"c\"\n\tdefault A\nconfig A\n\tbool \"a\"\n\tdepends on $(shell,x)\nconfig B\n\tbool \"b\"\nendchoice",
        "", "? ? n n"
      ),
      // Who depends on himself: no kernel has it, and it ends.
      ("config A\n\tdef_bool !B\nconfig B\n\tdef_bool A", "", nil),
      ("config A\n\tbool \"a\"\n\timply B\nconfig B\n\tbool \"b\"\n\tdefault A", "A=y", "y y n n"),
    ] as [(String, String, String?)])
  func evaluates(_ text: String, _ settings: String, _ expected: String?) {
    let database = KconfigDatabase(text)
    let values = ConfigurationSolver(database).values(of: ["A", "B", "C", "D"], setting: settings)
    if let expected {
      let wanted = zip(["A", "B", "C", "D"], expected.split(separator: " ")).map { "\($0)=\($1)" }
      #expect(values == wanted.joined(separator: " "))
    }
    #expect(database.problems.isEmpty)
  }
}
