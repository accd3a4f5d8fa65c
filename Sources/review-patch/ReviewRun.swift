// SPDX-License-Identifier: GPL-2.0-or-later

internal import Confirm
internal import Glibc
internal import KernelTree
internal import Mail
internal import Report
internal import Review
internal import SourceText

/// All series of a mailbox, a few at a time on all cores, reported in their order.
struct ReviewRun {
  let mailbox: Mailbox
  let inputs: Inputs
  let engine: ReviewEngine
  let prefixes: [String: String]
  let selection: FindingSelection
  private(set) var tally = Tally()
  /// Kept for a baseline only where there is one to write.
  private(set) var findings: [Finding] = []
  private var reviewedFiles = false
  /// Whether something was meant to be a patch and is none.
  private var refused = false
  private let keepsFindings: Bool
  /// nil where the compiler is not asked.
  private let confirmation: Confirmation?
  private let known: KnownTrees

  init(
    mailbox: Mailbox, inputs: Inputs, engine: ReviewEngine, prefixes: [String: String],
    selection: FindingSelection = .all, keepsFindings: Bool = false, confirmation: Confirmation? = nil
  ) {
    (self.mailbox, self.inputs, self.engine, self.prefixes) = (mailbox, inputs, engine, prefixes)
    self.selection = selection
    (self.keepsFindings, self.confirmation) = (keepsFindings, confirmation)
    known = KnownTrees(symbolCache: engine.options.symbolCache)
  }

  /// Series that are held at a time: enough for all cores, and no more than memory should hold.
  private static let window = 16

  /// On the main thread, whose stack is deeper than those of tasks.
  /// - Parameter body: gets the reviews in their order.
  @MainActor
  mutating func forEachReview(_ body: (SeriesReview, [MailInput]) -> Void) async throws(UsageProblem) {
    var next = 0
    while next < mailbox.seriesCount {
      let range = next..<min(next + Self.window, mailbox.seriesCount)
      for result in reviews(of: range) {
        var review = try result.get()
        if let confirmation {
          let reviewed = review
          let confirmed = await Interruption.cancelling { await confirmation.confirm(reviewed) }
          guard let confirmed else { throw UsageProblem("interrupted") }
          review = confirmed
        }
        review = selection.applied(to: review)
        take(review)
        body(review, mailbox.inputs)
      }
      next = range.upperBound
    }
  }

  private mutating func take(_ review: SeriesReview) {
    tally.add(review)
    if keepsFindings { findings += review.findings }
    if !review.series.patches.isEmpty || review.series.cover != nil { reviewedFiles = true }
    refused = refused || review.series.problems.contains(where: Self.isRefusal)
  }

  private func reviews(of range: Range<Int>) -> [Result<SeriesReview, UsageProblem>] {
    inParallel(range.count) { review(range.lowerBound + $0) }
  }

  private func review(_ index: Int) -> Result<SeriesReview, UsageProblem> {
    var series = mailbox.series(at: index)
    for place in series.patches.indices { series.patches[place].envelope.cc += inputs.recipients }
    var base: Base?
    if let place = inputs.place {
      do throws(RepositoryError) {
        var clues = BaseClues(series)
        clues.baseCommit = inputs.baseCommit ?? clues.baseCommit
        base = try BaseSearch(in: place, clues: clues, prefixes: prefixes).base()
      } catch {
        return .failure(UsageProblem("the tree: \(error)"))
      }
    }
    let facts = SeriesFacts(
      series: series, inputs: mailbox.inputs, repository: inputs.repository,
      prerequisites: inputs.prerequisites)
    return .success(engine.review(facts, base: base, known: known))
  }

  /// 1 where something counts, 3 where nothing could be reviewed, else 0.
  func exitStatus(_ level: Severity?) -> Int32 {
    if let level, tally.count(atLeast: level) > 0 { return ExitStatus.findings }
    let isRefused = refused || mailbox.problems.contains(where: Self.isRefusal)
    return !reviewedFiles && isRefused ? ExitStatus.nothingReviewed : 0
  }

  /// A discussion is no patch and needs no review; anything else should have been one.
  private static func isRefusal(_ problem: MailProblem) -> Bool {
    if case .noPatch = problem.kind { false } else { true }
  }
}
