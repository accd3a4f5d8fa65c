// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import KernelC
import SourceText
import TestSupport
import Testing

/// Under which condition a file sees a name.
struct AvailabilityTests {
  static let tree: [String: String] = [
    "include/linux/kconfig.h": "",
    "include/linux/compiler_types.h": "",
    "include/linux/group.h": """
    #ifndef _LINUX_GROUP_H
    #define _LINUX_GROUP_H
    #include <linux/always.h>
    #ifdef CONFIG_GROUPS
    #include <linux/inner.h>
    struct group *group_get(int fd);
    void group_lock(void);
    #else
    static inline void group_lock(void) { }
    #endif
    #if IS_ENABLED(CONFIG_WIDE) && !defined(__ASSEMBLY__)
    #define group_wide(g) ((g)->wide)
    #endif
    #if BITS_PER_LONG == 64
    void long_only(void);
    #endif
    #ifdef SOMETHING
    void perhaps(void);
    #endif
    TRACE_EVENT(group_event, x);
    struct group {
    	int id;
    };
    #endif
    """,
    "include/linux/frame.h": """
    #ifdef CONFIG_FRAMES
    #ifdef __ASSEMBLY__
    .macro FRAME offset=0
    .endm
    #else
    static inline int frame(void) { return 1; }
    #endif
    #else
    #ifdef __ASSEMBLY__
    .macro FRAME offset=0
    .endm
    #else
    static inline int frame(void) { return 0; }
    #endif
    #endif
    #ifdef __cplusplus
    extern "C" {
    #endif
    struct lane { struct_group_tagged(lane_registers, registers, int status; int mask;); };
    #ifdef CONFIG_OLD
    #define old_lane lane
    #endif
    """,
    "include/linux/magic.h": "#ifdef CONFIG_MAGIC\n#include MAGIC_FILE\n#endif\n",
    "include/trace/define_trace.h": "#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)\n",
    "include/linux/always.h": "void always(void);\n#ifdef CONFIG_LOOP\n#include <linux/group.h>\n#endif\n",
    "include/linux/inner.h":
      "enum inner { INNER_A, INNER_B };\n#ifdef CONFIG_DEEP\nextern int deep;\n#endif\n",
    "include/linux/trace.h": "#define TRACE_EVENT(name, x) void trace_##name(void);\n",
    "include/linux/make.h": """
    #define __MAKE(name, x) static inline int made_##name(void) { return x; }
    #ifdef CONFIG_MAKE
    __MAKE(one, 1)
    #endif
    __MAKE(two, 2)
    struct made { int number; };
    __printf(1, 2)
    void formatted(const char *text, ...);

    """,
    "include/linux/two.h": "#ifdef CONFIG_A\n#include <linux/inner.h>\n#endif\n",
    "include/linux/three.h": "#ifdef CONFIG_B\n#include <linux/inner.h>\n#endif\n",
    "arch/x86/include/asm/thing.h": "void arch_thing(void);\n",
    "include/asm-generic/thing.h": "void generic_thing(void);\n",
    "include/asm-generic/other.h": "void generic_other(void);\n",
    "arch/x86/include/uapi/asm/sign.h": "void arch_sign(void);\n",
    "include/uapi/asm-generic/sign.h": "void generic_sign(void);\n",
    "arch/x86/include/uapi/asm/mark.h": "void arch_mark(void);\n",
    "include/asm-generic/mark.h": "void generic_mark(void);\n",
    "drivers/lane/sub/own.h":
      "#include <core/words.h>\n#ifdef CONFIG_A\n#include <core/more.h>\n#endif\n",
    "drivers/lane/far/inc/core/words.h": "void worded(void);\n#include <core/last.h>\n",
    "drivers/lane/far/inc/core/more.h": "void more(void);\n",
    "drivers/lane/far/inc/core/last.h": "void last(void);\n",
  ]

