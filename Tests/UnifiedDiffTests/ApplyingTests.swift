// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import SourceText
import TestSupport
import Testing

@testable import UnifiedDiff

struct ApplyingTests {
  static let base = (1...40).map { "line \($0)\n" }.joined()

  /// A change of lines 10 to 12, with three lines of context.
  static let patch = Patch(
    parsing: Array(
      "--- a/x\n+++ b/x\n@@ -8,7 +8,8 @@\n line 8\n line 9\n line 10\n-line 11\n+eleven\n+and a half\n line 12\n line 13\n line 14\n"
        .utf8))

  /// The base with one text replaced, so that a failing case prints in a line.
  @Test(arguments: [
    ("as it is", "", "", Application.Fit.exact),
    ("three lines more before it", "line 1\n", "a\nb\nc\nline 1\n", .offset(3)),
    ("two lines fewer before it", "line 1\nline 2\n", "", .offset(-2)),
    ("outer context differs", "line 8\n", "other\n", .fuzz(1, offset: 0)),
    ("more context differs", "line 13\n", "other\n", .fuzz(2, offset: 0)),
    ("CRLF", "\n", "\r\n", .exact),
  ])
  func fits(_ name: String, _ old: String, _ new: String, _ fit: Application.Fit) throws {
    let file = try #require(Self.patch.files.first)
    let text = Self.base.replacing(old, with: new)
    let result = Self.patch.applying(file, to: Array(text.utf8))
    let expected = text.replacing("line 11", with: "eleven\nand a half").replacing("\r\n", with: "\n")
    #expect(result.fits == [fit], "\(name)")
    #expect(result.newOffsets == [fit.offset])
    #expect(String(decoding: result.text, as: UTF8.self).replacing("\r\n", with: "\n") == expected)
  }

  /// A hunk that fits nowhere is left out and says which line differs, where most of it would lie.
  @Test(arguments: [
    ("removed line differs", "line 11\n", "line eleven\n", 3, 11, "line eleven"),
    (
      "the same, elsewhere", "line 8\nline 9\nline 10\nline 11\n",
      "x\ny\nline 8\nline 9\nline 10\nline eleven\n", 3, 13, "line eleven"
    ),
    ("file ends early", (11...40).map { "line \($0)\n" }.joined(), "", 3, 0, ""),
  ])
  func saysWhatDiffers(
    _ name: String, _ old: String, _ new: String, _ line: Int, _ oldLine: UInt32, _ found: String
  ) throws {
    let file = try #require(Self.patch.files.first)
    let text = Self.base.replacing(old, with: new)
    let result = Self.patch.applying(file, to: Array(text.utf8))
    let mismatch = Application.Mismatch(line: line, oldLine: oldLine, found: Array(found.utf8))
    #expect(result.fits == [.failed(mismatch)], "\(name)")
    #expect(result.text == Array(text.utf8))
  }

  /// Many hunks that fit nowhere, in a long text of equal lines: minutes, were every place tried for each.
  /// The limit is a guard against that, not a measurement.
  @Test(
    .timeLimit(.minutes(3)),
    arguments: ["-nothing\n", "-same\n-same\n-same\n-same\n"], ["same\n", "same\nsame\nsame\nx\n"])
  func endsSoon(_ removed: String, _ period: String) throws {
    var diff = "--- a/x\n+++ b/x\n"
    let count = removed.count { $0 == "-" } + 2
    for i in 0..<200 { diff += "@@ -\(i * 9 + 5),\(count) +\(i * 9 + 5),2 @@\n same\n\(removed) same\n" }
    let patch = Patch(parsing: Array(diff.utf8))
    let file = try #require(patch.files.first)
    let text = Array(String(repeating: period, count: 5_000).utf8)
    #expect(patch.applying(file, to: text).fits.count == 200)
  }

