// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Testing

@testable import TreeIndex

/// What one file says, as one line for each entry: `kind name [macro] [condition]`.
struct SymbolsFileTests {
  static func lines(_ text: String, _ kind: FileSymbols.Kind) -> [String] {
    lines(FileSymbols(of: Array(text.utf8), as: kind))
  }

  static func lines(_ symbols: FileSymbols) -> [String] {
    func condition(_ formula: Formula) -> String {
      formula == .always ? "" : " if \(symbols.table.text(of: formula))"
    }
    let definitions = symbols.definitions.map {
      "\($0.isWeak ? "weak " : "")\($0.kind) \($0.name)\($0.macro.map { " by \($0)" } ?? "") \($0.line)"
        + condition($0.condition)
    }
    let exports = symbols.exports.map {
      "export \($0.name) \($0.license)\($0.namespace.map { " in \($0)" } ?? "") by \($0.macro) \($0.line)"
        + condition($0.condition)
    }
    let imports = symbols.imports.map { "import \($0.namespace) \($0.line)" + condition($0.condition) }
    let includes = symbols.includes.map {
      "include \($0.form) \($0.name) \($0.line)" + condition($0.condition)
    }
    let declarations = symbols.declarations.map {
      "declare \($0.kind) \($0.name) \($0.line)" + condition($0.condition)
    }
    return definitions + exports + imports + includes + declarations
  }

  @Test(
    arguments: [
      ("int f(void) { return 0; }", ["function f 1"]),
      ("static int f(void) { return 0; }", []),
      ("inline int f(void) { return 0; }", ["inlineFunction f 1"]),
      ("int __weak f(void) { }", ["weak function f 1"]),
      (
        "int f(void) __attribute__((weak));\nint f(void) __attribute__((weak, alias(\"g\")));",
        ["weak alias f 2"]
      ),
      ("#ifdef CONFIG_A\nint f(void) { }\n#endif", ["function f 2 if CONFIG_A"]),
      (
        "#ifdef CONFIG_A\nint f(int a)\n#else\nint f(long a)\n#endif\n{ }",
        ["function f 2 if CONFIG_A", "function f 4 if !CONFIG_A"]
      ),
      (
        "SYSCALL_DEFINE1(close, int, fd) { return 0; }",
        ["function close by SYSCALL_DEFINE1 1", "function sys_close by SYSCALL_DEFINE1 1"]
      ),
      (
        "int a, *b = 0;\nextern int c;\nstatic int d;\nextern int e = 1;",
        ["variable a 1", "variable b 1", "variable e 4"]
      ),
      ("struct s { int a; } v;\nint (*hook)(int);", ["variable v 1", "variable hook 2"]),
      (
        "DEFINE_MUTEX(m);\nstatic DEFINE_MUTEX(n);\nDEFINE_PER_CPU(int, p);\nSOME_MACRO(x, y);",
        [
          "variable m by DEFINE_MUTEX 1", "variable p by DEFINE_PER_CPU 3", "possible x by SOME_MACRO 4",
          "possible y by SOME_MACRO 4",
        ]
      ),
      (
        "COND_SYSCALL(bpf);\nMODULE_LICENSE(GPL);\nmodule_init(f);",
        ["weak function sys_bpf by COND_SYSCALL 1"]
      ),
    ] as [(String, [String])])
  func definitions(_ text: String, _ expected: [String]) {
    #expect(Self.lines(text, .source) == expected)
  }

