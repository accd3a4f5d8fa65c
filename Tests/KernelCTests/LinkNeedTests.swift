// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import KernelC
import SourceText
import TestSupport
import Testing

/// What code needs from the linker, and which of it is kept.
struct LinkNeedTests {
  static let tree: [String: String] = [
    "include/linux/kconfig.h": "",
    "include/linux/compiler_types.h": "",
    "include/linux/beam.h": """
    int beam_open(int number);
    extern int beam_count;
    int beam_macro(void);
    #define beam_macro beam_macro
    #define beam_start() beam_open(0)
    #define beam_twice() beam_start()
    #define beam_size() sizeof(beam_open(0))
    #define beam_tested() do { if (IS_ENABLED(CONFIG_BEAM)) beam_open(0); } while (0)
    #define beam_driver(x) register_with(x, beam_in, beam_out)
    #define register_with(x, in, out) static int x##_in(void) { return in(&x); }
    int beam_in(int *x);
    void beam_out(int *x);
    static inline int beam_certain(int number)
    {
    	beam_open(1);
    	if (number)
    		beam_in(0);
    	return 0;
    }
    int beam_busy(int *x);
    struct beam { int wide; };
    static inline int beam_open_if_busy(int *x)
    {
    	if (!beam_busy(x))
    		return 0;
    	return beam_open(3);
    }
    static inline void beam_open_if_wide(struct beam *beam)
    {
    	if (beam->wide)
    		beam_out(&beam->wide);
    }
    static inline int beam_open_late(int number, struct beam *beam)
    {
    	if (beam->wide && number)
    		beam_open(4);
    	while (beam->wide)
    		beam_open(5);
    	return beam_ready() ? beam_open(6) : 0;
    }
    static inline int beam_open_never(void)
    {
    	if (!beam_width())
    		return 0;
    	return beam_open(7);
    }
    static inline int beam_gone(struct beam *beam)
    {
    	for (;;)
    		return 0;
    	return beam_open(8);
    }
    #include <asm/beam.h>
    #ifndef beam_special
    #define beam_special() beam_open(9)
    #endif
    #ifdef CONFIG_WIDE
    int beam_width(void);
    #else
    static inline int beam_width(void) { return 0; }
    #endif
    #ifndef beam_arch
    static inline int beam_arch(void) { return beam_open(2); }
    #endif
    int beam_weak(void) __attribute__((weak));
    static int beam_own(void);
    """,
    "arch/x86/include/asm/beam.h": "",
    "arch/arm/include/asm/beam.h": """
    int beam_of_arm(void);
    static inline int beam_special(void) { return beam_of_arm(); }
    #define beam_special beam_special
    """,
  ]

