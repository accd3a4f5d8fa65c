// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport

/// A folder of its own for a run of review-patch: a home, a cache, and a place to stand in.
final class Sandbox {
  private let root: TemporaryFolder
  /// Where the program is started.
  let folder: URL
  let home: URL
  let cache: URL

  init() throws {
    root = try TemporaryFolder()
    folder = root.url.appending(path: "work")
    home = root.url.appending(path: "home")
    cache = root.url.appending(path: "cache")
    for folder in [folder, home, cache] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }
  }

  deinit {
    // A test may have made something unreadable.
    _ = try? Program("/bin/chmod", in: root.url, environment: [:]).run(["-R", "u+rwX", root.url.path])
  }

  var git: Git { Git(in: folder) }

  /// What the program sees of the world.
  var environment: [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": home.path, "XDG_CACHE_HOME": cache.path, "LC_ALL": "C.UTF-8",
      "GIT_CONFIG_GLOBAL": home.appending(path: ".gitconfig").path, "GIT_CONFIG_NOSYSTEM": "1",
    ]
  }

  /// Runs review-patch.
  /// - Parameter wrapper: a program and its arguments that start review-patch.
  func run(
    _ arguments: [String], input: [UInt8] = [], wrapper: [String] = [],
    environment extra: [String: String] = [:], seconds: Int = 60
  ) throws -> Program.Result {
    let words = wrapper + [Program.built("review-patch")] + arguments
    let program = Program(
      words[0], in: folder, environment: environment.merging(extra, uniquingKeysWith: { $1 }))
    return try program.run(Array(words.dropFirst()), input: input, seconds: seconds)
  }

  /// The report on some input, as JSON tells it.
  func report(_ arguments: [String], input: [UInt8] = [], seconds: Int = 60) throws -> Report {
    let result = try run(["--format", "json"] + arguments, input: input, seconds: seconds)
    do {
      var report = try JSONDecoder().decode(Report.self, from: Data(result.output))
      report.status = result.status
      return report
    } catch {
      throw NoReport(status: result.status, talk: result.talk, text: String(result.text.prefix(1_000)))
    }
  }

  /// Writes a file below the folder, and the folders above it.
  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// Every file below a folder with its times, its mode and its content.
  func snapshot(_ folder: URL? = nil) throws -> [String] {
    let listing = try Program("/bin/sh", in: folder ?? self.folder, environment: ["PATH": "/usr/bin:/bin"])
      .run(["-c", "find . -printf '%p %y %m %s %T@ ' \\( -type f -exec sha1sum {} \\; -o -printf '\\n' \\)"])
    return listing.text.split(separator: "\n").map(String.init).sorted()
  }
}

/// What was printed where a report was awaited.
struct NoReport: Error {
  var status: Int32
  var talk, text: String
}

/// What tests look at in the document `review-patch/1`.
struct Report: Decodable {
  struct Input: Decodable { var path, kind: String }
  struct Series: Decodable {
    var title: String
    var present, missing: [Int]
    var base: Base
  }
  struct Base: Decodable {
    var commit: String?
    var source: String
    var exact: Bool
    var tried: [String]
  }
  struct Patch: Decodable {
    var input, series, index: Int
    var subject, applies: String
    var files: [File]
  }
  struct File: Decodable {
    var path: String
    var hunks, added, deleted: Int
  }
  struct Problem: Decodable {
    var input, line: Int
    var text: String
  }
  struct Finding: Decodable {
    var rule, severity: String
    var suppressed: String?
  }
  struct Tool: Decodable { var version, rules: String }

  var schema: String
  var tool: Tool
  var inputs: [Input]
  var series: [Series]
  var patches: [Patch]
  var problems: [Problem]
  var findings: [Finding]
  var summary: [String: Int]
  var exit: Int32
  /// The exit status of the program itself.
  var status: Int32 = -1

  private enum CodingKeys: String, CodingKey {
    case schema, tool, inputs, series, patches, problems, findings, summary, exit
  }

  /// `input:line: text` of each problem.
  var problemLines: [String] { problems.map { "\($0.input):\($0.line): \($0.text)" } }
}
