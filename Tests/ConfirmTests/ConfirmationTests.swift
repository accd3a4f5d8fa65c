// SPDX-License-Identifier: GPL-2.0-or-later

import Confirm
import Foundation
import Glibc
import Review
import SourceText
import TestSupport
import Testing

/// What the compiler makes of a finding. The builds are real ones, of a tree of one file.
@Suite struct ConfirmationTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var changes: [String: String] = [:]
    var diff = BuildableTree.diff
    var witness = ["LANE=y", "GROUPS=n"]
    var rule = "config/missing-stub"
    /// The last evidence, or its beginning.
    var word: String
    var severity = Severity.error
    var confidence = Confidence.strong
  }

  private static let caller = "int group_get(int fd);\nint two(int fd) { return group_get(fd); }\n"

  @Test(arguments: [
    Case(
      testDescription: "the file fails over the name",
      word: "compiler drivers/lane.c:4:16: error: implicit declaration of function 'group_get' "
        + "[-Werror=implicit-function-declaration] (make ARCH=x86 olddefconfig drivers/lane.o; "
        + "without the patch it is all right)",
      confidence: .observed),
    Case(
      testDescription: "a new file fails over the name", diff: BuildableTree.newFile,
      word: "compiler drivers/new.c:3:16: error: implicit declaration of function 'group_get' "
        + "[-Werror=implicit-function-declaration] (make ARCH=x86 olddefconfig drivers/new.o; the patch adds the file)",
      confidence: .observed),
    Case(
      testDescription: "the base does not have the file built",
      changes: [
        "drivers/Makefile": "",
        "drivers/lane.c": "#include <group.h>\nint lane(int fd)\n{\n\treturn group_get(fd);\n}\n",
      ], diff: BuildableTree.makefileDiff,
      word: "compiler drivers/lane.c:4:16: error: implicit declaration of function 'group_get' "
        + "[-Werror=implicit-function-declaration] (make ARCH=x86 olddefconfig drivers/lane.o; "
        + "without the patch it is not built there)",
      confidence: .observed),
    Case(
      testDescription: "the file compiles", changes: ["include/group.h": "int group_get(int fd);\n"],
      word: "compiler the file compiles in this configuration (make ARCH=x86 olddefconfig drivers/lane.o)",
      severity: .note, confidence: .heuristic),
    Case(
      testDescription: "the file compiles, but is not as the patch leaves it",
      changes: ["drivers/lane.c": "int lane;\n"],
      word:
        "compiler not confirmed: the file compiles in this configuration, without the hunks that do not fit"),
    Case(
      testDescription: "the base does not build", changes: ["include/group.h": "int broken(\n"],
      word: "compiler not confirmed: the base does not build in this configuration: drivers/lane.c:3:"),
    Case(
      testDescription: "the file fails over another name",
      diff: BuildableTree.diff.replacing("group_get", with: "other"),
      word: "compiler not confirmed: the build fails for another reason: drivers/lane.c:4:16: error: implicit"
    ),
    Case(
      testDescription: "the witness does not hold", changes: ["tools/force": ""],
      word: "compiler not confirmed: the configuration does not hold: GROUPS became y"),
    Case(
      testDescription: "Kbuild does not select the file", witness: ["LANE=n", "GROUPS=n"],
      word: "compiler not confirmed: Kbuild does not build drivers/lane.c in this configuration"),
    Case(
      testDescription: "olddefconfig fails", changes: ["Makefile": "olddefconfig:\n\t@false\n"],
      word: "compiler not confirmed: make olddefconfig fails: make: *** [Makefile:2: olddefconfig] Error 1"),
    Case(
      testDescription: "the object calls what no kernel has",
      changes: ["include/group.h": "int group_get(int fd);\n"], rule: "config/div64",
      word: "compiler drivers/lane.o calls group_get(), which no kernel has (make", confidence: .observed),
    Case(
      testDescription: "the object calls it already", changes: ["include/group.h": Self.caller],
      rule: "config/div64",
      word: "compiler not confirmed: it is the same without the patch: drivers/lane.o calls group_get()"),
    Case(
      testDescription: "the object does not call it",
      changes: ["include/group.h": "#define group_get(fd) (fd)\n"], rule: "config/div64",
      word: "compiler the file compiles in this configuration", severity: .note, confidence: .heuristic),
    Case(
      testDescription: "a matter of linking", rule: "config/link-error",
      word: "compiler not confirmed: linking is not tried"),
    Case(testDescription: "a rule of another family", rule: "errno/lost", word: "kconfig "),
  ])
  func says(_ wanted: Case) async throws {
    let tree = try BuildableTree(wanted.changes)
    let before = try tree.snapshot()
    let review = try tree.review(wanted.diff, witness: wanted.witness, rule: wanted.rule)
    let (finding, word) = try await tree.confirmed(review)
    #expect(word.hasPrefix(wanted.word), "\(word)")
    #expect((finding.severity, finding.confidence) == (wanted.severity, wanted.confidence))
    #expect(try tree.snapshot() == before, "the tree was written to")
  }

  /// Programs that are there, the witness, and what is said.
  @Test(
    arguments: [
      (["make", "gcc", "ld", "flex", "bc"], [], "bison is missing"),
      (["make", "ld", "bc"], [], "gcc, flex and bison are missing"),
      (
        ["make", "gcc", "ld", "flex", "bison", "bc"], ["ARCH=arm64"],
        "no compiler for arm64 (aarch64-linux-gnu-gcc)"
      ),
    ])
  func saysWhatIsMissing(_ programs: [String], _ witness: [String], _ why: String) async throws {
    let tree = try BuildableTree()
    let tools = tree.folder.url.appending(path: "few")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    for name in programs {
      try FileManager.default.createSymbolicLink(
        atPath: "\(tools.path)/\(name)", withDestinationPath: "/bin/true")
    }
    let review = try tree.review(witness: witness + ["LANE=y"])
    let (finding, word) = try await tree.confirmed(review, searchPath: tools.path)
    #expect(word == "compiler not confirmed: \(why)")
    #expect(finding.severity == .error)
    #expect(!FileManager.default.fileExists(atPath: tree.cache.path), "a copy was made for nothing")
  }

  @Test(.timeLimit(.minutes(10))) func endsWhatTakesTooLong() async throws {
    let tree = try BuildableTree(["tools/slow": ""])
    var limits = Confirmation.Limits()
    limits.building = .seconds(1)
    let (_, word) = try await tree.confirmed(try tree.review(), limits: limits)
    #expect(word == "compiler not confirmed: make drivers/lane.o took longer than 1 s")
    let left = try tree.snapshot(tree.cache)
    #expect(!left.contains { $0.contains("/build-") }, "\(left)")
  }

  /// A folder and a repository: the same word, twice, nothing written to either, and no file of the patch left.
  @Test(arguments: [false, true])
  func leavesNothingBehind(_ isRepository: Bool) async throws {
    let tree = try BuildableTree()
    if isRepository {
      for arguments in [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "base"]] {
        try #require(
          try Program("/usr/bin/env", in: tree.tree, environment: Self.environment).run(["git"] + arguments)
            .status == 0)
      }
    }
    let before = try tree.snapshot()
    for diff in [BuildableTree.diff, BuildableTree.newFile, BuildableTree.diff] {
      let (finding, word) = try await tree.confirmed(try tree.review(diff))
      #expect(finding.confidence == .observed, "\(word)")
    }
    #expect(try tree.snapshot() == before, "the tree was written to")
    let copy = try FileManager.default.subpathsOfDirectory(atPath: tree.cache.path).filter {
      $0.contains("/source/")
    }
    let names = Set(copy.map { $0.split(separator: "/").dropFirst(3).joined(separator: "/") })
    #expect(names.isSuperset(of: BuildableTree.files.keys) && !names.contains("drivers/new.c"), "\(names)")
    let lane = try #require(copy.first { $0.hasSuffix("drivers/lane.c") })
    let text = try String(contentsOf: tree.cache.appending(path: lane), encoding: .utf8)
    #expect(text == BuildableTree.files["drivers/lane.c"])
  }

  private static let environment = [
    "PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@b",
  ]

  /// What the user changes between two runs is seen, also in a file that a patch has changed in the copy.
  @Test func seesWhatChanged() async throws {
    let tree = try BuildableTree()
    #expect(try await tree.confirmed(try tree.review()).finding.confidence == .observed)
    try tree.write("int group_get(int fd);\n", to: "include/group.h")
    try tree.write("/* lanes */\n" + (BuildableTree.files["drivers/lane.c"] ?? ""), to: "drivers/lane.c")
    let (finding, word) = try await tree.confirmed(try tree.review())
    #expect(finding.severity == .note, "\(word)")
  }

  /// A folder of the tree that is a link leads out of the copy: nothing is written there, whatever a mail names.
  @Test func writesNothingThroughLinks() async throws {
    let tree = try BuildableTree()
    let outside = tree.folder.url.appending(path: "outside")
    try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: tree.tree.appending(path: "link").path, withDestinationPath: outside.path)
    let review = try tree.review(BuildableTree.newFile.replacing("drivers/", with: "link/"))
    let (_, word) = try await tree.confirmed(review)
    #expect(word == "compiler not confirmed: link is no folder of the tree")
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
  }

  /// Two runs do not build in one folder.
  @Test func waitsForNobody() async throws {
    let tree = try BuildableTree()
    let folder = tree.cache.appending(path: "confirm")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let lock = open("\(folder.path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX) == 0)
    let (_, word) = try await tree.confirmed(try tree.review())
    #expect(word.hasPrefix("compiler not confirmed: another run is building in"), "\(word)")
  }
}
