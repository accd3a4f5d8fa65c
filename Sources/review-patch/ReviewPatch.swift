// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Glibc

/// `review-patch`
@main
struct ReviewPatch: AsyncParsableCommand {
  static let version = "0.1"

  static let configuration = CommandConfiguration(
    commandName: "review-patch",
    abstract: "Reviews Linux kernel patches as they travel by mail.",
    usage: """
      review-patch [review] INPUT… [OPTIONS]     (review-patch review --help)
      review-patch COMMAND …                     (review-patch COMMAND --help)
      """,
    discussion: """
      Three real uses:
        review-patch HEAD~3..HEAD                      what you are about to send
        b4 am -o- ID | review-patch - --tree ~/linux   what came by mail
        review-patch compare v2.mbox v3.mbox           which comments on v2 still stand

      Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or
      configuration, 3 nothing in the input could be reviewed, 4 internal error.
      """,
    version: version,
    subcommands: [
      ReviewCommand.self, ExplainCommand.self, RulesCommand.self, IndexCommand.self, ModelCommand.self,
      CompareCommand.self, HookCommand.self, B4AgentCommand.self, DebugCommand.self,
    ],
    defaultSubcommand: ReviewCommand.self)

  /// Runs, and turns what was thrown into words and the exit status of the contract.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let problem as UsageProblem {
      Output.talk("review-patch: \(problem.text)\n")
      Glibc.exit(ExitStatus.usage)
    } catch let status as ExitStatus {
      Glibc.exit(status.code)
    } catch {
      let isHelp = exitCode(for: error) == .success
      if isHelp {
        Output.print(fullMessage(for: error) + "\n")
      } else {
        Output.talk(fullMessage(for: error) + "\n")
      }
      Glibc.exit(isHelp ? 0 : ExitStatus.usage)
    }
  }
}

/// The exit statuses of the contract.
struct ExitStatus: Error {
  static let findings: Int32 = 1
  static let usage: Int32 = 2
  static let nothingReviewed: Int32 = 3
  static let internalError: Int32 = 4

  var code: Int32
}

/// Something wrong with the options or the configuration, as a sentence.
struct UsageProblem: Error {
  var text: String

  init(_ text: String) { self.text = text }
}

/// The two streams of the program: results, and talk about them.
enum Output {
  static func print(_ text: String) { write(text, to: STDOUT_FILENO) }
  static func talk(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // Nobody reads any more: as with any filter, that is the end.
      guard count > 0 else { Glibc.exit(ExitStatus.internalError) }
      bytes = bytes.dropFirst(count)
    }
  }
}
