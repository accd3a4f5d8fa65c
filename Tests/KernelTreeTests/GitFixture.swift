// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import SourceText

/// A temporary folder in which the real git works, with fixed names and dates.
final class GitFixture {
  let path: String
  /// Seconds since 1970 of the next commit.
  private var clock = 1_700_000_000

  struct Failed: Error { var arguments: [String], words: String }

  /// An empty folder with a repository, unless `options` are nil.
  init(_ options: [String]? = []) throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("tree-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    if let options { try git(["init", "-q", "-b", "master"] + options + [path]) }
  }

  deinit {
    _ = chmod(path, 0o755)
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Runs git in `folder` (the fixture itself) and gives what it prints.
  @discardableResult
  func git(_ arguments: [String], in folder: String? = nil, input: [UInt8] = []) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder ?? path)
    let date = "\(clock) +0100"
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": path, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_AUTHOR_NAME": "Åsa B. Test", "GIT_AUTHOR_EMAIL": "asa@example.org", "GIT_AUTHOR_DATE": date,
      "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.org", "GIT_COMMITTER_DATE": date,
    ]
    let (standardInput, output, words) = (path + ".in", Pipe(), Pipe())
    try Data(input).write(to: URL(fileURLWithPath: standardInput))
    defer { try? FileManager.default.removeItem(atPath: standardInput) }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: standardInput))
    process.standardOutput = output
    process.standardError = words
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    let talk = words.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(arguments: arguments, words: String(decoding: talk, as: UTF8.self))
    }
    return [UInt8](bytes)
  }

  /// What git prints, without the last newline.
  func text(_ arguments: String..., input: [UInt8] = []) throws -> String {
    String(decoding: try git(arguments, input: input), as: UTF8.self)
      .trimmingCharacters(in: .newlines)
  }

  /// Writes files (nil removes one).
  func write(_ files: [String: String?]) throws {
    for (name, content) in files {
      let url = URL(fileURLWithPath: path).appendingPathComponent(name)
      guard let content else {
        try FileManager.default.removeItem(at: url)
        continue
      }
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: url)
    }
  }

  /// Commits files (nil removes one); every commit is a minute later.
  @discardableResult
  func commit(_ log: String, _ files: [String: String?]) throws -> ObjectID {
    try write(files)
    clock += 60
    try git(["add", "-A"])
    try git(["commit", "-q", "--allow-empty", "-F", "-"], input: Array(log.utf8))
    return try id("HEAD")
  }

  func id(_ revision: String) throws -> ObjectID {
    let text = try text("rev-parse", revision)
    guard let id = ObjectID(text) else { throw Failed(arguments: ["rev-parse", revision], words: text) }
    return id
  }

  /// Path, size and content of every file, the repository's own included.
  func snapshot() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
      let file = path + "/" + name
      var status = stat()
      guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      files[name] = try Data(contentsOf: URL(fileURLWithPath: file)) + Data("\(status.st_mtim.tv_sec)".utf8)
    }
    return files
  }
}

/// `count` numbered lines; `changes` replaces some of them (1-based).
func lines(_ count: Int, _ changes: [Int: String] = [:]) -> String {
  (1...count).map { (changes[$0] ?? "line \($0)") + "\n" }.joined()
}

/// A name written in a test.
func path(_ name: String) throws -> TreePath { try TreePath(validating: name.utf8) }
