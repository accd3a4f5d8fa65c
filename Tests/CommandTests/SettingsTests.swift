// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// git-config keys, suppressions, baselines and rules of the user.
@Suite struct SettingsTests {
  private static func sandbox(_ configuration: String = "") throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.unsigned, to: "a.mbox")
    try Data(configuration.utf8).write(to: sandbox.home.appending(path: ".gitconfig"))
    return sandbox
  }

  /// Configuration of the user, arguments, the status, and what the output or the talk holds.
  @Test(
    arguments: [
      ("[reviewpatch]\nfailOn = warning", "", 1, "missing-sign-off"),
      ("[reviewpatch]\nfailOn = warning", "--fail-on error", 0, ""),
      ("[reviewpatch]\nfailOn = often", "", 2, "git-config reviewpatch.failon=often: there is no such value"),
      ("[reviewpatch]\nfailOn", "", 2, "reviewpatch.failon=true"),
      ("[reviewpatch]\nformat = lines", "", 0, "a.mbox:2"),
      ("[reviewpatch]\nformat = lines", "--format json", 0, "\"schema\":\"review-patch/1\""),
      ("[reviewpatch]\nformat = xml", "", 2, "reviewpatch.format=xml"),
      ("[reviewpatch \"mail/missing-sign-off\"]\nlevel = error", "", 1, "error[mail/missing-sign-off]"),
      ("[reviewpatch \"mail/missing-sign-off\"]\nlevel = note", "--fail-on warning", 0, "note[mail/missing"),
      ("[reviewpatch \"mail/missing-sign-off\"]\nlevel = off", "--fail-on note", 0, "no findings in 1 patch"),
      ("[reviewpatch \"mail/missing-sign-off\"]\nlevel = loud", "", 2, "mail/missing-sign-off.level=loud"),
      ("[reviewpatch \"mail/missing\"]\nlevel = note", "", 2, "reviewpatch.mail/missing.level=note"),
      ("[reviewpatch]\nignore = mail/missing-sign-off", "--fail-on note", 0, "1 suppressed"),
      ("[reviewpatch]\nignore = mail/nothing", "", 2, "mail/nothing: there is no such rule"),
      ("[reviewpatch]\nrules = nowhere", "", 2, "nowhere: no such folder"),
      ("[reviewpatch]\nbaseline = nowhere", "", 2, "nowhere: cannot be read"),
      ("[reviewpatch]\nrepository = nowhere", "", 2, "nowhere: no such file or folder"),
      ("[reviewpatch]\nrepository = nowhere", "--no-tree", 0, ""),
      ("[reviewpatch\n", "", 2, "review-patch: "),
      ("[color]\nui = always", "", 0, "\u{1b}["),
      ("", "--ignore mail/missing-sign-off --fail-on note", 0, "1 suppressed"),
      ("", "--ignore mail/missing-sign-off:foo.c --fail-on note", 1, "warning[mail"),
    ] as [(String, String, Int32, String)])
  func obeys(_ configuration: String, _ arguments: String, _ status: Int32, _ text: String) throws {
    let sandbox = try Self.sandbox(configuration)
    let result = try sandbox.run(["a.mbox"] + arguments.split(separator: " ").map(String.init))
    #expect(result.status == status, "\(result.text)\(result.talk)")
    let stream = status == 2 ? result.talk : result.text
    #expect(text.isEmpty || stream.contains(text), "\(result.text)\(result.talk)")
    #expect(result.talk.split(separator: "\n").count == (status == 2 ? 1 : 0), "\(result.talk)")
  }

  /// The configuration of a repository counts where one stands in it, and wins over the user's.
  @Test func readsTheRepositorysConfiguration() throws {
    let sandbox = try Self.sandbox("[reviewpatch]\nfailOn = error\n")
    _ = try sandbox.git("init", "-q")
    _ = try sandbox.git("config", "reviewpatch.failOn", "warning")
    #expect(try sandbox.run(["a.mbox"]).status == 1)
  }

  /// A wish below `---`: the finding stays in the report, with its reason, and does not count.
  @Test(
    arguments: [
      ("review-patch: ignore mail/missing-sign-off -- the list cut it", 0, "the list cut it", []),
      (
        "review-patch: ignore mail/missing-sign-off", 1, nil,
        ["0:12: ignoring mail/missing-sign-off needs a reason"]
      ),
      ("review-patch: ignore mail/nothing at all", 1, nil, ["0:12: "]),
      (
        "review-patch: ignore mail/log-cut -- no", 1, nil,
        ["0:12: mail/log-cut is to be ignored, but found nothing here"]
      ),
      ("review-patch: ignore", 1, nil, ["0:12: "]),
    ] as [(String, Int32, String?, [String])])
  func suppresses(_ wish: String, _ status: Int32, _ reason: String?, _ problems: [String]) throws {
    let sandbox = try Self.sandbox()
    try sandbox.write(Mails.patch(signed: false, notes: wish + "\n\n"), to: "a.mbox")
    let report = try sandbox.report(["--fail-on", "warning", "a.mbox"])
    #expect(report.status == status && report.exit == status)
    #expect(report.findings.map(\.suppressed) == [reason])
    #expect(report.problemLines.count == problems.count, "\(report.problemLines)")
    #expect(zip(report.problemLines, problems).allSatisfy { $0.hasPrefix($1) }, "\(report.problemLines)")
  }

  /// What a baseline accepts does not count; what is new does; an update keeps what was accepted.
  @Test func acceptsABaseline() throws {
    let sandbox = try Self.sandbox()
    let arguments = ["--fail-on", "note", "--baseline", "known", "a.mbox"]
    let made = try sandbox.run(arguments + ["--update-baseline"])
    let first = try String(contentsOf: sandbox.folder.appending(path: "known"), encoding: .utf8)
    let known = try sandbox.run(arguments)
    _ = try sandbox.run(arguments + ["--update-baseline"])
    let second = try String(contentsOf: sandbox.folder.appending(path: "known"), encoding: .utf8)
    try sandbox.write(Mails.unsigned + Mails.patch(9, signed: false), to: "a.mbox")
    let new = try sandbox.run(arguments)
    #expect([made.status, known.status, new.status] == [1, 0, 1])
    #expect(first == second && first.contains(" mail/missing-sign-off "))
    #expect(known.text.contains("1 suppressed") && new.text.contains("count 9 times"), "\(new.text)")
  }

  /// Rules of the user: a page that takes the place of a built-in one, and pages with mistakes.
  @Test(
    arguments: [
      (
        "id: mail/missing-sign-off", "severity: error", "check: MailMissingSignOff\n---\n# Nobody signs\n", 1,
        "error[mail/missing-sign-off]"
      ),
      (
        "id: mail/missing-sign-off", "severity: error", "check: NoSuchCheck\n---\n# Nobody signs\n", 2,
        "rules/a/page.md:1: there is no check `NoSuchCheck`"
      ),
      (
        "id: mail/missing-sign-off", "severity: grave", "check: MailMissingSignOff\n---\n# X\n", 2,
        "rules/a/page.md:3: `severity: grave`"
      ),
      (
        "id: nonsense", "severity: note", "check: MailMissingSignOff\n---\n# X\n", 2,
        "rules/a/page.md:2: `id: nonsense`"
      ),
      (
        "colour: blue", "severity: note", "check: MailMissingSignOff\n---\n# X\n", 2,
        "rules/a/page.md:2: there is no key `colour`"
      ),
      ("id: [", "severity: note", "---\n# X\n", 2, "rules/a/page.md:"),
    ] as [(String, String, String, Int32, String)])
  func takesRules(_ id: String, _ severity: String, _ rest: String, _ status: Int32, _ text: String) throws {
    let sandbox = try Self.sandbox()
    let page = """
      ---
      \(id)
      \(severity)
      confidence: proven
      needs: [patch, message]
      default: on
      since: 0.1
      question: Who signs?
      \(rest)
      **Why it matters.** It does.

      **When it is wrong.** Never.

      """
    try sandbox.write(page, to: "rules/a/page.md")
    let result = try sandbox.run(["--rules", "rules", "a.mbox"])
    #expect(result.status == status, "\(result.text)\(result.talk)")
    #expect((status == 2 ? result.talk : result.text).contains(text), "\(result.text)\(result.talk)")
  }

  /// A rule of patterns needs nothing but its page; a page with a mistake costs itself, and the other rules go on.
  @Test(
    arguments: [
      ("$T $X;", 0, "note[flow/own]", ""),
      (
        "a(;", 2, "warning[mail/missing-sign-off]",
        "rules/own.md:12: this is no pattern: it does not parse"
      ),
      (
        "$T $X;\nwhere: sane($X)", 2, "warning[mail",
        "rules/own.md:13: there is no fact `sane` to ask for"
      ),
    ] as [(String, Int32, String, String)])
  func takesPatterns(_ pattern: String, _ status: Int32, _ text: String, _ talk: String) throws {
    let sandbox = try Self.sandbox()
    let page = """
      ---
      id: flow/own
      severity: note
      confidence: strong
      needs: patch
      default: on
      since: 0.1
      question: Why?
      ---
      # It returns
      ```pattern
      \(pattern)
      ```

      """
    try sandbox.write(page, to: "rules/own.md")
    let result = try sandbox.run(["--rules", "rules", "a.mbox"])
    #expect(result.status == status, "\(result.text)\(result.talk)")
    #expect(
      result.text.contains(text) && (talk.isEmpty ? result.talk.isEmpty : result.talk.contains(talk)),
      "\(result.text)\(result.talk)")
  }
}
