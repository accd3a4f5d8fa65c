// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Mail
internal import Report
internal import Review

/// `review-patch debug …`: what the front ends made of an input, for people who change them.
struct DebugCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug", abstract: "Show what the front ends make of an input, as JSON.",
    subcommands: [
      DiffCommand.self, DebugLexCommand.self, DebugParseCommand.self, DebugFlowCommand.self,
      DebugKbuildCommand.self, DebugKconfigCommand.self, DebugNamesCommand.self, DebugSymbolsCommand.self,
    ])

  struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff", abstract: "The patches that were read: what a report holds without any rule.")

    @OptionGroup var input: InputOptions

    @MainActor
    func run() async throws {
      let settings = try Settings()
      let inputs = try Inputs(input, settings)
      let book = RuleBook(pages: [], checks: [])
      var run = ReviewRun(
        mailbox: Mailbox(opening: inputs.sources, spool: Settings.cacheFolder(input.cache)), inputs: inputs,
        engine: ReviewEngine(book: book), prefixes: settings.treePrefixes)
      var writer = JSONWriter()
      _ = writer.begin(ToolFacts(version: ReviewPatch.version, rules: book.digest))
      try await run.forEachReview { _ = writer.write($0, inputs: $1) }
      let exit = run.exitStatus(nil)
      let result = RunResult(
        inputs: run.mailbox.inputs, problems: run.mailbox.problems, tally: run.tally, exit: exit)
      Output.print(writer.end(result))
      throw ExitStatus(code: exit)
    }
  }
}
