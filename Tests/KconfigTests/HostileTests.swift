// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Kconfig
import TestSupport
import Testing

@Suite struct HostileTests {
  /// Bad input and what is said about it; the symbol behind it is read all the same.
  @Test(
    arguments: [
      ("source \"missing\"", "Kconfig:1: missing cannot be read"),
      ("source \"Kconfig\"", "Kconfig:1: Kconfig is sourced inside itself"),
      ("source \"a/Kconfig\"", "a/Kconfig:1: a/Kconfig is sourced inside itself"),
      ("source \"*/Kconfig\"", "a/Kconfig:1: a/Kconfig is sourced inside itself"),
      ("source \"../../etc/passwd\"", "Kconfig:1: ../../etc/passwd cannot be read"),
      ("source missing", "Kconfig:1: malformed source"),
      ("<<<<<<< HEAD", "Kconfig:1: a line that begins with a sign is no statement"),
      ("nonsense here", "Kconfig:1: nonsense is no statement"),
      ("config", "Kconfig:1: malformed config"),
      ("config \"X\"", "Kconfig:1: malformed config"),
      ("depends on A", "Kconfig:1: depends outside of an entry"),
      ("config A\n\tbool \"a\" junk", "Kconfig:2: malformed bool"),
      ("config A\n\tbool\n\tdepends on A &&", "Kconfig:3: malformed depends"),
      ("config A\n\tbool\n\tdepends on (A", "Kconfig:3: malformed depends"),
      ("config A\n\tbool\n\ttristate", "Kconfig:3: another type for A"),
      ("endif", "Kconfig:1: endif ends nothing"),
      ("menu \"m\"\nendif\nendmenu", "Kconfig:2: endif ends nothing"),
      ("source \"b\"", "b:1: if is not closed in its file"),
      ("A = $(A)\nB := $(A)", "Kconfig:2: macro: the value of B"),
      ("config $(open", "Kconfig:1: macro: a reference without its )"),
      ("$(error-if,y,stop)", "Kconfig:1: error: stop"),
    ] as [(String, String)])
  func goesOn(_ text: String, _ problem: String) {
    let database = KconfigDatabase(
      text + "\n\nconfig LAST\n\tbool \"last\"\n",
      files: ["a/Kconfig": "source \"a/Kconfig\"", "b": "if A\nconfig B\n\tbool\n"])
    #expect(database.problems.map(\.description) == [problem])
    #expect(database.isDefined("LAST"))
  }

  /// Something of which there may be no more than a number.
  enum Bound: CaseIterable {
    case blocks, parentheses, macros, tokens

    var most: Int {
      switch self {
      case .blocks: 128
      case .parentheses: 127
      case .macros: 9_999
      case .tokens: 4_998
      }
    }

    func text(_ count: Int) -> String {
      switch self {
      case .blocks: repeated("if A\n", count) + repeated("endif\n", count)
      case .parentheses:
        "config A\n\tbool\n\tdepends on " + repeated("(", count) + "A" + repeated(")", count) + "\n"
      case .macros: "e = x\nR := \(repeated("$(e)", count))\n"
      case .tokens: "config A\n\tbool\n\tdepends on A\(repeated(" && A", count))\n"
      }
    }

    var problems: [String] {
      switch self {
      case .blocks: ["Kconfig:129: too many or too much: blocks", "Kconfig:258: endif ends nothing"]
      case .parentheses: ["Kconfig:3: malformed depends"]
      case .macros: ["Kconfig:2: macro: the value of R"]
      case .tokens: ["Kconfig:3: macro: too large"]
      }
    }
  }

  /// Each passed by one; and what is just within, which is no problem.
  @Test(arguments: Bound.allCases)
  func saysWhatIsTooMuch(_ bound: Bound) {
    #expect(KconfigDatabase(bound.text(bound.most)).problems.map(\.description) == [])
    let beyond = KconfigDatabase(bound.text(bound.most + 1) + "\nconfig LAST\n\tbool \"last\"\n")
    #expect(beyond.problems.map(\.description) == bound.problems)
    #expect(beyond.isDefined("LAST"))
  }

