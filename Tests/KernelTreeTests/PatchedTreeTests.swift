// SPDX-License-Identifier: GPL-2.0-or-later

import KernelTree
import SourceText
import Testing
import UnifiedDiff

@Suite struct PatchedTreeTests {
  /// A repository with a base and three commits on top, and the tree that patches are put on.
  private func series(
    _ base: [String: String?], _ steps: [[String: String?]], on other: [String: String?]? = nil
  ) throws -> (fixture: GitFixture, patches: [Patch], tree: PatchedTree) {
    let fixture = try GitFixture()
    try fixture.commit("base", base)
    for step in steps { try fixture.commit("step", step) }
    let patches = try steps.indices.map { index in
      let (old, new) = ("HEAD~\(steps.count - index)", "HEAD~\(steps.count - index - 1)")
      return Patch(parsing: try fixture.git(["diff", "-M", "-C", old, new]))
    }
    if let other {
      try fixture.git(["checkout", "-q", "-b", "other", "HEAD~\(steps.count)"])
      try fixture.commit("other", other)
    } else {
      try fixture.git(["checkout", "-q", "-b", "other", "HEAD~\(steps.count)"])
    }
    return (fixture, patches, PatchedTree(base: try Repository(opening: fixture.path).tree()))
  }

  /// Every file and folder of a tree, all the way down.
  private func listing(_ tree: any SourceTree, _ folder: TreePath? = nil) throws -> [String] {
    try tree.entries(of: folder).flatMap { entry -> [String] in
      let name = try folder?.appending(entry.name) ?? TreePath(validating: entry.name)
      guard entry.kind != .folder else { return ["\(name)/"] + (try listing(tree, name)) }
      return ["\(name) \(try tree.blobID(of: name)?.hex ?? "-")"]
    }
  }

  private static let base = [
    "kernel/a.c": lines(40), "kernel/old/b.c": lines(30), "c.c": lines(20), "kept": "k\n",
    "swap/1": lines(9, [1: "x"]),
    "swap/2": lines(9, [9: "y"]),
  ]

  /// Each tree of the series equals that of git, by names and by blob ids.
  @Test func followsASeries() throws {
    let steps: [[String: String?]] = [
      ["kernel/a.c": lines(40, [3: "three", 30: "thirty"]), "new/d.c": "int d;\n", "empty": ""],
      [
        "kernel/old/b.c": nil, "kernel/b.c": lines(30, [7: "seven"]), "c.c": nil,
        "kernel/a.c": lines(40, [3: "3"]),
      ],
      ["kernel/b.c": lines(30), "new/d.c": nil, "copy.c": lines(30, [7: "seven"]), "kept": "no newline"],
    ]
    var (fixture, patches, tree) = try series(Self.base, steps)
    let repository = try Repository(opening: fixture.path)
    for (index, patch) in patches.enumerated() {
      let before = tree
      let result = tree.applying(patch)
      #expect(result.application.applies == .yes && result.application.reasons.isEmpty)
      #expect(result.application.files.allSatisfy { $0.hadStatedBlob ?? true })
      #expect(try listing(before) == listing(repository.tree(at: "master~\(steps.count - index)")))
      tree = result.tree
    }
    #expect(try listing(tree) == listing(repository.tree(at: "master")))
    #expect(try tree.bytes(of: path("kernel/old/b.c")) == nil && tree.bytes(of: path("new/d.c")) == nil)
  }

  /// What a near tree does to a patch, in one word and in sentences.
  @Test(
    arguments: [
      (["a": "0\n" + lines(20)], .offset, []),
      (["a": lines(20, [8: "eight"])], .fuzz, []),
      (
        ["a": lines(20, [10: "another"])], .no,
        ["a: hunk 1 does not fit: line 10 is `another`, the patch says `line 10`"]
      ),
      (["a": lines(9)], .no, ["a: hunk 1 does not fit: the file has ended, the patch says `line 10`"]),
      (["a": nil, "z": ""], .no, ["a: the file is not there"]),
      (["a": lines(20, [10: "ten"])], .no, ["a: the file is already as the patch leaves it"]),
    ] as [([String: String?], PatchApplication.Verdict, [String])])
  func saysHowItFits(_ tree: [String: String?], _ verdict: PatchApplication.Verdict, _ reasons: [String])
    throws
  {
    let (fixture, patches, base) = try series(["a": lines(20)], [["a": lines(20, [10: "ten"])]], on: tree)
    defer { withExtendedLifetime(fixture) {} }
    let (after, application) = base.applying(patches[0])
    #expect(application.applies == verdict)
    #expect(application.reasons == reasons)
    let isLeftOut = verdict == .no && !reasons[0].contains("already")
    #expect(after.fragments(of: try path("a")) == (isLeftOut ? [Array("ten\n".utf8)] : []))
  }

