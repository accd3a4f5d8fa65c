// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import Review

struct RuleParsingTests {
  static let head = """
    ---
    id: mail/probe
    severity: warning
    confidence: strong
    needs: [patch, message]
    default: on
    since: 0.1
    question: Is it?
    check: Probe
    ---
    # A headline

    """

  struct Probe: PatchCheck {
    func review(_ patch: PatchFacts) -> CheckResult { CheckResult() }
  }

  @Test func readsAPage() throws {
    let text =
      Self.head + """
        ## Bad
        ```c path=include/linux/foo.h
        int foo;
        ```
        ```diff
        --- a/foo.c
        +++ b/foo.c
        @@ -1 +1 @@
        -a
        +b
        ^ warning "b": a part: of it
        ^ note: another
        ```
        ## Good
        ````mail
        ```
        ````

        """
    let rule = try Rule(parsing: RulePage(path: "mail/probe", text: text))
    #expect(rule.id.description == "mail/probe")
    #expect(rule.title == "A headline")
    #expect(rule.needs == [.patch, .message])
    #expect(rule.examples.map(\.isBad) == [true, false])
    let bad = try #require(rule.examples.first)
    #expect(bad.text == "--- a/foo.c\n+++ b/foo.c\n@@ -1 +1 @@\n-a\n+b\n")
    #expect(bad.files.map(\.path) == ["include/linux/foo.h"])
    #expect(
      bad.marks.map { "\($0.line) \($0.severity) \($0.covers) | \($0.message)" } == [
        "5 warning b | a part: of it", "5 note  | another",
      ])
    #expect(rule.examples.last?.text == "```\n")
  }

  @Test(arguments: [
    ("no head", "# Title\n", 1, RulePageError.Kind.noFrontMatter),
    ("no title", head.replacing("# A headline", with: "text"), 11, .noTitle),
    ("no key", head.replacing("since: 0.1\n", with: ""), 1, .missingKey("since")),
    ("a key too many", head.replacing("since:", with: "hence: 1\nsince:"), 7, .unknownKey("hence")),
    (
      "a severity that is none", head.replacing("severity: warning", with: "severity: fatal"), 3,
      .badValue(key: "severity", value: "fatal", allowed: ["note", "warning", "error"])
    ),
    ("neither check nor pattern", head.replacing("check: Probe\n", with: ""), 1, .nothingToCheck),
    (
      "a check that is not there", head.replacing("check: Probe", with: "check: Prob"), 1,
      .unknownCheck("Prob")
    ),
    ("an open block", head + "```c\nint a;\n", 12, .unclosedBlock),
    ("a mark without a line", head + "## Bad\n```diff\n^ note: x\n```\n", 14, .strayMark),
    ("a mark without form", head + "## Bad\n```diff\n+a\n^ fatal x\n```\n", 15, .strayMark),
  ])
  func saysWhatIsWrong(_ name: String, _ text: String, _ line: Int, _ kind: RulePageError.Kind) {
    let book = RuleBook(pages: [RulePage(path: "p.md", text: text)], checks: [Probe()], readsExamples: true)
    #expect(book.problems == [RulePageError(path: "p.md", line: line, kind: kind)], "\(name)")
  }

  @Test func aUsersPageReplacesABuiltInOne() {
    let own = RulePage(path: "own.md", text: Self.head.replacing("severity: warning", with: "severity: note"))
    let page = RulePage(path: "mail/probe", text: Self.head)
    let book = RuleBook(pages: [page], checks: [Probe()], userPages: [own])
    #expect(book.problems.isEmpty)
    #expect(book.entries.map(\.rule.severity) == [.note])
    let twice = RuleBook(pages: [page, page], checks: [Probe()])
    #expect(twice.problems.map(\.line) == [1])
  }

  @Test(arguments: ["mail/", "/x", "mail/X", "mail/a b", "nofamily/x", "mail", "mail/a/b"])
  func refusesNamesThatAreNone(_ name: String) { #expect(RuleID(name) == nil) }
}
