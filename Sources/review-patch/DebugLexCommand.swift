// SPDX-License-Identifier: GPL-2.0-or-later

internal import ArgumentParser
internal import Foundation
internal import KernelC

/// `review-patch debug lex`
struct DebugLexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lex", abstract: "Count the tokens of C files, and say whether they give the bytes back.")

  @Argument(help: ArgumentHelp("Files, or folders whose .c and .h files are meant.", valueName: "file"))
  var paths: [String]

  private struct Report: Encodable {
    let schema = "review-patch-lex/1"
    var files = 0
    var bytes = 0
    var tokens = 0
    var roundTrip = true
    /// Lines that begin or end a branch of a conditional.
    var conditionals = 0
    /// Of cutting and of reading the conditionals, without reading files or comparing.
    var seconds = 0.0
  }

  func run() throws {
    var report = Report()
    for path in paths {
      for file in try SourceFiles.all(at: path) {
        let text = try SourceFiles.bytes(of: file)
        let start = MonotonicClock.now()
        let buffer = TokenBuffer(lexing: text)
        let conditionals = ConditionalMap(of: buffer)
        report.seconds += MonotonicClock.now() - start
        report.conditionals += conditionals.regions.count - 1
        report.files += 1
        report.bytes += text.count
        report.tokens += buffer.tokens.count
        report.roundTrip = report.roundTrip && buffer.printed() == text
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.print(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
  }
}

/// C files that the user names.
enum SourceFiles {
  /// The file itself, or the .c and .h files of a folder, all the way down, sorted.
  static func all(at path: String) throws(UsageProblem) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw UsageProblem("\(path): no such file or folder")
    }
    guard isFolder.boolValue else { return [path] }
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }.sorted().map { "\(path)/\($0)" }
  }

  static func bytes(of path: String) throws(UsageProblem) -> [UInt8] {
    do { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw UsageProblem("\(path): cannot be read")
    }
  }
}
