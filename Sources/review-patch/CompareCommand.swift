// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Mail
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
    let (before, now) = (try await version(old, settings), try await version(new, settings))
    guard let newest = now.main(like: nil), let earlier = before.main(like: newest.series) else {
      let nothing = now.reviews.isEmpty ? new : old
      Output.talk("review-patch: \(nothing): there is no patch in it\n")
      throw ExitStatus(code: ExitStatus.nothingReviewed)
    }
    let comparison = VersionComparison(
      old: earlier.series, new: newest.series,
      discussion: Discussion(before.mailbox.replies(to: earlier.series)))
    let findings = FindingComparison(old: earlier.findings, new: newest.findings)
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

  /// What one of the two inputs holds.
  private struct Version {
    var mailbox: Mailbox
    var reviews: [SeriesReview]

    /// The series that is meant: the one with the title of another, else the largest, else the latest.
    func main(like other: Series?) -> SeriesReview? {
      let candidates = reviews.enumerated().filter { !$0.element.series.patches.isEmpty }
      func key(_ candidate: (offset: Int, element: SeriesReview)) -> (Int, Int, Int, Int) {
        let series = candidate.element.series
        return (series.title == other?.title ? 1 : 0, series.patches.count, series.version, candidate.offset)
      }
      return candidates.max { key($0) < key($1) }?.element
    }
  }

  @MainActor
  private func version(_ input: String, _ settings: Settings) async throws -> Version {
    let words =
      (tree.map { ["--tree", $0] } ?? []) + (noTree ? ["--no-tree"] : [])
      + (cache.map { ["--cache", $0] } ?? [])
    let inputs = try Inputs(InputOptions.parse(words + ["--", input]), settings)
    let book = try settings.ruleBook(RuleFolderOptions.parse([]))
    var options = try settings.reviewOptions(RuleOptions.parse([]), book: book)
    options.symbolCache = Settings.cacheFolder(cache)
    let mailbox = Mailbox(opening: inputs.sources, spool: Settings.cacheFolder(cache))
    var run = ReviewRun(
      mailbox: mailbox, inputs: inputs, engine: ReviewEngine(book: book, options: options),
      prefixes: settings.treePrefixes)
    var reviews: [SeriesReview] = []
    try await run.forEachReview { review, _ in reviews.append(review) }
    return Version(mailbox: mailbox, reviews: reviews)
  }
}
