// SPDX-License-Identifier: GPL-2.0-or-later

import KernelTree
import Mail
import SourceText
import Synchronization
import TestSupport
import Testing
import UnifiedDiff

@testable import Review

/// What the engine makes of drafts: foundations, levels, suppressions, precedents, order.
struct EngineTests {
  /// Drafts as the test's rules ask for, one for each added line: `// RULE: relies…`.
  struct Probe: PatchCheck {

    func review(_ patch: PatchFacts) -> CheckResult {
      var drafts: [FindingDraft] = []
      for file in patch.mail.patch.files {
        for hunk in file.hunks {
          for line in hunk.lines where line.kind == .added {
            let span = patch.span(of: line, in: hunk, of: file)
            var draft = FindingDraft("found \(span.text)", at: span, evidence: [Evidence(.source, "because")])
            for (word, reliance) in Self.reliances where span.text.contains(word) {
              draft.relies.insert(reliance)
            }
            draft.precedent = PrecedentShape("if ($X == NULL)")
            drafts.append(draft)
          }
        }
      }
      return CheckResult(drafts)
    }

    static let reliances: [(String, FindingDraft.Reliance)] = [
      ("tree", .tree), ("earlier", .earlierParts), ("later", .laterParts), ("whitespace", .whitespace),
    ]
  }

  /// A book of one rule, which a check of the tests looks for.
  static func book(
    _ id: String = "flow/probe", severity: String = "warning", check: some PatchCheck = Probe()
  ) -> RuleBook {
    let page = """
      ---
      id: \(id)
      severity: \(severity)
      confidence: proven
      needs: patch
      default: on
      since: 0.1
      question: Is it?
      check: \(type(of: check))
      ---
      # Probe
      """
    return RuleBook(pages: [RulePage(path: id, text: page)], checks: [check])
  }

  /// A mail of part `tag` that adds lines to `drivers/foo.c`.
  static func mail(_ tag: String, adding lines: [String], notes: String = "") -> String {
    """
    From: Ann Author <ann@example.org>
    Subject: [PATCH \(tag)] foo: probe
    Message-ID: <\(tag.filter(\.isNumber))@example.org>

    Signed-off-by: Ann Author <ann@example.org>
    ---
    \(notes)
    diff --git a/drivers/foo.c b/drivers/foo.c
    --- a/drivers/foo.c
    +++ b/drivers/foo.c
    @@ -1,2 +1,\(2 + lines.count) @@ int f(void)
     a
    \(lines.map { "+\($0)" }.joined(separator: "\n"))
     b

    """
  }

  static func review(
    _ text: String, book: RuleBook = book(), options: ReviewOptions = ReviewOptions(), base: Base? = nil
  ) -> SeriesReview {
    let mailbox = Mailbox(opening: [.bytes(Array(text.utf8), name: "test", kind: nil)])
    let facts = SeriesFacts(series: mailbox.series(at: 0), inputs: mailbox.inputs)
    return ReviewEngine(book: book, options: options).review(facts, base: base)
  }

  static func base(exact: Bool, _ files: [String: String] = [:]) -> Base {
    Base(tree: MemoryTree(files), commit: nil, source: .given, exact: exact, tried: [])
  }

  @Test(arguments: [
    ("2/3", "plain", true, "a\nb\n" as String?, Confidence.proven, ""),
    ("2/3", "earlier", true, "a\nb\n", nil, "part 1 is missing, and may bring what is used here"),
    ("2/3", "later", true, "a\nb\n", nil, "part 3 is missing, and may use what is added here"),
    ("1/3", "earlier", true, "a\nb\n", .proven, ""),
    ("3/3", "later", true, "a\nb\n", .proven, ""),
    ("5/7", "earlier", true, "a\nb\n", nil, "parts 1 to 4 are missing, and may bring what is used here"),
    ("v2", "tree", true, "a\nb\n", .proven, ""),
    ("v2", "tree", false, "a\nb\n", .strong, ""),
    ("v2", "tree", true, nil, .proven, ""),
    ("v2", "tree", false, nil, nil, "found tree, but most of the patch does not fit the tree"),
    ("v2", "plain", false, nil, .proven, ""),
  ])
  func weighsWhatADraftReliesOn(
    _ tag: String, _ line: String, _ exact: Bool, _ file: String?, _ sure: Confidence?, _ why: String
  ) {
    let review = Self.review(
      Self.mail(tag, adding: [line]), base: Self.base(exact: exact, file.map { ["drivers/foo.c": $0] } ?? [:])
    )
    #expect(review.findings.map(\.confidence) == (sure.map { [$0] } ?? []))
    #expect(review.coverage.filter { $0.state == .skipped }.map(\.why) == (why.isEmpty ? [] : [why]))
  }

  /// A rule whose shared value holds the patch, and so the memory in which it lies itself.
  private struct Keeper: PatchCheck {
    final class Value: Sendable {
      let patch: PatchFacts
      init(_ patch: PatchFacts) { self.patch = patch }
    }

    final class Seen: Sendable {
      private struct Weak { weak var value: Value? }
      private let values = Mutex<[Weak]>([])
      func add(_ value: Value) { values.withLock { $0.append(Weak(value: value)) } }
      var count: Int { values.withLock { $0.count } }
      var alive: Int { values.withLock { $0.count { $0.value != nil } } }
    }

    let seen = Seen()

    func review(_ patch: PatchFacts) -> CheckResult {
      seen.add(patch.shared("value") { Value(patch) })
      return CheckResult()
    }
  }

