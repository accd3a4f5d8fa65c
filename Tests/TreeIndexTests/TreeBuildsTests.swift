// SPDX-License-Identifier: GPL-2.0-or-later

import Conditions
import Kconfig
import KernelC
import SourceText
import TestSupport
import Testing
import TreeIndex

/// Questions about what can be built of a small tree.
struct TreeBuildsTests {
  static let files: [String: String] = [
    "Kconfig": """
    source "arch/$(SRCARCH)/Kconfig"
    config GROUPS
    	bool "Groups"
    config LANE
    	tristate "Lanes"
    config MODULES
    	bool "Modules"
    	modules

    """,
    "arch/x86/Kconfig": "config 64BIT\n\tdef_bool y\n",
    "arch/arm/Kconfig": "config ARM\n\tdef_bool y\n",
    "arch/um/Kconfig": "",
    "Kbuild": "obj-y += drivers/\n",
    "drivers/Makefile": "obj-$(CONFIG_LANE) += lane.o\n",
    "include/linux/kconfig.h": "", "include/linux/compiler_types.h": "",
    "include/linux/group.h": "#ifdef CONFIG_GROUPS\nint group_get(int fd);\n#endif\n",
  ]

  private func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

  /// What a file that uses group_get() lacks, by the architecture.
  private func witness(
    _ text: String, _ architecture: String, touched: [TreePath] = [], in tree: [String: String] = files
  ) throws -> [String]? {
    let headers = HeaderFiles(of: MemoryTree(Self.files))
    let builds = TreeBuilds(
      of: MemoryTree(Self.files), headers: headers, index: KnownSymbols(of: MemoryTree(Self.files)))
    let lane = try path("drivers/lane.c")
    let patched = TreeBuilds.Patched(
      number: 1, tree: MemoryTree(tree),
      headers: IncludeClosure.Source(
        headers, changed: HeaderFiles(of: MemoryTree(tree)), paths: Set(touched)),
      touched: touched)
    return builds.with(patched, architecture: architecture) { build -> [String]? in
      guard let built = build.build(of: lane) else { return nil }
      let file = ParsedFile(path: lane, syntax: SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8))))
      let found = build.unit(file, built).availability(of: "group_get")
      let question = build.question(
        built, use: .always, builtIn: found.condition, module: found.condition)
      return build.witness(of: question)?.lines
    } ?? nil
  }

  @Test func findsAConfiguration() throws {
    let found = try witness("#include <linux/group.h>\n", "x86")
    #expect(found == ["LANE=y", "GROUPS=n"])
  }

  @Test func knowsWhatIsAlwaysThere() throws {
    #expect(try witness("int group_get(int fd);\n", "x86") == nil)
  }

  @Test func readsWhatPatchesChanged() throws {
    var files = Self.files
    files["Kconfig"] = files["Kconfig"]?.replacing("\"Lanes\"\n", with: "\"Lanes\"\n\tdepends on GROUPS\n")
    let kconfig = try path("Kconfig")
    #expect(try witness("#include <linux/group.h>\n", "arm", touched: [kconfig], in: files) == nil)
    files["include/linux/group.h"] = "int group_get(int fd);\n"
    let header = try path("include/linux/group.h")
    #expect(try witness("#include <linux/group.h>\n", "x86", touched: [header], in: files) == nil)
    files = Self.files
    files["drivers/Makefile"] = "obj-y += lane.o\n"
    let makefile = try path("drivers/Makefile")
    let found = try witness("#include <linux/group.h>\n", "x86", touched: [makefile], in: files)
    #expect(found == ["GROUPS=n"])
  }

  @Test func ordersArchitectures() {
    let builds = TreeBuilds(
      of: MemoryTree(Self.files), headers: HeaderFiles(of: MemoryTree(Self.files)),
      index: KnownSymbols(of: MemoryTree(Self.files)))
    #expect(builds.architectures == ["x86", "arm"] && builds.isWhole)
    let empty = MemoryTree(["a.c": ""])
    #expect(!TreeBuilds(of: empty, headers: HeaderFiles(of: empty), index: KnownSymbols(of: empty)).isWhole)
  }

  @Test func asksElsewhereOnlyWhereItMayMatter() throws {
    let headers = HeaderFiles(of: MemoryTree(Self.files))
    let builds = TreeBuilds(
      of: MemoryTree(Self.files), headers: headers, index: KnownSymbols(of: MemoryTree(Self.files)))
    let patched = TreeBuilds.Patched(
      number: 0, tree: MemoryTree(Self.files), headers: IncludeClosure.Source(headers), touched: [])
    let answers = builds.with(patched, architecture: "x86") { build in
      let wide = build.graph.table.atom(.isBuiltIn("64BIT"))
      // A bool is never m; x86 has 64 bits here; another architecture may define what this one does not.
      let questions = [
        build.graph.table.atom(.isModule("GROUPS")), build.graph.table.not(wide),
        build.graph.table.atom(.isBuiltIn("ARM")),
      ]
      return questions.map { build.isImpossible($0) ? build.mayDifferElsewhere($0) : nil }
    }
    #expect(answers == [false, true, true])
  }

  @Test func saysNothingOfArchitecturesThatTheTreeLacks() {
    let headers = HeaderFiles(of: MemoryTree(Self.files))
    let builds = TreeBuilds(
      of: MemoryTree(Self.files), headers: headers, index: KnownSymbols(of: MemoryTree(Self.files)))
    let patched = TreeBuilds.Patched(
      number: 0, tree: MemoryTree(Self.files), headers: IncludeClosure.Source(headers), touched: [])
    #expect(builds.with(patched, architecture: "pdp11") { $0.architecture } == nil)
    #expect(builds.with(patched, architecture: "x86") { $0.architecture } == "x86")
  }

  @Test func answersTheSameWhileItPrepares() throws {
    let headers = HeaderFiles(of: MemoryTree(Self.files))
    for _ in 0..<20 {
      let builds = TreeBuilds(
        of: MemoryTree(Self.files), headers: headers, index: KnownSymbols(of: MemoryTree(Self.files)))
      let patched = TreeBuilds.Patched(
        number: 0, tree: MemoryTree(Self.files), headers: IncludeClosure.Source(headers), touched: [])
      builds.prepare(for: [patched])
      let module = builds.with(patched, architecture: "x86") { build in
        build.isImpossible(build.graph.table.atom(.isModule("GROUPS")))
      }
      #expect(module == true)
      #expect(builds.kconfigNames?.all.contains("GROUPS") == true)
    }
  }

  /// Patches of C files share what is known of headers, unless a file includes one of them.
  @Test func sharesHeadersBetweenPatches() throws {
    var files = Self.files
    files["drivers/lane.c"] = "#include \"part.c\"\n"
    files["drivers/part.c"] = "int part(void);\n"
    let base = MemoryTree(files)
    let headers = HeaderFiles(of: base)
    let builds = TreeBuilds(of: base, headers: headers, index: KnownSymbols(of: base))
    func ask(_ number: Int, _ changes: [String: String], _ name: String) throws -> (Bool, ObjectIdentifier) {
      let tree = MemoryTree(files.merging(changes) { $1 })
      let paths = changes.keys.compactMap { TreePath($0) }
      let patched = TreeBuilds.Patched(
        number: number, tree: tree,
        headers: IncludeClosure.Source(headers, changed: HeaderFiles(of: tree), paths: Set(paths)),
        touched: paths)
      let lane = try path("drivers/lane.c")
      let text = "#include \"part.c\"\n#include <linux/group.h>\n"
      let answer = builds.with(patched, architecture: "x86") { build -> (Bool, ObjectIdentifier)? in
        guard let built = build.build(of: lane) else { return nil }
        let file = ParsedFile(path: lane, syntax: SyntaxTree(parsing: TokenBuffer(lexing: Array(text.utf8))))
        let found = build.unit(file, built).availability(of: name)
        return (found.condition == .always, ObjectIdentifier(build.graph))
      }
      return try #require(answer ?? nil)
    }
    let first = try ask(0, ["drivers/other.c": "int x;\n"], "part")
    let second = try ask(1, ["drivers/more.c": "int y;\n"], "part")
    #expect(first.0 && second.0 && first.1 == second.1)
    // A patch of the file that the other one includes sees its own.
    let changed = ["drivers/part.c": "int part(void);\nint added(void);\n"]
    #expect(try ask(2, changed, "added").0)
    #expect(try !ask(3, ["drivers/more.c": "int z;\n"], "added").0)
    let header = try ask(4, ["include/linux/group.h": "int group_get(int fd);\n"], "group_get")
    #expect(header.0 && header.1 != first.1)
    #expect(try !ask(5, ["drivers/more.c": "int z;\n"], "group_get").0)
    // Who was asked before is asked again.
    #expect(try !ask(1, ["drivers/more.c": "int y;\n"], "group_get").0)
    #expect(try ask(2, changed, "added").0)
  }
}
