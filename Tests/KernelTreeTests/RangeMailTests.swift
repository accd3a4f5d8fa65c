// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import SourceText
import Testing

@Suite struct RangeMailTests {
  /// A line of commits of every kind, a merge at its end.
  private func history() throws -> GitFixture {
    let fixture = try GitFixture()
    try fixture.commit(
      "root", ["kernel/a.c": lines(60), "b.c": lines(30), "logo": "\0a\u{1}", "gone": "g\n"])
    try fixture.commit(
      "net: ändere a\nand more of the subject\n\nFrom here on it works.\n>From there too.\n\nSigned-off-by: Å <a@b>",
      ["kernel/a.c": lines(60, [3: "three", 40: "forty"]), "new/file with blank.c": "int å;\n"])
    try fixture.git(["mv", "b.c", "kernel/b.c"])
    try fixture.commit("rename", ["kernel/b.c": lines(30, [7: "seven"]), "gone": nil])
    try fixture.commit("no newline, empty\n\nBody\n\n\n", ["kernel/b.c": "x", "empty": ""])
    _ = chmod(fixture.path + "/kernel/a.c", 0o755)
    try fixture.commit("mode, binary", ["logo": "\0b\u{2}"])
    try fixture.commit("again", ["kernel/a.c": lines(70, [1: "one"]), "kernel/b.c": "x\n"])
    try fixture.git(["tag", "end"])
    return fixture
  }

  /// `git am` makes the same trees, logs and authors of our mail as of git's own.
  @Test func isWhatFormatPatchSends() throws {
    let fixture = try history()
    let mail = try Repository(opening: fixture.path).mail(range: "HEAD~5..HEAD")
    let format = "%T%n%an%n%ae%n%aI%n%s%n%b"
    let expected = try fixture.text("log", "--format=" + format, "HEAD~5..HEAD")
    var logs: [String] = []
    for (branch, bytes) in [
      ("ours", mail.bytes),
      ("theirs", try fixture.git(["format-patch", "--pretty=mboxrd", "--stdout", "-5"])),
    ] {
      try fixture.git(["checkout", "-q", "-B", branch, "end~5"])
      try fixture.git(["am", "-q", "--patch-format=mboxrd"], input: bytes)
      logs.append(try fixture.text("log", "--format=" + format, "end~5..HEAD"))
      try fixture.git(["checkout", "-q", "end"])
    }
    #expect(logs == [expected, expected])
    #expect(mail.commits.count == 5 && mail.notes.isEmpty)
    #expect(try mail.base == fixture.id("end~5"))
    let text = String(decoding: mail.bytes, as: UTF8.self)
    #expect(text.contains("\nbase-commit: \(try fixture.id("end~5").hex)\n-- \n"))
    #expect(text.contains("rename from b.c\nrename to kernel/b.c\n"))
  }

  /// The diffs are git's, byte for byte, and so are the patch ids.
  @Test(arguments: ["end", "end~1", "end~2", "end~3", "end~4"])
  func hasTheSamePatch(_ revision: String) throws {
    let fixture = try history()
    let repository = try Repository(opening: fixture.path)
    let ours = try repository.mail(range: revision).bytes
    let theirs = try fixture.git(["format-patch", "--stdout", "--full-index", "-1", revision])
    func diff(_ mail: [UInt8]) -> String {
      let text = String(decoding: mail, as: UTF8.self)
      guard let begin = text.firstRange(of: "\ndiff --git "), let end = text.lastRange(of: "\n-- \n") else {
        return ""
      }
      let diff = text[begin.lowerBound..<end.lowerBound]
      // Two compressors need not make the same bytes.
      let ends = ["\n\nbase-commit", "\nGIT binary patch"].compactMap { diff.firstRange(of: $0)?.lowerBound }
      return String(ends.min().map { diff[..<$0] } ?? diff)
    }
    #expect(diff(ours) == diff(theirs))
    func patchID(_ bytes: [UInt8]) throws -> String? {
      try fixture.text("patch-id", "--stable", input: bytes).split(separator: " ").first.map(String.init)
    }
    let plain = try fixture.git(["diff-tree", "-p", "--no-renames", revision])
    let id = try repository.patchID(of: fixture.id(revision))
    // The command sees modes, renames and binary files otherwise than `format-patch --base`.
    #expect(try ["end~1", "end~2", "end~3"].contains(revision) || id?.hex == patchID(plain))
    #expect(try patchID(ours) == patchID(theirs))
  }

  /// The ids that `git format-patch --base` lists are ours.
  @Test func hasTheIDsOfPrerequisites() throws {
    let fixture = try history()
    let repository = try Repository(opening: fixture.path)
    let mail = try fixture.text("format-patch", "--stdout", "--base=end~5", "-1", "end")
    let listed = mail.split(separator: "\n").filter { $0.hasPrefix("prerequisite-patch-id: ") }.map {
      $0.dropFirst(23)
    }
    let ours = try (1...4).reversed().map { try repository.patchID(of: fixture.id("end~\($0)"))?.hex }
    #expect(listed.map(String.init) == ours)
  }

  @Test func takesRangesAsTheyAre() throws {
    let fixture = try history()
    try fixture.git(["checkout", "-q", "-b", "side", "end~1"])
    try fixture.commit("side", ["side": "s\n"])
    try fixture.git(["merge", "-q", "-m", "merge", "end"])
    let empty = try fixture.commit("nothing", [:])
    let merge = try fixture.id("HEAD~1")
    let repository = try Repository(opening: fixture.path)
    let mail = try repository.mail(range: "end~1..")
    #expect(try Set(mail.commits) == [fixture.id("end"), fixture.id("HEAD~1^1")])
    #expect(
      mail.notes == [
        "\(merge.hex.prefix(12)) is a merge and is left out",
        "\(empty.hex.prefix(12)) changes no file and is left out",
      ])
    let root = try repository.mail(range: "end~5")
    #expect(root.base == nil && root.commits.count == 1)
    for (range, expected) in [
      ("a...b", .rangeNotSupported("a...b")), ("^end", .rangeNotSupported("^end")),
      ("HEAD..end", .emptyRange("HEAD..end")),
      ("none..end", .noSuchRevision("none")), ("HEAD~1", .emptyRange("HEAD~1")),
    ] as [(String, RepositoryError)] {
      #expect(throws: expected) { try repository.mail(range: range) }
    }
  }

  @Test func readsShallowRanges() throws {
    let fixture = try history()
    let path = fixture.path + "-shallow"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try fixture.git(["clone", "-q", "--depth=3", "file://" + fixture.path, path])
    let repository = try Repository(opening: path)
    #expect(try repository.mail(range: "HEAD~2..HEAD").commits.count == 2)
    let absent = try fixture.id("end~3").hex
    #expect(throws: RepositoryError.objectMissing(absent)) { try repository.mail(range: "HEAD~2") }
  }
}

extension String {
  fileprivate func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
}
