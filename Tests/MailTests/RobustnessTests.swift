// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Testing
import UnifiedDiff

@testable import Mail

/// Mail that nobody should send.
@Suite struct RobustnessTests {
  private static let head = "From: a@example.org\nSubject: [PATCH] foo\nMIME-Version: 1.0\n"
  private static let diff = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"

  /// Content of a multipart in a multipart, and so on.
  private static func nested(_ depth: Int) -> String {
    (0..<depth).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
      + "Content-Type: text/plain\n\n---\n" + diff
  }

  @Test(
    arguments: [
      (nested(3), 1, []), (nested(1_000), 1, ["malformedMIME"]),
      ("Content-Type: multipart/mixed\n\n---\n" + diff, 1, []),
      ("Content-Type: multipart/mixed; boundary=x\n\n--y\n\n---\n" + diff, 1, []),
      ("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\n---\n" + diff, 1, []),
      ("Content-Transfer-Encoding: base64\n\n!!!! not base64 ====\n", 0, []),
      (String(repeating: "X-A: b\n", count: 100_000) + "\n---\n" + diff, 1, []),
      ("X-A: " + String(repeating: "b", count: 1_000_000) + "\n\n---\n" + diff, 1, []),
      ("X\u{0}: b\n\n---\n" + diff, 1, []),
      ("Content-Type: text/plain; charset=\u{0}\n\n\u{0}\n---\n" + diff, 1, []),
      (String(repeating: "\n", count: 100_000) + diff, 1, []),
      ("\n---\n" + String(repeating: ">", count: 100_000) + "\n" + diff, 1, []),
    ] as [(String, Int, [String])])
  func survives(_ text: String, _ patches: Int, _ problems: [String]) {
    let mailbox = Mailbox(opening: [.bytes(Array((Self.head + text).utf8), name: "", kind: nil)])
    let series = (0..<mailbox.seriesCount).map { mailbox.series(at: $0) }
    let found = (mailbox.problems + series.flatMap(\.problems)).map { "\($0.kind)" }
    #expect(series.flatMap(\.patches).count == patches, "\(found)")
    #expect(problems.allSatisfy { name in found.contains { $0.hasPrefix(name) } }, "\(found)")
  }

  /// What cannot be read is said once, and what else was named is read.
  @Test func namesWhatCannotBeRead() {
    let good = MailSource.bytes(Array((Self.head + "\n---\n" + Self.diff).utf8), name: "good", kind: nil)
    let packed: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]
    let mailbox = Mailbox(opening: [
      .path("/nowhere/at/all"), .bytes([], name: "empty", kind: nil), .bytes(packed, name: "gz", kind: nil),
      .bytes(Array("Some words.\n".utf8), name: "text", kind: nil), good,
    ])
    let kinds = mailbox.problems.map { "\($0.input) \($0.kind)" }
    #expect(
      kinds == [
        "0 unreadable(\"No such file or directory\")", "1 empty", "2 truncatedGzip", "2 empty", "3 notMail",
      ])
    #expect(mailbox.seriesCount == 1)
  }

  /// Memory of pass 1 goes with the number of messages: so many bytes for each.
  @Test func keepsLittleOfAMessage() { #expect(MemoryLayout<MessageRecord>.stride <= 80) }

  /// Several threads may read series at once.
  @Test func readsInParallel() async throws {
    let folder = FixtureTests.folder
    let sources = FixtureTests.names.map { MailSource.path(folder.appending(path: $0).path) }
    let mailbox = Mailbox(opening: sources)
    let serial = (0..<mailbox.seriesCount).map { Self.digest(mailbox.series(at: $0)) }
    let parallel = await withTaskGroup(of: (Int, String).self) { group in
      for round in 0..<4 * mailbox.seriesCount {
        group.addTask { (round, Self.digest(mailbox.series(at: round % mailbox.seriesCount))) }
      }
      return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
    }
    #expect(parallel.allSatisfy { $0.value == serial[$0.key % serial.count] })
  }

  private static func digest(_ series: Series) -> String {
    "\(series.title) \(series.patches.map { "\($0.title) \($0.log.lines) \($0.patch.files.count)" })"
  }
}
