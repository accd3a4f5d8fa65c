// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Foundation
internal import KernelTree
internal import Mail
internal import Model
internal import Report
internal import Scenarios
internal import SourceText
internal import UnifiedDiff

/// `review-patch model`
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Run code through every interleaving of its threads.",
    subcommands: [
      ModelListCommand.self, ModelCheckCommand.self, ModelTraceCommand.self, ModelDraftCommand.self,
    ])
}

/// Which scenarios, and the code they run on.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A folder of the user's scenarios, or one page.", valueName: "path"))
  var scenarios: [String] = []
  @Option(help: ArgumentHelp("The source whose code runs.", valueName: "dir|repo[@rev]"))
  var tree: String?
  @Option(help: ArgumentHelp("Patches on top of it, in their order.", valueName: "file"))
  var patch: [String] = []
  @Option(help: ArgumentHelp("A variant of the scenarios.", valueName: "name"))
  var variant: String?
  @Option(help: "More states than these are not looked at.")
  var states = SearchLimits().states
  @Option(help: "A scenario may take as many seconds.")
  var seconds = SearchLimits().seconds
  @Option(help: "Threads that search; without it one on each core.")
  var threads: Int?
  @Flag(
    help:
      "Follow executions to their ends first, in a space that is too large; they are not the shortest then.")
  var depthFirst = false
  @Flag(help: "Search without any reduction.")
  var full = false

  var limits: SearchLimits {
    var limits = SearchLimits(states: states, seconds: seconds, threads: threads)
    limits.isDepthFirst = depthFirst
    return limits
  }
}

/// The scenarios that are there, and the code under test.
struct ModelRun {
  let book: ScenarioBook
  let scenarios: [Scenario]
  /// Pages that are no scenarios, each with its reason.
  let problems: [String]
  private let base: (any SourceTree)?
  /// In their order, each with what it is called.
  private let patches: [(name: String, patch: Patch)]
  /// The tree with the patches.
  private let patched: PatchedTree
  private let cache = CodeCache()
  private let options: ModelOptions

  init(_ options: ModelOptions) throws {
    self.options = options
    book = try ScenarioFolder.book(options.scenarios)
    let read = book.all
    (scenarios, problems) = (read.scenarios, read.problems.map { Sentences.text($0) })
    base = try options.tree.map { try IndexCommand.open($0) }
    patches = try options.patch.flatMap { path in
      try Inputs.patches(in: path, of: "--patch ").map { (path, $0.patch) }
    }
    patched = Self.apply(patches, to: OverlayTree(files: [:], over: base))
  }

  private static func apply(_ patches: [(name: String, patch: Patch)], to base: any SourceTree) -> PatchedTree
  {
    patches.reduce(PatchedTree(base: base)) { tree, item in apply(item.patch, named: item.name, to: tree) }
  }

  /// A patch on the code, and what does not fit of it.
  private static func apply(_ patch: Patch, named name: String, to tree: PatchedTree) -> PatchedTree {
    var options = Patch.ApplyOptions()
    options.fuzz = 3
    let applied = tree.applying(patch, options: options)
    if applied.application.applies != .yes {
      Output.talk("review-patch: \(name): applies: \(applied.application.applies.rawValue)\n")
      for reason in applied.application.reasons { Output.talk("  \(reason)\n") }
    }
    return applied.tree
  }

  /// The scenarios of a name or of a group, in their order.
  func named(_ name: String) throws(UsageProblem) -> [Scenario] {
    let found = scenarios.filter { $0.id == name || $0.group == name }
    guard !found.isEmpty else {
      for problem in problems { Output.talk("review-patch: \(problem)\n") }
      throw UsageProblem("there is no scenario and no group \(name); review-patch model list shows them")
    }
    return found
  }

  /// The code under test as a scenario's variant has it.
  private func code(of scenario: Scenario) throws(ScenarioError) -> any SourceTree {
    var tree =
      scenario.files.isEmpty
      ? patched : Self.apply(patches, to: OverlayTree(files: scenario.files, over: base))
    for diff in try scenario.diffs(of: options.variant, in: book) {
      let name = "\(scenario.path), variant \(options.variant ?? scenario.base)"
      tree = Self.apply(Patch(parsing: Array(diff.utf8)), named: name, to: tree)
    }
    return OverlayTree(files: tree.additionsAlone, over: tree)
  }

  func check(_ scenario: Scenario) -> ModelResult {
    let variant = options.variant ?? scenario.base
    do throws(ScenarioError) {
      return ModelResult(
        scenario: scenario.id, variant: variant,
        exploration: try scenario.check(
          in: try code(of: scenario), of: book, limits: options.limits,
          reduces: !options.full, cache: cache, clock: MonotonicClock.now))
    } catch {
      return ModelResult(scenario: scenario.id, variant: variant, failure: Sentences.text(error))
    }
  }

  func replay(_ scenario: Scenario, _ token: String) throws(UsageProblem) -> Violation {
    do throws(ScenarioError) {
      return try scenario.replay(
        token, in: try code(of: scenario), of: book, limits: options.limits,
        clock: MonotonicClock.now)
    } catch {
      throw UsageProblem(Sentences.text(error))
    }
  }
}

