// SPDX-License-Identifier: GPL-2.0-or-later

public import Foundation

/// A program that runs to its end, with files for its streams: a pipe that nobody empties would stop it.
public struct Program {
  /// What a call printed, and how it ended.
  public struct Result {
    public var status: Int32
    public var output: [UInt8]
    /// What came on the stream for errors.
    public var talk: String
    public var text: String { String(decoding: output, as: UTF8.self) }
  }

  public var path: String
  public var folder: URL
  public var environment: [String: String]

  public init(_ path: String, in folder: URL, environment: [String: String]) {
    (self.path, self.folder, self.environment) = (path, folder, environment)
  }

  /// A program that SwiftPM built beside the tests.
  public static func built(_ name: String) -> String {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: name).path
  }

  /// - Parameters:
  ///   - input: what the program reads on its standard input.
  ///   - seconds: a program that takes longer is ended, with the status 137.
  public func run(_ arguments: [String], input: [UInt8] = [], seconds: Int = 60) throws -> Result {
    let files = try TemporaryFolder()
    defer { withExtendedLifetime(files) {} }
    let (inFile, outFile, talkFile) = (
      files.url.appending(path: "in"), files.url.appending(path: "out"), files.url.appending(path: "talk")
    )
    try Data(input).write(to: inFile)
    for file in [outFile, talkFile] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["-s", "KILL", "\(seconds)", path] + arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = try FileHandle(forReadingFrom: inFile)
    process.standardOutput = try FileHandle(forWritingTo: outFile)
    process.standardError = try FileHandle(forWritingTo: talkFile)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: Array(try Data(contentsOf: outFile)),
      talk: String(decoding: try Data(contentsOf: talkFile), as: UTF8.self))
  }
}
