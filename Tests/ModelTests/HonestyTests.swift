// SPDX-License-Identifier: GPL-2.0-or-later

import Model
import Scenarios
import SourceText
import TestSupport
import Testing

/// What cannot be executed or explored is said, with its place, and never called clean.
struct HonestyTests {
  @Test(arguments: [
    ("void thread_a(void) { unheard_of(); }", "unheard_of() is not known"),
    ("void thread_a(void) { asm volatile(\"nop\"); }", "assembly"),
    ("int x; void thread_a(void) { if (sizeof(x) > 2) x = 1; }", "a size"),
    ("void thread_a(void) { long x = 0; for (;;) x++; }", "a loop that does not end"),
    (
      "struct s; void thread_a(struct s *p) { int x = 0; struct s *q = kzalloc(4, GFP_KERNEL); x = q->list[3]; }",
      "is an array or a pointer is not known"
    ),
    ("void f(void) { f(); } void thread_a(void) { f(); }", "calls that are nested too deeply"),
    (
      "int x; void thread_a(void) { int i, y = 0; for (i = 0; i < 13; i++) y += choose(2); x = y; }",
      "more than 12 choices in one step"
    ),
    (
      "struct s { struct s *next; int a; }; struct s *all; void thread_a(void) { int i; struct s *s; for (i = 0; i < 4100; i++) { s = kzalloc(sizeof(*s), GFP_KERNEL); s->next = all; all = s; } }",
      "more objects than are followed"
    ),
    ("int x, y; void thread_a(void) { x = (unsigned long)&y & 7; }", "arithmetic with a pointer"),
    ("void thread_a(void) { goto *(void *)0; }", "a computed goto"),
    ("int x; void thread_a(void) { atomically() { if (x) return; x = 1; return; } }", "atomically() is left"),
    ("int x; void thread_a(void) { for (;;) { atomically() { x = 1; break; } } }", "atomically() is left"),
  ]) func says(_ code: String, _ reason: String) throws {
    let exploration = try Running.check(code)
    #expect(exploration.verdict == .inconclusive)
    #expect(
      exploration.reasons.contains { $0.contains(reason) && $0.hasPrefix("t/t.md:") },
      "\(exploration.reasons)")
  }

  /// What is not reached does no harm, and is listed.
  @Test func listsWhatIsNotReached() throws {
    let exploration = try Running.check("void thread_a(void) { if (0) unheard_of(); }")
    #expect(exploration.verdict == .clean)
    #expect(exploration.obstacles.contains { $0.contains("unheard_of()") })
  }

  @Test func aSpaceThatIsTooLargeIsNotClean() throws {
    let code = "int x; void thread_a(void) { for (;;) x++; } void thread_b(void) { x = 0; }"
    let exploration = try Running.check(code, limits: SearchLimits(states: 1000))
    #expect(exploration.verdict == .inconclusive)
    #expect(exploration.reasons == ["there are more than 1000 states"])
  }

  /// What a search may cost, and the words for it.
  @Test func saysWhatWasSpent() throws {
    let code = "int x; void thread_a(void) { for (;;) x++; } void thread_b(void) { x = 0; }"
    let memory = try Running.check(code, limits: SearchLimits(bytes: 1 << 20))
    #expect(memory.verdict == .inconclusive && memory.reasons == ["the memory of 1 MiB is full"])
    let scenario = try Running.scenario(code)
    var seconds = 0.0
    let time = try scenario.check(
      in: MemoryTree([:]), of: .builtIn, limits: SearchLimits(seconds: 9, threads: 1)
    ) {
      seconds += 5
      return seconds
    }
    #expect(time.verdict == .inconclusive && time.reasons == ["the time of 9.0 s is over"])
  }

  @Test(arguments: [
    (
      "no front matter",
      ScenarioError.malformedPage(
        page: "p.md", line: 1, why: "it does not begin with front matter between two lines ---")
    ),
    (
      "---\nid: x\ntitle: t\n---\n```c\n```\n",
      .malformedPage(page: "p.md", line: 1, why: "id is not of the form group/name: x")
    ),
    ("---\nid: a/b\n---\n```c\n```\n", .malformedPage(page: "p.md", line: 1, why: "title is missing")),
    (
      "---\nid: a/b\ntitle: t\ncolour: red\n---\n```c\n```\n",
      .malformedPage(page: "p.md", line: 1, why: "unknown key colour")
    ),
    (
      "---\nid: a/b\ntitle: t\n---\n```c\nint x;\n",
      .malformedPage(page: "p.md", line: 5, why: "the block is not closed")
    ),
    (
      "---\nid: a/b\ntitle: t\n---\n```diff\n```\n",
      .malformedPage(page: "p.md", line: 5, why: "a diff has no variant=NAME")
    ),
    (
      "---\nid: a/b\ntitle: t\n---\nwords\n",
      .malformedPage(page: "p.md", line: 5, why: "there is no block of C")
    ),
  ]) func refuses(_ page: String, _ error: ScenarioError) {
    #expect(throws: error) { try Scenario(ScenarioPage(path: "p.md", text: page)) }
  }

  /// Threads beyond those that are followed are not left out.
  @Test func tooManyThreadsAreNotClean() throws {
    let code = """
      struct item { struct work_struct w; struct item *next; }; struct item items[60]; int c;
      void f(struct work_struct *w) { struct item *i = container_of(w, struct item, w); if (i->next) schedule_work(&i->next->w); await(c); }
      void init(void) { int i; for (i = 0; i < 60; i++) { INIT_WORK(&items[i].w, f); if (i < 59) items[i].next = &items[i + 1]; } }
      void thread_a(void) { schedule_work(&items[0].w); }
      """
    let exploration = try Running.check(code)
    #expect(
      exploration.reasons.contains { $0.contains("more threads than are followed") }, "\(exploration.reasons)"
    )
    let many = (0..<49).map { "void thread_t\($0)(void) { }" }.joined(separator: "\n")
    #expect(throws: ScenarioError.tooManyThreads(page: "t/t.md", most: 48)) { try Running.check(many) }
  }

  @Test func refusesCodeThatIsNotThere() throws {
    let scenario = try Running.scenario("void thread_a(void) { }", keys: "code: kernel/none.c\n")
    #expect(throws: ScenarioError.codeMissing(page: "t/t.md", path: "kernel/none.c")) {
      try scenario.check(in: MemoryTree([:]), of: .builtIn, clock: { 0 })
    }
    #expect(throws: ScenarioError.noThreads(page: "t/t.md")) { try Running.check("int x;") }
    #expect(throws: ScenarioError.malformedCode(page: "t/t.md", line: 6, why: "expectedExpression at `;`")) {
      try Running.check("void thread_a(void) { int x = ; }")
    }
  }
}
