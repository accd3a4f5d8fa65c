// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// `--fixup`: what it prints is taken by git am and folded in by git rebase.
struct FixupTests {
  let sandbox: Sandbox

  static let base = """
    #include <linux/device.h>

    struct foo {
    	struct device *dev;
    	int *rings;
    	bool on;
    };

    static int foo_start(struct foo *foo)
    {
    	return 0;
    }

    """

  static let setup = """

    static int foo_setup(struct foo *foo, int n)
    {
    	int ret = 0;

    	foo->rings = kmalloc(n * sizeof(*foo->rings),
    			     GFP_KERNEL);
    	if (!foo->rings)
    		return -ENOMEM;
    	ret = foo_start(foo);
    	if (foo->on == true)
    		dev_err(foo->dev, "did not start: %d", ret);
    	return ret;
    }

    """

  static let free = """

    static void foo_free(struct foo *foo)
    {
    	if (foo->rings)
    		kfree(foo->rings);
    	foo->on = false;
    	return;
    }

    """

  /// A repository with a base and two patches on top.
  init() throws {
    sandbox = try Sandbox()
    try git("init", "-q", "-b", "master")
    try git("config", "user.name", "Ann Author")
    try git("config", "user.email", "ann@example.org")
    var text = Self.base
    for (message, part) in [
      ("base", ""), ("foo: set up the rings", Self.setup), ("foo: free the rings", Self.free),
    ] {
      text += part
      try sandbox.write(text, to: "drivers/foo/foo.c")
      try git("add", ".")
      try git("commit", "-q", "-m", message)
    }
  }

  @discardableResult private func git(_ words: String..., input: [UInt8] = []) throws -> String {
    let program = Program("/usr/bin/git", in: sandbox.folder, environment: sandbox.environment)
    let result = try program.run(words, input: input)
    try #require(result.status == 0, "git \(words): \(result.talk)")
    return result.text
  }

  private func series() throws -> [UInt8] { Array(try git("format-patch", "--stdout", "HEAD~2").utf8) }

  @Test(arguments: [[], ["--no-tree"]])
  func foldsIn(_ options: [String]) throws {
    let mails = try series()
    let arguments = ["--fixup"] + (options.isEmpty ? ["--tree", "."] : options) + ["-"]
    let result = try sandbox.run(arguments, input: mails)
    #expect(result.status == 0)
    try git("checkout", "-q", "-b", "review", "HEAD~2")
    try git("am", "-q", input: mails)
    try git("am", "-q", input: result.output)
    #expect(
      try git("log", "--format=%s", "HEAD~2..")
        == "fixup! foo: free the rings\nfixup! foo: set up the rings\n")
    try git("-c", "sequence.editor=:", "rebase", "-q", "-i", "--autosquash", "HEAD~4")
    #expect(try git("log", "--format=%s") == "foo: free the rings\nfoo: set up the rings\nbase\n")
    var setup = Self.setup.replacing("int ret = 0;", with: "int ret;")
      .replacing("kmalloc(n * sizeof(*foo->rings),", with: "kmalloc_array(n, sizeof(*foo->rings),")
      .replacing("\t\t\t     GFP_KERNEL", with: "\t\t\t\t   GFP_KERNEL")
      .replacing("start: %d\"", with: "start: %d\\n\"")
    // Only the tree shows that this is a bool.
    if options.isEmpty { setup = setup.replacing("foo->on == true", with: "foo->on") }
    let free = Self.free.replacing("\tif (foo->rings)\n\t", with: "").replacing("\treturn;\n", with: "")
    let mended = try String(contentsOf: sandbox.folder.appending(path: "drivers/foo/foo.c"), encoding: .utf8)
    #expect(mended == Self.base + setup + free)
    #expect(result.talk.hasSuffix("findings mended in 2 patches: git am, then git rebase --autosquash\n"))
  }

  /// A later part that changes the same lines keeps a fix out, and only that one.
  @Test func saysWhyNot() throws {
    let text = Self.base + Self.setup.replacing("did not start: %d", with: "no start: %d") + Self.free
    try sandbox.write(text, to: "drivers/foo/foo.c")
    try git("commit", "-q", "-a", "-m", "foo: say less")
    let mails = Array(try git("format-patch", "--stdout", "HEAD~3").utf8)
    let result = try sandbox.run(["--fixup", "--tree", ".", "-"], input: mails)
    #expect(
      result.talk.contains("patch 1/3: drivers/foo/foo.c:24: not mended [log/missing-newline]: a later part"))
    #expect(result.text.contains("fixup! foo: set up the rings"))
    #expect(!result.text.contains("start: %d\\n"))
  }

  /// The forms for programs have what holds.
  @Test func tellsProgramsWhatHolds() throws {
    let mails = try series()
    struct Document: Decodable {
      struct Finding: Decodable {
        struct Fix: Decodable {
          struct Edit: Decodable, Equatable {
            var path, text: String
            var line, column, endLine, endColumn: Int
          }
          var edits: [Edit]
        }
        var rule: String
        var fixes: [Fix]
      }
      var findings: [Finding]
    }
    let output = try sandbox.run(["--format", "json", "--no-tree", "-"], input: mails).output
    let document = try JSONDecoder().decode(Document.self, from: Data(output))
    let newline = try #require(document.findings.first { $0.rule == "log/missing-newline" })
    let edit = Document.Finding.Fix.Edit(
      path: "drivers/foo/foo.c", text: "\"did not start: %d\\n\"", line: 24, column: 21, endLine: 24,
      endColumn: 40)
    #expect(newline.fixes.flatMap(\.edits) == [edit])
    #expect(document.findings.first { $0.rule == "style/redundant-syntax" }?.fixes.isEmpty == true)
  }

  @Test(arguments: [["--format", "json"], ["--previous", "x"], ["--confirm"], ["--update-baseline"]])
  func standsAlone(_ options: [String]) throws {
    let result = try sandbox.run(["--fixup"] + options + ["-"], input: try series())
    #expect(result.status == 2 && result.talk.contains("--fixup prints patches in place of a report"))
  }

  /// Without a mail there is no subject to name.
  @Test func needsASubject() throws {
    let result = try sandbox.run(["--fixup", "--no-tree", "-"], input: Array(try git("diff", "HEAD~1").utf8))
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("a diff without its mail has no subject to name"))
    #expect(result.talk.hasSuffix("none has a fix that is certain\n"))
  }
}