extension ParsableCommand {
  /// Columns for a trace: as wide as the terminal is.
  fileprivate static var width: Int { max(Settings.terminalWidth ?? 120, 60) }
}

/// `review-patch model list`
struct ModelListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The scenarios that are there.")

  @OptionGroup var options: ModelOptions
  @Option(help: "How the list is written.")
  var format: IndexCommand.IndexFormat = .terminal

  private struct Entry: Encodable {
    var scenario, group, title: String
    var variants: [String]
  }

  func run() throws {
    let run = try ModelRun(options)
    for problem in run.problems { Output.talk("review-patch: \(problem)\n") }
    let entries = run.scenarios.map {
      Entry(
        scenario: $0.id, group: $0.group, title: $0.title,
        variants: [$0.base] + $0.variantNames(in: run.book))
    }
    switch format {
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      Output.print(String(decoding: try encoder.encode(entries), as: UTF8.self) + "\n")
    case .terminal:
      for entry in entries {
        Output.print(
          "\(entry.scenario)\n    \(entry.title)\n    variants: \(entry.variants.joined(separator: ", "))\n")
      }
    }
  }
}

/// `review-patch model check`
struct ModelCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Try every interleaving of a scenario, or of a group.",
    discussion: """
      Exit status: 0 all clean, 1 violated, 4 none violated but some without an answer.
      """)

  @Argument(help: ArgumentHelp("Scenarios or groups.", valueName: "scenario"))
  var names: [String]
  @OptionGroup var options: ModelOptions
  @Option(help: "How the result is written.")
  var format: IndexCommand.IndexFormat = .terminal
  @Option(help: "How many traces of a scenario are shown.")
  var traces = 1

  func run() throws {
    let run = try ModelRun(options)
    var results: [ModelResult] = []
    for name in names {
      for scenario in try run.named(name) {
        let result = run.check(scenario)
        if format == .terminal {
          Output.print(ModelText(width: Self.width).text(result, traces: traces))
        }
        results.append(result)
      }
    }
    switch format {
    case .json: Output.print(try ModelJSON(results).text())
    case .terminal: Output.print(ModelResult.limits + "\n")
    }
    let verdicts = Set(results.map(\.exploration.verdict))
    if verdicts.contains(.violated) { throw ExitStatus(code: ExitStatus.findings) }
    if verdicts.contains(.inconclusive) { throw ExitStatus(code: ExitStatus.internalError) }
  }
}

/// `review-patch model trace`
struct ModelTraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Show one execution of a scenario, by its replay token.")

  enum TraceFormat: String, ExpressibleByArgument, CaseIterable { case terminal, mermaid }

  @Argument(help: "The scenario.")
  var scenario: String
  @Argument(help: ArgumentHelp("What `model check` prints behind \"replay:\".", valueName: "token"))
  var token: String
  @OptionGroup var options: ModelOptions
  @Option(help: "How the trace is written.")
  var format: TraceFormat = .terminal

  func run() throws {
    let run = try ModelRun(options)
    guard let scenario = try run.named(scenario).first(where: { $0.id == scenario }) else {
      throw UsageProblem("\(scenario) is a group: name one of its scenarios")
    }
    let violation = try run.replay(scenario, token)
    switch format {
    case .mermaid: Output.print(SequenceDiagram(violation).text())
    case .terminal:
      Output.print(ModelText(width: Self.width).text(violation) + "\n")
      Output.print(TraceTable(violation, width: Self.width).text())
      Output.print(ModelResult.limits + "\n")
    }
  }
}

/// `review-patch model draft`
struct ModelDraftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draft", abstract: "Write a first scenario for a series.",
    discussion: """
      Threads for the functions that reach what the series touches, the objects they are given, stubs for what is called
      elsewhere. What is left to fill is said on standard error.
      """)

  @Argument(help: ArgumentHelp("The series.", valueName: "series"))
  var input: String
  @Option(help: ArgumentHelp("The source that it is for.", valueName: "dir|repo[@rev]"))
  var tree: String
  @Option(help: ArgumentHelp("CONFIG symbols that are set.", valueName: "symbol"))
  var config: [String] = []
  @Option(help: ArgumentHelp("The scenario's id: group/name.", valueName: "id"))
  var id = "draft/series"

  func run() throws {
    let mails = try Inputs.patches(in: input)
    var patched = PatchedTree(base: try IndexCommand.open(tree))
    var touched: [TreePath: Set<Int>] = [:]
    for mail in mails {
      let applied = patched.applying(mail.patch)
      patched = applied.tree
      touched.merge(applied.application.touchedLines(of: mail.patch)) { $0.union($1) }
    }
    do throws(ScenarioError) {
      let draft = try ScenarioDraft(
        id: id, title: mails[0].title,
        touched: touched.sorted { $0.key.description < $1.key.description }.map {
          ScenarioDraft.Touched(path: $0.key, lines: $0.value.sorted())
        },
        symbols: config.map(Scenario.symbol), in: patched,
        of: .builtIn)
      Output.print(draft.page.text)
      for sentence in draft.left { Output.talk("left to fill: \(sentence)\n") }
    } catch {
      throw UsageProblem(Sentences.text(error))
    }
  }
}
