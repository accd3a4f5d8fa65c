// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// `review-patch index`
@Suite struct IndexTests {
  private struct Report: Decodable {
    var schema: String
    var files, read, parsed, definitions, exports, declarations: Int
    var problem: String?
  }

  private static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write("int foo(void) { return 0; }\nEXPORT_SYMBOL(foo);\n", to: "tree/a.c")
    try sandbox.write("int foo(void);\n", to: "tree/include/a.h")
    try sandbox.write("int left_out;\n", to: "tree/tools/b.c")
    return sandbox
  }

  private static func index(_ sandbox: Sandbox, _ tree: String = "tree") throws -> Report {
    let result = try sandbox.run(["index", "--tree", tree, "--format", "json"])
    try #require(result.status == 0, "\(result.talk)")
    return try JSONDecoder().decode(Report.self, from: Data(result.output))
  }

  @Test func readsWhatChanged() throws {
    let sandbox = try Self.sandbox()
    let first = try Self.index(sandbox)
    #expect(first.schema == "review-patch-index/1" && first.problem == nil)
    #expect((first.files, first.parsed) == (2, 2))
    #expect((first.definitions, first.exports, first.declarations) == (1, 1, 1))
    try sandbox.write("int foo(void);\nint bar(void);\n", to: "tree/include/a.h")
    let second = try Self.index(sandbox)
    #expect((second.files, second.parsed, second.declarations) == (2, 1, 2))
    let cached = try FileManager.default.contentsOfDirectory(atPath: sandbox.cache.path + "/review-patch")
      .sorted()
    #expect(cached.count == 2 && cached.last == "symbols-lock")
  }

  @Test func aRevisionSharesWhatAFolderHas() throws {
    let sandbox = try Self.sandbox()
    _ = try Self.index(sandbox)
    let script = """
      cd tree && git init -q && git add -A && git -c user.name=A -c user.email=a@b commit -q -m one
      """
    let shell = Program("/bin/sh", in: sandbox.folder, environment: sandbox.environment)
    let made = try shell.run(["-c", script])
    try #require(made.status == 0, "\(made.talk)")
    let report = try Self.index(sandbox, "tree@HEAD")
    #expect((report.files, report.read, report.parsed) == (2, 0, 0))
  }

  @Test func twoAtOnce() throws {
    let sandbox = try Self.sandbox()
    let script = """
      "$0" index --tree tree --format json > one & "$0" index --tree tree --format json > two; wait
      """
    let result = try Program("/bin/sh", in: sandbox.folder, environment: sandbox.environment).run([
      "-c", script, Program.built("review-patch"),
    ])
    #expect(result.status == 0, "\(result.talk)")
    for name in ["one", "two"] {
      let data = try Data(contentsOf: sandbox.folder.appending(path: name))
      let report = try JSONDecoder().decode(Report.self, from: data)
      #expect(report.files == 2 && report.problem == nil)
    }
  }

  @Test func wrongUse() throws {
    let sandbox = try Self.sandbox()
    #expect(try sandbox.run(["index", "--tree", "none"]).status == 2)
    #expect(try sandbox.run(["index"]).status == 2)
  }

  private static let files = [
    "Kconfig":
      "source \"arch/$(SRCARCH)/Kconfig\"\nconfig GROUPS\n\tbool \"Groups\"\nconfig LANE\n\tbool \"Lanes\"\n",
    "arch/x86/Kconfig": "config X86\n\tdef_bool y\n",
    "Kbuild": "obj-y += drivers/\n",
    "drivers/Makefile": "obj-y += core.o\nobj-$(CONFIG_LANE) += lane.o\nobj-$(CONFIG_GROUPS) += group.o\n",
    "include/linux/kconfig.h": "", "include/linux/compiler_types.h": "",
    "include/linux/group.h": "#ifdef CONFIG_GROUPS\nint group_get(int fd);\n#endif\nint core(void);\n",
    "drivers/core.c": "#include <linux/group.h>\nint core(void)\n{\n\treturn 1;\n}\nEXPORT_SYMBOL(core);\n",
    "drivers/lane.c": "#include <linux/group.h>\nint lane(void)\n{\n\treturn group_get(core());\n}\n",
    "drivers/group.c":
      "#include <linux/group.h>\nint group_get(int fd)\n{\n\treturn core() + fd;\n}\nEXPORT_SYMBOL(group_get);\n",
  ]

  /// A directory that was as the index says is taken to be so while it is looked at; where somebody has changed a file, the
  /// report is that of what is there.
  @Test func seesWhatChangedSinceItAgreed() throws {
    let sandbox = try Sandbox()
    for (path, text) in Self.files { try sandbox.write(text, to: "tree/\(path)") }
    let change =
      "--- a/drivers/core.c\n+++ b/drivers/core.c\n@@ -2,3 +2,4 @@\n int core(void)\n {\n+\tgroup_get(3);\n \treturn 1;\n"
    try sandbox.write(change, to: "change.diff")
    func findings() throws -> String {
      let result = try sandbox.run([
        "--tree", "tree", "--format", "lines", "--fail-on", "never",
        "change.diff",
      ])
      #expect(result.status == 0, "\(result.talk)")
      return String(decoding: result.output, as: UTF8.self)
    }
    func hasAgreed() throws -> Bool {
      try FileManager.default.contentsOfDirectory(atPath: sandbox.cache.path + "/review-patch")
        .contains { $0.hasSuffix(".agreed") }
    }
    // For two seconds a file may change without its times being others: those of the tree, and then the index.
    usleep(2_100_000)
    _ = try Self.index(sandbox)
    usleep(2_100_000)
    #expect(try findings().contains("config/missing-stub"))
    #expect(try hasAgreed())
    #expect(try findings().contains("config/missing-stub"))
    try sandbox.write(
      "#ifdef CONFIG_GROUPS\nint group_get(int fd);\n#else\nstatic inline int group_get(int fd) { return fd; }\n#endif\nint core(void);\n",
      to: "tree/include/linux/group.h")
    #expect(try !findings().contains("config/missing-stub"))
    #expect(try !hasAgreed())
  }

  /// One file of three uses what its configuration does not have.
  @Test func checksItself() throws {
    let sandbox = try Sandbox()
    for (path, text) in Self.files { try sandbox.write(text, to: "tree/\(path)") }
    let result = try sandbox.run(["index", "--tree", "tree", "--self-check"])
    #expect(result.status == 0, "\(result.talk)")
    #expect(
      String(decoding: result.output, as: UTF8.self) == """
        drivers/lane.c:4: `group_get` is not declared with GROUPS=n [config/missing-stub] LANE=y, GROUPS=n
        3 files asked
        1 config/missing-stub

        """)
    // Two names for one cause are one hit; a symbol that nobody sets is named all the same.
    try sandbox.write("source \"Kconfig.more\"\n" + (Self.files["Kconfig"] ?? ""), to: "tree/Kconfig")
    try sandbox.write("config HIDDEN\n\tbool\n", to: "tree/Kconfig.more")
    try sandbox.write(
      "#ifdef CONFIG_HIDDEN\nint hidden_get(void);\nint hidden_put(void);\n#endif\n",
      to: "tree/include/linux/hidden.h")
    try sandbox.write(
      "#include <linux/hidden.h>\nint lane(void)\n{\n\thidden_put();\n\treturn hidden_get();\n}\n",
      to: "tree/drivers/lane.c")
    let grouped = try sandbox.run(["index", "--tree", "tree", "--self-check"])
    #expect(
      String(decoding: grouped.output, as: UTF8.self) == """
        drivers/lane.c:4: `hidden_put` is not declared with HIDDEN=n; nor `hidden_get` [config/missing-stub] LANE=y
        3 files asked
        1 config/missing-stub

        """)
    struct Report: Decodable {
      struct Hit: Decodable {
        var path, symbol, rule: String
        var symbols, witness: [String]
        var line: Int
      }
      var schema: String
      var hits: [Hit]
    }
    let json = try sandbox.run(["index", "--tree", "tree", "--self-check", "--format", "json"])
    let report = try JSONDecoder().decode(Report.self, from: Data(json.output))
    #expect(report.schema == "review-patch-self-check/1" && report.hits.count == 1)
    #expect(report.hits.first?.symbols == ["hidden_put", "hidden_get"] && report.hits.first?.line == 4)
    #expect(report.hits.first?.witness == ["LANE=y"])
    let below = try sandbox.run(["index", "--tree", "tree", "--self-check", "--below", "arch"])
    #expect(below.status == 0 && below.output == Array("0 files asked\n".utf8))
    let other = try sandbox.run(["index", "--tree", "tree", "--self-check", "--only", "config/div64"])
    #expect(other.status == 0 && other.output == Array("3 files asked\n".utf8))
    let unknown = try sandbox.run(["index", "--tree", "tree", "--self-check", "--only", "style/x"])
    #expect(unknown.status == 2 && unknown.talk.contains("--only style/x"))
    let wrong = try sandbox.run(["index", "--tree", "tree", "--self-check", "--below", "/x"])
    #expect(wrong.status == 2 && wrong.talk.contains("--below /x"))
  }
}
