// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Mail
internal import Report
internal import Review
internal import Versions

/// One version of a series, reviewed, with all else that its input holds.
struct ReviewedVersion {
  let mailbox: Mailbox
  let reviews: [SeriesReview]

  init(mailbox: Mailbox, reviews: [SeriesReview]) { (self.mailbox, self.reviews) = (mailbox, reviews) }

  /// Reviews an input.
  /// - Parameters:
  ///   - input: as a user names it.
  ///   - tree, noTree, cache: the options of these names.
  @MainActor
  init(_ input: String, tree: String?, noTree: Bool, cache: String?, _ settings: Settings) async throws {
    var parsed = try InputOptions.parse(["--", input])
    (parsed.tree, parsed.noTree, parsed.cache) = (tree, noTree, cache)
    let inputs = try Inputs(parsed, settings)
    let book = try settings.ruleBook(RuleFolderOptions.parse([]))
    let options = try settings.reviewOptions(RuleOptions.parse([]), book: book, cache: cache)
    let mailbox = Mailbox(opening: inputs.sources, spool: Settings.cacheFolder(cache))
    var run = ReviewRun(
      mailbox: mailbox, inputs: inputs, engine: ReviewEngine(book: book, options: options),
      prefixes: settings.treePrefixes)
    var reviews: [SeriesReview] = []
    try await run.forEachReview { review, _ in reviews.append(review) }
    self.init(mailbox: mailbox, reviews: reviews)
  }

  /// The series that is meant: the one with the title of another, else the largest, else the latest. nil where there is
  /// no patch.
  func main(like other: Series? = nil) -> SeriesReview? {
    let candidates = reviews.enumerated().filter { !$0.element.series.patches.isEmpty }
    func key(_ candidate: (offset: Int, element: SeriesReview)) -> (Int, Int, Int, Int) {
      let series = candidate.element.series
      return (series.title == other?.title ? 1 : 0, series.patches.count, series.version, candidate.offset)
    }
    return candidates.max { key($0) < key($1) }?.element
  }

  /// What a later version made of this one; nil where one of them has no patch.
  func comparison(with next: ReviewedVersion) -> (versions: VersionComparison, findings: FindingComparison)? {
    guard let new = next.main(), let old = main(like: new.series) else { return nil }
    return (
      VersionComparison(
        old: old.series, new: new.series, discussion: Discussion(mailbox.replies(to: old.series))),
      FindingComparison(old: old, new: new)
    )
  }
}
