// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import Mail
import Review
import SourceText
import Testing

@testable import Rules

/// What is said once, and what is said to be not analysed.
struct GatheringTests {
  static func draft(_ message: String, line: UInt32, symbols: [String]) -> FindingDraft {
    let span = Span(path: TreePath("a.c"), side: .new, line: line, text: "")
    var draft = FindingDraft(message, at: span, evidence: [])
    draft.symbols = symbols
    return draft
  }

  @Test func oneOfAKindKeepsAllNames() {
    let drafts = [
      Self.draft("`a` is not static", line: 1, symbols: ["a"]),
      Self.draft("`b` is not static", line: 2, symbols: ["b"]),
      Self.draft("`c` is not used", line: 3, symbols: ["c"]),
    ].oneOfAKind
    #expect(drafts.map(\.primary.line) == [1, 3] && drafts[0].symbols == ["a", "b"])
    #expect(drafts[0].related.map(\.label) == ["`b` is not static"])
  }

  @Test func sameWordsAreOneFinding() {
    let drafts = [1, 2, 3].map { Self.draft("`a` is not exported", line: $0, symbols: ["a"]) }
    let gathered = drafts.gathered { $0.primary.line == 3 ? nil : $0.message }
    #expect(gathered.map(\.primary.line) == [1, 3] && gathered[0].symbols == ["a"])
    #expect(gathered[0].related.map { "\($0.span.line) \($0.label)" } == ["2 and here"])
  }

  /// Silence about a file that no rule reads is not taken for praise.
  @Test func saysWhatIsNotAnalysed() throws {
    let files = [
      "rust/a.rs", "drivers/b.rs", "arch/arm/boot/dts/c.dtsi", "Documentation/devicetree/bindings/d.yaml",
      "arch/x86/e.S", "f.c",
    ]
    let diff = files.map { "--- a/\($0)\n+++ b/\($0)\n@@ -1 +1 @@\n-x\n+y\n" }.joined()
    let mailbox = Mailbox(opening: [.bytes(Array(diff.utf8), name: "a.diff", kind: nil)])
    let book = RuleBook(pages: builtInPages, checks: builtInChecks)
    let review = ReviewEngine(book: book).review(
      SeriesFacts(series: mailbox.series(at: 0), inputs: mailbox.inputs), base: nil)
    let broken = review.coverage.filter { $0.check.description == "syntax/broken" }.map(\.why)
    #expect(
      broken.sorted() == [
        "Rust is not analysed: rust/a.rs and 1 more", "assembly is not analysed: arch/x86/e.S",
        "device trees and their bindings are not analysed: arch/arm/boot/dts/c.dtsi and 1 more",
      ])
  }
}
