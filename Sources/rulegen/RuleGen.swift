// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation

/// Writes the Swift file that carries `Rules/` into the program: the text of every page, one instance of
/// every check, and the contracts. A page is `<family>/<rule>.md`; a check is a type named like its file; contracts
/// are `contracts/*.yaml`.
///
/// Usage: `rulegen FOLDER OUTPUT FILE…`; called by the build plugin.
@main
struct RuleGen {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 2 else { throw Problem.usage }
    let (folder, output) = (arguments[1], arguments[2])
    var pages = ""
    var checks = ""
    var contracts = ""
    for path in arguments.dropFirst(2) {
      let name = path.dropFirst(folder.count).drop { $0 == "/" }
      let stem = name.dropLast(name.split(separator: ".").last.map { $0.count + 1 } ?? 0)
      if name.hasSuffix(".md") {
        guard stem.split(separator: "/").count == 2 else { continue }  // a README is no rule
        let text = try String(contentsOfFile: path, encoding: .utf8)
        pages += "  RulePage(path: \(literal(String(stem))), text: \(literal(text))),\n"
      } else if name.hasSuffix(".swift"), stem.contains("/"), let type = stem.split(separator: "/").last {
        checks += "  \(type)(),\n"
      } else if name.hasSuffix(".yaml"), stem.hasPrefix("contracts/") {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        contracts += "  ContractFile(path: \(literal(String(name))), text: \(literal(text))),\n"
      }
    }
    let text = """
      // Made by rulegen from the files of Rules/; do not edit.
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
    try text.write(toFile: output, atomically: true, encoding: .utf8)
  }

  enum Problem: Error { case usage }

  /// A raw string literal with as many `#` as the text asks for.
  static func literal(_ text: String) -> String {
    var marks = "#"
    while text.contains("\"" + marks) || text.contains("\\" + marks) { marks += "#" }
    return "\(marks)\"\"\"\n\(text)\n\"\"\"\(marks)"
  }
}
