// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import KernelC
import SourceText
import TestSupport
import Testing

@testable import TreeIndex

/// Headers that are known by what an index keeps of them: the same answers, and few of them are read.
struct HeaderSummaryTests {
  private static let texts = [
    "include/linux/kconfig.h": "", "include/linux/compiler_types.h": "",
    "include/linux/lane.h": """
    #include <linux/deep.h>
    #ifdef CONFIG_WIDE
    # include <linux/wide.h>
    #endif
    #include LANE_HEADER
    /* wide_get() in a comment */
    static inline int lane(void) { return wide_get() + deep_get(); }
    enum {
    	LANE_A, LANE_B,
    };
    struct lane { int number; };

    """,
    "include/linux/wide.h": "int wide_get(void);\n#define WIDE 1\n#define MAKE(x) int made_##x(void)\n",
    "include/linux/deep.h": "#ifdef CONFIG_DEEP\nint deep_get(void);\nMAKE(more);\nODD(odd_name)\n#endif\n",
    "include/linux/far.h": "int far_get(void);\n",
  ]
  private static let file = "#include <linux/lane.h>\n"

  private func availabilities(_ names: [String], _ headers: HeaderFiles) throws -> [String] {
    let graph = HeaderGraph(IncludeClosure.Source(headers), architecture: "x86")
    let path = try #require(TreePath("kernel/a.c"))
    let syntax = SyntaxTree(parsing: TokenBuffer(lexing: Array(Self.file.utf8)))
    let unit = BuiltUnit(ParsedFile(path: path, syntax: syntax), in: graph)
    return names.map { name in
      let (found, tag) = (unit.availability(of: name), unit.availability(ofTag: name))
      let places = found.declarations.map { "\($0.path):\($0.line)" }.sorted()
      return "\(name) \(graph.text(of: found.condition)) \(graph.text(of: tag.condition)) \(places)"
    }
  }

  private func known(_ tree: any SourceTree) throws -> TreeSymbols {
    try SymbolIndexer().symbols(of: tree).symbols
  }

  @Test func answersAsTheTextsDo() throws {
    let tree = MemoryTree(Self.texts)
    let symbols = try known(tree)
    let names = [
      "lane", "wide_get", "deep_get", "WIDE", "LANE_A", "LANE_B", "far_get", "made_more", "odd_name",
      "nothing",
    ]
    let read = try availabilities(names, HeaderFiles(of: tree))
    let kept = try availabilities(names, HeaderFiles(of: tree) { symbols.summary(ofHeader: $0) })
    #expect(read == kept)
    #expect(kept[1] == "wide_get CONFIG_WIDE 0 [\"include/linux/wide.h:1\"]")
    #expect(kept[8] == "odd_name CONFIG_DEEP CONFIG_DEEP []")
  }

  @Test func readsOnlyWhatMayDeclareAName() throws {
    let symbols = try known(MemoryTree(Self.texts))
    let tree = CountingTree(StampedTree(Self.texts))
    let headers = HeaderFiles(of: tree) { symbols.summary(ofHeader: $0) }
    // lane.h has the word in a function and in a comment.
    #expect(try availabilities(["wide_get"], headers)[0].hasPrefix("wide_get CONFIG_WIDE"))
    #expect(
      tree.readPaths.contains("include/linux/wide.h") && !tree.readPaths.contains { $0.hasSuffix("lane.h") })
  }

  /// Headers with very many numbers have no summary, and neither have files that are others than in the index.
  @Test func whatIsNotKeptIsRead() throws {
    var texts = Self.texts
    texts["include/linux/far.h"] = (0..<600).map { "#define FAR_\($0) \($0)\n" }.joined()
    let tree = MemoryTree(texts)
    let symbols = try known(tree)
    let (far, wide) = (
      try #require(TreePath("include/linux/far.h")), try #require(TreePath("include/linux/wide.h"))
    )
    #expect(symbols.summary(ofHeader: far) == nil)
    #expect(symbols.summary(ofHeader: wide) != nil)
    #expect(OverlaidSymbols(symbols, replacing: [wide], from: tree).summary(ofHeader: wide) == nil)
    // What is taken over from an older index is the same.
    let again = try SymbolIndexer(known: [symbols.snapshot]).symbols(of: StampedTree(texts))
    #expect(again.symbols.summary(ofHeader: wide) != nil)
  }
}
