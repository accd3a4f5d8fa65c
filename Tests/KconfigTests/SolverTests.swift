// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Kconfig
import Testing

@Suite struct SolverTests {
  static let seed = """
    config MODULES
    \tbool "Modules"
    \tmodules
    config CGROUPS
    \tbool "Control groups"
    config BPF
    \tbool
    config BPF_SYSCALL
    \tbool "bpf()"
    \tselect BPF
    config HAVE_EBPF_JIT
    \tdef_bool y
    config BPF_JIT
    \tbool "Just in time"
    \tdepends on BPF && HAVE_EBPF_JIT
    config EXPERT
    \tbool "Experts"
    config COMPILE_TEST
    \tbool "Compile"
    config NET
    \ttristate "Net"
    \tdefault y if !EXPERT
    config DRIVER
    \ttristate "Driver"
    \tdepends on NET
    \tselect HELPER
    config OTHER_DRIVER
    \ttristate "Other"
    \tdepends on ARM || COMPILE_TEST
    \tselect HELPER
    config HELPER
    \ttristate
    config CPUS
    \tint "How many"
    \trange 2 64
    \tdefault 8
    config MANY
    \tdef_bool CPUS > 16
    config HUGE
    \tdef_bool CPUS > 64
    config PLUGIN
    \tdef_bool $(shell,has-plugin)
    config PLUGGED
    \tbool "Plugged"
    \tdepends on PLUGIN
    choice
    \tprompt "Speed"
    config SLOW
    \tbool "slow"
    config FAST
    \tbool "fast"
    config FASTER
    \tbool "faster"
    \tdepends on EXPERT
    endchoice
    """

  private static func ask(_ solver: ConfigurationSolver, _ text: String) -> String {
    var table = FormulaTable()
    let facts = text.split(separator: " ").map { fact -> Formula in
      let parts = fact.split(separator: "=")
      let (yes, module) = (
        table.atom(.isBuiltIn(String(parts[0]))), table.atom(.isModule(String(parts[0])))
      )
      if parts[1] == "y" { return yes }
      if parts[1] == "m" { return module }
      let isOn = table.or(yes, module)
      return table.not(isOn)
    }
    let question = table.and(facts)
    return switch solver.answer(question, of: table) {
    case .impossible: "impossible"
    case .possible(let witness): witness.description
    case .unknown: "unknown"
    }
  }

  /// Who wants no witness hears the same, whoever is asked first.
  @Test func rulesOutWhatHasNoAnswer() {
    let database = KconfigDatabase(Self.seed)
    let (first, second) = (ConfigurationSolver(database), ConfigurationSolver(database))
    var table = FormulaTable()
    var counts = [false: 0, true: 0]
    for a in database.symbols {
      for b in database.symbols {
        let question = table.and(table.atom(.isBuiltIn(a)), table.not(table.atom(.isBuiltIn(b))))
        let isImpossible = second.isImpossible(question, of: table)
        #expect(isImpossible == (first.answer(question, of: table) == .impossible), "\(a) \(b)")
        #expect(first.isImpossible(question, of: table) == isImpossible)
        #expect((second.answer(question, of: table) == .impossible) == isImpossible)
        counts[isImpossible, default: 0] += 1
      }
    }
    #expect(counts.values.allSatisfy { $0 > database.symbols.count }, "\(counts)")
  }

  @Test(
    arguments: [
      ("BPF_SYSCALL=y BPF_JIT=y CGROUPS=n", "BPF_SYSCALL=y BPF_JIT=y CGROUPS=n"),
      ("BPF_JIT=y", "BPF_JIT=y BPF_SYSCALL=y"),
      ("BPF=y BPF_SYSCALL=n", "impossible"),
      ("BPF=m", "impossible"),
      ("ARM=y", "impossible"),
      ("ARM=n CGROUPS=y", "CGROUPS=y"),
      // Modules and COMPILE_TEST only where nothing else does.
      ("HELPER=y", "DRIVER=y"),
      ("HELPER=m", "MODULES=y DRIVER=m"),
      ("HELPER=y NET=n", "COMPILE_TEST=y OTHER_DRIVER=y NET=n"),
      ("DRIVER=y NET=m", "impossible"),
      ("DRIVER=m NET=m", "NET=m DRIVER=m MODULES=y"),
      ("DRIVER=m MODULES=n", "impossible"),
      ("DRIVER=y HELPER=m", "impossible"),
      // Numbers.
      ("MANY=y", "CPUS=64"),
      ("MANY=n", ""),
      ("HUGE=y", "impossible"),
      ("CPUS=n", "impossible"),
      // Choices.
      ("SLOW=y FAST=y", "impossible"),
      ("SLOW=n FAST=n FASTER=n", "impossible"),
      ("FASTER=y", "FASTER=y EXPERT=y"),
      ("FAST=y SLOW=n", "FAST=y SLOW=n"),
      // What hangs on a command is neither.
      ("PLUGIN=y", "unknown"),
      ("PLUGGED=y", "unknown"),
      ("PLUGGED=n CGROUPS=y", "CGROUPS=y PLUGGED=n"),
      ("PLUGIN=y PLUGIN=n", "impossible"),
    ])
  func answers(_ question: String, _ expected: String) {
    #expect(Self.ask(ConfigurationSolver(KconfigDatabase(Self.seed)), question) == expected)
  }

