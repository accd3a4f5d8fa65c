// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import Mail

/// Single lines, good and bad.
@Suite struct LineTests {
  @Test(arguments: [
    ("From mboxrd@z Thu Jan  1 00:00:00 1970", true),
    ("From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\r", true),
    ("From ann@example.org Fri Jan  2 03:04:05 2026", true),
    ("From - Fri Jan 02 3:04:05 2026", true),
    ("From here on, bar returns 1.", false), ("From 10:00 to 12:00 it works", false), ("From ", false),
    ("From the log at 12:34:56 in 26", false), (">From a@b Fri Jan  2 03:04:05 2026", false),
  ])
  func separates(_ line: String, _ expected: Bool) {
    #expect(Array(line.utf8).withUnsafeBufferPointer { $0.isSeparator } == expected)
  }

  @Test(arguments: [
    ("-- >8 --", true), ("- - - - 8< - - - -", true), ("--- 8< --- cut here --- 8< ---", true),
    ("-->8 this is a long text behind scissors", false), ("> 8 bytes", false), ("--------", false),
  ])
  func cuts(_ line: String, _ expected: Bool) {
    #expect(MailLog.isScissors(Array(line.utf8)[...]) == expected)
  }

  /// Source: git `mailinfo.c`, `patchbreak()`.
  @Test(arguments: [
    ("---", true), ("---  ", true), ("--- a/file", true), ("--- ", true), ("----", false), ("---a", false),
    ("--", false), ("diff --git a/x b/x", true), ("diff -u x y", true), ("diff of it", false),
    ("Index: x", true), ("Index of it", false), (" ---", false),
  ])
  func endsTheLog(_ line: String, _ expected: Bool) {
    #expect(MailLog.breaks(MailText(Array((line + "\n").utf8), firstLine: 1), 0) == expected)
  }

  @Test(arguments: [
    ("A.\n\nFixes: 12 (\"x\")\nSigned-off-by: A <a@b>", "Fixes=12 (\"x\");Signed-off-by=A <a@b>"),
    ("A.\n\nCc: a@b,\n  c@d\n[a@b: mended]\nSigned-off-by: A <a@b>\n\n", "Cc=a@b, c@d;Signed-off-by=A <a@b>"),
    ("A.\nSigned-off-by: A <a@b>\nwords\n", "Signed-off-by=A <a@b>"),
    ("It said: no\nand that was all\n", ""), ("", ""), ("A.\n\n: x\n", ""),
    ("Signed-off-by: A <a@b>\n\nNote that it works.\n", ""),
  ])
  func readsTrailers(_ log: String, _ expected: String) {
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let places = (1...UInt32(lines.count)).map(\.self)
    let found = Trailer.parse(LogText(lines: lines, places: places))
    #expect(found.map { "\($0.key)=\($0.value)" }.joined(separator: ";") == expected)
    #expect(found.allSatisfy { lines[Int($0.line) - 1].hasPrefix($0.key) })
  }

  @Test(arguments: [
    ("On Mon, Jan 26, 2026 at 06:44:05PM -0800, Ann Author wrote:", "Ann Author <>"),
    ("On Mon, 26 Jan 2026 at 10:00, Ann Author <ann@x> wrote:", "Ann Author <ann@x>"),
    ("On Tue,  2 Jan 2024 15:00:00 +0100\nAnn Author <ann@x> wrote:", "Ann Author <ann@x>"),
    ("On 1/2/26 3:04 PM, Ann Author wrote:", "Ann Author <>"),
    ("Am 28.12.23 um 01:34 schrieb Ann Author:", "Ann Author <>"),
    ("Ann Author <ann@x> writes:", "Ann Author <ann@x>"), ("Look at this:", "nobody"), ("wrote:", "nobody"),
  ])
  func attributes(_ line: String, _ expected: String) {
    let quote = Quote(MailText(Array("\(line)\n> text\n".utf8), firstLine: 1))
    #expect(quote.attribution.map { "\($0.name) <\($0.address)>" } ?? "nobody" == expected)
  }

  @Test(
    arguments: [
      ("=?UTF-8?B?ZsO8cg==?= x", "für x"), ("plain", "plain"), ("a =?no-such?Q?=FF?= b", nil), ("=?", "=?"),
      ("caf\u{e9} = x", "café = x"),
    ] as [(String, String?)])
  func decodesHeaders(_ raw: String, _ expected: String?) {
    let text = HeaderText.decoded(Array(raw.utf8))
    #expect(expected == nil ? !text.isEmpty : text == expected)
  }
}
