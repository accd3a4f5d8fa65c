// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Glibc
internal import KernelTree
internal import Mail
internal import Report
internal import Review
internal import SourceText
internal import Synchronization

/// The review of a hook: as much of it as there is time for.
struct HookReview {
  struct Outcome: Sendable {
    /// What the hook says, and the whole report.
    var text, report: String
    var stops: Bool
  }

  let files: [String]
  /// The revision that the mails go on; nil where it is searched.
  let revision: String?
  /// The commit below the first patch; nil where it is not known.
  var baseCommit: ObjectID?
  let consequence: HookWriter.Consequence
  /// Who gets the mails besides those whom they name; nil where that cannot be told.
  let recipients: [Person]?

  /// First without the tree, which takes no time worth mentioning: that is what is told where the time for the whole
  /// review is over.
  /// - Parameter late: gets that, on another thread, and ends the process.
  @MainActor
  func outcome(_ settings: Settings, late: @escaping @Sendable (Outcome) -> Never) async throws -> Outcome {
    let seconds = try settings.hookSeconds()
    let started = MonotonicClock.now()
    let tree = revision.map { ["--tree", ".@\($0)"] } ?? []
    var inputs = try Inputs(InputOptions.parse((Inputs.isKernel(".") ? tree : []) + ["--"] + files), settings)
    inputs.recipients = recipients ?? []
    inputs.baseCommit = baseCommit
    let alone = try await outcome(
      try Inputs(InputOptions.parse(["--no-tree", "--"] + files), settings), settings)
    guard inputs.place != nil else { return alone }
    let rest = seconds - (MonotonicClock.now() - started)
    let race = Race()
    SystemThread {
      var left = timespec(
        tv_sec: Int(max(0, rest)), tv_nsec: Int(max(0, rest).truncatingRemainder(dividingBy: 1) * 1e9))
      nanosleep(&left, nil)
      if race.isFirst() { late(alone.tellingOfTime(seconds)) }
    }?.detach()
    let whole = try await outcome(inputs, settings)
    // The other thread has begun to speak, and ends the process.
    while !race.isFirst() { pause() }
    return whole
  }

  @MainActor
  private func outcome(_ inputs: Inputs, _ settings: Settings) async throws -> Outcome {
    let book = try settings.ruleBook(RuleFolderOptions.parse([]))
    var options = try settings.reviewOptions(RuleOptions.parse([]), book: book, cache: nil)
    if let rule = RuleID("mail/recipients") {
      // Only now can it be mended, unless somebody wants it otherwise.
      options.levels[rule] = recipients == nil ? .off : options.levels[rule] ?? .note
    }
    var run = ReviewRun(
      mailbox: Mailbox(opening: inputs.sources), inputs: inputs,
      engine: ReviewEngine(book: book, options: options), prefixes: settings.treePrefixes)
    var (short, long) = (HookWriter(consequence), TerminalWriter())
    var (text, report) = ("", "")
    try await run.forEachReview {
      text += short.write($0, inputs: $1)
      report += long.write($0, inputs: $1)
    }
    let stops = consequence.stops && run.tally.certainErrors > 0
    let result = RunResult(
      inputs: run.mailbox.inputs, problems: run.mailbox.problems, tally: run.tally, exit: stops ? 1 : 0)
    return Outcome(text: text + short.end(result), report: report + long.end(result), stops: stops)
  }
}

extension HookReview.Outcome {
  fileprivate func tellingOfTime(_ seconds: Double) -> Self {
    var result = self
    let time = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    result.text +=
      "review-patch: not checked: what needs the tree took longer than \(time) s (reviewpatch.presendTimeout)\n"
    return result
  }
}

/// Two threads, of which one is to speak.
private final class Race: Sendable {
  private let isOver = Atomic(false)

  func isFirst() -> Bool { !isOver.exchange(true, ordering: .relaxed) }
}
