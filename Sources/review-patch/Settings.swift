// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import Hooks
internal import KernelC
internal import KernelTree
internal import Mail
internal import Model
internal import Report
internal import Review
internal import Rules

/// Configuration and options made into what a run needs: git-config first, then options.
///
/// Keys: `reviewpatch.failOn`, `reviewpatch.format`, `reviewpatch.rules` (folder, may be repeated),
/// `reviewpatch.ignore` (may be repeated), `reviewpatch.scenarios` (may be repeated), `reviewpatch.modelStates`,
/// `reviewpatch.baseline`, `reviewpatch.repository` (the tree to use where none is given), `reviewpatch.tree.<prefix>`
/// (the revision for a word of the subject prefix),
/// `reviewpatch.minSeverity`, `reviewpatch.minConfidence`, `reviewpatch.<rule>.level` (`off`, `note`, `warning`, `error`); of hooks
/// `reviewpatch.presend`, `.preApply`, `.commitMsg` (`off`, `warn`, `error`) and `reviewpatch.presendTimeout` (seconds).
struct Settings {
  let configuration: GitConfiguration

  init() throws(UsageProblem) {
    do throws(RepositoryError) {
      configuration = try GitConfiguration(
        sections: ["reviewpatch", "color", "core", "sendemail", "user"], repositoryAt: ".",
        variable: Self.environment
      )
    } catch {
      throw UsageProblem("\(error)")
    }
  }

  func failLevel(_ option: FailLevel?) throws(UsageProblem) -> FailLevel {
    if let option { return option }
    return try value("reviewpatch.failon", as: FailLevel.init) ?? .error
  }

  func format(_ option: Format?) throws(UsageProblem) -> Format {
    if let option { return option }
    return try value("reviewpatch.format", as: Format.init) ?? .terminal
  }

  func hookMode(_ hook: GitHook) throws(UsageProblem) -> HookMode {
    try value(hook.key, as: HookMode.init) ?? .error
  }

  /// What is set for git send-email, by the variable, in lower case.
  var sendEmail: [(variable: String, value: String)] {
    configuration.entries.filter { $0.key.hasPrefix("sendemail.") }
      .map { (String($0.key.dropFirst("sendemail.".count)), $0.value) }
  }

  /// How long a hook may take.
  func hookSeconds() throws(UsageProblem) -> Double {
    try value("reviewpatch.presendtimeout", as: { Double($0).flatMap { $0 > 0 && $0 < 1e9 ? $0 : nil } })
      ?? 60
  }

  /// What is told: the option, else the configuration, else as the format has it.
  func selection(_ options: SelectionOptions, _ format: Format) throws(UsageProblem) -> FindingSelection {
    let standard = format.selection
    let severity = try value("reviewpatch.minseverity", as: Severity.init)
    let confidence = try value("reviewpatch.minconfidence", as: Confidence.init)
    return FindingSelection(
      severity: options.minSeverity ?? severity ?? standard.severity,
      confidence: options.minConfidence ?? confidence ?? standard.confidence)
  }

  /// The person that git takes for the user; nil where it knows no address.
  var user: Person? {
    configuration["user.email"].map { Person(name: configuration["user.name"] ?? "", address: $0) }
  }

