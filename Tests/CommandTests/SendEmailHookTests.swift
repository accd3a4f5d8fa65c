// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// The hook before mail is sent, called by the real git send-email.
@Suite(.enabled(if: OutgoingSeries.canSend)) struct SendEmailHookTests {
  private static func installed(isBroken: Bool) throws -> OutgoingSeries {
    let series = try OutgoingSeries(isBroken: isBroken)
    let result = try series.sandbox.run(["hook", "install"])
    #expect(result.status == 0 && result.text.hasSuffix("hooks/sendemail-validate: installed\n"), "\(result)")
    return series
  }

  /// Cover letter and three patches, in every way in which they can be named. It is reviewed once.
  @Test(arguments: [["../outgoing"], ["../outgoing/v2-0000-cover-letter.patch", "*"], ["base.."]])
  func letsACleanSeriesGo(_ words: [String]) throws {
    let series = try Self.installed(isBroken: false)
    let words = words.count == 1 ? words : try series.files
    let before = try series.sandbox.snapshot()
    let result = try series.send(words)
    #expect(result.status == 0 && series.sent == (words == ["base.."] ? 3 : 4), "\(result.talk)")
    let lines = result.talk.split(separator: "\n").filter { $0.hasPrefix("review-patch: ") }
    #expect(lines.count == 2, "\(result.talk)")
    #expect(result.talk.contains("3 patches") && result.talk.contains("(base-commit)"), "\(result.talk)")
    // Nothing is kept of a run that is over, and nothing of the user's is touched.
    let kept = try FileManager.default.contentsOfDirectory(
      atPath: series.sandbox.cache.appending(path: "review-patch/presend").path)
    #expect(kept.allSatisfy { $0.hasSuffix(".report") }, "\(kept)")
    #expect(try series.sandbox.snapshot() == before)
  }

  /// A file that an option names is no mail.
  @Test func tellsFilesFromMails() throws {
    let series = try Self.installed(isBroken: false)
    try series.sandbox.write("#!/bin/sh\n", to: "../cc")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: series.sandbox.folder.appending(path: "../cc").path)
    let result = try series.send(["--cc-cmd", "../cc", series.outgoing])
    #expect(
      result.status == 0 && series.sent == 4 && !result.talk.contains("neither a mail"), "\(result.talk)")
  }

  /// What is named is what goes out, and no more; also from a folder below the top, seen from which it is named.
  @Test func reviewsWhatIsNamed() throws {
    let series = try Self.installed(isBroken: true)
    let result = try series.send(
      ["../../outgoing/v2-0001-hook-make-the-wait-queue-before-the-link-can-be-f.patch"],
      settings: ["-C", "kernel"])
    #expect(result.status == 0 && series.sent == 1, "\(result.talk)")
    #expect(result.talk.contains("1 patch,"), "\(result.talk)")
  }

  /// A call that a configuration hides is proven: nothing goes out, neither for the whole series nor for its part.
  @Test(arguments: [
    ["../outgoing"], ["base.."], ["../outgoing/v2-0002-hook-allow-attaching-operations-to-lanes.patch"],
  ])
  func stopsAProvenError(_ words: [String]) throws {
    let series = try Self.installed(isBroken: true)
    let result = try series.send(words)
    #expect(result.status != 0 && series.sent == 0)
    #expect(
      result.talk.contains("error[config/missing-stub] kernel/hook/ops.c:151: `lane_get_from_fd`"),
      "\(result.talk)")
    #expect(result.talk.contains("review-patch: stopped before sending: 2 errors"), "\(result.talk)")
    #expect(result.talk.contains("git -c reviewpatch.presend=off send-email"), "\(result.talk)")
    let whole = try series.sandbox.run(["hook", "show"])
    #expect(whole.status == 0 && whole.text.contains("witness: HOOK_SYSCALL=y, HOOK_JIT=y, LANES=n"))
  }

  /// What the message of the hook names, and what configuration can say, lets the same series go.
  @Test(arguments: ["off", "false", "warn"]) func canBeToldTo(_ mode: String) throws {
    let series = try Self.installed(isBroken: true)
    let result = try series.send([series.outgoing], settings: ["-c", "reviewpatch.presend=\(mode)"])
    #expect(result.status == 0 && series.sent == 4, "\(result.talk)")
    #expect(result.talk.contains("config/missing-stub") == (mode == "warn"), "\(result.talk)")
    #expect(result.talk.contains("which stop nothing") == (mode == "warn"), "\(result.talk)")
  }

  /// Whom MAINTAINERS names, by what the call and the configuration say; where a program adds people, nothing is said.
  @Test(
    arguments: [
      ("--cc=lanes@lists.example.org", [], false), ("--cc=somebody@example.org", [], true),
      ("--cc=Lars Lane <lars@work.example.org>", [], true),
      ("--cc=somebody@example.org", ["-c", "sendemail.cc=lars@example.org,lanes@lists.example.org"], false),
      ("--cc-cmd=/bin/true", [], false),
    ] as [(String, [String], Bool)])
  func namesWhomTheMailLeavesOut(_ cc: String, _ settings: [String], _ isTold: Bool) throws {
    let series = try Self.installed(isBroken: false)
    let result = try series.send([series.outgoing], settings: settings, cc: cc)
    #expect(result.status == 0 && series.sent == 4, "\(result.talk)")
    let lars = cc.contains("lars") ? "" : "Lars Lane <lars@example.org>, "
    #expect(
      result.talk.contains("1/3 note[mail/recipients] v2-0001-kernel-lane-lane-say-where-it-ends.patch")
        == isTold, "\(result.talk)")
    #expect(
      result.talk.contains("MAINTAINERS names \(lars)lanes@lists.example.org") == isTold, "\(result.talk)")
  }

  /// A mode that does not exist stops nothing, as nothing that is wrong with the hook itself does.
  @Test func failsOpen() throws {
    let series = try Self.installed(isBroken: true)
    try series.git("config", "reviewpatch.presend", "often")
    let result = try series.send([series.outgoing])
    #expect(result.status == 0 && series.sent == 4, "\(result.talk)")
    #expect(result.talk.contains("reviewpatch.presend=often: there is no such value"), "\(result.talk)")
  }

  @Test(arguments: [true, false]) func runsDry(_ isBroken: Bool) throws {
    let series = try Self.installed(isBroken: isBroken)
    let result = try series.send(["--dry-run", series.outgoing])
    #expect((result.status != 0) == isBroken && series.sent == 0, "\(result.talk)")
    #expect(result.talk.contains("review-patch: "), "\(result.talk)")
  }

  /// What takes too long is not waited for, and that it was not checked is said.
  @Test func keepsItsTime() throws {
    let series = try Self.installed(isBroken: true)
    let result = try series.send([series.outgoing], settings: ["-c", "reviewpatch.presendTimeout=0.001"])
    #expect(result.status == 0 && series.sent == 4, "\(result.talk)")
    #expect(result.talk.contains("review-patch: not checked: what needs the tree took longer than 0.001 s"))
    // What needs no tree is found all the same, and said once.
    #expect(
      result.talk.components(separatedBy: "3/3 warning[mail/missing-sign-off] v2-0003-selftests").count == 2,
      "\(result.talk)")
  }

  /// As git since 2.41 calls it: a second file with the headers, and counters.
  @Test(arguments: [true, false]) func understandsCounters(_ isBroken: Bool) throws {
    let series = try Self.installed(isBroken: isBroken)
    try series.sandbox.write(
      "From: ann@example.org\nTo: hooks@lists.example.org,\n\tlanes@lists.example.org\n", to: "../headers")
    let hook = series.sandbox.folder.appending(path: ".git/hooks/sendemail-validate").path
    let files = try series.files
    // One shell, as one send-email, for all files; each call's status behind its words.
    let script = files.enumerated().map { number, file in
      "GIT_SENDEMAIL_FILE_COUNTER=\(number + 1) GIT_SENDEMAIL_FILE_TOTAL=\(files.count) \(hook) '\(file)' ../headers; echo =$?\n"
    }
    let shell = Program("/bin/sh", in: series.sandbox.folder, environment: series.sandbox.environment)
    let result = try shell.run(["-c", script.joined()])
    let calls = result.text.components(separatedBy: "=").dropLast()
    let statuses = result.text.split(separator: "\n").filter { $0.hasPrefix("=") }
    if isBroken {
      #expect(
        statuses.first == "=1" && calls.first?.contains("config/missing-stub") == true, "\(result.text)")
    } else {
      #expect(statuses == ["=0", "=0", "=0", "=0"] && result.talk.isEmpty, "\(result)")
      #expect(calls.first?.contains("v2 of \"lanes: three patches\", 3 patches and a cover letter") == true)
      #expect(calls.dropFirst().allSatisfy { $0 == "0\n" }, "\(result.text)")
    }
  }

  /// A mail that was edited between two calls is another mail.
  @Test func looksAgainAtWhatWasEdited() throws {
    let series = try Self.installed(isBroken: false)
    let hook = series.sandbox.folder.appending(path: ".git/hooks/sendemail-validate").path
    let files = try series.files
    let script = """
      \(hook) '\(files[0])' >/dev/null
      sed -i 's/number 1/number one/' '\(files[1])'
      \(hook) '\(files[1])'
      \(hook) '\(files[2])'
      """
    let shell = Program("/bin/sh", in: series.sandbox.folder, environment: series.sandbox.environment)
    let result = try shell.run(["-c", script])
    #expect(result.text.components(separatedBy: "3 patches and a cover letter").count == 2, "\(result.text)")
  }

  /// Where hooks are looked for is git's to say; one that is there goes on being run, and may stop by itself.
  @Test func standsBeforeAnother() throws {
    let series = try OutgoingSeries(isBroken: false)
    try series.git("config", "core.hooksPath", "kernel/../my-hooks")
    try series.sandbox.write("#!/bin/sh\necho their own \"$1\"\n", to: "my-hooks/sendemail-validate")
    let hook = series.sandbox.folder.appending(path: "my-hooks/sendemail-validate")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
    let before = try series.sandbox.snapshot(hook.deletingLastPathComponent()).filter { !$0.hasPrefix(". ") }
    let result = try series.sandbox.run(["hook", "install"])
    #expect(
      result.text.contains("my-hooks/sendemail-validate: installed; the hook that was there is run first"))
    let sending = try series.send([series.outgoing])
    #expect(sending.status == 0 && series.sent == 4, "\(sending.talk)")
    #expect(
      sending.talk.contains("their own /") && sending.talk.contains("review-patch: nothing"),
      "\(sending.talk)")
    #expect(
      try series.sandbox.run(["hook", "remove"]).text.contains("the hook that was there before is back"))
    #expect(
      try series.sandbox.snapshot(hook.deletingLastPathComponent()).filter { !$0.hasPrefix(". ") } == before)
  }
}
