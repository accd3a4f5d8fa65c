// SPDX-License-Identifier: GPL-2.0-or-later

import KernelC
import SourceText
import TestSupport
import Testing

/// Names, headers, macros' arguments and types, on small trees.
struct NamesTests {
  /// A unit whose headers are those of a tree.
  private func unit(
    _ text: String, headers: [String: String] = [:], at path: String = "drivers/foo/a.c",
    _ architectures: IncludeClosure.Architectures = .one
  ) throws -> TranslationUnit {
    let basics = [
      "include/linux/kconfig.h": "", "include/linux/compiler_types.h": "#include <linux/stddef.h>\n",
      "include/linux/stddef.h": "#define NULL ((void *)0)\nenum { false, true };\n",
    ]
    let tree = MemoryTree(
      headers.merging(basics) { mine, _ in mine }.map { (path: $0.key, text: $0.value) }.reduce(into: [:]) {
        $0[$1.path] = $1.text
      })
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    let name = try #require(TreePath(path))
    return TranslationUnit(
      ParsedFile(path: name, syntax: syntax),
      closure: IncludeClosure(
        of: syntax, at: name, in: IncludeClosure.Source(HeaderFiles(of: tree)), architectures: architectures))
  }

  // MARK: Scopes

  static let scopes: [(body: String, undeclared: [String])] = [
    ("int b = a; return b + c;", ["c"]),
    ("{ int b; b = 1; } return b;", ["b"]),
    ("for (int i = 0; i < a; i++) i++; return i;", ["i"]),
    ("int b = b2, b2; return b2;", ["b2"]),
    ("enum { ONE, TWO = ONE }; return TWO + THREE;", ["THREE"]),
    ("struct { int in; } s; s.in = 1; return in;", ["in"]),
    ("int (*f)(int x) = 0; return f(a) + x;", ["x"]),
    ("switch (a) { case 1: { int b; return b; } default: return b; }", ["b"]),
    ("return ({ int t = a; t; }) + t;", ["t"]),
    ("char *p __free(kfree) = NULL; u8 __user (*q)[8]; irqreturn_t (*h)(int); h = 0; q = 0; return *p;", []),
    ("int b __maybe_unused, __maybe_unused c; return b + c;", []),
    // What a macro may do with a name is not known.
    ("return UNKNOWN_MACRO(b);", []),
    ("DEFINE_THING(b); return b;", []),
    ("for_each_thing(b, a) b++; return b;", ["b"]),
    ("asm(\"\" : \"=r\" (b)); return a;", []),
    ("return __builtin_expect(b, 1);", ["b"]),
    ("a + ; return b;", []),
  ]

  @Test(arguments: scopes)
  func findsWhatIsNotDeclared(_ body: String, _ undeclared: [String]) throws {
    let unit = try unit("int fn(int a)\n{\n\(body)\n}\n", headers: [:])
    let function = try #require(unit.file.syntax.functions.first)
    let names = FunctionNames(of: function, in: unit.file.syntax)
    #expect(unit.undeclaredUses(in: names) { _ in true }.map(\.name) == undeclared)
  }

  static let heads: [(head: String, isKnown: Bool)] = [
    ("int fn(int b)", true), ("SYSCALL_DEFINE2(fn, int, b, int, c)", true), ("int fn(b) int b;", true),
    ("int fn(DECLARE_PARAMS(b, c))", true), ("int fn(int (*f)(int b))", false), ("int fn(void)", false),
  ]

  @Test(arguments: heads)
  func knowsParameters(_ head: String, _ isKnown: Bool) throws {
    let unit = try unit("\(head)\n{\n\treturn b;\n}\n")
    let function = try #require(unit.file.syntax.functions.first)
    let names = FunctionNames(of: function, in: unit.file.syntax)
    #expect(names.gap == nil)
    #expect(unit.undeclaredUses(in: names) { _ in true }.isEmpty == isKnown)
  }

  @Test func findsLabels() throws {
    let unit = try unit("int fn(int a)\n{\n\tif (a)\n\t\tgoto out;\n\tgoto err;\nout:\n\treturn 0;\n}\n")
    let function = try #require(unit.file.syntax.functions.first)
    let missing = unit.missingLabels(in: FunctionNames(of: function, in: unit.file.syntax))
    #expect(missing.map { unit.file.syntax.name(of: $0) } == ["err"])
  }

