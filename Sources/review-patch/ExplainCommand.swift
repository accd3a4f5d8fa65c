// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Review

/// `review-patch explain RULE`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Print the page of a rule: what, why, when it is wrong, examples.")

  @Argument(
    help: ArgumentHelp("The rule's name, as in a finding.", valueName: "rule"),
    completion: .shellCommand("review-patch rules | cut -d' ' -f1"))
  var rule: String

  @OptionGroup var folders: RuleFolderOptions

  func run() throws {
    let book = try Settings().ruleBook(folders)
    guard let id = RuleID(rule), let entry = book[id] else {
      throw UsageProblem("there is no rule \(rule); review-patch rules lists them")
    }
    Output.print(RuleText.page(entry.rule))
  }
}

/// `review-patch rules`
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "List the rules with their severities and headlines.")

  @OptionGroup var folders: RuleFolderOptions

  @Option(help: "How the list is written.")
  var format: ListFormat = .text

  enum ListFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

  func run() throws {
    let book = try Settings().ruleBook(folders)
    Output.print(format == .json ? RuleText.json(book) : RuleText.list(book))
  }
}