  @Test(
    arguments: [
      ("EXPORT_SYMBOL(f);", ["export f any by EXPORT_SYMBOL 1"]),
      ("EXPORT_SYMBOL_GPL(f);", ["export f gplOnly by EXPORT_SYMBOL_GPL 1"]),
      ("EXPORT_SYMBOL_NS(f, NS);", ["export f any in NS by EXPORT_SYMBOL_NS 1"]),
      ("EXPORT_SYMBOL_NS_GPL(f, \"NS\");", ["export f gplOnly in NS by EXPORT_SYMBOL_NS_GPL 1"]),
      (
        "#define DEFAULT_SYMBOL_NAMESPACE \"D\"\nEXPORT_SYMBOL(f);\nEXPORT_SYMBOL_NS(g, N);",
        ["export f any in D by EXPORT_SYMBOL 2", "export g any in N by EXPORT_SYMBOL_NS 3"]
      ),
      ("#ifdef CONFIG_A\nEXPORT_SYMBOL(f);\n#endif", ["export f any by EXPORT_SYMBOL 2 if CONFIG_A"]),
      ("EXPORT_PER_CPU_SYMBOL_GPL(f);", ["export f gplOnly by EXPORT_PER_CPU_SYMBOL_GPL 1"]),
      (
        "EXPORT_STATIC_CALL_GPL(f);",
        [
          "export __SCK__f gplOnly by EXPORT_STATIC_CALL_GPL 1",
          "export __SCT__f gplOnly by EXPORT_STATIC_CALL_GPL 1",
        ]
      ),
      ("EXPORT_SYMBOL_IF_KUNIT(f);", ["export f unknown by EXPORT_SYMBOL_IF_KUNIT 1"]),
      (
        "EXPORT_NS_GPL_SIMPLE_DEV_PM_OPS(f, a, b, NS);",
        [
          "variable f by EXPORT_NS_GPL_SIMPLE_DEV_PM_OPS 1 if CONFIG_PM_SLEEP",
          "export f gplOnly in NS by EXPORT_NS_GPL_SIMPLE_DEV_PM_OPS 1 if CONFIG_PM_SLEEP",
        ]
      ),
      (
        "EXPORT_GPL_DEV_PM_OPS(f) = { a };",
        [
          "variable f by EXPORT_GPL_DEV_PM_OPS 1 if CONFIG_PM",
          "export f gplOnly by EXPORT_GPL_DEV_PM_OPS 1 if CONFIG_PM",
        ]
      ),
      ("MODULE_IMPORT_NS(NS);\nMODULE_IMPORT_NS(\"NT\");", ["import NS 1", "import NT 2"]),
      (
        "#include <linux/a.h>\n#ifdef CONFIG_A\n#include \"b.c\"\n#include ASM(x)\n#endif",
        [
          "include system linux/a.h 1", "include quoted b.c 3 if CONFIG_A", "include macro ASM 4 if CONFIG_A",
        ]
      ),
    ] as [(String, [String])])
  func exportsAndImports(_ text: String, _ expected: [String]) {
    #expect(Self.lines(text, .source) == expected)
  }

  @Test func exportsInBodiesOfMacrosAreNoted() {
    let wrapper = FileSymbols(
      of: Array("#define BOTH(x) int x; EXPORT_SYMBOL(x)\nBOTH(f);".utf8), as: .source)
    #expect(wrapper.exportsByMacro && wrapper.exports.isEmpty)
    #expect(!FileSymbols(of: Array("#define EXPORT_MINE(x)\n".utf8), as: .source).exportsByMacro)
  }

  @Test(
    arguments: [
      ("#ifndef H\n#define H\nint f(void);\n#endif", ["declare prototype f 3"]),
      ("static inline int f(void) { return 0; }", ["declare staticFunction f 1"]),
      (
        "extern int a;\nextern int b[];\nint (*c)(void);",
        ["variable c 3", "declare externVariable a 1", "declare externVariable b 2", "declare variable c 3"]
      ),
      (
        "#define A 1\n#define B(x) x\n#ifdef CONFIG_C\n#define D\n#endif",
        ["declare objectMacro A 1", "declare functionMacro B 2", "declare objectMacro D 4 if CONFIG_C"]
      ),
      (
        "typedef int t;\nenum e { E1, E2 };\nstruct s { struct { int a; } b; };\nunion u { int a; };",
        [
          "declare typedef t 1", "declare enumerator E1 2", "declare enumerator E2 2", "declare enumTag e 2",
          "declare structTag s 3", "declare unionTag u 4",
        ]
      ),
      ("struct forward;\nDECLARE_PER_CPU(int, p);", ["declare possible p 2"]),
      (
        "#ifdef CONFIG_A\nint f(void);\n#else\nstatic inline int f(void) { return 0; }\n#endif",
        ["declare prototype f 2 if CONFIG_A", "declare staticFunction f 4 if !CONFIG_A"]
      ),
    ] as [(String, [String])])
  func declarations(_ text: String, _ expected: [String]) {
    #expect(Self.lines(text, .header) == expected)
  }

  @Test(
    arguments: [
      (
        "#include <linux/linkage.h>\nSYM_FUNC_START(f)\n\tret\nSYM_FUNC_END(f)\nEXPORT_SYMBOL(f)",
        [
          "function f by SYM_FUNC_START 2", "export f any by EXPORT_SYMBOL 5",
          "include system linux/linkage.h 1",
        ]
      ),
      (
        "SYM_FUNC_START_LOCAL(f)\nSYM_FUNC_START_WEAK(g)\nSYM_FUNC_ALIAS(h, g)\nENTRY(i)",
        ["weak function g by SYM_FUNC_START_WEAK 2", "alias h by SYM_FUNC_ALIAS 3", "function i by ENTRY 4"]
      ),
      ("\t.globl f, g\nf:\n\tnop\n1:\nlocal:\n\t.weak k\nk:", ["label f 2", "weak label k 7"]),
      ("#ifdef CONFIG_A\nSYM_CODE_START(f)\n#endif", ["function f by SYM_CODE_START 2 if CONFIG_A"]),
      ("SYM_INNER_LABEL(a, SYM_L_GLOBAL)\nSYM_INNER_LABEL(b, SYM_L_LOCAL)", ["label a by SYM_INNER_LABEL 1"]),
    ] as [(String, [String])])
  func assembly(_ text: String, _ expected: [String]) {
    #expect(Self.lines(text, .assembly) == expected)
  }

