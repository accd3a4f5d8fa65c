// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import SourceText
import Testing

@Suite struct RepositoryTests {
  @Test(arguments: ["", "/.git", "/kernel/bpf", "-bare", "-worktree"])
  func opens(_ place: String) throws {
    let fixture = try GitFixture()
    let head = try fixture.commit("one", ["kernel/bpf/a.c": "int a;\n", "README": "r\n"])
    try fixture.git(["clone", "-q", "--bare", fixture.path, fixture.path + "-bare"])
    try fixture.git(["worktree", "add", "-q", fixture.path + "-worktree"])
    defer {
      for end in ["-bare", "-worktree"] { try? FileManager.default.removeItem(atPath: fixture.path + end) }
    }
    let tree = try Repository(opening: fixture.path + place).tree()
    #expect(tree.commit == head)
    #expect(try tree.bytes(of: path("kernel/bpf/a.c")) == Array("int a;\n".utf8))
  }

  @Test func refuses() throws {
    let plain = try GitFixture(nil)
    try plain.write(["file": "x", "broken/.git": "gitdir: /nowhere\n"])
    let unborn = try GitFixture()
    let odd = try GitFixture()
    try odd.commit("one", ["a": "a\n"])
    let blob = try odd.text("hash-object", "a")
    for (place, expected) in [
      ("", .notARepository(plain.path)), ("/none", .noSuchPath(plain.path + "/none")),
      ("/file", .notAFolder(plain.path + "/file")), ("/file/x", .notAFolder(plain.path + "/file/x")),
    ] as [(String, RepositoryError)] {
      #expect(throws: expected) { try Repository(opening: plain.path + place) }
    }
    #expect(throws: RepositoryError.self) { try Repository(opening: plain.path + "/broken") }
    #expect(throws: RepositoryError.unbornHead(unborn.path)) { try Repository(opening: unborn.path).tree() }
    let repository = try Repository(opening: odd.path)
    for (name, expected) in [
      ("v9", .noSuchRevision("v9")), ("HEAD~5", .noSuchRevision("HEAD~5")), (":::", .noSuchRevision(":::")),
      (blob, .notACommit(blob)), ("", .noSuchRevision("")),
    ] as [(String, RepositoryError)] {
      #expect(throws: expected) { try repository.resolve(name) }
    }
  }

  @Test func namesWhatItCannotOpen() throws {
    let formats = [try GitFixture(["--object-format=sha256"]), try GitFixture()]
    try formats[1].git(["config", "core.repositoryformatversion", "9"])
    for fixture in formats {
      let error = #expect(throws: RepositoryError.self) { try Repository(opening: fixture.path) }
      guard case .corrupt = error else {
        Issue.record(
          "a format that cannot be read was opened, or it was not said: \(String(describing: error))")
        continue
      }
    }
    // Only root can give a folder away, and only others can be kept out of one.
    let (other, isRoot) = (try GitFixture(), geteuid() == 0)
    if isRoot {
      for folder in ["", "/.git"] { chown(other.path + folder, 12345, 12345) }
    } else {
      chmod(other.path, 0)
    }
    let expected: RepositoryError =
      isRoot ? .otherOwner(other.path) : .unreadable(path: other.path, why: "Permission denied")
    #expect(throws: expected) { try Repository(opening: other.path) }
  }