  /// A table numbers formulas as they are first made; what is answered does not depend on that.
  @Test func theOrderOfMakingDoesNotCount() {
    let names = ["CGROUPS", "BPF_JIT", "BPF_SYSCALL", "NET"]
    func witness(_ order: [String]) -> String {
      var table = FormulaTable()
      for name in order { _ = table.atom(.isBuiltIn(name)) }
      let facts = names.map { table.atom(.isBuiltIn($0)) }
      let either = table.or(facts[1], facts[3])
      let question = table.and([facts[0], facts[2], either])
      guard
        case .possible(let witness) = ConfigurationSolver(KconfigDatabase(Self.seed)).answer(
          question, of: table)
      else { return "" }
      return witness.description
    }
    #expect(witness(names) == "CGROUPS=y BPF_SYSCALL=y NET=y")
    #expect(witness(names.reversed()) == witness(names) && witness(names.sorted()) == witness(names))
  }

  /// What says whether there are modules may be the member of a choice: what is m depends on it all the same.
  @Test func modulesInAChoice() {
    let text =
      "config A\n\ttristate \"a\"\nchoice\n\tprompt \"c\"\nconfig B\n\tbool \"b\"\nconfig MODULES\n\tbool \"m\"\n\tmodules\nendchoice"
    let solver = ConfigurationSolver(KconfigDatabase(text))
    #expect(Self.ask(solver, "A=m") == "A=m MODULES=y")
  }

  @Test func doesNotGuessAtMacros() {
    var table = FormulaTable()
    let question = table.or(table.atom(.isDefined("DEBUG")), table.atom(.isBuiltIn("NET")))
    let solver = ConfigurationSolver(KconfigDatabase(Self.seed))
    guard case .unknown = solver.answer(question, of: table) else {
      Issue.record("an answer about a macro")
      return
    }
  }

  /// Files small enough to try all that a person can set: what the solver says of every two symbols is what
  /// some configuration has.
  @Test(
    arguments: [
      "config MODULES\n\tbool \"m\"\n\tmodules\nconfig A\n\ttristate \"a\"\n\tdepends on B || C\nconfig B\n\ttristate \"b\"\n\tselect C if A\nconfig C\n\ttristate\n\tdefault m if B=y",
      "config MODULES\n\tdef_bool y\n\tmodules\nconfig A\n\ttristate \"a\" if B\n\tdefault m\nconfig B\n\tbool \"b\"\n\timply C\nconfig C\n\ttristate \"c\"\n\tdepends on A || D\nconfig D\n\ttristate \"d\"\n\tselect A",
      "config A\n\tbool \"a\"\nchoice\n\tprompt \"c\"\n\tdefault D if A\nconfig B\n\tbool \"b\"\nconfig C\n\tbool \"c\" if !A\nconfig D\n\tbool \"d\"\n\tdepends on A\n\tselect E\nendchoice\nconfig E\n\tbool",
      "config MODULES\n\tbool \"m\"\n\tmodules\nconfig A\n\ttristate \"a\"\n\tdepends on m\nconfig B\n\ttristate \"b\"\n\tdepends on A!=y\n\tselect C\nconfig C\n\tbool \"c\" if A=n\nconfig D\n\tdef_tristate !A && (B || C)",
      "config A\n\tbool \"a\"\n\tdefault y\nconfig B\n\tbool\n\tdefault y if A\n\tdefault C\nconfig C\n\tbool \"c\"\n\tdepends on !B || D\nconfig D\n\tbool \"d\" if A\n\tdefault !A",
    ])
  func agreesWithAllConfigurations(_ text: String) {
    let database = KconfigDatabase(text)
    let solver = ConfigurationSolver(database)
    let names = database.symbols
    let values = ["", "n", "m", "y"]
    var seen: Set<String> = []
    var count = 1
    for _ in names { count *= values.count }
    for number in 0..<count {
      var rest = number
      var settings: [String] = []
      for name in names {
        if rest % 4 > 0 { settings.append("\(name)=\(values[rest % 4])") }
        rest /= 4
      }
      let facts = solver.values(of: names, setting: settings.joined(separator: " ")).split(separator: " ")
      for a in facts { for b in facts { seen.insert("\(a) \(b)") } }
    }
    for a in names {
      for b in names {
        for (x, y) in [("n", "n"), ("n", "m"), ("n", "y"), ("m", "m"), ("m", "y"), ("y", "y")] {
          for question in ["\(a)=\(x) \(b)=\(y)", "\(a)=\(y) \(b)=\(x)"] {
            let answer = Self.ask(solver, question)
            #expect((answer != "impossible") == seen.contains(question), "\(question): \(answer)")
            #expect(answer != "unknown", "\(question)")
          }
        }
      }
    }
  }
}
