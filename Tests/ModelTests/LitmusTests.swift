// SPDX-License-Identifier: GPL-2.0-or-later

import Model
import TestSupport
import Testing

/// What threads can see of each other: all that sequential consistency allows, and nothing else.
struct LitmusTests {
  struct Litmus: Sendable, CustomStringConvertible {
    var name: String
    var threads: String
    /// What the registers r0, r1 may hold in the end, as `r0 * 10 + r1`.
    var outcomes: Set<Int>

    var description: String { name }
  }

  /// Each outcome is asked for by an assertion that denies it: those that fail are the ones that can be.
  @Test(arguments: tests) func outcomes(_ litmus: Litmus) throws {
    for reduces in [true, false] {
      var seen: Set<Int> = []
      for outcome in [0, 1, 10, 11, 2, 20, 22, 12, 21] {
        let code =
          "int x, y, r0, r1; \(litmus.threads) void final(void) { assert(r0 * 10 + r1 != \(outcome), \"seen\"); }"
        let exploration = try Running.check(code, reduces: reduces)
        #expect(exploration.reasons.isEmpty)
        if exploration.verdict == .violated { seen.insert(outcome) }
      }
      #expect(seen == litmus.outcomes)
    }
  }

  static let tests = [
    Litmus(
      name: "store buffering",
      threads: "void thread_a(void) { x = 1; r0 = y; } void thread_b(void) { y = 1; r1 = x; }",
      outcomes: [1, 10, 11]),
    Litmus(
      name: "message passing",
      threads: "void thread_a(void) { x = 1; y = 1; } void thread_b(void) { r0 = y; r1 = x; }",
      outcomes: [0, 1, 11]),
    Litmus(
      name: "load buffering",
      threads: "void thread_a(void) { r0 = x; y = 1; } void thread_b(void) { r1 = y; x = 1; }",
      outcomes: [0, 1, 10]),
    Litmus(
      name: "coherence of two reads",
      threads: "void thread_a(void) { x = 1; x = 2; } void thread_b(void) { r0 = x; r1 = x; }",
      outcomes: [0, 1, 2, 11, 12, 22]),
    Litmus(
      name: "a test and a use read twice",
      threads: "void thread_a(void) { x = 1; } void thread_b(void) { if (!x) { r0 = 1; r1 = x; } }",
      outcomes: [0, 10, 11]),
  ]

  /// Two threads of n stores each have (n + 1)² states without reduction.
  @Test(arguments: [1, 2, 5]) func countsStates(_ stores: Int) throws {
    let store = { (name: String) in (1...stores).map { "\(name) = \($0);" }.joined(separator: " ") }
    let code = "int x, y; void thread_a(void) { \(store("x")) } void thread_b(void) { \(store("y")) }"
    let full = try Running.check(code, reduces: false)
    // A thread has a state before each of its stores, and one behind the last.
    #expect(full.states == (stores + 1) * (stores + 1))
    #expect(full.transitions == 2 * stores * (stores + 1))
  }
}
