// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// What people read before they begin: the manual page, `--help`, and the completions of shells.
@Suite struct ManualTests {
  private struct Command: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable { var kind, name: String }
      var names: [Name]?
    }
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?

    /// Commands below it with their options, but for those that show what the front ends do.
    var all: [Command] {
      [self] + (subcommands ?? []).filter { !["debug", "help"].contains($0.commandName) }.flatMap(\.all)
    }
    var options: [String] {
      (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map(\.name)
        .filter { !["help", "version"].contains($0) }
    }
  }

  private static func commands() throws -> [Command] {
    struct Tool: Decodable { var command: Command }
    let text = try Sandbox().run(["--experimental-dump-help"]).output
    return try JSONDecoder().decode(Tool.self, from: Data(text)).command.all
  }

  private static var page: URL { Shared.package.appending(path: "docs/review-patch.1") }

  /// Every command and option is in the page, and the page has no others.
  @Test func thePageNamesEveryOption() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8).replacing("\\-", with: "-")
    let commands = try Self.commands()
    for command in commands { #expect(text.contains(command.commandName), "\(command.commandName)") }
    let known = Set(commands.flatMap(\.options))
    #expect(known.count > 20)
    let named = Set(text.matches(of: /--([a-z][a-z-]+)/).map { String($0.1) })
    #expect(known.subtracting(named) == [] && named.subtracting(known) == [])
  }

  @Test func thePageIsAPage() throws {
    guard FileManager.default.fileExists(atPath: "/usr/bin/groff") else {
      print("not run: groff is not installed")
      return
    }
    let groff = Program("/usr/bin/groff", in: Shared.package, environment: ["PATH": "/usr/bin:/bin"])
    let result = try groff.run(["-man", "-ww", "-z", Self.page.path])
    #expect(result.status == 0 && result.talk.isEmpty, "\(result.talk)")
  }

  /// Real uses stand before anything else, and fit a terminal.
  @Test(arguments: [["--help"], ["hook", "--help"], ["compare", "--help"]])
  func helpBeginsWithUses(_ arguments: [String]) throws {
    let result = try Sandbox().run(arguments)
    let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
    let first = lines.firstIndex { $0.contains("review-patch ") }
    let usage = lines.firstIndex { $0.hasPrefix("USAGE:") }
    #expect(result.status == 0 && first ?? .max < usage ?? 0, "\(result.text)")
    #expect(lines.prefix(usage ?? 0).allSatisfy { $0.count <= 80 }, "\(result.text)")
  }

  /// The scripts that make a shell complete, as the shells themselves read them.
  @Test(arguments: ["bash", "zsh", "fish"]) func completes(_ shell: String) throws {
    let sandbox = try Sandbox()
    let script = try sandbox.run(["--generate-completion-script", shell])
    #expect(
      script.status == 0 && script.text.contains("sendemail-validate")
        && script.text.contains("update-baseline"))
    let path = "/bin/\(shell)"
    guard FileManager.default.fileExists(atPath: path) else {
      print("not run: no \(shell) to read its script")
      return
    }
    let read = try Program(path, in: sandbox.folder, environment: sandbox.environment).run(
      ["-n"], input: script.output)
    #expect(read.status == 0 && read.talk.isEmpty, "\(read.talk)")
  }
}
