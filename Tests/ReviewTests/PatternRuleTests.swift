// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import SourceText
import Testing
import UnifiedDiff

@testable import Review

/// The directives of a pattern, what they ask, and which matches a patch makes.
struct PatternRuleTests {
  static let head = """
    ---
    id: flow/shape
    severity: warning
    confidence: strong
    needs: patch
    default: on
    since: 0.1
    question: Is it?
    ---
    # A shape

    """

  static func page(_ patterns: String..., severity: String = "warning") -> RulePage {
    let blocks = patterns.map { "```pattern\n\($0)\n```\n" }.joined()
    return RulePage(path: "p.md", text: head.replacing("warning", with: severity) + blocks)
  }

  static func review(_ page: RulePage, _ body: String, heading: String = "int f(void)", mends: Bool = false)
    -> SeriesReview
  {
    var contracts = Contracts()
    contracts.nullSafe = ["kfree"]
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    let old = lines.count { !$0.hasPrefix("+") }
    let new = lines.count { !$0.hasPrefix("-") }
    let diff = "--- a/drivers/foo.c\n+++ b/drivers/foo.c\n@@ -10,\(old) +10,\(new) @@ \(heading)\n\(body)\n"
    var options = ReviewOptions()
    options.mends = mends
    return EngineTests.review(
      diff, book: RuleBook(pages: [page], checks: [], contracts: contracts), options: options)
  }

  /// One pattern, one hunk; the messages, or why it was not checked.
  @Test(
    arguments: [
      ("a($X);", "+\ta(b);", ["A shape"]),
      ("a($X);\nmessage: not $X, but $X->c", "+\ta(p  ->q);", ["not p ->q, but p ->q->c"]),
      // The match must be the patch's.
      ("a();\nb();", " \ta();\n+\tb();\n c();", ["A shape"]), ("a();", "\t a();\n+\tb();", []),
      ("a();\nwhere: anywhere", " \ta();\n+\tb();", ["A shape"]),
      ("a();\nb();\nwhere: added", " \ta();\n+\tb();", []),
      ("a($X);\nwhere: added($X)", "-\ta(b,\n-\t  c);\n+\ta(b);", ["A shape"]),
      ("a($X);", "-\ta(b);\n \tc();\n+\ta(b);", []), ("a($X);", "-\ta(b);\n+\ta(c);", []),
      ("a($X);", "-\ta(b);\n+\ta(c);\n+\ta(d);", ["A shape"]),
      // Facts of what variables stand for.
      (
        "a($X)\nwhere: constant($X)", "+\ta(1); a(B); a(sizeof(B)); a(b); a(B + c);",
        ["A shape", "A shape", "A shape"]
      ),
      ("a($X)\nwhere: spelled($X, b*|c)\nmessage: $X", "+\ta(bb); a(c); a(cc);", ["bb", "c"]),
      ("a($X)\nwhere: not spelled($X, b*)\nmessage: $X", "+\ta(bb); a(c);", ["c"]),
      ("a($X)\nwhere: pure($X)\nmessage: $X", "+\ta(b + c->d); a(b()); a(b++); a(b = c);", ["b + c->d"]),
      ("a($X, $Y)\nwhere: mentions($X, $Y)\nmessage: $X", "+\ta(b + c, c); a(b, c);", ["b + c"]),
      (
        "if ($P) $F($P);\nwhere: contract($F, null-safe)\nmessage: $F",
        "+\tif (a) kfree(a);\n+\tif (a) put(a);",
        ["kfree"]
      ),
      (
        "a();\n...\nb($X);\nwhere: untouched($X)\nmessage: $X",
        "+\ta(); c(x); b(x); a(); d(y); b(z); a(); if (q) return; b(q);", ["z"]
      ),
      ("$X = 1;\nwhere: local($X)\nmessage: $X", "+{\n+\tint i; static int s;\n+\ti = 1; s = 1;\n+}", ["i"]),
      ("$X = 1;\nwhere: local($X)", "+\ti = 1;", ["skipped: the hunk does not show where i is declared"]),
      (
        "$X < 0\nwhere: type($X, u*)\nmessage: $X", "+{\n+\tu8 a; s8 b;\n+\tc(a < 0, b < 0, d() < 0);\n+}",
        ["a"]
      ),
      ("$X < 0\nwhere: type($X, u*)", "+\tc(a < 0);", ["skipped: the type of a is not to be seen"]),
      // An unknown fact beside one that does not hold is no matter.
      ("$X < 0\nwhere: type($X, u*)\nwhere: spelled($X, b)", "+\tc(a < 0);", []),
      ("return $X;\nwhere: returns(int)", "+\treturn 1;", ["A shape"]),
      ("return $X;\nwhere: returns(bool)", "+\treturn 1;", []),
      ("a();\nwhere: in-function(f|g*)", "+\ta();", ["A shape"]),
      ("a();\nwhere: in-function(*probe)", "+\ta();", []),
      ("a();\nwhere: path(drivers/*)", "+\ta();", ["A shape"]), ("a();\nwhere: path(net/*)", "+\ta();", []),
      ("return;\nwhere: last-statement", "+\tif (a)\n+\t\treturn;\n+\treturn;\n }", ["A shape"]),
      ("return;\nwhere: last-statement", "+out:\n+\treturn;\n }", []),
      (
        "return;\nwhere: last-statement", "+\treturn;", ["skipped: the hunk does not show the function's end"]
      ),
    ] as [(String, String, [String])])
  func asks(_ pattern: String, _ body: String, _ outcome: [String]) {
    let review = Self.review(Self.page(pattern), body)
    let skipped = review.coverage.filter { $0.state == .skipped }.map { "skipped: \($0.why)" }
    #expect(review.findings.map(\.message) + skipped == outcome)
  }

