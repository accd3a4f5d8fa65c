// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation

/// Writes the Swift file that carries the pages of a folder into the program.
///
/// Of `Rules/`: the text of every page, one instance of every check, and the contracts. A page is `<family>/<rule>.md`; a
/// check is a type named like its file; contracts are `contracts/*.yaml`. Of `Scenarios/`: the text of every scenario, and of
/// the library of `primitives/`.
///
/// Usage: `pagegen rules|scenarios FOLDER OUTPUT FILE…`; called by the build plugin.
@main
struct PageGen {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 3 else { throw Problem.usage }
    let files = arguments.dropFirst(3).map { path in
      File(path: path, name: path.dropFirst(arguments[1].count).drop { $0 == "/" })
    }
    let text: String
    switch arguments[0] {
    case "rules": text = try rules(files)
    case "scenarios": text = try scenarios(files)
    default: throw Problem.usage
    }
    try text.write(toFile: arguments[2], atomically: true, encoding: .utf8)
  }

  enum Problem: Error { case usage }

  struct File {
    var path: String
    /// Below the folder.
    var name: Substring

    /// Without what stands behind the dot.
    var stem: Substring { name.dropLast(name.split(separator: ".").last.map { $0.count + 1 } ?? 0) }
    /// A page of a group; a README is none.
    var isPage: Bool { name.hasSuffix(".md") && stem.split(separator: "/").count == 2 }

    func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
  }

  static func rules(_ files: [File]) throws -> String {
    var (pages, checks, contracts) = ("", "", "")
    for file in files {
      if file.isPage {
        pages += "  RulePage(path: \(literal(String(file.stem))), text: \(literal(try file.text()))),\n"
      } else if file.name.hasSuffix(".swift"), file.stem.contains("/"),
        let type = file.stem.split(separator: "/").last
      {
        checks += "  \(type)(),\n"
      } else if file.name.hasSuffix(".yaml"), file.stem.hasPrefix("contracts/") {
        contracts +=
          "  ContractFile(path: \(literal(String(file.name))), text: \(literal(try file.text()))),\n"
      }
    }
    return """
      // Made by pagegen from the files of Rules/; do not edit.
      public import Review

      /// The text of every built-in rule.
      public let builtInPages: [RulePage] = [
      \(pages)]

      /// Every built-in check.
      public let builtInChecks: [any Check] = [
      \(checks)]

      /// What is known of functions by name.
      public let builtInContracts: [ContractFile] = [
      \(contracts)]

      """
  }

  static func scenarios(_ files: [File]) throws -> String {
    var (pages, primitives) = ("", "")
    for file in files where file.isPage {
      let page =
        "  ScenarioPage(path: \(literal("Scenarios/" + file.name)), text: \(literal(try file.text()))),\n"
      if file.stem.hasPrefix("primitives/") { primitives += page } else { pages += page }
    }
    return """
      // Made by pagegen from the files of Scenarios/; do not edit.
      internal import Model

      let builtInScenarios: [ScenarioPage] = [
      \(pages)]

      let builtInPrimitives: [ScenarioPage] = [
      \(primitives)]

      """
  }

  /// A raw string literal with as many `#` as the text asks for.
  static func literal(_ text: String) -> String {
    var marks = "#"
    while text.contains("\"" + marks) || text.contains("\\" + marks) { marks += "#" }
    return "\(marks)\"\"\"\n\(text)\n\"\"\"\(marks)"
  }
}
