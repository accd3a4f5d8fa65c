// SPDX-License-Identifier: GPL-2.0-or-later

internal import Dispatch
internal import Glibc
internal import KernelTree
internal import Mail
internal import Report
internal import Review

/// All series of a mailbox, a few at a time on all cores, reported in their order.
struct ReviewRun {
  let mailbox: Mailbox
  let inputs: Inputs
  let engine: ReviewEngine
  let prefixes: [String: String]
  private(set) var tally = Tally()
  /// Kept for a baseline only where there is one to write.
  private(set) var findings: [Finding] = []
  private var reviewedFiles = false
  private let keepsFindings: Bool

  init(
    mailbox: Mailbox, inputs: Inputs, engine: ReviewEngine, prefixes: [String: String],
    keepsFindings: Bool = false
  ) {
    (self.mailbox, self.inputs, self.engine, self.prefixes) = (mailbox, inputs, engine, prefixes)
    self.keepsFindings = keepsFindings
  }

  /// Series that are held at a time: enough for all cores, and no more than memory should hold.
  private static let window = 16

  /// - Parameter body: gets the reviews in their order, while those behind them are made.
  mutating func forEachReview(_ body: (SeriesReview, [MailInput]) -> Void) throws(UsageProblem) {
    var ready: [SeriesReview] = []
    var next = 0
    repeat {
      let range = next..<min(next + Self.window, mailbox.seriesCount)
      let (inputs, finished) = (mailbox.inputs, ready)
      let results = reviews(of: range) { for review in finished { body(review, inputs) } }
      ready = []
      for result in results { ready.append(try result.get()) }
      for review in ready { take(review) }
      next = range.upperBound
    } while !ready.isEmpty
  }

  private mutating func take(_ review: SeriesReview) {
    tally.add(review)
    if keepsFindings { findings += review.findings }
    if !review.series.patches.isEmpty || review.series.cover != nil { reviewedFiles = true }
  }

  /// Reviews some series, and does something else on one of the cores.
  private func reviews(of range: Range<Int>, beside other: () -> Void) -> [Result<SeriesReview, UsageProblem>]
  {
    withoutActuallyEscaping(other) { other in
      // Called once, while this function runs.
      nonisolated(unsafe) let other = other
      return [Result<SeriesReview, UsageProblem>](unsafeUninitializedCapacity: range.count) { buffer, count in
        nonisolated(unsafe) let slots = buffer
        DispatchQueue.concurrentPerform(iterations: range.count + 1) { index in
          guard index > 0 else { return other() }
          slots.baseAddress?.advanced(by: index - 1).initialize(to: review(range.lowerBound + index - 1))
        }
        count = range.count
      }
    }
  }

  private func review(_ index: Int) -> Result<SeriesReview, UsageProblem> {
    let series = mailbox.series(at: index)
    var base: Base?
    if let place = inputs.place {
      do throws(RepositoryError) {
        base = try BaseSearch(in: place, clues: BaseClues(series), prefixes: prefixes).base()
      } catch {
        return .failure(UsageProblem("the tree: \(error)"))
      }
    }
    let facts = SeriesFacts(series: series, inputs: mailbox.inputs, repository: inputs.repository)
    return .success(engine.review(facts, base: base))
  }

  /// 1 where something counts, 3 where nothing could be reviewed, else 0.
  func exitStatus(_ level: Severity?) -> Int32 {
    if let level, tally.count(atLeast: level) > 0 { return ExitStatus.findings }
    let isRefused = mailbox.problems.contains { if case .noPatch = $0.kind { false } else { true } }
    return !reviewedFiles && isRefused ? ExitStatus.nothingReviewed : 0
  }
}
