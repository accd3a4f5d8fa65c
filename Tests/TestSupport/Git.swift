// SPDX-License-Identifier: GPL-2.0-or-later

public import Foundation

/// The real git, as a peer to compare with and to make repositories for tests.
public struct Git {
  /// What a call printed, and how it ended.
  public struct Result {
    public var status: Int32
    public var output: [UInt8]
    public var text: String { String(decoding: output, as: UTF8.self) }
  }

  public var folder: URL

  public init(in folder: URL) { self.folder = folder }

  /// Runs git with fixed dates and names and without anybody's configuration.
  @discardableResult
  public func callAsFunction(_ arguments: String..., input: [UInt8] = []) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
      "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.org",
      "GIT_AUTHOR_DATE": "2026-01-02T03:04:05 +0000", "GIT_COMMITTER_NAME": "C O Mitter",
      "GIT_COMMITTER_EMAIL": "committer@example.org", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05 +0000",
    ]
    // Files, not pipes: a pipe that nobody empties would stop git.
    let (inFile, outFile) = (TemporaryFolder.file(), TemporaryFolder.file())
    defer {
      try? FileManager.default.removeItem(at: inFile)
      try? FileManager.default.removeItem(at: outFile)
    }
    try Data(input).write(to: inFile)
    try Data().write(to: outFile)
    process.standardInput = try FileHandle(forReadingFrom: inFile)
    process.standardOutput = try FileHandle(forWritingTo: outFile)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: Array(try Data(contentsOf: outFile)))
  }
}

/// A folder that is gone when the value is.
public final class TemporaryFolder {
  public let url: URL

  public init() throws {
    url = Self.file()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// A name for a temporary file.
  public static func file() -> URL {
    FileManager.default.temporaryDirectory.appending(path: "review-patch-\(UUID().uuidString)")
  }
}