  /// What git calls `reviewpatch.tree.<prefix>`.
  var treePrefixes: [String: String] {
    let start = "reviewpatch.tree."
    let pairs = configuration.entries.filter { $0.key.hasPrefix(start) }
      .map { (String($0.key.dropFirst(start.count)), $0.value) }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  /// The rules, with the pages of the user's folders.
  func ruleBook(_ options: RuleFolderOptions) throws(UsageProblem) -> RuleBook {
    var pages: [RulePage] = []
    var contracts = builtInContracts
    for folder in configuration.all("reviewpatch.rules") + options.rules {
      pages += try RuleFolder.pages(in: folder)
      contracts += try RuleFolder.contracts(in: folder)
    }
    do throws(ContractError) {
      return RuleBook(
        pages: builtInPages, checks: builtInChecks, userPages: pages, contracts: try Contracts(contracts))
    } catch {
      throw UsageProblem("\(error.path):\(error.line): \(Sentences.text(error.kind))")
    }
  }

  /// - Parameter cache: the option about it.
  func reviewOptions(_ options: RuleOptions, book: RuleBook, cache: String?) throws(UsageProblem)
    -> ReviewOptions
  {
    var result = ReviewOptions()
    result.symbolCache = Self.cacheFolder(cache)
    for entry in configuration.entries
    where entry.key.hasPrefix("reviewpatch.") && entry.key.hasSuffix(".level") {
      let name = entry.key.dropFirst("reviewpatch.".count).dropLast(".level".count)
      guard let id = RuleID(name), let level = RuleLevel(rawValue: entry.value), book[id] != nil else {
        throw UsageProblem(
          "git-config \(entry.key)=\(entry.value): there is no such rule, or no such level (off, note, warning, error)"
        )
      }
      result.levels[id] = level
    }
    for text in configuration.all("reviewpatch.ignore") + options.ignore {
      guard let wish = Suppression(option: text), book[wish.rule] != nil else {
        throw UsageProblem("--ignore \(text): there is no such rule; review-patch rules lists them")
      }
      result.suppressions.append(wish)
    }
    var states = options.modelStates
    if states == nil { states = try value("reviewpatch.modelstates", as: { Int($0) }) }
    if let states { result.modelLimits.states = states }
    result.scenarios = try ScenarioFolder.book(configuration.all("reviewpatch.scenarios") + options.scenarios)
    if let path = baselinePath(options), !options.updateBaseline || access(path, F_OK) == 0 {
      let text = try Files.text(of: path)
      do throws(BaselineError) {
        result.baseline = try Baseline(parsing: text)
      } catch {
        throw UsageProblem("\(path):\(error.line): this line begins with no fingerprint: \(error.text)")
      }
    }
    return result
  }

  func baselinePath(_ options: RuleOptions) -> String? {
    options.baseline ?? configuration["reviewpatch.baseline"]
  }

  /// Columns of the terminal; nil where the output goes elsewhere.
  static var terminalWidth: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0
    else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Width and colours of a terminal, by the rules that programs share (no-color.org, bixense CLICOLOR).
  func terminalOptions(_ options: ReportOptions) -> TerminalOptions {
    terminalOptions(colour: options.color, verbosity: options.verbose)
  }

  func terminalOptions(colour: ColourChoice, verbosity: Int) -> TerminalOptions {
    var result = TerminalOptions()
    result.verbosity = verbosity
    let isTerminal = isatty(STDOUT_FILENO) == 1
    if let width = Self.terminalWidth { result.width = min(max(width, 40), 120) }
    result.usesColour =
      switch colour {
      case .always: true
      case .never: false
      case .auto: automaticColour(isTerminal)
      }
    return result
  }

  private func automaticColour(_ isTerminal: Bool) -> Bool {
    if let force = Self.environment("CLICOLOR_FORCE"), force != "0" { return true }
    if Self.environment("NO_COLOR") != nil || Self.environment("TERM") == "dumb" { return false }
    switch configuration["color.review-patch"] ?? configuration["color.ui"] {
    case "always": return true
    case "never", "false": return false
    default: return isTerminal
    }
  }

  /// The cache folder: the option, else XDG's.
  static func cacheFolder(_ option: String?) -> String? {
    if let option { return option }
    if let folder = environment("XDG_CACHE_HOME"), folder.hasPrefix("/") { return "\(folder)/review-patch" }
    return environment("HOME").map { "\($0)/.cache/review-patch" }
  }

  /// A variable that is set and not empty.
  static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  private func value<Value>(_ key: String, as make: (String) -> Value?) throws(UsageProblem) -> Value? {
    guard let text = configuration[key] else { return nil }
    guard let value = make(text) else {
      throw UsageProblem("git-config \(key)=\(text): there is no such value")
    }
    return value
  }
}
