// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Kconfig
import SourceText
import Testing

/// A database as a cache keeps it.
@Suite struct KeepingTests {
  private static let text =
    SolverTests.seed + """

      config LEVEL
      \tint "Level" if EXPERT
      \trange 1 CPUS
      \tdefault CPUS if MANY
      \tdefault 3
      config NAME
      \tstring "Name"
      \tdefault "x" if LEVEL = 3 && NET != m
      config WEAK
      \ttristate "weak"
      \timply HELPER if NET

      """

  private func kept(_ database: KconfigDatabase) throws -> [UInt8] {
    try #require(database.kept { $0.description == "Kconfig" })
  }

  private func database(_ bytes: [UInt8]) throws -> KconfigDatabase {
    let kept = KconfigDatabase(kept: bytes.span, architecture: "x86")
    return try #require(kept)
  }

  @Test func isTheSame() throws {
    let read = KconfigDatabase(Self.text)
    let bytes = try kept(read)
    let again = try database(bytes)
    #expect(again.symbols == read.symbols && again.files == read.files && again.problems.isEmpty)
    for name in read.symbols {
      let (a, b) = (read.symbol(name), again.symbol(name))
      #expect(String(describing: a) == String(describing: b))
      #expect(again.dependencyText(of: name) == read.dependencyText(of: name))
      #expect(again.dependents(of: name) == read.dependents(of: name))
    }
    #expect(try kept(again) == bytes)
  }

  @Test func answersTheSame() throws {
    let read = KconfigDatabase(Self.text)
    let again = try database(try kept(read))
    let (first, second) = (ConfigurationSolver(read), ConfigurationSolver(again))
    var table = FormulaTable()
    for a in read.symbols {
      for b in read.symbols {
        let (on, off) = (table.atom(.isBuiltIn(a)), table.not(table.atom(.isBuiltIn(b))))
        let question = table.and([on, off])
        #expect(first.answer(question, of: table) == second.answer(question, of: table), "\(a) \(b)")
      }
    }
    #expect(
      first.values(of: read.symbols, setting: "EXPERT=y LEVEL=7 NAME=z WEAK=m")
        == second.values(of: read.symbols, setting: "EXPERT=y LEVEL=7 NAME=z WEAK=m"))
  }

  @Test func bytesThatEndEarlyAreNone() throws {
    let bytes = try kept(KconfigDatabase(Self.text))
    for end in stride(from: 0, to: bytes.count, by: 3) {
      let cut = KconfigDatabase(kept: bytes.span.extracting(0..<end), architecture: "x86")
      #expect(cut == nil, "\(end)")
    }
  }

  @Test func problemsAndStrangersAreNotKept() {
    #expect(KconfigDatabase("source \"missing\"\n").kept { _ in true } == nil)
    #expect(KconfigDatabase("config A\n\tbool\n").kept { _ in false } == nil)
  }
}
