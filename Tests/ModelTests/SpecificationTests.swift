// SPDX-License-Identifier: GPL-2.0-or-later

import Model
import Scenarios
import TestSupport
import Testing

/// Code that refines a specification makes no sequence of events that the specification does not.
struct SpecificationTests {
  private func check(_ code: String, refines specification: String) throws -> Exploration {
    func page(_ name: String, _ keys: String, _ code: String) -> ScenarioPage {
      ScenarioPage(
        path: "t/\(name).md", text: "---\nid: t/\(name)\ntitle: a test\n\(keys)---\n```c\n\(code)\n```\n")
    }
    let pages = [page("code", "refines: specification\n", code), page("specification", "", specification)]
    let book = ScenarioBook(pages: pages, library: ScenarioBook.builtIn.library)
    let scenario = try #require(book.all.scenarios.first)
    return try scenario.check(in: MemoryTree([:]), of: book, clock: { 0 })
  }

  private static let says = "void thread_a(void) { observe(\"a\", 1); observe(\"b\", 2); }"

  @Test(arguments: [
    (says, says),
    // Two threads make both orders, and both are allowed.
    (
      "void thread_a(void) { observe(\"a\", 1); } void thread_b(void) { observe(\"b\", 2); }",
      "void thread_a(void) { if (choose(2)) { observe(\"a\", 1); observe(\"b\", 2); } "
        + "else { observe(\"b\", 2); observe(\"a\", 1); } }"
    ),
    // One of what is allowed is enough.
    ("void thread_a(void) { observe(\"a\", 0); }", "void thread_a(void) { observe(\"a\", choose(3)); }"),
    // The specification has decided before the code does.
    (
      "void thread_a(void) { observe(\"a\", 1); observe(\"b\", choose(2)); }",
      "void thread_a(void) { int n = choose(2); observe(\"a\", 1); observe(\"b\", n); }"
    ),
    // Events of one step.
    (says, "void thread_a(void) { atomically() { observe(\"a\", 1); observe(\"b\", 2); } }"),
  ]) func allows(_ code: String, _ specification: String) throws {
    let exploration = try check(code, refines: specification)
    #expect(exploration.verdict == .clean, "\(exploration.violations) \(exploration.reasons)")
  }

  @Test(arguments: [
    (
      "void thread_a(void) { observe(\"b\", 2); observe(\"a\", 1); }", says,
      "`b: 2` is observed, where t/specification allows `a: 1`"
    ),
    (
      "void thread_a(void) { observe(\"a\", 1); } void thread_b(void) { observe(\"b\", 2); }", says,
      "`b: 2` is observed, where t/specification allows `a: 1`"
    ),
    (
      "void thread_a(void) { observe(\"a\", choose(2)); }", "void thread_a(void) { observe(\"a\", 1); }",
      "`a: 0` is observed, where t/specification allows `a: 1`"
    ),
    (
      "\(says) void thread_b(void) { observe(\"c\", 3); }", says,
      "`c: 3` is observed, where t/specification allows `a: 1`"
    ),
    (
      "void thread_a(void) { observe(\"a\", 1); }", says,
      "nothing moves any more, where t/specification promises `b: 2`"
    ),
  ]) func refuses(_ code: String, _ specification: String, _ text: String) throws {
    let exploration = try check(code, refines: specification)
    #expect(exploration.violations.map(\.text).contains(text), "\(exploration.violations.map(\.text))")
  }

  @Test func mustBeCleanItself() throws {
    #expect(
      throws: ScenarioError.badSpecification(page: "t/specification.md", why: "never")
    ) { try check(Self.says, refines: "void thread_a(void) { assert(0, \"never\"); }") }
  }

  @Test func mustBeThere() throws {
    let page = ScenarioPage(
      path: "t/t.md", text: "---\nid: t/t\ntitle: a test\nrefines: nothing\n---\n```c\n\(Self.says)\n```\n")
    #expect(
      throws: ScenarioError.malformedPage(
        page: "t/t.md", line: 1, why: "refines: there is no page t/nothing.md")
    ) { try Scenario(page).check(in: MemoryTree([:]), of: ScenarioBook(pages: [page]), clock: { 0 }) }
  }
}