  private func unit(_ text: String, on architecture: String = "x86") throws -> BuiltUnit {
    let headers = HeaderFiles(of: MemoryTree(Self.tree))
    let graph = HeaderGraph(IncludeClosure.Source(headers), architecture: architecture)
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8)))
    let path = try #require(TreePath("kernel/a.c"))
    return BuiltUnit(ParsedFile(path: path, syntax: syntax), in: graph)
  }

  @Test(arguments: [
    ("beam_open", ["beam_open 1"]), ("beam_count", ["beam_count 1"]), ("beam_macro", ["beam_macro 1"]),
    ("beam_start", ["beam_open 1 by beam_start"]), ("beam_twice", ["beam_open 1 by beam_twice beam_start"]),
    ("beam_size", []), ("beam_tested", []),
    ("beam_driver", ["beam_in 1 by beam_driver", "beam_out 1 by beam_driver"]),
    ("beam_certain", ["beam_open 1 by beam_certain"]),
    ("beam_open_if_busy", ["beam_busy 1 by beam_open_if_busy", "beam_open 1 by beam_open_if_busy"]),
    ("beam_open_if_wide", ["beam_out 1 by beam_open_if_wide"]), ("beam_open_late", []), ("beam_gone", []),
    (
      "beam_open_never",
      ["beam_width CONFIG_WIDE by beam_open_never", "beam_open CONFIG_WIDE by beam_open_never"]
    ), ("beam_width", ["beam_width CONFIG_WIDE"]),
    ("beam_arch", ["beam_open !defined(beam_arch) by beam_arch"]), ("beam_own", []), ("nowhere", []),
    ("here", []),
  ])
  func followsNames(_ name: String, _ expected: [String]) throws {
    let unit = try unit("#include <linux/beam.h>\nint here(void)\n{\n\treturn beam_open(1);\n}\n")
    let needs = unit.linkNeeds(of: name).map { need in
      "\(need.name) \(unit.graph.text(of: need.condition))"
        + (need.through.isEmpty ? "" : " by \(need.through.joined(separator: " "))")
    }
    #expect(needs == expected)
  }

  /// What an architecture has in its own way takes the place of what is there for all.
  @Test(arguments: [("x86", ["beam_open !defined(beam_special)"]), ("arm", ["beam_of_arm 1"])])
  func asksTheArchitecture(_ architecture: String, _ expected: [String]) throws {
    let unit = try unit("#include <linux/beam.h>\n", on: architecture)
    let needs = unit.linkNeeds(of: "beam_special").map {
      "\($0.name) \(unit.graph.text(of: $0.condition))"
    }
    #expect(needs == expected)
    #expect(unit.linkNeedsMayDiffer(of: "beam_special"))
    #expect(!unit.linkNeedsMayDiffer(of: "beam_start"))
  }

  @Test(arguments: [
    ("global", "1"), ("called", "CONFIG_CALLER"), ("dropped", "0"), ("unreferred", "1"), ("recursive", "0"),
    ("slot", "1"), ("tested", "CONFIG_X || CONFIG_X_MODULE"), ("used", "1"), ("put_together", "1"),
  ])
  func knowsWhatIsKept(_ name: String, _ expected: String) throws {
    let unit = try unit(
      """
      static int called(void) { return 1; }
      static int dropped(void) { return 1; }
      static int unreferred(void) { return 1; }
      static int recursive(int n) { return n ? recursive(n - 1) : 0; }
      static int slot(void) { return 1; }
      static int tested(void) { return 1; }
      static int __used used(void) { return used(); }
      static int put_together(void) { return 1; }
      ATTRIBUTE(put);
      static struct operations operations = { .open = slot };
      DRIVER(operations);
      int global(void)
      {
      #ifdef CONFIG_CALLER
      	called();
      #endif
      	if (IS_ENABLED(CONFIG_X))
      		tested();
      	return use(pm_ptr(dropped));
      }
      """)
    #expect(unit.graph.text(of: unit.emission(of: name)) == expected)
  }

  /// Code behind a test that is always false is left out, wherever the constant comes from.
  @Test(arguments: [
    ("if (beam_enabled())\n\t\there();", "CONFIG_WIDE"),
    ("if (!beam_enabled())\n\t\treturn;\n\there();", "CONFIG_WIDE"),
    ("if (!beam_enabled())\n\t\there();", "1"), ("if (x && beam_macro_on(x))\n\t\there();", "CONFIG_WIDE"),
    ("int on = beam_enabled();\n\n\tif (on)\n\t\there();", "CONFIG_WIDE"),
    ("int on = beam_enabled();\n\n\ton = x;\n\tif (on)\n\t\there();", "1"),
    ("int on = beam_enabled();\n\n\tset(&on);\n\tif (on)\n\t\there();", "1"),
    ("if (beam_both(x))\n\t\there();", "CONFIG_NARROW || CONFIG_NARROW_MODULE"),
    ("if (beam_of(x))\n\t\there();", "CONFIG_NARROW || CONFIG_NARROW_MODULE"),
    ("if (beam_other())\n\t\there();", "1"), ("if (x)\n\t\there();", "1"),
  ])
  func knowsWhatStubsLeaveOut(_ body: String, _ expected: String) throws {
    let unit = try unit(
      """
      #ifdef CONFIG_WIDE
      int beam_enabled(void);
      #define beam_macro_on(x) ((x)->on)
      #else
      static inline int beam_enabled(void) { return 0; }
      #define beam_macro_on(x) (0)
      #endif
      static inline int beam_both(int x) { return IS_ENABLED(CONFIG_NARROW) && x; }
      #define beam_of(x) (IS_ENABLED(CONFIG_NARROW) && (x)->narrow)
      int beam_other(void);
      void f(int x)
      {
      \t\(body)
      }
      """)
    let syntax = unit.file.syntax
    let call = try #require(
      syntax.all.first { syntax[$0].kind == .identifier && syntax.name(of: $0) == "here" })
    #expect(unit.graph.text(of: unit.keptCondition(of: call)) == expected)
  }
}
