// SPDX-License-Identifier: GPL-2.0-or-later

/// Things that can stand in each other any number of times.
enum Nest {
  /// What is repeated before and behind the middle, in a function and outside of one.
  static let all: [(String, String, String)] = [
    ("(", "1", ")"), ("{", ";", "}"), ("[", "1", "]"), ("({", "1;", "})"), ("f(", "1", ")"), ("a[", "1", "]"),
    ("-", "1", ""), ("!~", "1", ""), ("*", "a", ""), ("&", "a", ""), ("a ? b : ", "c", ""),
    ("a ? ", "b", " : c"),
    ("if (a) b(); else ", "c();", ""), ("if (a) ", "b();", ""), ("(int)", "1", ""), ("(a)(", "1", ")"),
    ("sizeof ", "a", ""), ("sizeof(", "a", ")"), ("do ", ";", " while (0);"), ("for (;;) ", ";", ""),
    ("x: ", ";", ""), ("case 1: ", ";", ""), ("while (1) {", ";", "}"), ("list_for_each(a) ", ";", ""),
    ("a || b && c | d ^ e & f == g < h << i + j * (", "1", ")"), ("a = ", "1", ""), ("a = (b, ", "1", ")"),
    ("typeof(", "a", ") b"), ("int (*", "a", ")(void)"), ("int *", "a", ";"),
    ("struct a { ", "int b;", " };"),
    ("union { ", "int b;", " } c;"), ("enum { a = ", "1", " };"), ("int a = { .b = ", "1", " };"),
    ("{ .a = {", "1", "} }"),
    ("_Generic(a, int: ", "1", ")"), ("(struct s){ ", "1", " }"), ("__aligned(", "1", ") int a;"),
    ("f(int (*)(", "int", "))"), ("asm(\"\" : : \"r\" (", "1", "));"), ("m(if (a) ", "b();", ")"),
    ("a->", "b", ""),
    ("a.", "b", ""), ("a,", "b", ""), ("a+", "b", ""), ("f(a b(", "c", "))"), ("switch (a) {", ";", "}"),
    ("int f(int a, ", "int b", ")"), ("#if A\n", "", "#endif\n"),
    ("#if A\nint a = {\n#else\nint b = {\n", "1", "#endif\n"),
    ("f(typeof(", "x", " y) y)"), ("f(__user (", "x", ") y)"), ("x = ({ if (a) return ", "1", "; })"),
    ("int f(void) {", ";", "}"), ("EXPORT(", "a", ")"), ("int a[", "1", "];"), ("(", "1", ""), ("{", ";", ""),
    ("", "a", ")"),
    ("", ";", "}"), ("[", "1", ""), ("({", "", ""), ("int a = {", "", ""), ("struct {", "", ""),
    ("#else\n", "", ""),
    ("if (", "", ""), ("\"", "", ""), ("/*", "", ""), ("#define A(\\\n", "", ""),
  ]
}
