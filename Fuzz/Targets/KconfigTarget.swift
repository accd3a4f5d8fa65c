// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Kconfig
internal import TestSupport

/// Kconfig files: the top one, and behind a NUL one that it may source as `a/Kconfig`.
enum KconfigTarget {
  @Sendable static func run(_ bytes: [UInt8]) {
    let (top, other) = bytes.parts
    let tree = MemoryTree([
      "Kconfig": String(decoding: top, as: UTF8.self), "a/Kconfig": String(decoding: other, as: UTF8.self),
    ])
    let database = KconfigDatabase(reading: tree, architecture: "x86")
    let solver = ConfigurationSolver(database)
    let symbols = Array(database.symbols.prefix(8))
    // What depends on itself has several values that are right; so has what says whether there are modules, and depends on
    // a symbol that can be m.
    let isRecursive =
      database.symbols.contains { database.recursion(of: $0) != nil }
      || !hasPlainModules(top, other, database)
    for name in symbols {
      demand(database.isDefined(name), "\(name) is not defined")
      guard let symbol = database.symbol(name) else { return demand(false, "\(name) is not found") }
      _ = database.dependencies(of: symbol)
      for select in database.selects(by: name) {
        var table = FormulaTable()
        _ = solver.answer(database.unmetDependency(of: select, in: &table), of: table)
      }
    }
    if !isRecursive {
      check(solver, symbols.filter { [.bool, .tristate].contains(database.symbol($0)?.kind) })
    }
    check(database, solver, symbols)
  }

  /// Whether the symbol that turns modules on is a person's choice and nothing else, or is not there.
  private static func hasPlainModules(_ top: [UInt8], _ other: [UInt8], _ database: KconfigDatabase) -> Bool {
    let head = "config MODULES\n\tbool \"m\"\n\tmodules\n"
    let texts = [top, other].map { String(decoding: $0, as: UTF8.self) }
    let count = texts.reduce(0) {
      $0 + $1.split(separator: "modules", omittingEmptySubsequences: false).count - 1
    }
    guard count > 0 else { return true }
    guard count == 1, texts[0].hasPrefix(head), let symbol = database.symbol("MODULES") else { return false }
    return symbol.definitions.count == 1 && symbol.selectors.isEmpty && symbol.impliers.isEmpty
      && symbol.defaults.isEmpty
  }

  /// What is possible comes about when it is set, as Kconfig computes it.
  private static func check(_ solver: ConfigurationSolver, _ symbols: [String]) {
    for name in symbols.prefix(4) {
      for (atom, value) in [(ConditionAtom.isBuiltIn(name), "y"), (.isModule(name), "m")] {
        var table = FormulaTable()
        let question = table.atom(atom)
        guard case .possible(let witness) = solver.answer(question, of: table) else { continue }
        let configuration = KconfigConfiguration(
          solver, setting: witness.assignments.map { ($0.symbol, $0.value) })
        guard let found = configuration.value(of: name), ["y", "m", "n"].contains(found) else { continue }
        demand(found == value, "\(witness) makes \(name)=\(found), not \(value)")
      }
    }
  }

  /// A database that is kept and read again is the same.
  private static func check(_ database: KconfigDatabase, _ solver: ConfigurationSolver, _ symbols: [String]) {
    guard let bytes = database.kept(where: { _ in true }) else { return }
    guard let again = KconfigDatabase(kept: bytes.span, architecture: "x86") else {
      return demand(false, "what was kept is not read")
    }
    demand(again.symbols == database.symbols, "other symbols are kept")
    let (first, second) = (
      KconfigConfiguration(solver, setting: []), KconfigConfiguration(ConfigurationSolver(again), setting: [])
    )
    for name in symbols {
      demand(first.value(of: name) == second.value(of: name), "another value of \(name) is kept")
    }
  }
}
