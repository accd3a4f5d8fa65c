// SPDX-License-Identifier: GPL-2.0-or-later

public import Foundation

/// The real git, as a peer to compare with and to make repositories for tests.
public struct Git {
  public var folder: URL

  public init(in folder: URL) { self.folder = folder }

  /// Runs git with fixed dates and names and without anybody's configuration.
  @discardableResult
  public func callAsFunction(_ arguments: String..., input: [UInt8] = []) throws -> Program.Result {
    let environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
      "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.org",
      "GIT_AUTHOR_DATE": "2026-01-02T03:04:05 +0000", "GIT_COMMITTER_NAME": "C O Mitter",
      "GIT_COMMITTER_EMAIL": "committer@example.org", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05 +0000",
    ]
    return try Program("/usr/bin/env", in: folder, environment: environment)
      .run(["git"] + arguments, input: input)
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
