// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// `review-patch --confirm`, on a tree that is a kernel as far as Kconfig and Kbuild go.
@Suite struct ConfirmTests {
  private static let files = [
    "Kconfig":
      "source \"arch/$(SRCARCH)/Kconfig\"\nconfig GROUPS\n\tbool \"Groups\"\nconfig LANE\n\tbool \"Lanes\"\n",
    "arch/x86/Kconfig": "config X86\n\tdef_bool y\n",
    "Kbuild": "obj-y += drivers/\n",
    "Makefile": """
    flags = $$(sed -n 's/^CONFIG_\\([A-Z]*\\)=y/-DCONFIG_\\1/p' $(O)/.config)
    olddefconfig:
    \t@true
    %.o:
    \t@mkdir -p $(O)/$(dir $@)
    \t@if test -f slow; then sleep 71.25; fi
    \t@gcc $(flags) -Werror=implicit-function-declaration -Iinclude -c $(CURDIR)/$*.c -o $(O)/$@

    """,
    "drivers/Makefile": "obj-$(CONFIG_LANE) += lane.o\n",
    "include/linux/kconfig.h": "", "include/linux/compiler_types.h": "",
    "include/linux/group.h": "#ifdef CONFIG_GROUPS\nint group_get(int fd);\n#endif\n",
    "drivers/lane.c": "#include <linux/group.h>\nint lane(int fd)\n{\n\treturn fd;\n}\n",
  ]

  private static func sandbox(_ changes: [String: String] = [:]) throws -> Sandbox {
    let sandbox = try Sandbox()
    for (path, text) in files.merging(changes, uniquingKeysWith: { $1 }) {
      try sandbox.write(text, to: "tree/\(path)")
    }
    try sandbox.write(mail("fd", "group_get(fd)"), to: "get.mbox")
    try sandbox.write(mail("group_get(fd)", "group_get(fd + 1)"), to: "next.mbox")
    // What a kernel needs, and this tree does not.
    for name in ["bc", "bison", "flex"] {
      try sandbox.write("", to: "tools/\(name)")
      let path = sandbox.folder.appending(path: "tools/\(name)").path
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    return sandbox
  }

  private static func mail(_ old: String, _ new: String) -> String {
    """
    From a@b Mon Sep 17 00:00:00 2001
    From: Ann Author <ann@example.org>
    Subject: [PATCH] lane: change what is returned
    Message-ID: <\(new.utf8.count)@example.org>

    Because.

    Signed-off-by: Ann Author <ann@example.org>
    ---
    diff --git a/drivers/lane.c b/drivers/lane.c
    --- a/drivers/lane.c
    +++ b/drivers/lane.c
    @@ -1,5 +1,5 @@
     #include <linux/group.h>
     int lane(int fd)
     {
    -\treturn \(old);
    +\treturn \(new);
     }
    --
    2.50

    """
  }

  private static func run(
    _ sandbox: Sandbox, _ arguments: [String], wrapper: [String] = []
  ) throws -> Program.Result {
    let path = "\(sandbox.folder.path)/tools:/usr/bin:/bin"
    return try sandbox.run(
      ["--confirm", "--tree", "tree"] + arguments, wrapper: wrapper, environment: ["PATH": path])
  }

  @Test func saysWhatTheCompilerSays() throws {
    let sandbox = try Self.sandbox()
    let before = try sandbox.snapshot()
    let result = try Self.run(sandbox, ["get.mbox", "--format", "json", "--cache", "../cache"])
    #expect(result.status == 1)
    #expect(result.text.contains("\"confidence\":\"observed\""), "\(result.text)")
    #expect(result.text.contains("drivers/lane.c:4:16: error: implicit declaration of function 'group_get'"))
    #expect(result.talk.contains("--confirm runs the tree's own build"))
    #expect(try sandbox.snapshot() == before, "something was written")
  }

  /// What the compiler contradicts is no error any more.
  @Test func believesTheCompiler() throws {
    let sandbox = try Self.sandbox([
      "include/linux/kconfig.h": "",
      "Makefile": "olddefconfig:\n\t@true\n%.o:\n\t@mkdir -p $(O)/$(dir $@)\n\t@touch $(O)/$@\n",
    ])
    let result = try Self.run(sandbox, ["get.mbox"])
    #expect(result.status == 0)
    #expect(result.text.contains("note[config/missing-stub]"), "\(result.text)")
  }

  /// A patch on top of another one that is not reviewed: what it finds is broken already, and the patch fits.
  @Test func takesPrerequisites() throws {
    let sandbox = try Self.sandbox()
    let result = try sandbox.report(["--tree", "tree", "--prerequisite", "get.mbox", "next.mbox"])
    #expect(result.patches.map(\.applies) == ["yes"])
    #expect(try sandbox.report(["--tree", "tree", "next.mbox"]).patches.map(\.applies) == ["no"])
  }

  @Test(
    arguments: [
      ("--confirm --no-tree get.mbox", "--confirm needs a tree"),
      ("--prerequisite get.mbox --no-tree get.mbox", "--prerequisite needs a tree"),
      ("--tree tree --prerequisite tools get.mbox", "there is no patch in it"),
    ])
  func refuses(_ arguments: String, _ why: String) throws {
    let result = try Self.sandbox().run(arguments.split(separator: " ").map(String.init))
    #expect(result.status == 2 && result.talk.contains(why), "\(result.talk)")
  }

  /// The build ends with the program, though it does not hear the terminal.
  @Test func canBeInterrupted() throws {
    let sandbox = try Self.sandbox(["slow": ""])
    let start = ContinuousClock.now
    let result = try Self.run(sandbox, ["get.mbox"], wrapper: ["/usr/bin/timeout", "-s", "INT", "3"])
    #expect(result.talk.contains("interrupted"), "\(result.talk)")
    #expect(ContinuousClock.now - start < .seconds(30))
    let left = try Program("/bin/sh", in: sandbox.folder, environment: ["PATH": "/usr/bin:/bin"])
      .run(["-c", "ps -eo args | grep '^sleep 71.25'"])
    #expect(left.text == "")
  }
}