  @Test func wordsAreThoseOfTheCode() {
    let symbols = FileSymbols(
      of: Array("/* said */ int used; char *s = \"quoted\";\n#define M inner".utf8), as: .source)
    for word in ["used", "int", "M", "inner"] { #expect(symbols.words.mayHold(word)) }
    for word in ["said", "quoted", "usedd"] { #expect(!symbols.words.mayHold(word)) }
  }

  @Test func thousandsOfNumbersAreLeftOut() {
    let numbers = (0...FileSymbols.recordedNumbers).map { "#define R\($0) 0x\($0)\n" }.joined()
    let symbols = FileSymbols(of: Array((numbers + "int f(void);").utf8), as: .header)
    #expect(symbols.omitsNumbers && symbols.declarations.map(\.name) == ["f"] && symbols.words.mayHold("R7"))
  }

  /// Short functions that others may call: the body's names, the longest first.
  @Test(
    arguments: [
      (
        "static inline u16 key(struct s *s) { return make(s->bus->number, s->fn); }",
        ["key number make bus fn 1"]
      ),
      // What a type is called is no variable.
      (
        "static inline int f(struct page *page) { struct zone *zone = page->zone; return use(zone->lock); }",
        ["f lock zone use 1"]
      ),
      // A member, and a call that hands on, are everywhere.
      ("static inline int f(struct s *s) { return s->a; }", []),
      ("static inline int f(struct s *s, int a) { return g(s, a); }", []),
      // A call cannot stand for it: it loops, changes its argument, does not use it, or is for the file itself.
      ("static inline int f(struct s *s) { while (s->a) g(&s->b); }", []),
      ("static inline int f(struct s *s) { s++; return g(s->a, s->b); }", []),
      ("static inline int f(struct s *s, int a) { return g(s->a, s->b); }", []),
      ("static inline int _f(struct s *s) { return g(s->a, s->b); }", []),
      ("#ifdef CONFIG_A\nstatic inline int f(struct s *s) { return g(s->a, s->b); }\n#endif", []),
    ] as [(String, [String])])
  func knowsHelpers(_ text: String, _ expected: [String]) {
    let symbols = FileSymbols(of: Array(text.utf8), as: .header)
    #expect(symbols.helpers.map { "\($0.name) \($0.words.joined(separator: " ")) \($0.line)" } == expected)
  }

  @Test func helpersOfSourcesAreExported() {
    let text =
      "int f(struct s *s) { return g(s->a, s->b); }\nint h(struct s *s) { return g(s->b, s->a); }\nEXPORT_SYMBOL(h);"
    #expect(FileSymbols(of: Array(text.utf8), as: .source).helpers.map(\.name) == ["h"])
  }

  /// What is written and read again says the same.
  @Test func recordsKeepEverything() throws {
    let text = """
      #define DEFAULT_SYMBOL_NAMESPACE D
      #include <a.h>
      #ifdef CONFIG_A
      int __weak f(void) { }
      EXPORT_SYMBOL_NS_GPL(f, NS);
      MODULE_IMPORT_NS(X);
      #elif IS_ENABLED(CONFIG_B) || BITS > 3
      enum e { E };
      #endif
      static inline int key(struct s *s) { return make(s->bus->number, s->fn); }
      """
    let symbols = FileSymbols(of: Array(text.utf8), as: .header)
    let bytes = SymbolRecord.bytes(of: symbols)
    func read(_ end: Int, _ parts: Set<SymbolRecord.Part>, _ name: String? = nil) -> FileSymbols? {
      FileSymbols(record: bytes.span, 0..<end, parts, named: name.map { Array($0.utf8) })
    }
    let all = try #require(read(bytes.count, Set(SymbolRecord.Part.allCases)))
    #expect(Self.lines(all) == Self.lines(symbols))
    #expect(all.helpers == symbols.helpers && all.helpers.map(\.name) == ["key"])
    #expect(all.defaultNamespace == "D" && all.kind == .header)
    let one = try #require(read(bytes.count, [.declarations], "E"))
    #expect(Self.lines(one) == Self.lines(symbols).filter { $0.hasPrefix("declare enumerator E") })
    for end in 0..<bytes.count { #expect(read(end, Set(SymbolRecord.Part.allCases)) == nil) }
  }
}
