// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import SourceText
import TestSupport
import Testing

@testable import UnifiedDiff

/// Edits that become part of a patch, and differences of two texts: both are held against git.
struct FoldingTests {
  static let path = TreePath("x")

  /// Two hunks: lines 10 to 12 and 30 to 31 of the new side are added or context.
  static let text = """
    --- a/x
    +++ b/x
    @@ -8,6 +8,7 @@ heading
     line 8
     line 9
    -line 10
    +ten
    +and a half
     line 11
     line 12
     line 13
    @@ -28,3 +29,4 @@
     line 28
     line 29
    +extra
     line 30

    """

  static func edit(_ start: (UInt32, UInt32), _ end: (UInt32, UInt32), _ text: String) throws -> TextEdit {
    TextEdit(
      path: try #require(path), start: TextEdit.Position(line: start.0, column: start.1),
      end: TextEdit.Position(line: end.0, column: end.1), text: Array(text.utf8))
  }

  @Test func replacesAddedLinesAndShiftsWhatFollows() throws {
    let edits = [try Self.edit((10, 1), (10, 4), "TEN"), try Self.edit((11, 1), (12, 1), "")]
    let folded = try #require(Patch(parsing: Array(Self.text.utf8)).folding(edits))
    let printed = String(decoding: folded.printed(), as: UTF8.self)
    #expect(folded.problems.isEmpty)
    #expect(printed.contains("@@ -8,6 +8,6 @@ heading\n") && printed.contains("-line 10\n+TEN\n line 11\n"))
    #expect(printed.contains("@@ -28,3 +28,4 @@\n"))
  }

  @Test func contextBecomesRemovedAndAdded() throws {
    let edits = [try Self.edit((8, 1), (8, 5), "LINE"), try Self.edit((30, 1), (30, 1), "new\n")]
    let folded = try #require(Patch(parsing: Array(Self.text.utf8)).folding(edits))
    let printed = String(decoding: folded.printed(), as: UTF8.self)
    #expect(printed.contains("@@ -8,6 +8,7 @@ heading\n-line 8\n+LINE 8\n line 9\n"))
    #expect(printed.contains("@@ -28,3 +29,5 @@\n line 28\n+new\n line 29\n"))
  }

  /// A hunk that an edit takes back is left out; a diff of which nothing is left is none.
  @Test func leavesOutWhatIsTakenBack() throws {
    let patch = Patch(parsing: Array(Self.text.utf8))
    let folded = try #require(patch.folding([try Self.edit((31, 1), (32, 1), "")]))
    #expect(folded.files.first?.hunks.count == 1)
    let second = try #require(folded.folding([try Self.edit((10, 1), (12, 1), "line 10\n")]))
    #expect(second.files.first?.hunks.count == 1, "a removed line that comes back is not looked at")
    let only = Patch(parsing: Array("--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n".utf8))
    #expect(only.folding([try Self.edit((2, 1), (3, 1), "")]) == nil)
  }

  @Test(
    arguments: [
      (7, 1, 7, 1), (16, 1, 17, 1), (10, 9, 10, 10), (10, 0, 10, 1), (13, 1, 29, 1), (12, 3, 12, 2),
      (4_000_000_000, 1, 4_000_000_001, 1),
    ] as [(UInt32, UInt32, UInt32, UInt32)])
  func refusesWhatItDoesNotShow(_ line: UInt32, _ column: UInt32, _ endLine: UInt32, _ endColumn: UInt32)
    throws
  {
    let edit = try Self.edit((line, column), (endLine, endColumn), "x\n")
    #expect(Patch(parsing: Array(Self.text.utf8)).folding([edit]) == nil)
  }

  @Test func keepsCarriageReturnsAlone() throws {
    let patch = Patch(parsing: Array(Self.text.replacing("+ten\n", with: "+ten\r\n").utf8))
    #expect(patch.folding([try Self.edit((10, 1), (10, 4), "TEN")]) == nil)
  }

  // MARK: Differences

  static let old = (1...40).map { "line \($0)\n" }.joined()

  @Test(arguments: [
    ("line 2\n", "two\n"), ("line 1\n", ""), ("line 40\n", "line 40\nmore\n"),
    ("line 20\n", "line 20\nline 20\n"),
    ("line 3\nline 4\n", "line 4\nline 3\n"),
  ])
  func gitAppliesTheDifference(_ part: String, _ other: String) throws {
    let new = Self.old.replacing(part, with: other).replacing("line 30\n", with: "")
    let path = try #require(Self.path)
    let difference = try #require(FileDifference(of: path, from: Array(Self.old.utf8), to: Array(new.utf8)))
    #expect(difference.isAnchored)
    let folder = try TemporaryFolder()
    let git = Git(in: folder.url)
    let file = folder.url.appending(path: "x")
    try Self.old.write(to: file, atomically: true, encoding: .utf8)
    #expect(try git("apply", input: difference.text).status == 0)
    #expect(try String(contentsOf: file, encoding: .utf8) == new)
  }

  /// Lines that may not be shown end the context, and a last line without newline is none.
  @Test func showsNoMoreThanIsKnown() throws {
    let path = try #require(Self.path)
    func text(_ old: String, _ new: String) throws -> (text: String, isAnchored: Bool) {
      let difference = try #require(
        FileDifference(of: path, from: Array(old.utf8), to: Array(new.utf8)) { $0.first != UInt8(ascii: "?") }
      )
      return (String(decoding: difference.text, as: UTF8.self), difference.isAnchored)
    }
    let short = try text("?\na\nb\nc\n?\n", "?\na\nB\nc\n?\n")
    #expect(short.text.hasSuffix("@@ -2,3 +2,3 @@\n a\n-b\n+B\n c\n") && short.isAnchored)
    #expect(try !text("?\na\nb\n?\n", "?\na\nB\n?\n").isAnchored)
    #expect(try !text("a\nb\nend", "a\nB\nend").isAnchored)
    #expect(FileDifference(of: path, from: Array("a\nend".utf8), to: Array("a\nEND".utf8)) == nil)
    let odd = try #require(TreePath("a b"))
    #expect(FileDifference(of: odd, from: [], to: [10]) == nil)
  }
}
