// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import TestSupport
import Testing

/// What holds for the tree of any text.
struct SyntaxPropertyTests {
  static func flaw(_ text: some Sequence<UInt8>, as form: SyntaxForm = .file) -> String? {
    SyntaxTree(parsing: TokenBuffer(lexing: Array(text)), as: form).flaw
  }

  static let sample = Array(
    """
    #include <linux/foo.h>
    #define M(x) do { x; } while (0)
    static const struct ops o = { .read = f, [3] = { 1, -2 }, };
    enum e { A = 1, B };
    struct s { int a:3; struct { u8 *p[4]; }; };
    #ifdef CONFIG_X
    static int f(struct s *s, ...)
    #else
    static int f(void)
    #endif
    {
    \tint i, *p = &s->a ? (int *)x : ({ y; });
    \tlist_for_each_entry(p, &h, l) {
    \t\tif (!p && g(sizeof(*p), "x" "y", 'c')) {
    \t\t\tgoto out;
    #if 1
    \t\t} else if (i++ << 2) {
    #endif
    \t\t\tasm volatile("nop" : "=r" (i) : : "memory");
    \t\t}
    \t}
    \tswitch (i) { case 1 ... 3: break; default: M(return 1;); }
    out:
    \tdo { --i; } while (_Generic(i, int: 1, default: 2));
    \treturn (struct s){ .a = 1 }.a;
    }
    SYSCALL_DEFINE1(x, int, y) { return y; }
    """.utf8)

  @Test(arguments: [SyntaxForm.file, .fragment, .pattern])
  func everyTruncation(_ form: SyntaxForm) {
    let flaws = (0...Self.sample.count).compactMap { Self.flaw(Self.sample[..<$0], as: form) }
    #expect(flaws == [])
  }

  /// Every text that lacks its beginning.
  @Test func everyTail() {
    let flaws = (0...Self.sample.count).compactMap { Self.flaw(Self.sample[$0...], as: .fragment) }
    #expect(flaws == [])
  }

  /// Texts that a fuzzer found.
  @Test(arguments: [
    "int enum int y;", "unsigned struct s { int a; } long y;",
    "void f(void)\n{\n#ifdef A\n\ti{\n,\n\tif (a)\n#?\n\t\tb();\n#if\n{",
  ])
  func found(_ text: String) {
    for form in [SyntaxForm.file, .fragment, .pattern] { #expect(Self.flaw(text.utf8, as: form) == nil) }
  }

  /// The function around a token is the first that holds it, where readings of a split head overlap, too.
  @Test func functionsAroundTokens() {
    let text =
      Self.sample
      + Array("\nint g(void) { return 1; }\n#ifdef A\nint h(void) {\n#else\nint h(int a) {\n#endif\n}\n".utf8)
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: text))
    let wrong = tree.buffer.tokens.indices.filter { index in
      let first = tree.functions.first { tree[$0].tokens.contains(index) }
      return tree.functionName(aroundToken: index) != first.flatMap { tree.functionName(of: $0) }
    }
    #expect(wrong == [] && tree.functions.count >= 4)
  }

  @Test func randomMutations() {
    let pieces = [
      "{", "}", "(", ")", "[", "]", ";", ",", "#endif\n", "#if X\n", "#else\n", "\0", "if", "=", "\"", "int",
    ]
    var state: UInt32 = 11
    func random(_ bound: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 8) % bound
    }
    var flaws: [String] = []
    for _ in 0..<1500 {
      var text = Self.sample
      for _ in 0...random(4) {
        let at = random(text.count)
        switch random(3) {
        case 0: text.removeSubrange(at..<min(text.count, at + 1 + random(12)))
        case 1: text.insert(contentsOf: Array(pieces[random(pieces.count)].utf8), at: at)
        default: text.replaceSubrange(at..<at + 1, with: Array(pieces[random(pieces.count)].utf8))
        }
      }
      if let flaw = Self.flaw(text) { flaws.append(flaw + ": " + String(decoding: text, as: UTF8.self)) }
    }
    #expect(flaws == [])
  }

  /// The kernel's own files; and each cut at a place of its own.
  @Test func readsTheKernel() throws {
    guard let tree = KernelSource.folder else { return }
    var flaws: [String] = []
    for (number, file) in KernelSource.files(below: ["kernel", "mm"], of: tree).enumerated()
    where number % 4 == 0 {
      let text = Array(try Data(contentsOf: file))
      for part in [text[...], text[..<(text.count * (number % 97) / 97)]] {
        if let flaw = Self.flaw(part) { flaws.append("\(file.path): \(flaw)") }
      }
    }
    #expect(flaws == [])
  }
}
