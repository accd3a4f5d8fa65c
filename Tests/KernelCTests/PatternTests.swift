// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import KernelC

struct PatternTests {
  /// The matches in the body of a function, each as its tokens.
  static func matches(_ pattern: String, _ body: String) throws -> [String] {
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array("int f(int n)\n{\n\(body)\n}\n".utf8)))
    return try Pattern(parsing: pattern).matches(in: tree, NodeIndex(tree) { _ in true }).map {
      tree.joined($0.tokens)
    }
  }

  @Test(
    arguments: [
      // Expressions, wherever they stand.
      ("-ENOTSUPP", "a = -ENOTSUPP; return b(-ENOTSUPP);", ["-ENOTSUPP", "-ENOTSUPP"]),
      ("$X ? true : false", "a = b && c ? true : false;", ["b&&c?true:false"]),
      ("$X == true", "if (a == true || true == b) c();", ["a==true", "true==b"]),
      ("$A > $B ? $A : $B", "a = (b > c) ? b : c; d = b > c ? c : b;", ["(b>c)?b:c"]),
      ("($X & $M) >> $N", "a = (b & M) >> 3; c = b & M >> 3;", ["(b&M)>>3"]),
      (
        "k($N * sizeof($X))", "k(n * sizeof(*p)); k(n * sizeof(struct q)); k(n * sizeof r);",
        ["k(n*sizeof(*p))", "k(n*sizeof(struct q))", "k(n*sizeof r)"]
      ),
      // Calls and their arguments.
      ("$F($X)", "g(a); h(a, b); p->i(a);", ["g(a)"]),
      ("g(...)", "g(); g(a); g(a, b); h();", ["g()", "g(a)", "g(a,b)"]),
      ("g(..., $X, $X)", "g(a, b, b); g(a, a, b); g(b, b);", ["g(a,b,b)", "g(b,b)"]),
      (
        "g(..., PTR_ERR($P), ...)", "g(\"%ld\", PTR_ERR(p)); g(PTR_ERR(a), b); g(a);",
        ["g(\"%ld\",PTR_ERR(p))", "g(PTR_ERR(a),b)"]
      ),
      ("$X->$M", "a = b->c->d;", ["b->c->d", "b->c"]),
      // Casts and types.
      ("($T *)k(...)", "a = (struct b *)k(1); c = (u8)k(1); d = (char **)k(2);", ["(struct b*)k(1)"]),
      ("($T)k(...)", "a = (struct b *)k(1); c = (u8)k(1);", ["(struct b*)k(1)", "(u8)k(1)"]),
      (
        "$T $X = -1;", "u32 a = -1; int b; struct c *d = -1, e; static int g = -1;",
        ["u32 a=-1;", "struct c*d=-1,e;", "static int g=-1;"]
      ),
      // Statements: braces around one are as none, a variable that comes again is the same text.
      (
        "if ($P) k($P);", "if (a) k(a); if (b) { k(b); } if (c) k(d); if (e) k(e); else g();",
        ["if(a)k(a);", "if(b){k(b);}"]
      ),
      ("if ($P) k($P);", "if (unlikely(a->b)) k(a ->/* x */b);", ["if(unlikely(a->b))k(a->b);"]),
      ("if ($X) $S", "if (a) { b(); c(); } if (d) e();", ["if(a){b();c();}", "if(d)e();"]),
      ("if ($X) { $S $S }", "if (a) { b(); b(); } if (a) { b(); c(); }", ["if(a){b();b();}"]),
      ("return $X;", "if (a) return; return b;", ["return b;"]),
      ("return;", "if (a) return; return b;", ["return;"]),
      ("goto $L;", "goto out; out: return 0;", ["goto out;"]),
      // Runs, in one block; the shortest, from each beginning.
      ("$R = $X;\nreturn $R;", "if (a) { r = b(); return r; } r = c(); g(); return r;", ["r=b();return r;"]),
      ("$R = $X;\n...\nreturn $R;", "r = c(); g(); h(); return r;", ["r=c();g();h();return r;"]),
      ("a();\n...\nb();", "a(); a(); b(); b();", ["a();a();b();", "a();b();"]),
      ("a();\n...\nb();", "if (x) { a(); } b();", []),
      (
        "if ($X) { ... return $E; }", "if (a) return 1; if (b) { c(); return 2; } if (d) { return 3; e(); }",
        ["if(a)return 1;", "if(b){c();return 2;}"]
      ),
      ("a($X);\nb($X);", "switch (n) { case 1: a(p); b(p); break; }", ["a(p);b(p);"]),
      ("$S;\n;", "a();; out: ; b();", ["a();;"]),
      // What the preprocessor cuts through is not looked at.
      ("a();\nb();", "a();\n#ifdef X\nb();\n#endif", []),
      ("$A->b = { ..., $X }", "a->b = (struct c){ 1 };", []),
      ("(struct c){ ..., 3 }", "d = (struct c){ 1, 2, 3 };", ["(struct c){1,2,3}"]),
    ] as [(String, String, [String])])
  func finds(_ pattern: String, _ body: String, _ spans: [String]) throws {
    #expect(try Self.matches(pattern, body) == spans)
  }

  @Test(
    arguments: [
      ("", 1, .empty), ("/* nothing */", 1, .empty), ("$X", 1, .matchesEverything),
      ("...", 1, .matchesEverything), ("$S", 1, .matchesEverything), ("...\na();", 1, .gapAtEnd),
      ("a();\n...", 2, .gapAtEnd), ("a();\nif (", 2, .notUnderstood("expectedOpenParen at `(`")),
      ("a();\n#ifdef X\nb();", 2, .directive), ("a(;", 1, .notUnderstood("expectedCloseParen at `(`")),
    ] as [(String, Int, PatternError.Kind)])
  func refuses(_ pattern: String, _ line: Int, _ kind: PatternError.Kind) {
    #expect(throws: PatternError(line: line, kind: kind)) { try Pattern(parsing: pattern) }
  }

  @Test func knowsItsVariablesAndWords() throws {
    let pattern = try Pattern(parsing: "$R = $F(..., sizeof($X));\nif (IS_ERR($R)) return $R->code;")
    #expect(pattern.variables == ["$R", "$F", "$X"])
    #expect(pattern.words == ["IS_ERR", "code"])
  }

  /// What gaps stand for is known apart from the rest.
  @Test func tellsGapsApart() throws {
    let tree = SyntaxTree(
      parsing: TokenBuffer(lexing: Array("void f(void)\n{\n\ta();\n\tb(1, 2);\n\tc();\n}".utf8)))
    let match = try #require(
      try Pattern(parsing: "a();\n...\n$F();").matches(in: tree, NodeIndex(tree) { _ in true }).first)
    #expect(match.gaps.map { tree.joined($0) } == ["b(1,2);"])
    #expect(match.fixedTokens.map { tree.spelling(ofToken: $0) }.joined() == "a();c();")
    #expect(match.bindings["$F"].map { tree.joined($0.tokens) } == "c")
  }

  /// Gaps among many statements end, and soon.
  @Test(.timeLimit(.minutes(1))) func isBounded() throws {
    let body = String(repeating: "a(); ", count: 5_000)
    #expect(try Self.matches("a();\n...\na();\n...\na();\n...\nb();", body).isEmpty)
  }

  @Test(
    arguments: [
      ("a", ["int"]), ("p", ["struct q*"]), ("d", ["u8[]"]), ("n", ["unsigned int"]), ("m", []),
      ("i", ["size_t"]),
      ("s", ["static int"]), ("g", []), ("x", []),
    ] as [(String, [String])])
  func knowsLocals(_ name: String, _ types: [String]) throws {
    let text = """
      static long f(const unsigned int n, int (*cb)(int g))
      {
        struct { int m; } x1;
        int a, b = 1;
        struct q *p;
        u8 d[4];
        static int s;
        for (size_t i = 0; i < 3; i++)
          d[i] = x;
      }
      """
    let tree = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    let function = try #require(tree.functions.first)
    #expect(tree.locals(named: name, in: function).map { ($0.isStatic ? "static " : "") + $0.type } == types)
    #expect(tree.returnType(ofFunction: function) == "long")
  }
}
