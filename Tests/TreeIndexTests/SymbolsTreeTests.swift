// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import SourceText
import TestSupport
import Testing

@testable import TreeIndex

/// The same questions to an index, to a search without one, and to an index with patched files on top.
struct SymbolsTreeTests {
  static let texts = [
    "include/linux/foo.h":
      "#ifdef CONFIG_FOO\nint foo(void);\n#else\nstatic inline int foo(void) { return 0; }\n#endif",
    "include/asm-generic/bar.h": "#define BAR 1",
    "arch/x86/include/asm/own.h": "extern int own;",
    "arch/arm/include/asm/own.h": "extern int own;",
    "drivers/a/core.c":
      "#include <linux/foo.h>\n#include <asm/bar.h>\n#include \"local.h\"\nint foo(void) { return 0; }\nEXPORT_SYMBOL_GPL(foo);",
    "drivers/a/local.h": "int near(void);",
    "drivers/a/use.c": "#include \"local.h\"\nstatic int f(void) { return foo(); }",
    "drivers/a/deep/more.c": "#include \"../local.h\"\n/* foo in a comment */",
    "drivers/b/local.h": "int other(void);",
    "drivers/b/other.c": "#include \"local.h\"\n__weak int foo(void) { return 1; }",
    "arch/x86/a.c": "#include <asm/own.h>",
    "arch/arm/lib/b.S": "#include <asm/own.h>\nENTRY(near)\n",
    "tools/c.c": "int foo(void) { return 2; }",
    "Documentation/foo.rst": "foo",
  ]

  static func lookups(_ tree: any SourceTree) throws -> [(name: String, symbols: any SymbolLookup)] {
    let whole = try SymbolIndexer().symbols(of: tree).symbols
    let others = [
      "drivers/a/core.c": "int gone(void) { }", "drivers/a/use.c": "", "new.c": "int foo(void) { }",
    ]
    let before = MemoryTree(texts.merging(others) { $1 })
    let old = try SymbolIndexer().symbols(of: before).symbols
    let paths = others.keys.compactMap { TreePath($0) }
    return [
      ("index", whole), ("search", LazySymbols(of: tree)),
      ("overlay", OverlaidSymbols(old, replacing: paths, from: tree)),
    ]
  }

