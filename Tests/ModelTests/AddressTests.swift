// SPDX-License-Identifier: GPL-2.0-or-later

import Model
import Testing

/// What is one address in C is one here, though objects are trees of names.
struct AddressTests {
  static let types = """
    struct inner { int first; int second; };
    struct outer { struct inner inner; char data[8]; union { int a; int b; } u; };
    static struct outer x, y;

    """

  @Test(arguments: [
    ("(void *)x.data == (void *)&x.data", true),
    ("(void *)&x.data[0] == (void *)&x.data", true),
    ("(void *)&x.data[1] == (void *)&x.data", false),
    ("(void *)&x == (void *)&x.inner", true),
    ("(void *)&x == (void *)&x.inner.first", true),
    ("(void *)&x == (void *)&x.inner.second", false),
    ("(void *)&x == (void *)x.data", false),
    ("(void *)&x.u.a == (void *)&x.u.b", true),
    ("(void *)&x == (void *)&y", false),
    ("(void *)&x.inner == (void *)&y.inner", false),
  ]) func comparesPointers(_ expression: String, _ isSame: Bool) throws {
    let code =
      "\(Self.types)void thread_a(void) { assert((\(expression)) == \(isSame ? 1 : 0), \"not so\"); }"
    let exploration = try Running.check(code)
    #expect(exploration.verdict == .clean, "\(exploration.violations) \(exploration.reasons)")
    let other = try Running.check(code.replacing("assert((", with: "assert(!("))
    #expect(other.verdict == .violated)
  }
}