  /// Lines between context, and one more that is added, so that a hunk is left where a fix takes all of them away.
  static func framed(_ body: String) -> String { " \tv();\n\(body)\n+\tz();\n \ty();\n \tx();\n \tw();" }

  /// What a fix makes of the lines of a hunk; nil where there is none.
  @Test(
    arguments: [
      ("a($X)\nfix: b($X)", "+\ta(c->d);", "+\tb(c->d);"), ("a($X)\nfix: a =>", "+\ta(c);", "+\t(c);"),
      // Parentheses: those that are needed in the new place, and none of the text's own that are not.
      ("$X == 0\nfix: !$X", "+\tif (a == 0)", "+\tif (!a)"),
      ("$X == 0\nfix: !$X", "+\tif ((a & b) == 0)", "+\tif (!(a & b))"),
      ("$X == 0\nfix: !($X)", "+\tif (a == 0)", "+\tif (!a)"),
      ("$X == 1\nfix: $X", "+\tif ((a & b) == 1)", "+\tif (a & b)"),
      ("$X == 1\nfix: $X", "+\tif (c && (a | b) == 1)", "+\tif (c && (a | b))"),

      ("1 << $N\nfix: BIT($N)", "+\ta(1 << (b + 1));", "+\ta(BIT(b + 1));"),
      // Parts, and what a part takes with it.
      (
        "$F($X, ...)\nwhere: spelled($F, old_*)\nfix: $F => ${F#old_}", "+\told_a(b,\n+\t      c);",
        "+\ta(b,\n+\t  c);"
      ),
      ("$F($X);\nwhere: spelled($F, a)\nfix: $X => ${X%\"}\\n\"", "+\ta(b);", nil),
      ("a($X);\nfix: a($X); =>", "+\tb();\n+\ta(c);", "+\tb();"),
      ("a($X);\nfix: a($X); =>", "+\tb(); a(c);", "+\tb();"),
      // The first group that fits; what is not the patch's stays, and so does a comment.
      (
        "a($X);\nfix-where: constant($X)\nfix: b($X);\nfix-where: not constant($X)\nfix: c($X);", "+\ta(d);",
        "+\tc(d);"
      ),
      ("if ($X) a();\nfix: a();", "+\tif (b) /* so */\n+\t\ta();", nil),
      ("if ($X) a();\nfix: a();", "+\tif (b)\n+\t\ta();", "+\ta();"),
    ] as [(String, String, String?)])
  func mends(_ pattern: String, _ body: String, _ mended: String?) {
    let review = Self.review(Self.page(pattern), Self.framed(body), mends: true)
    #expect(review.findings.count == 1)
    let patch = review.mending.fixups.first?.folded
    let lines = patch?.files.flatMap { $0.hunks.flatMap(\.lines) }.map {
      String(UnicodeScalar($0.kind.marker)) + String(decoding: patch?.content($0) ?? [], as: UTF8.self)
    }
    #expect(lines?.dropFirst().dropLast(4).joined(separator: "\n") == mended)
    #expect(review.mending.refusals.isEmpty)
  }

