// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport

/// A repository of the bundled tree with commits on top of it, and a program that takes the mail it sends.
final class OutgoingSeries {
  let sandbox: Sandbox
  /// Where git format-patch has written the series, seen from the repository.
  let outgoing = "../outgoing"

  /// Whether git send-email is there; says so where it is not.
  static var canSend: Bool {
    let path = (try? Git(in: URL(fileURLWithPath: "/"))("--exec-path").text)?.trimmingCharacters(
      in: .newlines)
    if let path, FileManager.default.isExecutableFile(atPath: path + "/git-send-email") { return true }
    print("not run: git send-email is not installed (apt-get install git-email)")
    return false
  }

  /// - Parameter isBroken: whether the series is the bundled one, which has a proven error; else three patches in which
  ///   nothing stops.
  init(isBroken: Bool) throws {
    sandbox = try Sandbox()
    let fixtures = Shared.package.appending(path: "Fixtures")
    for name in try FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: "tree").path) {
      try FileManager.default.copyItem(
        at: fixtures.appending(path: "tree/\(name)"), to: sandbox.folder.appending(path: name))
    }
    try git("init", "-q", "-b", "master")
    try git("config", "user.name", "Ann Author")
    try git("config", "user.email", "ann@example.org")
    try git("add", ".")
    try git("commit", "-q", "-m", "base")
    try git("tag", "base")
    if isBroken {
      try git("mailsplit", "-o..", fixtures.appending(path: "series/hook-lanes-v2.mbox").path)
      try git("am", "-q", "../0002", "../0003", "../0004")
    } else {
      for (number, file) in ["kernel/lane/lane.c", "kernel/hook/lane.c", "kernel/hook/ops.c"].enumerated() {
        let text = try String(contentsOf: sandbox.folder.appending(path: file), encoding: .utf8)
        try sandbox.write(text + "\n/* This is the end of the file, number \(number + 1). */\n", to: file)
        try git(
          "commit", "-q", "-s", "-a", "-m", "\(file.dropLast(2)): say where it ends", "-m", "Nobody knows.")
      }
    }
    try git("format-patch", "-q", "--cover-letter", "-v2", "-o", outgoing, "base..")
    let cover = sandbox.folder.appending(path: "\(outgoing)/v2-0000-cover-letter.patch")
    let text = try String(contentsOf: cover, encoding: .utf8)
    try text.replacing("*** SUBJECT HERE ***", with: "lanes: three patches").replacing(
      "*** BLURB HERE ***", with: "So."
    )
    .write(to: cover, atomically: true, encoding: .utf8)
    try sandbox.write(
      "#!/bin/sh\ncat >>'\(sentFile.path)'\necho ===== >>'\(sentFile.path)'\n", to: "../sendmail")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: sandbox.folder.appending(path: "../sendmail").path)
  }

  /// Runs git as a user does.
  @discardableResult
  func git(_ arguments: String...) throws -> Program.Result { try git(arguments) }

  @discardableResult
  func git(_ arguments: [String], environment: [String: String] = [:]) throws -> Program.Result {
    let all = sandbox.environment.merging(environment) { $1 }
    return try Program("/usr/bin/git", in: sandbox.folder, environment: all).run(arguments)
  }

  /// Sends mail, to nobody.
  /// - Parameters:
  ///   - settings: what stands before the command.
  ///   - cc: who gets it besides the list of hooks.
  func send(
    _ words: [String], settings: [String] = [], cc: String = "--cc=lanes@lists.example.org"
  ) throws -> Program.Result {
    try git(
      settings + [
        "send-email", "--quiet", "--confirm=never", "--suppress-cc=all", "--to=hooks@lists.example.org", cc,
        "--smtp-server=\(sandbox.folder.appending(path: "../sendmail").path)",
      ] + words)
  }

  private var sentFile: URL { sandbox.folder.deletingLastPathComponent().appending(path: "sent") }

  /// How many mails went out.
  var sent: Int {
    let text = try? String(contentsOf: sentFile, encoding: .utf8)
    return (text ?? "").components(separatedBy: "=====\n").count - 1
  }

  /// The files of the series, by name.
  var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.appending(path: outgoing).path)
        .sorted().map {
          sandbox.folder.appending(path: "\(outgoing)/\($0)").standardized.path
        }
    }
  }
}
