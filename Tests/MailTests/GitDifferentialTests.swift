// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import SourceText
import TestSupport
import Testing
import UnifiedDiff

/// What git makes of real mail against what we make of it.
@Suite struct GitDifferentialTests {
  struct Row: Hashable, Comparable {
    var path: String
    var added: Int
    var deleted: Int

    static func < (a: Row, b: Row) -> Bool { (a.path, a.added, a.deleted) < (b.path, b.added, b.deleted) }
  }

  @Test(arguments: [
    "seed", "corpus/review/mbox", "corpus/races", "corpus/threads", "corpus/robot/mbox",
  ])
  func sameAsGit(_ folder: String) throws {
    try compare(Shared.files(folder).filter { $0.pathExtension != "jsonl" }, folder)
  }

  /// The same with our own mails, which is always there.
  @Test func sameAsGitInFixtures() throws {
    let names = FixtureTests.names.filter {
      $0.hasSuffix(".mbox") || $0.hasSuffix(".eml") || $0.hasSuffix(".patch")
    }
    // git knows no `Content-Length` and no quotes, takes copies as well, and the HTML beside the text.
    let own: Set<String> = ["mboxcl.mbox", "repeated.mbox", "alternative.eml", "quoted-parts.mbox"]
    try compare(
      names.filter { !own.contains($0) }.map { FixtureTests.folder.appending(path: $0) }, "Fixtures/mail")
  }

  private func compare(_ files: [URL], _ folder: String) throws {
    var differences: [String] = []
    var counts: [String: Int] = [:]
    for file in files {
      let (ours, lies, prints) = Self.ours(file)
      if !prints { differences.append("\(file.lastPathComponent): is not printed as it was read") }
      switch try Self.git(file) {
      case nil:
        counts[ours.isEmpty ? "git fails, we read none" : "git fails, we read a patch", default: 0] += 1
      case []: counts[ours.isEmpty ? "neither finds a patch" : "we alone find one", default: 0] += 1
      case ours: counts["equal", default: 0] += 1
      // git believes the header of a hunk and drops what goes beyond it; we count, and say so.
      case _ where lies: counts["a hunk header lies", default: 0] += 1
      case let theirs?:
        differences.append(
          "\(file.lastPathComponent): git only \(Set(theirs).subtracting(ours).sorted().prefix(3)), "
            + "ours only \(Set(ours).subtracting(theirs).sorted().prefix(3))")
      }
    }
    print("\(folder): \(counts.sorted { $0.key < $1.key }), different \(differences.count)")
    #expect(differences == [], "\(folder)")
  }

  /// What we read, whether a hunk header lies, and whether every patch prints the bytes it came from.
  private static func ours(_ file: URL) -> (rows: [Row], lies: Bool, prints: Bool) {
    let mailbox = Mailbox(opening: [.path(file.path)])
    let patches = (0..<mailbox.seriesCount).flatMap { mailbox.series(at: $0).patches }
    let lies = patches.flatMap(\.problems).contains { problem in
      if case .diff(.countsLie) = problem.kind { true } else { false }
    }
    let rows = patches.flatMap(\.patch.files).map {
      Row(path: $0.path?.description ?? "", added: $0.added, deleted: $0.deleted)
    }
    return (rows.sorted(), lies, patches.allSatisfy { $0.patch.printed() == $0.patch.text })
  }

  /// Subject, author and log of mails that hold one message, as `git mailinfo` gives them.
  @Test(arguments: ["seed", "corpus/review/mbox", "corpus/races"])
  func readsLogsAsGit(_ folder: String) throws {
    var differences: [String] = []
    for file in Shared.files(folder) where file.pathExtension != "jsonl" {
      let mailbox = Mailbox(opening: [.path(file.path)])
      guard mailbox.seriesCount == 1, let mail = mailbox.series(at: 0).patches.first, mail.form == .mail
      else { continue }
      let scratch = try TemporaryFolder()
      var bytes = Array(try Data(contentsOf: file))
      if bytes.starts(with: "From mboxrd@".utf8) { bytes.removeFirst((bytes.firstIndex(of: 10) ?? 0) + 1) }
      let info = try Git(in: scratch.url)("mailinfo", "msg", "patch", input: bytes)
      guard info.status == 0 else { continue }
      let log = try String(decoding: Data(contentsOf: scratch.url.appending(path: "msg")), as: UTF8.self)
      let theirs = Self.lines(info.text).prefix(3) + Self.lines(log)
      let author =
        mail.author.map { ["Author: " + ($0.name.isEmpty ? $0.address : $0.name), "Email: " + $0.address] }
        ?? []
      let ours = author + ["Subject: " + mail.title] + Self.lines(mail.log.lines.joined(separator: "\n"))
      if let first = zip(ours, theirs).first(where: { $0 != $1 }) {
        differences.append("\(file.lastPathComponent): ours \(first.0) git \(first.1)")
      } else if ours.count != theirs.count {
        differences.append("\(file.lastPathComponent): \(ours.count) lines, git \(theirs.count)")
      }
    }
    #expect(differences == [], "\(folder)")
  }

  /// The lines with something in them, without blanks at their ends.
  private static func lines(_ text: String) -> [String] {
    text.utf8.split(separator: 10).map { line in
      var line = line
      while let last = line.last, last <= 32 { line.removeLast() }
      // What mboxrd escapes; the mailbox took that off, mailinfo does not.
      if line.first == 62, line.drop(while: { $0 == 62 }).starts(with: "From ".utf8) { line.removeFirst() }
      return String(decoding: line, as: UTF8.self)
    }.filter { !$0.isEmpty }
  }

  /// `mailsplit`, `mailinfo`, `apply --numstat`; nil where git fails.
  private static func git(_ file: URL) throws -> [Row]? {
    let folder = try TemporaryFolder()
    let git = Git(in: folder.url)
    let data = Array(try Data(contentsOf: file))
    var parts = [data]
    if data.starts(with: "From ".utf8) {
      guard try git("mailsplit", "--mboxrd", "-o\(folder.url.path)", file.path).status == 0 else {
        return nil
      }
      parts = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        .filter { $0.allSatisfy(\.isNumber) }.sorted()
        .map { Array(try Data(contentsOf: folder.url.appending(path: $0))) }
    }
    var rows: [Row] = []
    for part in parts {
      guard try git("mailinfo", "-b", "msg", "patch", input: part).status == 0 else { return nil }
      let patch = try Data(contentsOf: folder.url.appending(path: "patch"))
      guard patch.contains(where: { $0 > 32 }) else { continue }
      let done = try git("apply", "--numstat", "-z", "--allow-empty", "--", "patch")
      guard done.status == 0 else { return nil }
      var fields = done.output.split(separator: 0, omittingEmptySubsequences: false).dropLast()[...]
      while let field = fields.popFirst() {
        let words = field.split(separator: 9, maxSplits: 2, omittingEmptySubsequences: false)
          .map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 3 else { break }
        var name = words[2]
        if name.isEmpty {
          _ = fields.popFirst()
          name = fields.popFirst().map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        rows.append(Row(path: name, added: Int(words[0]) ?? 0, deleted: Int(words[1]) ?? 0))
      }
    }
    return rows.sorted()
  }
}
