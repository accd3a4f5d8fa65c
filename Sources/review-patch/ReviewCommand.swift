// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Confirm
internal import Glibc
internal import KernelTree
internal import Mail
internal import Report
internal import Review

/// `review-patch [review] INPUT…`
struct ReviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Review patches (the default command).")

  @OptionGroup var input: InputOptions

  @Flag(
    help: ArgumentHelp(
      "Ask the compiler about what does not build. Runs the tree's own build, with the patches on it.",
      discussion: """
        Of each finding with a configuration the one file is built, without the patch and with it, in a copy below the
        cache. Makefiles that a patch changes are run like any others: use it on mail that you would build. It is
        the only thing that runs anything.
        """))
  var confirm = false

  @Flag(
    help: ArgumentHelp(
      "In place of a report, print fixup! patches that mend what was found, for git am.",
      discussion: """
        One for each patch that has findings with a certain fix, on top of the series; git rebase --autosquash folds them
        in. Each fix was put on the patches and reviewed again. What could not be mended, and why, is said on the other
        stream.
        """))
  var fixup = false

  @Option(
    help: ArgumentHelp(
      "An earlier version with its replies: also say which comments on it still stand.", valueName: "input"),
    completion: .file())
  var previous: String?
  @OptionGroup(title: "Rules") var folders: RuleFolderOptions
  @OptionGroup(title: "Rules") var rules: RuleOptions
  @OptionGroup(title: "Report") var report: ReportOptions
  @OptionGroup(title: "Report") var telling: SelectionOptions

  @MainActor
  func run() async throws {
    let start = MonotonicClock.now()
    let settings = try Settings()
    let book = try settings.ruleBook(folders)
    Output.talk(RuleText.mistakes(book))
    var options = try settings.reviewOptions(rules, book: book, cache: input.cache)
    for problem in ScenarioFolder.problems(of: options.scenarios) {
      Output.talk("review-patch: \(problem)\n")
    }
    let failLevel = try settings.failLevel(report.failOn)
    let format = fixup ? .terminal : try settings.format(report.format)
    guard !fixup || report.format == nil && previous == nil && !confirm && !rules.updateBaseline else {
      throw UsageProblem(
        "--fixup prints patches in place of a report: it goes without --format, --previous, --confirm and --update-baseline"
      )
    }
    options.mends = fixup || format.showsFixes
    guard previous == nil || format == .terminal else {
      throw UsageProblem("--previous is for the terminal; review-patch compare --format json tells programs")
    }
    let inputs = try Inputs(input, settings)
    for note in inputs.notes { Output.talk("review-patch: \(note)\n") }

    var writer =
      fixup ? FixupWriter(author: settings.user) : format.writer(book, settings) { terminalWriter(settings) }
    var mended = FixupSummary()
    Output.print(writer.begin(ToolFacts(version: ReviewPatch.version, rules: book.digest)))
    var run = ReviewRun(
      mailbox: Mailbox(opening: inputs.sources, spool: Settings.cacheFolder(input.cache)), inputs: inputs,
      engine: ReviewEngine(book: book, options: options), prefixes: settings.treePrefixes,
      selection: try settings.selection(telling, format), keepsFindings: rules.updateBaseline,
      confirmation: try confirmation(inputs))
    var reviews: [SeriesReview] = []
    let progress = Progress("reviewing")
    defer { progress?.end() }
    try await run.forEachReview {
      progress?.end()
      Output.print(writer.write($0, inputs: $1))
      if fixup {
        Output.talk(FixupSummary.refusals(of: $0))
        mended.add($0)
      }
      if previous != nil { reviews.append($0) }
    }

    // A page that is no rule costs that rule, and is a mistake of the user's all the same.
    let exit = book.problems.isEmpty ? run.exitStatus(failLevel.severity) : ExitStatus.usage
    let isShort = format == .terminal && isatty(STDOUT_FILENO) == 1 || report.verbose > 1
    let result = RunResult(
      inputs: run.mailbox.inputs, problems: run.mailbox.problems, tally: run.tally, exit: exit,
      seconds: isShort ? MonotonicClock.now() - start : nil)
    Output.print(writer.end(result))
    if fixup { Output.talk("review-patch: \(mended.text)") }
    if let previous {
      try await compare(previous, ReviewedVersion(mailbox: run.mailbox, reviews: reviews), settings)
    }
    if fixup || !format.holdsProblems || format == .terminal && report.quiet > 0 { talk(of: run.mailbox) }
    if rules.updateBaseline { try updateBaseline(settings, run.findings) }
    throw ExitStatus(code: exit)
  }

  /// What became of an earlier version, below the report.
  @MainActor
  private func compare(_ previous: String, _ now: ReviewedVersion, _ settings: Settings) async throws {
    let before = try await ReviewedVersion(
      previous, tree: input.tree, noTree: input.noTree, cache: input.cache, settings)
    guard let (versions, findings) = before.comparison(with: now) else {
      throw UsageProblem("--previous \(previous): there is no patch to compare with")
    }
    let options = settings.terminalOptions(report)
    Output.print("\n" + ComparisonText(versions, findings: findings, options: options).text)
  }

  /// nil where the compiler is not to be asked.
  private func confirmation(_ inputs: Inputs) throws(UsageProblem) -> Confirmation? {
    guard confirm else { return nil }
    guard inputs.place != nil else { throw UsageProblem("--confirm needs a tree: name it with --tree") }
    guard let cache = Settings.cacheFolder(input.cache) else {
      throw UsageProblem("there is no place for the cache: give --cache, or set HOME")
    }
    Output.talk(
      "review-patch: --confirm runs the tree's own build, with the patches on it, in \(cache)/confirm\n")
    return Confirmation(cache: cache, searchPath: Settings.environment("PATH") ?? "/usr/bin:/bin")
  }

  private func terminalWriter(_ settings: Settings) -> any ReportWriter {
    switch report.quiet {
    case 0: TerminalWriter(options: settings.terminalOptions(report))
    case 1: LineWriter()
    default: SilentWriter()
    }
  }

  /// Formats without a place for problems of the input have them said on the other stream.
  private func talk(of mailbox: Mailbox) {
    for problem in mailbox.problems {
      let place = mailbox.inputs[problem.input].path + (problem.line > 0 ? ":\(problem.line)" : "")
      Output.talk("review-patch: \(Sentences.printable(place)): \(Sentences.text(problem.kind))\n")
    }
  }

  private func updateBaseline(_ settings: Settings, _ findings: [Finding]) throws(UsageProblem) {
    guard let path = settings.baselinePath(rules) else {
      throw UsageProblem("--update-baseline needs --baseline FILE")
    }
    try Files.write(Baseline.text(accepting: findings), to: path)
  }
}

/// Seconds of a clock that only goes forward.
enum MonotonicClock {
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// For `-qq`: the exit status says it all.
struct SilentWriter: ReportWriter {
  mutating func begin(_ tool: ToolFacts) -> String { "" }
  mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String { "" }
  mutating func end(_ result: RunResult) -> String { "" }
}
