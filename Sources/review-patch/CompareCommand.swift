// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Report
internal import Review
internal import Versions

/// `review-patch compare OLD NEW`
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Say what a new version left open: comments, tags, findings.",
    discussion: """
      review-patch compare v2.mbox v3.mbox            v3 as it was sent
      review-patch compare v2.mbox HEAD~3..HEAD       v3 before it is sent

      OLD is the old version with the discussion about it, as `b4 mbox` gets it.
      Exit status: 1 where a comment stands or an error is new.
      """)

  @Argument(help: ArgumentHelp("The old version, with its replies.", valueName: "old"), completion: .file())
  var old: String

  @Argument(
    help: ArgumentHelp("The new version: mail, or a range of commits.", valueName: "new"), completion: .file()
  )
  var new: String

  @Option(help: ArgumentHelp("The source that the patches are for.", valueName: "dir|repo[@rev]"))
  var tree: String?

  @Flag(help: "Use no tree, whatever is configured.")
  var noTree = false

  @Option(help: ArgumentHelp("Where caches and temporary files go.", valueName: "dir"))
  var cache: String?

  @Option(help: "How the comparison is written.")
  var format: ComparisonFormat = .terminal

  @Option(help: "When to use colours.")
  var color: ColourChoice = .auto

  @Flag(name: .shortAndLong, help: "Show comments that were answered, and notes, too.")
  var verbose: Int

  enum ComparisonFormat: String, ExpressibleByArgument, CaseIterable { case terminal, json }

  @MainActor
  func run() async throws {
    let settings = try Settings()
    let before = try await ReviewedVersion(old, tree: tree, noTree: noTree, cache: cache, settings)
    let now = try await ReviewedVersion(new, tree: tree, noTree: noTree, cache: cache, settings)
    guard let (comparison, findings) = before.comparison(with: now) else {
      Output.talk("review-patch: \(now.main() == nil ? new : old): there is no patch in it\n")
      throw ExitStatus(code: ExitStatus.nothingReviewed)
    }
    switch format {
    case .json: Output.print(ComparisonJSON.text(comparison, findings: findings))
    case .terminal:
      let options = settings.terminalOptions(colour: color, verbosity: verbose)
      Output.print(ComparisonText(comparison, findings: findings, options: options).text)
    }
    let stands = comparison.comments.contains { $0.state == .unanswered }
    let isWorse = findings.new.contains { $0.severity == .error }
    throw ExitStatus(code: stands || isWorse ? ExitStatus.findings : 0)
  }
}
