// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Conditions
internal import Foundation
internal import KernelC

/// `review-patch debug parse`
struct DebugParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse", abstract: "Parse C files, and say which functions hold what was not understood.")

  @Argument(help: ArgumentHelp("Files, or folders whose .c and .h files are meant.", valueName: "file"))
  var paths: [String]
  @Flag(help: "List the functions that are defined.")
  var definitions = false

  private struct Report: Encodable {
    let schema = "review-patch-parse/1"
    var files = 0
    var bytes = 0
    var functions = 0
    /// Functions whose body holds at least one opaque node.
    var opaque = 0
    var seconds = Seconds()
    var slowest = Slowest()
    var opaqueConstructs: [Construct] = []
    var definitions: [Definition]?
  }

  /// Without reading files.
  private struct Seconds: Encodable {
    var lex = 0.0
    var parse = 0.0
  }

  private struct Slowest: Encodable {
    var path = ""
    var seconds = 0.0
  }

  private struct Construct: Encodable {
    var construct: String
    var count: Int
    var example: String
  }

  private struct Definition: Encodable {
    var path: String
    var line: UInt32
    var name: String
    var condition: String
  }

  func run() throws {
    var report = Report()
    var constructs: [String: Construct] = [:]
    if definitions { report.definitions = [] }
    for path in paths {
      for file in try SourceFiles.all(at: path) {
        let text = try SourceFiles.bytes(of: file)
        let start = MonotonicClock.now()
        let buffer = TokenBuffer(lexing: text)
        let middle = MonotonicClock.now()
        let syntax = SyntaxTree(parsing: buffer)
        let end = MonotonicClock.now()
        report.seconds.parse += end - middle
        if end - start > report.slowest.seconds { report.slowest = Slowest(path: file, seconds: end - start) }
        report.seconds.lex += middle - start
        report.files += 1
        report.bytes += text.count
        for function in syntax.functions {
          report.functions += 1
          let opaque = syntax.opaqueNodes(inBodyOf: function)
          if !opaque.isEmpty { report.opaque += 1 }
          for node in opaque {
            let line = buffer.tokens[Int(syntax[node].main)].line
            let name = syntax.construct(ofOpaque: node)
            constructs[name, default: Construct(construct: name, count: 0, example: "\(file):\(line)")]
              .count += 1
          }
          let token = Int(syntax[function].main)
          report.definitions?.append(
            Definition(
              path: file, line: buffer.tokens[token].line, name: syntax.name(of: function),
              condition: syntax.conditionals.table.text(of: syntax.conditionals.condition(ofTokenAt: token))))
        }
      }
    }
    report.opaqueConstructs = constructs.values.sorted {
      ($1.count, $0.construct) < ($0.count, $1.construct)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }
}