  private static func path(_ name: String) throws -> TreePath { try #require(TreePath(name)) }

  @Test func definitionsAndExports() throws {
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts)) {
      let found = symbols.definitions(of: "foo")
      #expect(
        found.places.map { "\($0.path):\($0.entry.line)\($0.entry.isWeak ? " weak" : "")" }
          == ["drivers/a/core.c:4", "drivers/b/other.c:2 weak"], "\(name)")
      #expect(found.isComplete)
      let exports = symbols.exports(of: "foo")
      #expect(
        exports.places.map { "\($0.path) \($0.entry.license)" } == ["drivers/a/core.c gplOnly"], "\(name)")
      #expect(symbols.definitions(of: "near").places.map(\.path.description) == ["arch/arm/lib/b.S"])
      #expect(symbols.definitions(of: "gone").places.isEmpty && symbols.definitions(of: "").places.isEmpty)
    }
  }

  @Test func findsManyNamesAtOnce() throws {
    let names: Set = ["foo", "near", "own", "gone"]
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts)) {
      let linkage = symbols.linkage(of: names)
      #expect(Set(linkage.keys) == names)
      for (wanted, found) in linkage {
        let (definitions, exports) = (symbols.definitions(of: wanted), symbols.exports(of: wanted))
        #expect(
          found.definitions.places.map(\.path) == definitions.places.map(\.path), "\(wanted) by \(name)")
        #expect(found.definitions.places.map(\.entry.line) == definitions.places.map(\.entry.line))
        #expect(found.exports.places.map(\.entry.license) == exports.places.map(\.entry.license))
        #expect(found.isComplete && found.unclear.isEmpty)
      }
      #expect(linkage["foo"]?.definitions.places.count == 2)
    }
  }

  /// A file whose macros export: it cannot be known which names those are.
  @Test func saysWhereExportsAreUnclear() throws {
    let tree = MemoryTree([
      "a.c": "#define GIVE(name) EXPORT_SYMBOL(name)\nint foo(void) { return 0; }\nGIVE(foo);",
      "b.c": "int bar(void) { return 0; }",
    ])
    for symbols in [LazySymbols(of: tree), try SymbolIndexer().symbols(of: tree).symbols]
      as [any SymbolLookup]
    {
      let found = symbols.linkage(of: ["foo", "bar"])
      #expect(found["foo"]?.unclear.map(\.description) == ["a.c"] && found["bar"]?.unclear == [])
    }
  }

  @Test func declarationsHaveConditions() throws {
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts)) {
      var table = FormulaTable()
      let found = symbols.declarations(of: "foo").places.map {
        let condition = table.adopt($0.entry.condition, of: $0.table)
        return "\($0.path) \($0.entry.kind) \(table.text(of: condition))"
      }
      #expect(
        found == [
          "include/linux/foo.h prototype CONFIG_FOO", "include/linux/foo.h staticFunction !CONFIG_FOO",
        ], "\(name)")
    }
  }

  @Test func findsTheUsersOfManyNames() throws {
    let names: Set = ["own", "near", "nowhere"]
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts)) {
      let each = Set(names.flatMap { symbols.files(using: $0).paths }).sorted()
      #expect(symbols.files(usingAny: names).paths == each && each.count > 2, "\(name)")
      // The first of those that count.
      let wanted = each.filter { $0 != each[0] }
      for limit in 0...each.count {
        let found = symbols.files(usingAny: names, atMost: limit) { $0 != each[0] }
        #expect(found.paths == Array(wanted.prefix(limit)), "\(name) \(limit)")
      }
    }
  }

  @Test func usesAreWordsOfCode() throws {
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts)) {
      let files = symbols.files(using: "foo")
      #expect(
        files.paths.map(\.description) == [
          "drivers/a/core.c", "drivers/a/use.c", "drivers/b/other.c", "include/linux/foo.h",
        ], "\(name)")
      #expect(files.isComplete)
    }
  }

  @Test func importsAreFoundByTheirNamespace() throws {
    let importing = [
      "drivers/a/core.c": "MODULE_IMPORT_NS(PAPER);\nint wire = WIRE;\n",
      "drivers/a/use.c": "#ifdef CONFIG_OLD\nMODULE_IMPORT_NS(WIRE);\n#endif\nMODULE_IMPORT_NS(WIRE);\n",
    ]
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts.merging(importing) { $1 })) {
      let found = symbols.imports(of: "WIRE")
      let places = found.places.map { "\($0.path) \($0.entry.line) \($0.table.text(of: $0.entry.condition))" }
      #expect(places.count == 2 && places[0] == "drivers/a/use.c 2 CONFIG_OLD", "\(name)")
      #expect(places.last?.hasPrefix("drivers/a/use.c 4") == true, "\(name)")
      #expect(found.isComplete)
      #expect(symbols.imports(of: "TIN").places.isEmpty)
    }
  }

  @Test(
    arguments: [
      ("include/linux/foo.h", ["drivers/a/core.c"]),
      ("include/asm-generic/bar.h", ["drivers/a/core.c"]),
      ("drivers/a/local.h", ["drivers/a/core.c", "drivers/a/deep/more.c", "drivers/a/use.c"]),
      ("drivers/b/local.h", ["drivers/b/other.c"]),
      ("arch/x86/include/asm/own.h", ["arch/x86/a.c"]),
      ("arch/arm/include/asm/own.h", ["arch/arm/lib/b.S"]),
      ("include/linux/none.h", []),
    ] as [(String, [String])])
  func includers(_ header: String, _ expected: [String]) throws {
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts)) {
      #expect(symbols.includers(of: try Self.path(header)).paths.map(\.description) == expected, "\(name)")
    }
  }

  @Test func oneFile() throws {
    for (name, symbols) in try Self.lookups(MemoryTree(Self.texts)) {
      let core = try #require(symbols.symbols(of: try Self.path("drivers/a/core.c")))
      #expect(core.definitions.map(\.name) == ["foo"] && core.includes.count == 3, "\(name)")
      #expect(core.words.mayHold("foo") && !core.words.mayHold("bar_baz"))
      let tools = try Self.path("tools/c.c")
      #expect(symbols.symbols(of: tools) == nil && !symbols.has(tools))
    }
  }

  /// A near definition ends a search, and says that it did.
  @Test func searchesNearFilesFirst() throws {
    let symbols = LazySymbols(of: MemoryTree(Self.texts))
    let near = symbols.definitions(of: "foo", near: try Self.path("drivers/a/use.c"))
    #expect(near.places.map(\.path.description) == ["drivers/a/core.c"] && !near.isComplete)
    let weak = symbols.definitions(of: "foo", near: try Self.path("drivers/b/x.c"))
    #expect(weak.places.count == 2 && !weak.isComplete)
  }

  @Test func saysWhatABudgetLeavesOut() throws {
    let symbols = LazySymbols(of: MemoryTree(Self.texts), budget: 1)
    #expect(!symbols.files(using: "foo").isComplete && !symbols.definitions(of: "foo").isComplete)
    #expect(!symbols.includers(of: try Self.path("include/linux/foo.h")).isComplete)
  }

  @Test func numbersThatAreLeftOutAreFound() throws {
    let numbers = (0...FileSymbols.recordedNumbers).map { "#define R\($0) 0x\($0)\n" }.joined()
    let tree = MemoryTree(["include/r.h": "#ifdef CONFIG_R\n\(numbers)#endif", "include/s.h": "#define R9 1"])
    for symbols in [try SymbolIndexer().symbols(of: tree).symbols, LazySymbols(of: tree)]
      as [any SymbolLookup]
    {
      let found = symbols.declarations(of: "R9")
      #expect(found.places.map { "\($0.path):\($0.entry.line)" } == ["include/r.h:11", "include/s.h:1"])
      #expect(found.places.first.map { $0.table.text(of: $0.entry.condition) } == "CONFIG_R")
    }
  }

  @Test func theSameTreeGivesTheSameBytes() throws {
    let first = try SymbolIndexer().snapshot(of: MemoryTree(Self.texts)).bytes
    for _ in 0..<5 { #expect(try SymbolIndexer().snapshot(of: MemoryTree(Self.texts)).bytes == first) }
    let known = try #require(Snapshot(IndexBytes(first)))
    #expect(try SymbolIndexer(known: [known]).snapshot(of: MemoryTree(Self.texts)).bytes == first)
  }

  /// Makefiles that name files of other folders; a patch may change which.
  @Test func knowsMakefilesThatNameFilesOfOthers() throws {
    let texts = ["virt/Makefile": "obj-y += ../lib/x.o\n", "a/Makefile": "obj-y += b.o\n", "c/Kbuild": ""]
    let base = try SymbolIndexer().symbols(of: MemoryTree(texts)).symbols
    #expect(base.makefilesNamingOthers?.map(\.description) == ["virt/Makefile"])
    let patched = MemoryTree(["virt/Makefile": "obj-y += x.o\n", "c/Kbuild": "obj-y += ../a/z.o\n"])
    let after = OverlaidSymbols(
      base, replacing: ["virt/Makefile", "c/Kbuild"].compactMap { TreePath($0) }, from: patched)
    #expect(after.makefilesNamingOthers?.map(\.description) == ["c/Kbuild"])
    #expect(LazySymbols(of: MemoryTree(texts)).makefilesNamingOthers == nil)
  }

  @Test func unreadableFilesAreNamed() throws {
    let symbols = try SymbolIndexer().symbols(of: BrokenTree(MemoryTree(Self.texts))).symbols
    #expect(symbols.unread.map(\.description) == ["drivers/a/use.c"])
    #expect(!symbols.definitions(of: "foo").isComplete && symbols.definitions(of: "foo").places.count == 2)
  }
}

/// A tree in which one file cannot be read.
struct BrokenTree: SourceTree {
  let whole: MemoryTree
  let name: String

  init(_ whole: MemoryTree, _ name: String = "use.c") { (self.whole, self.name) = (whole, name) }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    guard !path.name.elementsEqual(name.utf8) else {
      throw .unreadable(path: path.description, why: "it is a test")
    }
    return try whole.bytes(of: path)
  }

  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] { try whole.entries(of: folder) }
  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { nil }
}
