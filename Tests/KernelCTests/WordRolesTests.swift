// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import KernelC

/// What the bytes around a word say of it.
struct WordRolesTests {
  static let words: [(text: String, word: String, roles: WordRoles?)] = [
    ("#define A B\n", "A", .macro), ("# define\tA B\n", "A", .macro), ("#define A B\n", "B", []),
    ("#define A(x) \\\n\tx + y\n", "y", []), ("define; A\n", "A", .ordinary), ("\tdefine; A\n", "A", []),
    ("struct s {\n\tint a;\n};\n", "s", [.tag, .ordinary]), ("\tstruct s\n\t{\n", "s", .tag),
    ("\tstruct s *p;\n{\n", "s", []), ("\tint f(struct s *p) {\n", "s", []),
    ("int f(int g);\n", "g", .ordinary), ("\tint f;\n", "f", []), (" * f is there\n", "f", []),
    ("* f is there\n", "f", []), ("enum {\n\tA,\n\tB = 1,\n\tC\n};\n", "A", .ordinary),
    ("enum {\n\tA,\n\tB = 1,\n\tC\n};\n", "B", .ordinary),
    ("enum {\n\tA,\n\tB = 1,\n\tC\n};\n", "C", .ordinary),
    ("\tif (a) A(b);\n", "A", []), ("\tA", "A", []), ("int a;\n", "b", nil), ("", "b", nil),
  ]

  @Test(arguments: words) func saysWhatAWordMayBe(_ text: String, _ word: String, _ roles: WordRoles?) {
    let (words, _) = WordHashes.reading(Array(text.utf8))
    let hash = WordHashes.hash(of: Array(word.utf8))
    #expect(words.holds(hash) == (roles != nil))
    #expect(words.roles(of: hash) == roles ?? [])
  }

  @Test func keepsRolesWhileItGrows() {
    let text = "#define FIRST 1\n" + (0..<5_000).map { "\tword_\($0)();\n" }.joined() + "#define LAST ##\n"
    let (words, pastes) = WordHashes.reading(Array(text.utf8))
    for name in ["FIRST", "LAST"] {
      #expect(words.roles(of: WordHashes.hash(of: Array(name.utf8))) == .macro)
    }
    #expect((0..<5_000).allSatisfy { words.holds(WordHashes.hash(of: Array("word_\($0)".utf8))) })
    #expect(pastes && !words.holds(WordHashes.hash(of: Array("word_5000".utf8))))
  }
}
