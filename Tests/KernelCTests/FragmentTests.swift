// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelC
import SourceText
import Testing

/// What a hunk shows of a file, with the head of its function from the hunk's header.
struct FragmentTests {
  /// - Parameter hunk: lines that begin with ` `, `+` or `-`; the side of the patch is `side` and context.
  static func unit(_ heading: String, _ hunk: String, from first: UInt32 = 10, side: Character = "+") throws
    -> SourceUnit
  {
    var number = first
    var lines: [(text: ArraySlice<UInt8>, number: UInt32, place: LineOrigins.Place)] = []
    for line in hunk.split(separator: "\n") where line.first == " " || line.first == side {
      let place: LineOrigins.Place = line.first == " " ? .context : side == "+" ? .added : .removed
      lines.append((Array(line.dropFirst().utf8)[...], number, place))
      number += 1
    }
    return SourceUnit(
      path: try #require(TreePath("drivers/a.c")), heading: Array(heading.utf8), lines: lines)
  }

  @Test(arguments: [
    (
      "static int probe(struct device *dev)",
      " \tint ret;\n \n+\tret = f(dev);\n \treturn ret;\n }\n \n int next;",
      "(function probe int (() probe (parameter (struct device) (* dev))) (block (declaration int (name ret)) (expression (= ret (call f dev))) (return ret))) (declaration int (name next))"
    ),
    (
      "static int probe(struct device *dev, struct very_long_name *that_git",
      " \t\tg();\n+\t\th();\n \t}\n \td();",
      "(function probe int (() probe (parameter (struct device) (* dev)) ...) !(block (block (expression (call g)) (expression (call h))) (expression (call d))))"
    ),
    (
      "struct foo {",
      " \tint a;\n+\tint b;\n };",
      "(declaration (struct foo {} (declaration int (name a)) (declaration int (name b))))"
    ),
    (
      "static const struct file_operations ops = {",
      " \t.open = my_open,\n+\t.read = my_read,\n };",
      "(declaration (struct file_operations) (init ops (initialiserList (designated (at open) my_open) (designated (at read) my_read))))"
    ),
    (
      "",
      " \t.open = my_open,\n+\t.read = my_read,\n };",
      "(declaration int (init ([] $unseen) (initialiserList (designated (at open) my_open) (designated (at read) my_read))))"
    ),
    (
      "int f(void)",
      " \t\ta();\n \t} else {\n+\t\tb();\n \t}\n \tc();\n }",
      "(function f int (() f (parameter void ~)) (block (if $unseen (block (expression (call a))) (block (expression (call b)))) (expression (call c))))"
    ),
    (
      "int f(void)",
      " \t\ta();\n \t} while (x);\n+\tb();",
      "(function f int (() f (parameter void ~)) !(block (do (block (expression (call a))) x) (expression (call b))))"
    ),
    (
      "out_unlock:",
      " \ta();\n+\treturn 0;\n }",
      "(function $unseen void (() $unseen ...) (block (expression (call a)) (return 0)))"
    ),
    (
      "",
      " #include <linux/foo.h>\n \n+int a;\n+\n int f(void)\n {\n \tb();",
      "(declaration int (name a)) (function f int (() f (parameter void ~)) !(block (expression (call b))))"
    ),
    (
      "enum e {",
      " \tA,\n+\tB,\n \tC",
      "(declaration !(enum e {} (enumerator A) (enumerator B) (enumerator C)))"
    ),
    (
      "int f(int a,",
      " int f(int a,\n+      int b)\n {\n \tg();\n }",
      "(function f int (() f (parameter int a) (parameter int b)) (block (expression (call g))))"
    ),
    (
      "int f(void)",
      " {\n+\tg();\n \th();\n }",
      "(function f int (() f (parameter void ~)) (block (expression (call g)) (expression (call h))))"
    ),
    (
      "int f(void)",
      " \tif (a &&\n+\t    b)\n \t\tc();\n \telse",
      "(function f int (() f (parameter void ~)) !(block (if (&& a b) (expression (call c)) _)))"
    ),
    (
      "struct foo {",
      " \tint a;\n+\tint b;",
      "(declaration !(struct foo {} (declaration int (name a)) (declaration int (name b))))"
    ),
    (
      "static const struct x t[] = {",
      " \t{ .a = 1 },\n+\t{ .a = 2,",
      "(declaration (struct x) (init ([] t) !(initialiserList (initialiserList (designated (at a) 1)) !(initialiserList (designated (at a) 2)))))"
    ),
    (
      "struct foo {",
      " \tstruct {\n+\t\tint a;\n \t} x;\n \tstruct {",
      "(declaration !(struct foo {} (declaration (struct {} (declaration int (name a))) (name x)) (declaration !(struct {}))))"
    ),
    (
      "static int f(void)",
      " \tcase X:\n+\t\tg();\n \t\tbreak;\n \tdefault:\n \t\th();\n \t}\n \treturn 0;",
      "(function f int (() f (parameter void ~)) !(block (block (caseLabel X) (expression (call g)) (break) (defaultLabel) (expression (call h))) (return 0)))"
    ),
  ])
  func reads(_ heading: String, _ hunk: String, _ tree: String) throws {
    #expect(TreeText(try Self.unit(heading, hunk).syntax).text == tree)
  }

  /// Every name knows its line and what the patch does with it; what the header gives is in no line.
  @Test(
    arguments: [
      ("+", "probe@0 frame, a@10 context, b@11 added, c@12 context"),
      ("-", "probe@0 frame, a@10 context, old@11 removed, c@12 context"),
    ] as [(Character, String)])
  func knowsPlaces(_ side: Character, _ expected: String) throws {
    let unit = try Self.unit("int probe(void)", " \ta();\n-\told();\n+\tb();\n \tc();\n }\n", side: side)
    let buffer = unit.syntax.buffer
    let names = buffer.tokens.indices.filter {
      buffer.tokens[$0].kind == .identifier && !["int", "void"].contains(unit.syntax.spelling(ofToken: $0))
    }.map {
      "\(unit.syntax.spelling(ofToken: $0))@\(unit.lineNumber(ofToken: $0)) \(unit.place(ofToken: $0))"
    }
    #expect(names.joined(separator: ", ") == expected)
    #expect(!unit.isWhole && unit.syntax.functionName(aroundToken: buffer.tokens.count - 3) == "probe")
  }
}