  // MARK: Headers

  @Test func includesAllTheWayDown() throws {
    let unit = try unit(
      "#include <linux/one.h>\n#include \"own.h\"\n#include <asm/cpu.h>\n#include \"lost.h\"\n",
      headers: [
        "include/linux/one.h": "#include <linux/two.h>\n",
        "include/linux/two.h": "#include <linux/one.h>\nint two;\n",
        "drivers/foo/own.h": "# include \"../bar.h\"\n", "drivers/bar.h": "int bar;\n#include <nowhere.h>\n",
        "arch/x86/include/asm/cpu.h": "int x86;\n", "arch/arm/include/asm/cpu.h": "int arm;\n",
        "include/asm-generic/cpu.h": "int generic;\n",
      ])
    #expect(unit.closure?.missing.sorted() == ["lost.h", "nowhere.h"])
    #expect(
      ["two", "bar", "x86", "generic", "arm", "NULL"].map { unit.mayDeclare($0) }
        == [true, true, true, false, false, true])
  }

  @Test func looksAtEveryArchitecture() throws {
    let headers = ["arch/x86/include/asm/cpu.h": "int x86;\n", "arch/arm/include/asm/cpu.h": "int arm;\n"]
    let all = try unit("#include <asm/cpu.h>\n", headers: headers, .all)
    #expect(all.mayDeclare("x86") && all.mayDeclare("arm"))
    let own = try unit("#include <asm/cpu.h>\n", headers: headers, at: "arch/arm/kernel/a.c", .all)
    #expect(!own.mayDeclare("x86") && own.mayDeclare("arm"))
  }

  @Test func readsWhatPatchesChanged() throws {
    let path = try #require(TreePath("include/linux/one.h"))
    let base = MemoryTree(["include/linux/one.h": "int old;\n"])
    let patched = MemoryTree(["include/linux/one.h": "int new;\n"])
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array("#include <linux/one.h>\n".utf8)))
    let source = IncludeClosure.Source(
      HeaderFiles(of: base), changed: HeaderFiles(of: patched), paths: [path])
    let file = try ParsedFile(path: #require(TreePath("a.c")), syntax: syntax)
    let unit = TranslationUnit(
      file, closure: IncludeClosure(of: syntax, at: file.path, in: source))
    #expect(unit.mayDeclare("new") && !unit.mayDeclare("old"))
  }

  // MARK: Macros

  static let macros: [(definition: String, argument: Int, fate: MacroArgument)] = [
    ("#define M(x) ((x) + 1)", 0, .expression), ("#define M(x) #x", 0, .other),
    ("#define M(x) x##_t", 0, .other), ("#define M(x, m) ((x)->m)", 0, .expression),
    ("#define M(x, m) ((x)->m)", 1, .other), ("#define M(x) struct foo *x = NULL", 0, .declares),
    ("#define M(x) struct foo *x __free(foo) = NULL", 0, .declares),
    ("#define M(x) do { } while (0)", 0, .other),
    ("#define M(x) N(x)\n#define N(y) int y[8]", 0, .declares), ("#define M(op, x) op(x)", 1, .other),
    ("#define M(f, ...) fn(f, ##__VA_ARGS__)\nint fn(int, ...);", 1, .other),
    ("#define M(f, ...) fn(f, __VA_ARGS__)\nint fn(int, ...);", 2, .expression),
    ("#if A\n#define M(x) (x)\n#else\n#define M(x) 0\n#endif", 0, .other),
    ("#define M N\nint N(int x);", 0, .expression),
    ("#define M(t, m) offsetof(t, m)", 1, .other), ("int M(int x);", 0, .expression),
  ]

  @Test(arguments: macros)
  func knowsWhatMacrosDo(_ definition: String, _ argument: Int, _ fate: MacroArgument) throws {
    let unit = try unit("#include <linux/m.h>\n", headers: ["include/linux/m.h": definition + "\n"])
    #expect(unit.argument(argument, ofCallTo: "M") == fate)
  }

  // MARK: Types

  static let declarations = """
    struct in { int x; };
    typedef struct { struct in *deep; union { int u; struct in anon; }; } foo_t;
    struct list { struct list *next; };
    struct bar { foo_t foo[4]; struct list node; struct in *(*get)(int); FOO_MEMBERS; };
    struct common { int plain; struct in low : 4; };
    #define si_x nested.x
    #ifdef CONFIG_A
    struct two { struct in a; };
    #else
    struct two { struct common a; int b; };
    #endif
    struct in *make(void);
    extern struct common *global;

    """

  static let expressions: [(text: String, structure: String?)] = [
    ("bar->foo[1].deep->x", "struct in"), ("(&bar->foo[0])->anon.x", "struct in"),
    ("bar->get(1)->x", "struct in"),
    ("make()->x", "struct in"), ("global->plain", "struct common"), ("(*global).plain", "struct common"),
    ("container_of(p, struct bar, node)->node.next", "struct list"), ("((foo_t *)p)->deep", "struct { … }"),
    ("(a ? make() : NULL)->x", "struct in"), ("(global + 1)->plain", "struct common"),
    ("((struct in){ 1 }).x", "struct in"), ("two.a.x", nil), ("unknown->x", nil), ("p->x", nil),
  ]

  @Test(arguments: expressions)
  func findsTheStruct(_ text: String, _ structure: String?) throws {
    let unit = try unit(
      "#include <linux/m.h>\nvoid fn(struct bar *bar, void *p, struct two two, int a)\n{\n\t\(text);\n}\n",
      headers: ["include/linux/m.h": Self.declarations])
    let syntax = unit.file.syntax
    let function = try #require(syntax.functions.first)
    let access = try #require(
      syntax.descendants(of: function).first { syntax[$0].kind == .member || syntax[$0].kind == .arrowMember }
    )
    let reader = TypeReader(unit, names: FunctionNames(of: function, in: syntax))
    #expect(reader.structure(of: access)?.name == structure)
  }

  static let members: [(text: String, missing: [String])] = [
    ("void fn(struct common *c) { c->plain = c->plane; }", ["plane"]),
    ("void fn(foo_t *f) { f->deep = 0; f->u = f->anon.x + f->nothing; }", ["nothing"]),
    // A macro in the struct, one that is named like the member, and a struct that the configuration chooses.
    ("void fn(struct bar *b) { b->anything = 0; }", []), ("void fn(struct in *i) { i->si_x = 0; }", []),
    ("void fn(struct two *t) { t->a.x = 0; t->b = t->c; }", ["c"]),
    ("static struct common c = { .plain = 1, .plane = 2 };", ["plane"]),
    ("static struct bar b[] = { { .foo = { { .deep = 0, .shallow = 0 } } } };", ["shallow"]),
    ("void fn(void) { struct common c = { .plain = OTHER(.plane = 1) }; c.plain++; }", []),
    ("void fn(void *p) { int a = offsetof(struct common, plane); }", []),
  ]

  @Test(arguments: members)
  func findsMissingMembers(_ text: String, _ missing: [String]) throws {
    let unit = try unit(
      "#include <linux/m.h>\n\(text)\n", headers: ["include/linux/m.h": Self.declarations])
    let syntax = unit.file.syntax
    let found = syntax.children(of: syntax.root).flatMap { unit.missingMembers(in: $0) { _ in true } }
    #expect(found.map(\.name) == missing)
  }

  // MARK: Files

  @Test func knowsWhatAFileDeclares() {
    let text = """
      typedef int (*cb_t)(void);
      static int one(void) { return 0; }
      static const struct ops ops = { .open = one, .nested = { .close = &two }, [3] = one };
      DEFINE_MUTEX(lock);
      #define MADE(x) x##_made
      """
    let names = FileNames(of: SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8))))
    #expect(
      names.ordinary.mapValues { $0.map(\.kind) } == [
        "cb_t": [.typedef], "one": [.function], "ops": [.variable],
      ])
    #expect(names.uncertain == ["DEFINE_MUTEX", "lock"] && names.pasted == ["_made"])
    #expect(names.slots.map { "\($0.tag).\($0.member) = \($0.function)" } == ["ops.open = one"])
  }
}
