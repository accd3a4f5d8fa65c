// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Foundation
internal import KernelTree
internal import Mail
internal import Report
internal import Review
internal import SourceText

/// `review-patch b4-agent`: what `b4 review` starts as its review agent.
struct B4AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "b4-agent",
    abstract: "Review the branch that `b4 review` has checked out, and leave comments for it.",
    discussion: """
      Writes .git/b4-review/HEAD's commit/, where b4 looks for comments, and nothing else:
        git config b4.review-agent-command "review-patch b4-agent"
        git config b4.review-agent-prompt-path MAINTAINERS
      b4 wants a file to name in a prompt; any will do, as what it says is not read.
      """)

  @Argument(help: ArgumentHelp("What b4 says to an agent; not read.", visibility: .hidden))
  var prompt: [String] = []
  @Option(help: ArgumentHelp("Where caches and temporary files go.", valueName: "dir"))
  var cache: String?
  @OptionGroup(title: "Rules") var folders: RuleFolderOptions
  @OptionGroup(title: "Rules") var rules: RuleOptions
  @OptionGroup(title: "Report") var telling: SelectionOptions

  @MainActor
  func run() async throws {
    let settings = try Settings()
    let tip = try Self.tip()
    let book = try settings.ruleBook(folders)
    Output.talk(RuleText.mistakes(book))
    let options = try settings.reviewOptions(rules, book: book, cache: cache)
    let inputs = try Inputs(try InputOptions.parse([tip.range]), settings)
    var run = ReviewRun(
      mailbox: Mailbox(opening: inputs.sources, spool: Settings.cacheFolder(cache)), inputs: inputs,
      engine: ReviewEngine(book: book, options: options), prefixes: settings.treePrefixes,
      selection: try settings.selection(telling, .terminal))
    var files: [B4Feed.File] = []
    try await run.forEachReview { review, _ in
      files += B4Feed(review, version: ReviewPatch.version).files
    }
    try Self.write(files, below: ".git/b4-review/\(tip.commit.hex)")
    let patches = files.count { $0.name != B4Feed.identity }
    Output.print("review-patch: comments on \(patches) \(patches == 1 ? "patch" : "patches")\n")
  }

  /// HEAD, which holds b4's notes on the series, and the commits of the series below it.
  private static func tip() throws(UsageProblem) -> (commit: ObjectID, range: String) {
    let head: ObjectID
    let message: [UInt8]
    do throws(RepositoryError) {
      let repository = try Repository(opening: ".")
      head = try repository.resolve("HEAD")
      message = try repository.message(of: head)
    } catch {
      throw UsageProblem("\(error)")
    }
    let parts = String(decoding: message, as: UTF8.self).split(separator: "--- b4-review-tracking ---\n")
    let notes = parts.last?.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n") ?? ""
    let tracking = try? JSONDecoder().decode(Tracking.self, from: Data(notes.utf8))
    guard let first = tracking?.series.first, ObjectID(first) != nil else {
      throw UsageProblem("HEAD is not the tip of a branch of `b4 review`")
    }
    return (head, "\(first)~1..HEAD~1")
  }

  /// What we need of b4's notes.
  private struct Tracking: Decodable {
    struct Series: Decodable {
      var first: String
      private enum CodingKeys: String, CodingKey { case first = "first-patch-commit" }
    }
    var series: Series
  }

  private static func write(_ files: [B4Feed.File], below folder: String) throws(UsageProblem) {
    guard !files.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw UsageProblem("\(folder): cannot be made")
    }
    for file in files { try Files.write(file.text, to: "\(folder)/\(file.name)") }
  }
}