  @Test func readsARevision() throws {
    let fixture = try GitFixture()
    try FileManager.default.createSymbolicLink(atPath: fixture.path + "/link", withDestinationPath: "README")
    try fixture.commit("one", ["README": "old\n", "a.c": "1\n", "a/b.c": "", "a-b": "3\n"])
    try fixture.git(["tag", "-a", "-m", "v1", "v1"])
    try fixture.commit("two", ["README": "new\n"])
    let repository = try Repository(opening: fixture.path)
    let tree = try repository.tree(at: "v1")
    #expect(try tree.bytes(of: path("README")) == Array("old\n".utf8))
    #expect(try tree.blobID(of: path("README")) == fixture.id("v1:README"))
    #expect(try tree.bytes(of: path("a/b.c")) == [])
    #expect(
      try tree.entries(of: nil).map { String(decoding: $0.name, as: UTF8.self) } == [
        "README", "a", "a-b", "a.c", "link",
      ])
    #expect(try tree.entries(of: nil).map(\.kind) == [.file, .folder, .file, .file, .symbolicLink])
    for absent in ["none", "a", "link", "README/x", "a/none/x"] {
      #expect(try tree.bytes(of: path(absent)) == nil)
    }
    #expect(try tree.entries(of: path("none")).isEmpty && tree.entries(of: path("README")).isEmpty)
  }

  @Test func looksUpCommits() throws {
    let fixture = try GitFixture()
    let one = try fixture.commit("net: fix å\n\nBody", ["a": "1\n"])
    let two = try fixture.commit("two", ["a": "2\n"])
    try fixture.git(["checkout", "-q", "-b", "side", one.hex])
    let side = try fixture.commit("side", ["b": "2\n"])
    let repository = try Repository(opening: fixture.path)
    let found = CommitSummary(id: one, subject: Array("net: fix å".utf8))
    #expect(try repository.commit(String(one.hex.prefix(12))) == .found(found))
    #expect(try repository.commit(one.hex) == .found(found))
    for absent in ["123456789012", "xyz", "", try fixture.text("hash-object", "a")] {
      #expect(try repository.commit(absent) == .notFound)
    }
    #expect(try repository.ancestry(of: one, in: two) == .ancestor)
    #expect(try repository.ancestry(of: two, in: two) == .ancestor)
    #expect(try repository.ancestry(of: side, in: two) == .notAncestor)
  }

  @Test func knowsWhatIsNotHere() throws {
    let fixture = try GitFixture()
    try fixture.commit("one", ["a.c": "1\n", "kept": "k\n"])
    let two = try fixture.commit("two", ["a.c": "2\n"])
    try fixture.git(["config", "uploadpack.allowFilter", "true"])
    let (shallow, partial) = (fixture.path + "-shallow", fixture.path + "-partial")
    defer { for path in [shallow, partial] { try? FileManager.default.removeItem(atPath: path) } }
    try fixture.git(["clone", "-q", "--depth=1", "file://" + fixture.path, shallow])
    try fixture.git(["clone", "-q", "--bare", "--filter=blob:none", "file://" + fixture.path, partial])

    let ended = try Repository(opening: shallow)
    #expect(ended.isShallow && !ended.isPartial && !ended.isBare)
    #expect(try ended.tree().bytes(of: path("a.c")) == Array("2\n".utf8))
    #expect(throws: RepositoryError.self) { try ended.resolve("HEAD~1") }
    #expect(try ended.ancestry(of: fixture.id("HEAD~1"), in: two) == .unknown)

    let lazy = try Repository(opening: partial)
    #expect(lazy.isPartial && lazy.isBare && !lazy.isShallow)
    let tree = try lazy.tree()
    let blob = try fixture.id("HEAD:a.c")
    #expect(try tree.blobID(of: path("a.c")) == blob)
    #expect(throws: SourceTreeError.objectMissing(blob.hex)) { try tree.bytes(of: path("a.c")) }
    let treeless = fixture.path + "-treeless"
    defer { try? FileManager.default.removeItem(atPath: treeless) }
    try fixture.git(["clone", "-q", "--bare", "--filter=tree:0", "file://" + fixture.path, treeless])
    let root = try fixture.id("HEAD^{tree}").hex
    #expect(throws: SourceTreeError.objectMissing(root)) {
      try Repository(opening: treeless).tree().entries(of: nil)
    }
    let whole = try Repository(opening: fixture.path)
    #expect(!whole.isShallow && !whole.isPartial)
  }

  @Test(arguments: ["", "-worktree"])
  func servesManyThreads(_ place: String) async throws {
    let fixture = try GitFixture()
    try fixture.commit(
      "one", Dictionary(uniqueKeysWithValues: (0..<50).map { ("d\($0 % 7)/f\($0)", "\($0)\n") }))
    try fixture.git(["worktree", "add", "-q", fixture.path + "-worktree"])
    defer { try? FileManager.default.removeItem(atPath: fixture.path + "-worktree") }
    let tree = try Repository(opening: fixture.path + place).tree()
    let right = try await withThrowingTaskGroup(of: Bool.self) { group in
      for i in 0..<400 {
        group.addTask {
          let path = try TreePath(validating: "d\(i % 50 % 7)/f\(i % 50)".utf8)
          return try tree.bytes(of: path) == Array("\(i % 50)\n".utf8)
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(right == 400)
  }
}
