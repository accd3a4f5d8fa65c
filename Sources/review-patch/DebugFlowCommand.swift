// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Foundation
internal import KernelC
internal import Review
internal import Rules

/// `review-patch debug flow`
struct DebugFlowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flow",
    abstract:
      "Follow the ways through functions, and list what is held at a return, what sleeps under a lock, and what is freed by the wrong function."
  )

  @Argument(help: ArgumentHelp("Files, or folders whose .c and .h files are meant.", valueName: "file"))
  var paths: [String]

  private struct Report: Encodable {
    let schema = "review-patch-flow/1"
    var files = 0
    var functions = 0
    /// Functions that take a lock or a reference and were not followed, by reason.
    var notChecked: [String: Int] = [:]
    var held: [Held] = []
    /// Calls that may sleep under a lock, and calls that free what another family made.
    var calls: [Call] = []
    var seconds = 0.0
  }

  private struct Call: Encodable {
    var path, function, family, name, callee: String
    var taken, line: UInt32
  }

  private struct Held: Encodable {
    var path, function, family, name: String
    /// Line of the call that takes it, and of the return; those of returns on other ways, where it was given back.
    var taken, line: UInt32
    var givenBack: [UInt32]
    var isFailure: Bool
    /// For a reference the functions that get it.
    var passedTo: [String]?
  }

  func run() throws {
    var report = Report()
    let contracts = try Contracts(builtInContracts)
    for path in paths {
      for file in try SourceFiles.all(at: path) {
        let buffer = TokenBuffer(lexing: try SourceFiles.bytes(of: file))
        let syntax = SyntaxTree(parsing: buffer)
        let start = MonotonicClock.now()
        let releases = HeldPaths.releases(in: syntax, contracts: contracts)
        for function in syntax.functions {
          report.functions += 1
          for subject in HeldPaths.Subject.allCases {
            let paths = HeldPaths(subject, of: function, in: syntax, contracts: contracts, releases: releases)
            if let why = paths.notChecked { report.notChecked["\(subject): \(why)", default: 0] += 1 }
            for held in paths.held {
              for end in held.ends {
                report.held.append(
                  Held(
                    path: file, function: syntax.name(of: function), family: held.family, name: held.name,
                    taken: buffer.tokens[held.taken].line,
                    line: buffer.tokens[syntax.endToken(of: end.node, in: function)].line,
                    givenBack: held.givenBack.map {
                      buffer.tokens[syntax.endToken(of: $0.node, in: function)].line
                    },
                    isFailure: end.isFailure,
                    passedTo: end.passedTo.isEmpty ? nil : end.passedTo.map(\.function)))
              }
            }
            let name = syntax.name(of: function)
            report.calls += paths.sleeping.map {
              Call(
                path: file, function: name, family: $0.family, name: $0.lock, callee: $0.function,
                taken: buffer.tokens[$0.taken].line, line: buffer.tokens[$0.call].line)
            }
            report.calls += paths.wrongReleases.map {
              Call(
                path: file, function: name, family: $0.family, name: $0.name, callee: $0.function,
                taken: buffer.tokens[$0.taken].line, line: buffer.tokens[$0.call].line)
            }
          }
        }
        report.seconds += MonotonicClock.now() - start
        report.files += 1
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }
}

extension SyntaxTree {
  /// The token to show for a way's end: the return's first, or the brace that closes the function.
  fileprivate func endToken(of node: NodeID, in function: NodeID) -> Int {
    node == .none || self[node].kind != .returnStatement ? Int(self[function].end) - 1 : Int(self[node].first)
  }
}