  /// Of two places that fit, the nearer one; of two as near, the one below.
  @Test(
    arguments: [([5, 30], 5), ([2, 20], 2), ([8, 12], 12), ([10], 10), ([1, 39], 1), ([], nil)]
      as [([Int], Int?)])
  func takesTheNearest(_ places: [Int], _ wanted: Int?) throws {
    let text = (1...40).map { places.contains($0) ? "here\n" : "line \($0)\n" }.joined()
    let patch = Patch(parsing: Array("--- a/x\n+++ b/x\n@@ -10 +10 @@\n-here\n+there\n".utf8))
    let file = try #require(patch.files.first)
    let result = patch.applying(file, to: Array(text.utf8))
    #expect(result.fits.first?.offset == wanted.map { $0 - 10 })
  }

  @Test func ignoresWhitespaceWhereAsked() throws {
    let file = try #require(Self.patch.files.first)
    var options = Patch.ApplyOptions()
    let text = Array(Self.base.replacing("line 1", with: "\tline  1").utf8)
    guard case .failed = Self.patch.applying(file, to: text, options: options).fits.first else {
      Issue.record("white space was ignored")
      return
    }
    options.ignoresWhitespace = true
    #expect(Self.patch.applying(file, to: text, options: options).fits == [.exact])
  }

  /// Random edits, diffed by git and put by us on the old text, moved old text, and damaged old text:
  /// what we make of it is what GNU patch makes of it.
  @Test func agreesWithGNUPatch() throws {
    let folder = try TemporaryFolder()
    let git = Git(in: folder.url)
    var random = SmallRandom(seed: 1)
    var disagreements: [String] = []
    for round in 0..<150 {
      let old = (0..<60).map { _ in "word \(random.next(12))\n" }
      let new = random.edited(old, times: 4)
      let target = round % 3 == 0 ? old : random.edited(old, times: round % 3)
      for (name, lines) in [("old", old), ("new", new), ("target", target)] {
        try Data(lines.joined().utf8).write(to: folder.url.appending(path: name))
      }
      let diff = try git("diff", "--no-index", "--no-color", "old", "new").output
      let patch = Patch(parsing: diff)
      guard let file = patch.files.first else { continue }
      let ours = patch.applying(file, to: Array(target.joined().utf8))
      let theirs = try gnuPatch(diff, folder)
      let agree = theirs.failed == ours.fits.filter(\.isFailed).count && theirs.text == ours.text
      if !agree { disagreements.append("round \(round): \(ours.fits), patch left \(theirs.failed)") }
    }
    #expect(disagreements.isEmpty, "\(disagreements.joined(separator: "\n"))")
  }

  private func gnuPatch(_ diff: [UInt8], _ folder: TemporaryFolder) throws -> (text: [UInt8], failed: Int) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "patch", "--force", "--silent", "-F2", "-i", "diff", "-o", "result", "-r", "rejects", "target",
    ]
    process.currentDirectoryURL = folder.url
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try Data(diff).write(to: folder.url.appending(path: "diff"))
    try process.run()
    process.waitUntilExit()
    let rejects = folder.url.appending(path: "rejects")
    let failed =
      (try? String(contentsOf: rejects, encoding: .utf8))?.components(separatedBy: "\n@@ ").count ?? 1
    try? FileManager.default.removeItem(at: rejects)
    return (Array(try Data(contentsOf: folder.url.appending(path: "result"))), failed - 1)
  }
}

extension Application.Fit {
  fileprivate var isFailed: Bool { offset == nil }

  /// How far from its stated place; nil where it failed.
  fileprivate var offset: Int? {
    switch self {
    case .exact: 0
    case .offset(let lines), .fuzz(_, let lines): lines
    case .failed: nil
    }
  }
}

/// A generator that gives every run the same numbers.
private struct SmallRandom {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func edited(_ lines: [String], times: Int) -> [String] {
    var lines = lines
    for _ in 0..<times {
      let at = next(lines.count)
      switch next(3) {
      case 0: lines.insert("new \(next(1000))\n", at: at)
      case 1: lines.remove(at: at)
      default: lines[at] = "changed \(next(1000))\n"
      }
    }
    return lines
  }
}
