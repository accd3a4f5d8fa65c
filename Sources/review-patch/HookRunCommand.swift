// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Glibc
internal import Hooks
internal import KernelTree
internal import Mail
internal import Report
internal import SourceText

/// `review-patch hook run HOOK ARGUMENT…`: what the installed script calls. Status 1 stops git, no other does.
struct HookRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "What an installed hook calls, with git's own arguments.")

  @Argument(help: "The hook.")
  var hook: GitHook

  @Argument(parsing: .captureForPassthrough, help: "What git gives it.")
  var arguments: [String] = []

  @MainActor
  func run() async throws {
    let settings = try Settings()
    let mode = try settings.hookMode(hook)
    guard mode != .off else { return }
    let stops = mode == .error
    switch hook {
    case .sendEmailValidate:
      guard let file = arguments.first else { throw UsageProblem("\(hook.rawValue): git names no mail") }
      let call = SendEmailCall(file: file)
      try await review(
        HookReview(
          files: call.files, revision: nil, baseCommit: try Self.base(of: call.files),
          consequence: HookWriter.Consequence(
            stops: stops, moment: "before sending",
            override: "Send anyway: git -c \(hook.key)=off send-email …"),
          recipients: call.recipients(
            headers: try arguments.dropFirst().first.map(Files.text), settings.sendEmail)),
        asked: file, run: call.key, settings)
    case .preApplyPatch:
      let folder = try HookCommand.repository().folder
      guard let session = ApplySession(in: folder), let file = session.files.first else { return }
      try await review(
        HookReview(
          files: session.files, revision: "HEAD",
          consequence: HookWriter.Consequence(
            stops: stops, moment: "before the commit",
            override: "Apply anyway: git -c \(hook.key)=off am --continue"), recipients: []),
        asked: session.isAtFirst ? nil : file, run: "am", settings)
    case .commitMessage:
      guard let file = arguments.first else { throw UsageProblem("\(hook.rawValue): git names no file") }
      let isCut = try CommitMessageReview(file: file, settings: settings).isCut()
      if isCut, stops { throw ExitStatus(code: ExitStatus.findings) }
    }
  }

  /// The parent of the commit that the first mail was made of, where it is here and still has the mail's subject.
  private static func base(of files: [String]) throws -> ObjectID? {
    guard let first = FormattedCommit(firstOf: files) else { return nil }
    let repository = try HookCommand.repository()
    guard case .found(let commit) = try repository.commit(first.id),
      commit.subject == Array(first.title.utf8)
    else { return nil }
    return try repository.firstParent(of: commit.id)
  }

  /// - Parameter asked: the mail that git asks about; nil where an earlier answer does not count.
  @MainActor
  private func review(
    _ review: HookReview, asked: String?, run: String, _ settings: Settings
  ) async throws {
    let state = try HookCommand.state(nil)
    if let asked, state?.takes(asked, of: run) == true { return }
    let progress = Progress("reviewing \(review.files.count) \(review.files.count == 1 ? "mail" : "mails")")
    let answer = { @Sendable (outcome: HookReview.Outcome) -> Int32 in
      progress?.end()
      state?.keep(report: outcome.report)
      Output.print(outcome.text)
      guard !outcome.stops else { return ExitStatus.findings }
      state?.pass(review.files, of: run)
      if let asked { _ = state?.takes(asked, of: run) }
      return 0
    }
    // Ends the process where there is no time for more, with the other threads still at work.
    let outcome = try await review.outcome(settings) { _exit(answer($0)) }
    throw ExitStatus(code: answer(outcome))
  }
}