  @Test func keepsGoingWhereAHunkFails() throws {
    let steps: [[String: String?]] = [
      ["a": lines(40, [5: "five", 30: "thirty"]), "new": "n\n"],
      ["a": lines(40, [5: "V", 20: "XX", 30: "thirty"])],
    ]
    let near: [String: String?] = ["a": lines(40, [29: "x", 30: "y", 31: "z"]), "new": "other\n"]
    let (fixture, patches, base) = try series(["a": lines(40)], steps, on: near)
    defer { withExtendedLifetime(fixture) {} }
    let (first, one) = base.applying(patches[0])
    #expect(one.applies == .partly)
    #expect(
      one.reasons == [
        "a: hunk 2 does not fit: line 29 is `x`, the patch says `line 29`", "new: the file exists already",
      ])
    #expect(one.files.map(\.outcome) == [.applied, .existsAlready])
    #expect(one.files[0].hadStatedBlob == false)
    #expect(first.fragments(of: try path("a")) == [Array("thirty\n".utf8)])
    let (second, two) = first.applying(patches[1])
    #expect(two.applies == .yes)
    let text = lines(40, [5: "V", 20: "XX", 29: "x", 30: "y", 31: "z"])
    #expect(try second.bytes(of: path("a")) == Array(text.utf8))
    #expect(try base.bytes(of: path("a")) != first.bytes(of: path("a")))
  }

  @Test(
    arguments: [
      ("--- kernel/a.c\n+++ kernel/a.c\n", "kernel/a.c", .yes),
      ("--- linux-6.1/kernel/a.c\n+++ linux-6.1/kernel/a.c\n", "kernel/a.c", .yes),
      ("--- /dev/null\n+++ linux-6.1/kernel/n.c\n", "kernel/n.c", .yes),
      ("--- /dev/null\n+++ kernel/n.c\n", "kernel/n.c", .yes),
      ("--- a/b/kernel/a.c\n+++ b/b/kernel/a.c\n", "b/kernel/a.c", .no),
    ] as [(String, String, PatchApplication.Verdict)])
  func findsNamesWithoutPrefixes(_ header: String, _ name: String, _ verdict: PatchApplication.Verdict) throws
  {
    let isNew = header.contains("null")
    let hunk = isNew ? "@@ -0,0 +1 @@\n+two\n" : "@@ -1 +1 @@\n-one\n+two\n"
    let fixture = try GitFixture(nil)
    try fixture.write(["kernel/a.c": "one\n"])
    let tree = PatchedTree(base: try DirectoryTree(opening: fixture.path))
    let (after, application) = tree.applying(Patch(parsing: Array((header + hunk).utf8)))
    #expect(application.applies == verdict)
    #expect(application.files.map { $0.path } == [try path(name)])
    #expect(try after.bytes(of: path(name)) == (verdict == .yes ? Array("two\n".utf8) : nil))
  }

  /// Whatever is cut off or out of a patch, it gives a verdict and a tree that can be read.
  @Test func survivesDamage() throws {
    let (fixture, patches, base) = try series(
      Self.base,
      [
        [
          "kernel/old/b.c": nil, "kernel/b.c": lines(30, [7: "seven"]), "c.c": nil,
          "kernel/a.c": lines(40, [3: "3"]),
        ]
      ])
    defer { withExtendedLifetime(fixture) {} }
    let text = patches[0].text
    let damaged = stride(from: 0, to: text.count, by: 13).flatMap {
      [Array(text[..<$0]), Array(text[$0...])]
    }
    for text in damaged {
      let (after, application) = base.applying(Patch(parsing: text))
      #expect(application.files.isEmpty == (application.applies == .unknown))
      #expect(try !listing(after).isEmpty)
    }
  }

  /// A tree in which a file was renamed already keeps what it has under the new name.
  @Test func keepsWhatWasRenamedBefore() throws {
    let moved = lines(20, [4: "four"])
    let (fixture, patches, base) = try series(
      ["old.c": lines(20)], [["old.c": nil, "new.c": lines(20, [7: "seven"])]],
      on: ["old.c": nil, "new.c": moved])
    defer { withExtendedLifetime(fixture) {} }
    let (tree, application) = base.applying(patches[0])
    #expect(application.files.map(\.outcome) == [.existsAlready] && application.isMostlyUnfit)
    #expect(try tree.bytes(of: path("new.c")) == Array(moved.utf8))
    #expect(tree.fragments(of: try path("new.c")) == [Array("seven\n".utf8)])
  }

  @Test func swapsNames() throws {
    let fixture = try GitFixture(nil)
    try fixture.write(["1": "one\n", "2": "two\n"])
    let patch = [("1", "2"), ("2", "1")].map {
      "diff --git a/\($0) b/\($1)\nsimilarity index 100%\nrename from \($0)\nrename to \($1)\n"
    }
    let tree = PatchedTree(base: try DirectoryTree(opening: fixture.path))
    let (after, application) = tree.applying(Patch(parsing: Array(patch.joined().utf8)))
    #expect(application.applies == .yes)
    #expect(
      try ["1", "2"].map { try after.bytes(of: path($0)) } == [Array("two\n".utf8), Array("one\n".utf8)])
  }

  @Test func doesNotGuessBinaries() throws {
    let fixture = try GitFixture()
    try fixture.commit("base", ["logo": "\0a", "a": "1\n"])
    try fixture.commit("new", ["logo": "\0b", "a": "2\n"])
    let patch = Patch(parsing: try fixture.git(["diff", "--binary", "HEAD~", "HEAD"]))
    let (after, application) = PatchedTree(base: try Repository(opening: fixture.path).tree(at: "HEAD~"))
      .applying(patch)
    #expect(application.applies == .yes && application.files.map(\.outcome) == [.applied, .binary])
    #expect(throws: SourceTreeError.unreadable(path: "logo", why: "a binary patch changes it")) {
      try after.bytes(of: path("logo"))
    }
  }
}