  @Test func freesWhatRulesShared() {
    let keeper = Keeper()
    _ = Self.review(Self.mail("v2", adding: ["plain"]), book: Self.book(check: keeper))
    #expect(keeper.seen.count == 1)
    #expect(keeper.seen.alive == 0)
  }

  @Test func skipsWhatNeedsATreeWithoutOne() {
    let review = Self.review(Self.mail("v2", adding: ["tree"]))
    #expect(review.findings.isEmpty)
    #expect(review.coverage.map(\.why) == ["no tree"])
  }

  @Test(
    arguments: [
      (RuleLevel.off, []), (.note, [Severity.note]), (.warning, [.warning]), (.error, [.error]),
    ] as [(RuleLevel, [Severity])])
  func takesLevelsFromTheUser(_ level: RuleLevel, _ severities: [Severity]) throws {
    var options = ReviewOptions()
    options.levels[try #require(RuleID("flow/probe"))] = level
    #expect(
      Self.review(Self.mail("v2", adding: ["x"]), options: options).findings.map(\.severity) == severities)
  }

  @Test(arguments: [
    ("flow/probe", true), ("flow/probe:drivers", true), ("flow/probe:drivers/foo.c", true),
    ("flow/probe:drivers/fo", false), ("flow/other", false),
  ])
  func suppressesByOption(_ text: String, _ isSuppressed: Bool) throws {
    var options = ReviewOptions()
    options.suppressions = [try #require(Suppression(option: text))]
    let review = Self.review(Self.mail("v2", adding: ["x"]), options: options)
    #expect(review.findings.map(\.isShown) == [!isSuppressed])
  }

  @Test(arguments: [
    ("review-patch: ignore flow/probe -- known", false, ""),
    ("review-patch: ignore flow/probe", true, "withoutReason(flow/probe)"),
    ("review-patch: ignore flow/none -- known", true, "unused(flow/none)"),
    ("review-patch: ignore nothing", true, "malformed(\"review-patch: ignore nothing\")"),
  ])
  func suppressesByMail(_ notes: String, _ isShown: Bool, _ problem: String) {
    let review = Self.review(Self.mail("v2", adding: ["x"], notes: notes))
    #expect(review.findings.map(\.isShown) == [isShown])
    #expect(review.problems.map { "\($0.kind)" } == (problem.isEmpty ? [] : [problem]))
    #expect(review.problems.allSatisfy { $0.line == 7 })
  }

  /// Equal lines have fingerprints of their own, which do not depend on where the lines stand; a baseline
  /// made of them covers the next version.
  @Test func knowsFindingsAgain() throws {
    let first = Self.review(Self.mail("v2", adding: ["x", "y", "x"]))
    #expect(Set(first.findings.map(\.fingerprint)).count == 3)
    var options = ReviewOptions()
    options.baseline = try Baseline(parsing: Baseline.text(accepting: first.findings))
    let next = Self.review(Self.mail("v2", adding: ["new", "  x", "y", "x"]), options: options)
    #expect(next.findings.map(\.isShown) == [true, false, false, false])
    #expect(throws: BaselineError(line: 2, text: "zzz")) { try Baseline(parsing: "# head\nzzz\n") }
  }

  /// Two places of merged code that do the same make a warning a note, and withdraw a note.
  @Test(
    arguments: [
      ("value/probe", "warning", 2, [Severity.note]), ("value/probe", "warning", 1, [.warning]),
      ("value/probe", "note", 2, []), ("flow/probe", "warning", 2, [.warning]),
    ] as [(String, String, Int, [Severity])])
  func looksForPrecedents(_ id: String, _ severity: String, _ places: Int, _ severities: [Severity]) {
    var files = [
      "drivers/foo.c": "a\nb\n", "drivers/sub/no.c": "if (p == NULL)\n", "drivers/text.txt": "if (p == NULL)",
    ]
    for place in 0..<places { files["drivers/old\(place).c"] = "int g;\n/* x */ if (p\(place) ==\n NULL)\n" }
    let review = Self.review(
      Self.mail("v2", adding: ["x"]), book: Self.book(id, severity: severity),
      base: Self.base(exact: true, files))
    #expect(review.findings.map(\.severity) == severities)
    let statements = review.findings.flatMap(\.evidence).filter { $0.kind == .precedent }.map(\.statement)
    let expected =
      severities == [.note] ? ["merged code beside it does the same: drivers/old0.c:2, drivers/old1.c:2"] : []
    #expect(statements == expected)
  }

  /// The head nearest above a line of the hunk, unless a brace has closed it; else what git names.
  @Test(
    arguments: [
      (["x"], "f"), (["int g(void)", "{", "x"], "g"), (["}", "x"], nil),
      (["}", "static int g(int a,", "\tint b)", "{", "x"], "g"), (["out:", "x"], "f"),
      (["int g(void);", "x"], "f"), (["}", "#define G(a)", "x"], nil),
    ] as [([String], String?)])
  func knowsTheFunction(_ lines: [String], _ function: String?) {
    #expect(Self.review(Self.mail("v2", adding: lines)).findings.last?.primary.function == function)
  }

  @Test(
    arguments: [
      ([1], "1"), ([1, 2], "1, 2"), ([1, 2, 3, 7], "1 to 3, 7"), ([4, 3, 9, 10, 11], "3, 4, 9 to 11"),
      ([], ""),
    ] as [([Int], String)])
  func writesRunsOfNumbers(_ numbers: [Int], _ text: String) {
    #expect(NumberRuns(numbers).description == text)
  }
}
