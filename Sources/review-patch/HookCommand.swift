// SPDX-License-Identifier: GPL-2.0-or-later

public import ArgumentParser
internal import Foundation
public import Hooks
internal import KernelTree

extension GitHook: ExpressibleByArgument {}

/// `review-patch hook …`: reviews that git starts by itself.
struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook",
    abstract: "Have git review by itself: before mail is sent, and before patches are applied.",
    discussion: """
      review-patch hook install                   before `git send-email` sends anything
      review-patch hook install pre-applypatch    before `git am` commits a series
      review-patch hook install commit-msg        a message that git am would cut

      Errors that are proven stop git, once: `git -c reviewpatch.presend=off send-email …` goes on all the same.
      """,
    subcommands: [Install.self, Remove.self, HookRunCommand.self, Show.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write hooks into this repository. One that is there goes on being run, first.")

    @Argument(help: "Which hooks.")
    var hooks: [GitHook] = [.sendEmailValidate]

    func run() throws {
      let folder = HookFolder(at: try HookCommand.folder())
      // What was run, whatever the PATH of the day the hook is called.
      let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      for hook in hooks {
        let outcome = try HookCommand.talking { () throws(HookFolder.Failure) in
          try folder.install(hook, program: program)
        }
        Output.print("\(folder.file(of: hook)): \(HookCommand.text(outcome))\n")
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take hooks out of this repository, and put back what was there before.")

    @Argument(help: "Which hooks; all where none is named.")
    var hooks: [GitHook] = []

    func run() throws {
      let folder = HookFolder(at: try HookCommand.folder())
      for hook in hooks.isEmpty ? GitHook.allCases : hooks {
        let outcome = try HookCommand.talking { () throws(HookFolder.Failure) in try folder.remove(hook) }
        if outcome == .notInstalled, hooks.isEmpty { continue }
        Output.print("\(folder.file(of: hook)): \(HookCommand.text(outcome))\n")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the whole report of the last review that a hook of this repository made.")

    @Option(help: ArgumentHelp("Where caches and temporary files go.", valueName: "dir"))
    var cache: String?

    func run() throws {
      guard let report = try HookCommand.state(cache)?.report else {
        throw UsageProblem("no hook of this repository has reviewed anything yet")
      }
      Output.print(report)
    }
  }

  // MARK: The repository

  static func repository() throws(UsageProblem) -> Repository {
    do throws(RepositoryError) {
      // Hooks are told where the repository is, which need not be above them.
      return try Repository(opening: Settings.environment("GIT_DIR") ?? ".")
    } catch {
      throw UsageProblem("\(error)")
    }
  }

  /// nil where there is no place for a cache.
  static func state(_ cache: String?) throws(UsageProblem) -> HookState? {
    let folder = try repository().folder
    return Settings.cacheFolder(cache).map { HookState(cache: $0, repository: folder) }
  }

  private static func folder() throws(UsageProblem) -> String {
    let repository = try repository()
    do throws(RepositoryError) { return try repository.hooksFolder() } catch {
      throw UsageProblem("\(error)")
    }
  }

  // MARK: Words

  private static func talking(
    _ body: () throws(HookFolder.Failure) -> HookFolder.Outcome
  ) throws(UsageProblem) -> HookFolder.Outcome {
    do throws(HookFolder.Failure) { return try body() } catch {
      let words =
        switch error {
        case .changed(let path): "\(path): review-patch wrote this file, and it was changed since: left alone"
        case .alreadyReplaced(let path): "\(path): is there already, from an earlier hook: move it away first"
        case .unwritable(let path, let why): "\(path): cannot be written: \(why)"
        }
      throw UsageProblem(words)
    }
  }

  private static func text(_ outcome: HookFolder.Outcome) -> String {
    switch outcome {
    case .installed: "installed"
    case .installedBefore: "installed; the hook that was there is run first"
    case .renewed: "was installed"
    case .removed: "removed"
    case .restored: "removed; the hook that was there before is back"
    case .notInstalled: "not installed by review-patch"
    }
  }
}
