// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import Testing

struct BrokenSyntaxTests {
  /// What is wrong outside of functions costs its own declaration.
  @Test(arguments: [
    (
      "int x = ; int y;",
      "(opaque expectedExpression) (declaration int (name y))"
    ),
    (
      "struct foo { int a; @ int b; int c; };",
      "(declaration (struct foo {} (declaration int (name a)) (opaque expectedDeclarator) (declaration int (name c))))"
    ),
    (
      "@ int a; int b;",
      "(opaque expectedDeclarator) (declaration int (name b))"
    ),
    (
      "int f(void)\n{\n\tif (x) {\n}\n\nint g(void)\n{\n}",
      "(function f int (() f (parameter void ~)) (block (if x !(block)))) (function g int (() g (parameter void ~)) (block))"
    ),
    (
      "void f(int x) @ { a(); }\nint y;",
      "(function f (opaque expectedStatementEnd) (block (expression (call a)))) (declaration int (name y))"
    ),
    (
      "int a = (1; int b;",
      "(opaque expectedCloseParen) (declaration int (name b))"
    ),
    (
      "struct s { int a; };  } int b;",
      "(declaration (struct s {} (declaration int (name a)))) (opaque strayClosing) (declaration int (name b))"
    ),
    (
      "int t[] = { 1, 2 3, 4 }; int b;",
      "(declaration int (init ([] t) (initialiserList 1 (opaque expectedExpression) 4))) (declaration int (name b))"
    ),
    (
      "enum e { A, 3, B }; int b;",
      "(declaration (enum e {} (enumerator A) (opaque expectedName) (enumerator B))) (declaration int (name b))"
    ),
  ])
  func declarations(_ text: String, _ tree: String) {
    #expect(TreeText(text).text == tree)
  }

  /// What is wrong in a function costs its own statement.
  @Test(arguments: [
    (
      "int ret\n\tint x;\n\tfoo();",
      "(opaque expectedStatementEnd) (expression (call foo))"
    ),
    (
      "int ret\n\tret = foo();\n\tbar();",
      "(opaque expectedStatementEnd) (expression (call bar))"
    ),
    (
      "a(); foo bar baz quux 3; b();",
      "(expression (call a)) (opaque expectedStatementEnd) (expression (call b))"
    ),
    (
      "a(; b(); c();",
      "(opaque expectedCloseParen) (expression (call b)) (expression (call c))"
    ),
    (
      "if (x { a(); } b();",
      "(opaque expectedOpenParen) (expression (call b))"
    ),
    (
      "x = 1 y = 2; b();",
      "(opaque expectedStatementEnd) (expression (call b))"
    ),
    (
      "x = a[; b();",
      "(opaque expectedCloseBracket) (expression (call b))"
    ),
    (
      "else a(); b();",
      "(opaque strayClosing) (expression (call b))"
    ),
    (
      "for (i = 0; i < 3) a(); b();",
      "(opaque expectedStatementEnd) (expression (call b))"
    ),
    (
      "do { a(); } b();",
      "(do (block (expression (call a))) (call b))"
    ),
    (
      "f(a b c, d); g();",
      "(expression (call f (typeArgument a c) d)) (expression (call g))"
    ),
    (
      "case : a(); b();",
      "(opaque expectedExpression) (expression (call b))"
    ),
    (
      "goto 3; b();",
      "(opaque expectedName) (expression (call b))"
    ),
  ])
  func statements(_ text: String, _ tree: String) {
    #expect(TreeText("void f(void)\n{\n\(text)\n}\n").body == tree)
  }

  /// Conditionals: text of all branches is read, and where that gives no C, once for each.
  @Test(arguments: [
    (
      "int f(int a)\n#ifdef CONFIG_X\n\t__must_check\n#endif\n{ return a; }",
      "(function f int (() f (parameter int a)) (block (return a)))"
    ),
    (
      "#ifdef CONFIG_X\nint f(int a)\n#else\nint f(long a, int b)\n#endif\n{\n\tg();\n}\nint h;",
      "(function f int (() f (parameter int a)) (block (expression (call g)))) alt:(function f int (() f (parameter long a) (parameter int b)) (block (expression (call g)))) (declaration int (name h))"
    ),
    (
      "#if X\nint f(void) {\n#else\nint g(void) {\n#endif\n\ta();\n}\nint c;",
      "(function f int (() f (parameter void ~)) (block (expression (call a)))) alt:(function g int (() g (parameter void ~)) (block (expression (call a)))) (declaration int (name c))"
    ),
    (
      "void f(void)\n{\n\tif (a) {\n\t\tb();\n#ifdef CONFIG_X\n\t} else {\n\t\tc();\n#endif\n\t}\n\td();\n}",
      "(function f void (() f (parameter void ~)) (block (if a (block (expression (call b))) (block (expression (call c)))) (expression (call d))))"
    ),
    (
      "void f(void)\n{\n#ifdef CONFIG_X\n\tif (a)\n#endif\n\t\tb();\n\tc();\n}",
      "(function f void (() f (parameter void ~)) (block (if a (expression (call b))) (expression (call c))))"
    ),
    (
      "void f(void)\n{\n#ifdef CONFIG_X\n\tif (b) {\n#else\n\tif (c) {\n#endif\n\t\td();\n\t}\n}",
      "(function f void (() f (parameter void ~)) (block (if b (block (expression (call d)))))) alt:(function f void (() f (parameter void ~)) (block (if c (block (expression (call d))))))"
    ),
    (
      "int f(void)\n{\n\tint a = 1 +\n#ifdef CONFIG_X\n\t\t2\n#else\n\t\t3\n#endif\n\t\t;\n}",
      "(function f int (() f (parameter void ~)) (block (declaration int (init a (+ 1 2))))) alt:(function f int (() f (parameter void ~)) (block (declaration int (init a (+ 1 3)))))"
    ),
    (
      "int t[] = {\n\t1,\n#ifdef CONFIG_X\n\t2,\n#endif\n};",
      "(declaration int (init ([] t) (initialiserList 1 2)))"
    ),
    (
      "int a;\n#ifdef X\nint b;",
      "(declaration int (name a)) (declaration int (name b))"
    ),
    (
      "#ifdef X\nint a;\n#else\nint b;\n#else\nint c;\n#endif\nint d;",
      "(declaration int (name a)) (declaration int (name b)) (declaration int (name c)) (declaration int (name d))"
    ),
    (
      "#endif\nint a;\n#else\nint b;",
      "(declaration int (name a)) (declaration int (name b))"
    ),
  ])
  func conditionals(_ text: String, _ tree: String) {
    #expect(TreeText(text).text == tree)
  }
}