  private func text(
    _ name: String, in file: String, tag: Bool = false, indexed: Bool = false
  ) throws -> String {
    let headers = HeaderFiles(of: MemoryTree(Self.tree))
    let graph = HeaderGraph(IncludeClosure.Source(headers), architecture: "x86", isIndexed: indexed)
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(file.utf8)))
    let path = try #require(TreePath("kernel/a.c"))
    let unit = BuiltUnit(ParsedFile(path: path, syntax: syntax), in: graph)
    let found = tag ? unit.availability(ofTag: name) : unit.availability(of: name)
    return graph.table.text(of: found.condition)
  }

  static let names: [(name: String, file: String, condition: String)] = [
    ("always", "#include <linux/group.h>", "1"),
    ("group_get", "#include <linux/group.h>", "CONFIG_GROUPS"),
    ("group_lock", "#include <linux/group.h>", "!CONFIG_GROUPS || CONFIG_GROUPS"),
    ("group_wide", "#include <linux/group.h>", "CONFIG_WIDE || CONFIG_WIDE_MODULE"),
    ("long_only", "#include <linux/group.h>", "CONFIG_64BIT"),
    ("perhaps", "#include <linux/group.h>", "defined(SOMETHING)"),
    ("INNER_B", "#include <linux/group.h>", "CONFIG_GROUPS"),
    ("deep", "#include <linux/group.h>", "CONFIG_DEEP && CONFIG_GROUPS"),
    ("deep", "#include <linux/inner.h>", "CONFIG_DEEP"),
    ("INNER_A", "#include <linux/two.h>\n#include <linux/three.h>", "CONFIG_A || CONFIG_B"),
    ("INNER_A", "#ifdef CONFIG_C\n#include <linux/two.h>\n#endif", "CONFIG_A && CONFIG_C"),
    ("nothing", "#include <linux/group.h>", "0"),
    ("group_get", "int a;", "0"),
    // Beside lines of another language.
    ("frame", "#include <linux/frame.h>", "1"), ("FRAME", "#include <linux/frame.h>", "0"),
    // The file's own.
    ("own", "#ifdef CONFIG_A\nstatic int own(void) { return 0; }\n#endif", "CONFIG_A"),
    ("OWN", "#define OWN 1", "1"),
    // What macros make.
    ("trace_group_event", "#include <linux/group.h>\n#include <linux/trace.h>", "1"),
    ("made_one", "#include <linux/make.h>", "CONFIG_MAKE"), ("made_two", "#include <linux/make.h>", "1"),
    ("formatted", "#include <linux/make.h>", "1"),
    ("trace_other", "#include <linux/group.h>\n#include <linux/trace.h>", "0"),
    // The architecture's own header hides the generic one.
    ("arch_thing", "#include <asm/thing.h>", "1"), ("generic_thing", "#include <asm/thing.h>", "0"),
    ("generic_other", "#include <asm/other.h>", "1"),
    // What it shows user space hides what is generic there, and not what is generic in the kernel.
    ("arch_sign", "#include <asm/sign.h>", "1"), ("generic_sign", "#include <asm/sign.h>", "0"),
    ("arch_mark", "#include <asm/mark.h>", "1"), ("generic_mark", "#include <asm/mark.h>", "1"),
  ]

  @Test(arguments: names)
  func seesNames(_ name: String, _ file: String, _ condition: String) throws {
    let found = try text(name, in: file + "\n")
    #expect(try text(name, in: file + "\n", indexed: true) == found)
    let isBoth = condition == "!CONFIG_GROUPS || CONFIG_GROUPS"
    #expect(found == (isBoth ? "1" : condition))
  }

  /// The folders of a file's Makefile are there for its headers, too, and what it defines is something.
  @Test(arguments: [true, false])
  func looksWhereTheMakefileSays(_ isSaid: Bool) throws {
    let graph = HeaderGraph(
      IncludeClosure.Source(HeaderFiles(of: MemoryTree(Self.tree))), architecture: "x86")
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array("#include \"own.h\"\n".utf8)))
    let path = try #require(TreePath("drivers/lane/sub/a.c"))
    let folder = try #require(TreePath("drivers/lane/far/inc"))
    let unit = BuiltUnit(
      ParsedFile(path: path, syntax: syntax), in: graph, folders: isSaid ? [folder] : [],
      defined: isSaid ? ["given"] : [])
    let conditions = ["worded", "more", "last", "given"].map {
      graph.table.text(of: unit.availability(of: $0).condition)
    }
    #expect(conditions == (isSaid ? ["1", "CONFIG_A", "1", "1"] : ["0", "0", "0", "0"]))
    #expect(unit.isComplete == isSaid)
  }

  static let tags: [(tag: String, file: String, condition: String)] = [
    ("group", "#ifdef CONFIG_X\n#include <linux/group.h>\n#endif", "CONFIG_X"),
    ("lane_registers", "#include <linux/frame.h>", "1"), ("registers", "#include <linux/frame.h>", "0"),
    ("old_lane", "#include <linux/frame.h>", "CONFIG_OLD"),
  ]

  @Test(arguments: tags)
  func seesStructs(_ tag: String, _ file: String, _ condition: String) throws {
    #expect(try text(tag, in: file + "\n", tag: true) == condition)
    #expect(try text(tag, in: file + "\n", tag: true, indexed: true) == condition)
  }

  @Test(arguments: [
    ("#include <linux/group.h>", true), ("#include <linux/magic.h>", false), ("#include MAGIC_FILE", false),
    ("#include <linux/nothing.h>", false), ("#include <trace/define_trace.h>", true),
  ])
  func knowsWhereAnIncludeIsMissing(_ file: String, _ isComplete: Bool) throws {
    let graph = HeaderGraph(
      IncludeClosure.Source(HeaderFiles(of: MemoryTree(Self.tree))), architecture: "x86")
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array((file + "\n").utf8)))
    let path = try #require(TreePath("kernel/a.c"))
    #expect(BuiltUnit(ParsedFile(path: path, syntax: syntax), in: graph).isComplete == isComplete)
  }

  // MARK: Code that a constant takes away

  static let live: [(body: String, condition: String)] = [
    ("use();", "1"),
    ("if (IS_ENABLED(CONFIG_A)) use();", "CONFIG_A || CONFIG_A_MODULE"),
    ("if (IS_BUILTIN(CONFIG_A) && b) use();", "CONFIG_A"),
    ("if (b || IS_BUILTIN(CONFIG_A)) use();", "1"),
    ("if (!IS_BUILTIN(CONFIG_A)) b(); else use();", "CONFIG_A"),
    ("if (!IS_BUILTIN(CONFIG_A)) return; use();", "CONFIG_A"),
    ("if (!IS_BUILTIN(CONFIG_A)) { b(); return; } use();", "CONFIG_A"),
    ("b(IS_BUILTIN(CONFIG_A) && use());", "CONFIG_A"),
    ("b(IS_BUILTIN(CONFIG_A) ? 1 : use());", "!CONFIG_A"),
    ("while (b) { if (IS_BUILTIN(CONFIG_A)) { use(); } }", "CONFIG_A"),
    ("if (IS_BUILTIN(CONFIG_A)) b(); use();", "1"),
  ]

  @Test(arguments: live)
  func knowsWhatStaysInTheObject(_ body: String, _ condition: String) throws {
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array("void f(void)\n{\n\(body)\n}\n".utf8)))
    let use = try #require(
      syntax.all.first { syntax[$0].kind == .identifier && syntax.name(of: $0) == "use" })
    var table = FormulaTable()
    let formula = syntax.liveCondition(of: use, in: &table)
    #expect(table.text(of: formula) == condition)
  }
}
