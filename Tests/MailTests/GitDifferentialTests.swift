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
    var differences: [String] = []
    var counts: [String: Int] = [:]
    for file in Shared.files(folder) where !file.path.hasSuffix(".jsonl") {
      let ours = Self.ours(file)
      switch try Self.git(file) {
      case nil: counts[ours.isEmpty ? "git fails, we read none" : "git fails, we read a patch", default: 0] += 1
      case []: counts[ours.isEmpty ? "neither finds a patch" : "we alone find one", default: 0] += 1
      case ours: counts["equal", default: 0] += 1
      case let theirs?:
        differences.append(
          "\(file.lastPathComponent): git only \(Set(theirs).subtracting(ours).sorted().prefix(3)), "
            + "ours only \(Set(ours).subtracting(theirs).sorted().prefix(3))")
      }
    }
    print("\(folder): \(counts.sorted { $0.key < $1.key }), different \(differences.count)")
    #expect(differences == [], "\(folder)")
  }

  private static func ours(_ file: URL) -> [Row] {
    let mailbox = Mailbox(opening: [.path(file.path)])
    return (0..<mailbox.seriesCount).flatMap { mailbox.series(at: $0).patches }.flatMap(\.patch.files).map {
      Row(path: $0.path?.description ?? "", added: $0.added, deleted: $0.deleted)
    }.sorted()
  }

  /// `mailsplit`, `mailinfo`, `apply --numstat`; nil where git fails.
  private static func git(_ file: URL) throws -> [Row]? {
    let folder = try TemporaryFolder()
    let git = Git(in: folder.url)
    let data = Array(try Data(contentsOf: file))
    var parts = [data]
    if data.starts(with: "From ".utf8) {
      guard try git("mailsplit", "--mboxrd", "-o\(folder.url.path)", file.path).status == 0 else { return nil }
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
