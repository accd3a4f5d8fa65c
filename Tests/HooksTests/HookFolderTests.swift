// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Hooks
import TestSupport
import Testing

/// Hook files: written, renewed, and taken away without a trace.
@Suite struct HookFolderTests {
  private let temporary: TemporaryFolder
  private var path: String { temporary.url.appending(path: "hooks").path }
  private var folder: HookFolder { HookFolder(at: path) }
  private var file: String { folder.file(of: .commitMessage) }

  init() throws { temporary = try TemporaryFolder() }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test func comesAndGoes() throws {
    #expect(try folder.remove(.commitMessage) == .notInstalled)
    #expect(try folder.install(.commitMessage, program: "/opt/it's/review-patch") == .installed)
    #expect(FileManager.default.isExecutableFile(atPath: file))
    #expect(try folder.install(.commitMessage, program: "/usr/bin/review-patch") == .renewed)
    #expect(try names() == ["commit-msg"])
    #expect(try folder.remove(.commitMessage) == .removed)
    #expect(try names() == [])
  }

  /// Bytes that are no text, a mode that git does not run, and a link are all kept.
  @Test(arguments: ["script", "plain", "link"]) func givesBackWhatWasThere(_ form: String) throws {
    let bytes = Data([0x23, 0x21, 0x2f, 0xff, 0x00, 0x0a])
    let there = temporary.url.appending(path: form == "link" ? "elsewhere" : "hooks/commit-msg")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try bytes.write(to: there)
    let mode = form == "plain" ? 0o640 : 0o750
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: there.path)
    if form == "link" {
      try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "../elsewhere")
    }
    #expect(try folder.install(.commitMessage, program: "/bin/true") == .installedBefore)
    #expect(try folder.install(.commitMessage, program: "/bin/false") == .renewed)
    #expect(try folder.remove(.commitMessage) == .restored)
    #expect(try names() == ["commit-msg"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == bytes)
    let attributes = try FileManager.default.attributesOfItem(atPath: there.path)
    #expect(attributes[.posixPermissions] as? Int == mode)
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: file)
    #expect(target == (form == "link" ? "../elsewhere" : nil))
  }

  /// What a user added to our file is not thrown away, and nothing that an earlier hook left is overwritten.
  @Test func leavesOthersAlone() throws {
    _ = try folder.install(.commitMessage, program: "/bin/true")
    let changed = try String(contentsOfFile: file, encoding: .utf8) + "echo more\n"
    try changed.write(toFile: file, atomically: false, encoding: .utf8)
    #expect(throws: HookFolder.Failure.changed(file)) { try folder.remove(.commitMessage) }
    #expect(throws: HookFolder.Failure.changed(file)) {
      try folder.install(.commitMessage, program: "/bin/true")
    }
    try "#!/bin/sh\n".write(toFile: file, atomically: false, encoding: .utf8)
    try "old".write(toFile: file + ".before-review-patch", atomically: false, encoding: .utf8)
    #expect(throws: HookFolder.Failure.alreadyReplaced(file + ".before-review-patch")) {
      try folder.install(.commitMessage, program: "/bin/true")
    }
    #expect(try folder.remove(.commitMessage) == .notInstalled)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "#!/bin/sh\n")
  }

  /// What the script makes of the hook before it and of the program: the status of the one that stops, and nothing else
  /// stops.
  @Test(
    arguments: [
      (0, 0, 0, "before,review-patch hook run commit-msg a file"), (0, 1, 1, "before,review-patch"),
      (3, 1, 3, "before"), (0, 2, 0, "stops nothing"), (0, 137, 0, "stops nothing"),
    ] as [(Int, Int, Int32, String)])
  func runsBoth(_ before: Int, _ ours: Int, _ status: Int32, _ text: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let program = temporary.url.appending(path: "review-patch").path
    try script("printf before,", ending: before, at: file)
    try script("echo review-patch \"$@\"", ending: ours, at: program)
    _ = try folder.install(.commitMessage, program: program)
    let result = try Program(file, in: temporary.url, environment: ["PATH": "/usr/bin:/bin"]).run(["a file"])
    #expect(result.status == status)
    #expect((result.text + result.talk).contains(text), "\(result.text)\(result.talk)")
  }

  @Test func saysWhereTheProgramIsGone() throws {
    _ = try folder.install(.commitMessage, program: "/nowhere/review-patch")
    let result = try Program(file, in: temporary.url, environment: ["PATH": "/usr/bin:/bin"]).run(["x"])
    #expect(
      result.status == 0 && result.talk.contains("/nowhere/review-patch is not there: nothing was checked"))
  }

  private func script(_ line: String, ending status: Int, at path: String) throws {
    try "#!/bin/sh\n\(line)\nexit \(status)\n".write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }
}