  /// What is found as much with the fix as without it is no fix, and neither is what brings something else.
  @Test func triesWhatItTells() {
    let same = Self.review(Self.page("a($X);\nfix: $X => c"), Self.framed("+\ta(b);"), mends: true)
    #expect(same.findings.map(\.fix) == [nil])
    #expect(same.mending.refusals.map(\.why) == ["the finding would stay"])
    let worse = Self.review(
      Self.page("a($X);\nfix: b($X); b($X);", "b($X);\nmessage: bad"), Self.framed("+\ta(c);"), mends: true)
    #expect(worse.mending.refusals.map(\.why) == ["the finding would stay"])
    let both = Self.review(
      Self.page("a($X);\nfix: c($X);", "b($X);\nfix: b(a($X));"), Self.framed("+\ta(1);\n+\tb(2);"),
      mends: true)
    #expect(both.mending.refusals.map(\.finding.primary.line) == [12])
    #expect(
      both.mending.fixups.map(\.findings.count) == [1]
        && both.findings.map { $0.fix != nil } == [true, false])
  }

  /// What a finding points at, in the words of its line.
  @Test(
    arguments: [
      ("a($X);\nb($Y);", " \ta(1);\n+\tb(2);", "b(2);"),
      ("a($X);\nb($Y);\nmark: $X", "+\ta(1);\n+\tb(2);", "1"),
      ("a($X);\nb($Y);\nmark: end", "+\ta(1);\n+\tb(2);", ";"), ("a(...);", "+\ta(1,\n+\t  2);", "a(1,"),
    ])
  func marks(_ pattern: String, _ body: String, _ covered: String) throws {
    let span = try #require(Self.review(Self.page(pattern), body).findings.first).primary
    #expect(Array(span.text.utf8)[Int(span.column - 1)..<Int(span.endColumn - 1)].elementsEqual(covered.utf8))
    #expect(span.function == "f" && span.line == span.endLine)
  }

  @Test func saysWhereItComesFrom() throws {
    let page = Self.page("if ($P) $F($P);\nwhere: contract($F, null-safe)\nhelp: $F($P)")
    let finding = try #require(Self.review(page, "+\tif (a->b)\n+\t\tkfree(a->b);").findings.first)
    #expect(
      finding.evidence.map(\.statement) == [
        "the code has the shape `if ($P) $F($P);`; the contracts say of kfree() that it does nothing with NULL"
      ])
    #expect(finding.help == "kfree(a->b)" && finding.symbols == ["kfree", "a", "b"])
  }

  /// Of notes a patch gets three, and hears how many more there are; alternatives at one place are one.
  @Test func isQuiet() {
    let body = (0..<5).map { "+\ta(\($0));" }.joined(separator: "\n")
    let notes = Self.review(Self.page("a($X);", "a($Y);", severity: "note"), body)
    #expect(notes.findings.map(\.primary.line) == [10, 11, 12])
    #expect(
      notes.coverage.map(\.why) == ["2 more of its kind held back: a patch gets 3 notes of one rule"])
    #expect(Self.review(Self.page("a($X);", "a($Y);"), body).findings.count == 5)
  }

  /// Of all rules of style together a patch gets three.
  @Test func isQuietAboutStyle() {
    let pages = ["one", "two"].map { name in
      RulePage(
        path: "\(name).md",
        text: Self.head.replacing("flow/shape", with: "style/\(name)").replacing("warning", with: "note")
          + "```pattern\n\(name)($X);\n```\n")
    }
    let body = "+\tone(1);\n+\ttwo(2);\n+\tone(3);\n+\ttwo(4);\n+\ttwo(5);"
    let diff = "--- a/foo.c\n+++ b/foo.c\n@@ -10,0 +10,5 @@ int f(void)\n\(body)\n"
    let review = EngineTests.review(diff, book: RuleBook(pages: pages, checks: []))
    #expect(review.findings.map(\.primary.line) == [10, 11, 12])
    #expect(review.coverage.count { $0.why == "held back: a patch gets 3 notes of style" } == 2)
  }

  /// A declaration that is read once for each branch of a conditional is found in once.
  @Test func findsOnceWhatIsReadTwice() {
    let body =
      "+int g(int n)\n+{\n+\tkfree(n);\n+#ifdef A\n+\tif (n) {\n+#else\n+\t{\n+#endif\n+\t\ta();\n+\t}\n+}"
    #expect(Self.review(Self.page("kfree($X);"), body, heading: "").findings.count == 1)
  }

  @Test(
    arguments: [
      ("a(;", 12, .badPattern(.notUnderstood("expectedCloseParen at `(`"))),
      ("\nwhere: added", 12, .badPattern(.empty)),
      ("a();\nb(\nwhere: added", 13, .badPattern(.notUnderstood("expectedCloseParen at `(`"))),
      ("a($X);\nwhere: constant($Y)", 13, .unboundVariable("$Y")),
      ("a($X);\nmark: $Y", 13, .unboundVariable("$Y")),
      ("a($X);\n\nmessage: of $X and $Z", 14, .unboundVariable("$Z")),
      ("a($X);\nwhere: sane($X)", 13, .unknownFact("sane", known: PatternCondition.names)),
      ("a($X);\nwhere: constant", 13, .badFact("constant")),
      ("a($X);\nwhere: path()", 13, .badFact("path()")),
      ("a($X);\nwhere: not anywhere", 13, .badFact("not anywhere")),
      ("a($F);\nwhere: contract($F, nice)", 13, .badFact("contract($F, nice)")),
      ("a($X);\nfix: b($Y);", 13, .unboundVariable("$Y")),
      ("a($X);\nfix: $Y => $X", 13, .unboundVariable("$Y")),
      ("a($X);\nfix:  => $X", 13, .badFact("=> $X")), ("a($X);\nfix: ${X", 13, .badFact("${X")),
      ("a($X);\nfix: ${X*b};", 13, .badFact("${X*b};")),
      ("a($X);\nfix-where: sane($X)", 13, .unknownFact("sane", known: PatternCondition.names)),
      ("a($X);\nwhen: added", 13, .unknownDirective("when")),
      ("a($X);\nmark: $X\nb();", 14, .unknownDirective("b();")),
    ] as [(String, Int, RulePageError.Kind)])
  func refuses(_ pattern: String, _ line: Int, _ kind: RulePageError.Kind) {
    let good = RulePage(
      path: "good.md", text: Self.head.replacing("flow/shape", with: "flow/good") + "```pattern\na();\n```\n")
    let book = RuleBook(pages: [Self.page(pattern), good], checks: [])
    #expect(book.problems == [RulePageError(path: "p.md", line: line, kind: kind)])
    #expect(book.entries.map(\.rule.id.description) == ["flow/good"])
  }

  @Test(
    arguments: [
      ("a", "a", true), ("a", "ab", false), ("a*", "ab", true), ("*b", "ab", true), ("*a*", "bab", true),
      ("a*a", "a", false), ("a|b", "b", true), ("*_show|show_*", "show_x", true), ("*", "", true),
      ("a*b*c", "axbyc", true),
    ])
  func globs(_ glob: String, _ text: String, _ matches: Bool) {
    #expect(Glob(glob)?.matches(text) == matches)
  }
}
