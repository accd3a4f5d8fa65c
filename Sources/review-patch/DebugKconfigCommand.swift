// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Conditions
internal import Foundation
internal import Kconfig
internal import KernelTree

/// `review-patch debug kconfig`
struct DebugKconfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kconfig",
    abstract: "Read the Kconfig files of one architecture, and say what is known of symbols.")

  @Option(help: ArgumentHelp("The directory with the kernel's source.", valueName: "dir"))
  var tree: String
  @Option(help: ArgumentHelp("A folder below arch/, or what ARCH= takes besides.", valueName: "name"))
  var architecture = "x86"
  @Option(help: ArgumentHelp("What scripts/cc-version.sh prints.", valueName: "number"))
  var gcc = Toolchain.current.gcc
  @Option(help: ArgumentHelp("What scripts/ld-version.sh prints.", valueName: "number"))
  var binutils = Toolchain.current.binutils
  @Argument(help: ArgumentHelp("Symbols to show, without CONFIG_.", valueName: "symbol"))
  var symbols: [String] = []
  @Option(
    help: ArgumentHelp(
      "Ask whether some values can be together, as in USB=y,PCI=n.", valueName: "values"))
  var ask: [String] = []
  @Option(
    help: ArgumentHelp("Show what symbols are when a file of .config lines is the user's.", valueName: "file")
  )
  var config: [String] = []
  @Flag(help: "Show every symbol that is defined.")
  var all = false

  private struct Report: Encodable {
    let schema = "review-patch-kconfig/1"
    var architecture: String
    var files = 0
    var symbols = 0
    var problems: [String] = []
    var shown: [Shown] = []
    var answers: [Answer] = []
    /// For each configuration, the symbols that are not n; `?` where a command would have to be run.
    var configurations: [[String: String]] = []
    var seconds = 0.0
  }

  private struct Answer: Encodable {
    var question: String
    var answer: String
    var milliseconds: Double
  }

  private struct Shown: Encodable {
    var name: String
    var kind: String?
    var definitions: [String]
    var depends: [String]
    var prompts: [String]
    var defaults: [String]
    var ranges: [String]
    var selects: [String]
    var implies: [String]
    var selectors: [String]
    var impliers: [String]
    var choice: String?
  }

  func run() throws {
    let source = try DirectoryTree(opening: tree)
    let start = MonotonicClock.now()
    let database = KconfigDatabase(
      reading: source, architecture: architecture, toolchain: Toolchain(gcc: gcc, binutils: binutils))
    var report = Report(architecture: architecture)
    report.seconds = MonotonicClock.now() - start
    report.files = database.files.count
    let names = database.symbols
    report.symbols = names.count
    report.problems = database.problems.map(\.description)
    report.shown = (all ? names : symbols).compactMap { shown($0, database) }
    let solver = ask.isEmpty && config.isEmpty ? nil : ConfigurationSolver(database)
    if let solver {
      report.answers = answers(solver)
      for path in config { report.configurations.append(try values(of: names, path, solver)) }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }

  private func values(of names: [String], _ path: String, _ solver: ConfigurationSolver) throws -> [String:
    String]
  {
    let lines = String(decoding: try SourceFiles.bytes(of: path), as: UTF8.self).split(separator: "\n")
    let settings = lines.compactMap { line -> (symbol: String, value: String)? in
      let unset = line.split(separator: " ")
      if unset.count == 5, line.hasSuffix(" is not set") {
        return (String(unset[1].dropFirst("CONFIG_".count)), "n")
      }
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      guard line.hasPrefix("CONFIG_"), parts.count == 2 else { return nil }
      return (String(parts[0].dropFirst("CONFIG_".count)), parts[1].filter { $0 != "\"" })
    }
    let configuration = KconfigConfiguration(solver, setting: settings)
    var values: [String: String] = [:]
    for name in names {
      let value = configuration.value(of: name) ?? "?"
      if value != "n" { values[name] = value }
    }
    return values
  }

  private func answers(_ solver: ConfigurationSolver) -> [Answer] {
    var table = FormulaTable()
    return ask.map { question in
      let start = MonotonicClock.now()
      let facts = question.split(separator: ",").map { fact -> Formula in
        let parts = fact.split(separator: "=", maxSplits: 1).map(String.init)
        let (name, value) = (parts[0], parts.count > 1 ? parts[1] : "y")
        let (yes, module) = (table.atom(.isBuiltIn(name)), table.atom(.isModule(name)))
        switch value {
        case "y": return yes
        case "m": return module
        default:
          let isOn = table.or(yes, module)
          return table.not(isOn)
        }
      }
      let formula = table.and(facts)
      let answer =
        switch solver.answer(formula, of: table) {
        case .impossible: "impossible"
        case .possible(let witness): "possible: \(witness)"
        case .unknown(let why): "unknown: \(why)"
        }
      let seconds = MonotonicClock.now() - start
      return Answer(question: question, answer: answer, milliseconds: (seconds * 1e5).rounded() / 100)
    }
  }

  private func shown(_ name: String, _ database: KconfigDatabase) -> Shown? {
    guard let symbol = database.symbol(name) else { return nil }
    func lines(_ properties: [KconfigSymbol.Property<String>]) -> [String] {
      properties.map { "\($0.value) if \(database.text(of: $0.condition))" }
    }
    return Shown(
      name: name, kind: symbol.kind?.rawValue,
      definitions: symbol.definitions.map { "\($0.path):\($0.line)" },
      depends: symbol.definitions.map { database.text(of: $0.depends) }, prompts: lines(symbol.prompts),
      defaults: lines(symbol.defaults), ranges: lines(symbol.ranges), selects: lines(symbol.selects),
      implies: lines(symbol.implies), selectors: lines(symbol.selectors), impliers: lines(symbol.impliers),
      choice: symbol.choice.map { "\($0.path):\($0.line)" })
  }
}
