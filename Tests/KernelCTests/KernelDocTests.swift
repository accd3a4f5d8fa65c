// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import SourceText
import Testing

/// Comments, and what kernel-doc makes of them.
struct KernelDocTests {
  private static func docs(_ text: String) -> (SyntaxTree, [KernelDoc]) {
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    return (syntax, syntax.kernelDocs)
  }

  @Test func findsCommentsWithTheirLines() {
    let text = "/* a */ int x; // b\n/**/\n/*/ c */ int \\\n y; /* d\n*/\n/* open"
    let comments = TokenBuffer(lexing: Array(text.utf8)).comments()
    #expect(comments.map(\.line) == [1, 1, 2, 3, 4, 6])
    let ends = comments.map { String(decoding: Array(text.utf8)[$0.range.indices].suffix(3), as: UTF8.self) }
    #expect(ends == [" */", "/ b", "**/", " */", "\n*/", "pen"])
  }

  @Test(arguments: [
    (" * foo - does", "foo"), (" * foo() - does", "foo"), (" * foo(a, b): does", "foo"), (" * foo()", "foo"),
    (" * struct foo - is", "foo"), (" * define FOO - is", "FOO"), (" * foo: is", "foo"),
    (" * DOC: all", nil), (" * This function opens", nil), (" * some words - and more", nil), (" * foo", nil),
    (" * typedef foo - is", nil), (" *", nil),
  ])
  func readsTheName(_ line: String, _ name: String?) {
    #expect(Self.docs("/**\n\(line)\n * @a: b\n */\nint x;\n").1.first?.name.text == name)
  }

  @Test func readsWhatIsDescribed() throws {
    let (syntax, docs) = Self.docs(
      """
      /**
       * foo - does
       * @a: one
       * @b, @c: two
       * @d - three
       * @args...: four
       * Returns: five
       */
      int foo(int a, void (*b)(int e), ...) { return 0; }
      """)
    let doc = try #require(docs.first)
    #expect(doc.parameters.map(\.text) == ["a", "args"])
    #expect(doc.parameters.map(\.line) == [3, 6])
    #expect(doc.described == ["a", "b", "c", "d", "args"])
    #expect(doc.returns?.text == "Returns: five" && doc.returns?.line == 7)
    #expect(doc.lines == 1...8)
    let head = try #require(syntax.documentedHead(atToken: doc.token))
    #expect(head.parameters.map { syntax.spelling(ofToken: $0) } == ["a", "b"])
    #expect(head.others == ["..."])
    #expect(head.kind == .function(isVoid: false))
  }

  @Test(arguments: [
    ("struct s { int a; struct { int b; }; struct { int c; } d; DECLARE_BITMAP(e, 2); };", ["a", "b", "d"]),
    ("struct s { int a; /* private: */ int b; /* public: */ int c, d:2; };", ["a", "c", "d"]),
    ("struct s { int a; /* private: mine */ int b; };", ["a"]),
    ("enum s { A, B = 2, };", ["A", "B"]), ("void s(void);", []),
    ("#define s(a, b) (a)\nint x;", ["a", "b"]),
    ("int *s(const char *a[], u8 b[2]);", ["a", "b"]),
  ])
  func readsTheHead(_ text: String, _ names: [String]) {
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    #expect(syntax.documentedHead(atToken: 0)?.parameters.map { syntax.spelling(ofToken: $0) } == names)
  }

  @Test(arguments: [
    "int s(int, int a);", "SYSCALL_DEFINE1(s, int, a) { }", "struct s;", "int x = 1;",
    "typedef int s(int a);",
  ])
  func leavesTheRest(_ text: String) {
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    #expect(syntax.documentedHead(atToken: 0) == nil)
  }
}