  @Test func limitsProblems() {
    let database = KconfigDatabase(Self.repeated("nonsense\n", 1_001) + "config LAST\n\tbool\n")
    #expect(database.problems.count == 1_000)
    #expect(database.isDefined("LAST"))
  }

  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  /// Sizes that no kernel has.
  enum Monster: CaseIterable {
    case blocks, choices, parentheses, negations, conjunction, dependencies, differentDependencies
    case doubling, endless, openReferences, nestedReferences, name, quotes, definitions, selects, defaults

    var text: String {
      let entry = "config X\n\tbool\n"
      switch self {
      case .blocks: return repeated("if A\n", 100_000)
      case .choices: return repeated("choice\n", 100_000)
      case .parentheses:
        return entry + "\tdepends on " + repeated("(", 100_000) + "A" + repeated(")", 100_000)
      case .negations: return entry + "\tdepends on " + repeated("!", 100_001) + "A"
      case .conjunction: return entry + "\tdepends on " + repeated("A && ", 100_000) + "A"
      case .dependencies: return entry + repeated("\tdepends on A\n", 100_000)
      case .differentDependencies: return entry + (0..<3000).map { "\tdepends on A\($0)\n" }.joined()
      case .doubling:
        let calls = (1...40).map { "f\($0) = $(f\($0 - 1))$(f\($0 - 1))\n" }
        return "f0 = xx\n" + calls.joined() + "R := $(f40)\n"
      case .endless: return "f = $(f,$(1)x)\nR := $(f,a)\n"
      case .openReferences: return "R := " + repeated("$(", 100_000)
      case .nestedReferences: return "R := " + repeated("$(a", 2_000) + repeated(")", 2_000)
      case .name: return "config " + repeated("X", 1_000_000)
      case .quotes: return repeated("\"", 100_001)
      case .definitions: return repeated("config A\n", 100_000)
      case .selects:
        return (0..<20_000).map { "config A\($0)\n\tbool \"a\"\n\tselect A\($0 + 1)\n" }.joined()
      case .defaults: return (0..<20_000).map { "config A\($0)\n\tdef_bool A\($0 + 1)\n" }.joined()
      }
    }
  }

  /// Each ends, in a problem or a value.
  @Test(arguments: Monster.allCases)
  func ends(_ monster: Monster) {
    let start = Date.now
    let database = KconfigDatabase(monster.text + "\n\nconfig LAST\n\tbool \"last\"\n")
    let solver = ConfigurationSolver(database)
    #expect(KconfigConfiguration(solver, setting: [("LAST", "y")]).value(of: "MISSING") == "n")
    #expect(Date.now.timeIntervalSince(start) < 20)
  }

  @Test func limitsFiles() {
    var files: [String: String] = [:]
    for number in 0..<200 { files["f\(number)"] = "source \"f\(number + 1)\"\n" }
    let database = KconfigDatabase("source \"f0\"", files: files)
    #expect(database.problems.count == 1)
    #expect(database.files.count == 64)
  }

  /// Every truncation of a file is read to its end.
  @Test func readsTruncations() {
    let text = """
      A := $(shell,x) # c
      menu "m"
      \tvisible if A = "b"
      choice
      \tprompt "p" if !(A || B)
      \tdefault C if D >= 0x10
      config C
      \tbool "c\\"" if $(success,$(A))
      \tselect E if m
      \trange 1 F
      \thelp
      \t  text
      endchoice
      source "*/x"
      endmenu
      """
    let bytes = Array(text.utf8)
    for end in 0...bytes.count {
      let cut = String(decoding: bytes[..<end], as: UTF8.self)
      _ = ConfigurationSolver(KconfigDatabase(cut, files: ["a/x": cut]))
    }
  }
}
