// SPDX-License-Identifier: GPL-2.0-or-later

public import ArgumentParser
public import Review

extension Severity: ExpressibleByArgument {}
extension Confidence: ExpressibleByArgument {}

/// When the exit status is 1.
enum FailLevel: String, ExpressibleByArgument, CaseIterable {
  case never, note, warning, error

  var severity: Severity? { Severity(rawValue: rawValue) }
}

enum ColourChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

/// The options about what is reviewed and against what.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A mailbox, maildir, mail, patch or folder of them; `-` for standard input; a commit or range A..B.",
      valueName: "input"), completion: .file())
  var inputs: [String] = []

  @Option(
    help: ArgumentHelp("The source that the patches are for.", valueName: "dir|repo[@rev]"),
    completion: .directory)
  var tree: String?

  @Flag(help: "Use no tree, whatever is configured.")
  var noTree = false

  @Option(
    help: ArgumentHelp(
      "Patches that go on the tree first and are not reviewed; may be repeated, in their order.",
      valueName: "mail"), completion: .file())
  var prerequisite: [String] = []

  @Option(help: ArgumentHelp("Where caches and temporary files go.", valueName: "dir"))
  var cache: String?
}

/// Where rules come from, beside those built in.
struct RuleFolderOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A folder with rules of your own; may be repeated.", valueName: "dir"))
  var rules: [String] = []
}

/// The options about what is made of findings.
struct RuleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Findings to leave out of the count; may be repeated.", valueName: "rule[:path]"))
  var ignore: [String] = []

  @Option(
    help: ArgumentHelp(
      "Scenarios of your own for the reference model: a folder of pages, or one; may be repeated.",
      valueName: "path"))
  var scenarios: [String] = []

  @Option(
    help: ArgumentHelp(
      "States of a scenario that the reference model looks at; 0 runs none.", valueName: "count"))
  var modelStates: Int?

  @Option(help: ArgumentHelp("A file of findings that are known and accepted.", valueName: "file"))
  var baseline: String?

  @Flag(help: "Write what is found into the baseline file.")
  var updateBaseline = false
}

/// The options about how much is told.
struct SelectionOptions: ParsableArguments {
  @Option(help: "The least severity that is told; note, and of a reply warning.")
  var minSeverity: Severity?

  @Option(help: "The least confidence that is told; heuristic, and of a reply strong.")
  var minConfidence: Confidence?
}

/// The options about the report.
struct ReportOptions: ParsableArguments {
  @Option(help: "How the report is written.")
  var format: Format?

  @Option(help: "The severity from which on the exit status is 1.")
  var failOn: FailLevel?

  @Option(help: "When to use colours.")
  var color: ColourChoice = .auto

  @Flag(name: .shortAndLong, help: "One finding a line; twice: the exit status only.")
  var quiet: Int

  @Flag(name: .shortAndLong, help: "Unfold repeats and say what was not checked, and why.")
  var verbose: Int
}
