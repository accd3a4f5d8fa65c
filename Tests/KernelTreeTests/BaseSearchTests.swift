// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import SourceText
import Testing
import UnifiedDiff

@Suite struct BaseSearchTests {
  /// master: root - one - two - three; topic, from `one`: work, a commit that is in no series, then patches.
  private let fixture: GitFixture
  private let root, one, three, work, patched: ObjectID

  init() throws {
    let fixture = try GitFixture()
    root = try fixture.commit("root", ["a": lines(20), "b": lines(20), "c": "c\n"])
    one = try fixture.commit("one", ["a": lines(20, [1: "1"])])
    try fixture.commit("two", ["a": lines(20, [1: "2"]), "b": lines(20, [5: "5"])])
    three = try fixture.commit("three", ["a": lines(20, [1: "3"])])
    try fixture.git(["checkout", "-q", "-b", "topic", one.hex])
    work = try fixture.commit("work", ["c": "work\n"])
    try fixture.commit("first", ["a": lines(20, [1: "1", 9: "nine"]), "new": "n\n"])
    patched = try fixture.commit(
      "second", ["a": lines(20, [1: "1", 9: "IX"]), "b": lines(20, [8: "8"]), "new": "n2\n"])
    try fixture.git(["checkout", "-q", "master"])
    try fixture.git(["branch", "-q", "-D", "topic"])
    self.fixture = fixture
  }

  /// The clues of the two patches, as they are sent.
  private func clues(_ change: (inout BaseClues) -> Void = { _ in }) throws -> BaseClues {
    var clues = BaseClues()
    clues.files = BaseClues.touched(by: [
      Patch(parsing: try fixture.git(["diff", work.hex, patched.hex + "~"])),
      Patch(parsing: try fixture.git(["diff", patched.hex + "~", patched.hex])),
    ])
    change(&clues)
    return clues
  }

  private func search(
    _ revision: String? = nil, prefixes: [String: String] = [:],
    _ change: (inout BaseClues) -> Void = { _ in }
  ) throws -> Base {
    let place = BaseSearch.Place.repository(try Repository(opening: fixture.path), revision: revision)
    return try BaseSearch(in: place, clues: clues(change), prefixes: prefixes).base()
  }

  private func expect(
    _ base: Base, _ commit: ObjectID?, _ source: Base.Source, exact: Bool, tried: String,
    _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(base.commit == commit && base.source == source && base.exact == exact, sourceLocation: place)
    #expect(base.tried.joined(separator: "\n").contains(tried), sourceLocation: place)
  }

  @Test func readsCluesOfTheFirstTouch() throws {
    let a = try #require(ObjectID(try fixture.text("rev-parse", "--short", work.hex + ":a")))
    let b = try #require(ObjectID(try fixture.text("rev-parse", "--short", work.hex + ":b")))
    #expect(
      try clues().files == [
        .init(path("a"), .blob(a)), .init(path("new"), .absent), .init(path("b"), .blob(b)),
      ])
  }

  @Test func takesTheGivenRevision() throws {
    expect(try search("HEAD"), three, .given, exact: false, tried: "blob ids: 1 of 3 files agree at HEAD")
    #expect(try search("HEAD").disagreeing == [path("a"), path("b")])
    #expect(throws: RepositoryError.noSuchRevision("v7")) { try search("v7") }
  }

  @Test func takesTheBaseCommit() throws {
    expect(try search { $0.baseCommit = work }, work, .baseCommit, exact: true, tried: "all 3 files agree")
    expect(
      try search { ($0.baseCommit, $0.files) = (root, []) }, root, .baseCommit, exact: true,
      tried: "no file could be compared")
    // Another commit has the very files: it is the better base.
    expect(
      try search { $0.baseCommit = three }, one, .blobs, exact: true,
      tried: "base-commit \(three.hex.prefix(12)) is here, 1 of 3")
    let absent = try #require(ObjectID("00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee"))
    expect(
      try search { $0.baseCommit = absent }, one, .blobs, exact: true,
      tried: "base-commit 00c0ffee00c0 is not in")
    let wrong = try BaseClues.Touched(path("c"), .blob(absent))
    expect(
      try search { ($0.baseCommit, $0.files) = (work, [wrong]) }, work, .baseCommit, exact: false,
      tried: "0 of 1")
  }

  @Test func findsPrerequisites() throws {
    try fixture.git(["branch", "deps", patched.hex])
    let repository = try Repository(opening: fixture.path)
    let ids = try [patched, fixture.id(patched.hex + "~")].compactMap { try repository.patchID(of: $0) }
    let blob = BaseClues.Touched(try path("b"), .blob(try fixture.id(patched.hex + ":b")))
    let base = try search { ($0.baseCommit, $0.prerequisitePatchIDs, $0.files) = (one, ids, [blob]) }
    expect(base, patched, .prerequisite, exact: true, tried: "2 prerequisite patches: found up to")
    let absent = try #require(ObjectID("00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee"))
    expect(
      try search { ($0.baseCommit, $0.prerequisitePatchIDs, $0.files) = (one, ids + [absent], []) },
      one, .baseCommit, exact: false, tried: "3 prerequisite patches: 2 found")
  }

  @Test func findsBlobs() throws {
    expect(
      try search(), one, .blobs, exact: true,
      tried: "all files agree at \(one.hex.prefix(12)), 2 commits below HEAD")
    try fixture.git(["tag", "v1", work.hex])
    expect(try search(), work, .blobs, exact: true, tried: "all files agree at refs/tags/v1")
    try fixture.git(["checkout", "-q", "--detach", work.hex])
    expect(try search(), work, .blobs, exact: true, tried: "all 3 files agree at HEAD")
  }

  @Test func fallsBackToWhatIsNear() throws {
    let absent = BaseClues.Touched(try path("c"), .blob(try #require(ObjectID("00c0ffee"))))
    expect(
      try search { $0.files.append(absent) }, three, .none, exact: false,
      tried: "blob ids: 00c0ffee of c is not in")
    expect(
      try search(prefixes: ["bpf-next": one.hex]) {
        $0.files.append(absent)
        $0.treePrefixes = ["PATCH", "bpf-next"]
      }, one, .prefix, exact: false, tried: "prefix bpf-next: \(one.hex), 3 of 4 files agree")
    expect(
      try search(prefixes: ["net": "gone"]) { ($0.files, $0.treePrefixes) = ([], ["net"]) },
      three, .none, exact: false, tried: "prefix net: gone: no such revision")
    // Off HEAD's first parents, and on the configured tree's.
    try fixture.git(["update-ref", "refs/hidden/x", patched.hex])
    let file = BaseClues.Touched(try path("c"), .blob(try fixture.id(work.hex + ":c")))
    expect(
      try search(prefixes: ["net": "refs/hidden/x"]) { ($0.files, $0.treePrefixes) = ([file], ["net"]) },
      patched, .blobs, exact: true, tried: "refs/hidden/x")
  }

  @Test func comparesADirectory() throws {
    let folder = try GitFixture(nil)
    try folder.write(["a": lines(20, [1: "1"]), "b": lines(20)])
    let place = try BaseSearch.Place(opening: TreeLocation(parsing: folder.path))
    let base = try BaseSearch(in: place, clues: clues()).base()
    expect(base, nil, .given, exact: true, tried: "all 3 files agree in \(folder.path)")
    try folder.write(["new": ""])
    expect(try BaseSearch(in: place, clues: clues()).base(), nil, .given, exact: false, tried: "2 of 3")
  }

  @Test func readsShallowPartialAndBroken() throws {
    try fixture.git(["config", "uploadpack.allowFilter", "true"])
    let paths = ["-shallow", "-partial"].map { fixture.path + $0 }
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    try fixture.git(["clone", "-q", "--depth=2", "file://" + fixture.path, paths[0]])
    try fixture.git(["clone", "-q", "--bare", "--filter=blob:none", "file://" + fixture.path, paths[1]])
    func base(_ path: String) throws -> Base {
      try BaseSearch(
        in: .repository(Repository(opening: path), revision: nil), clues: clues { $0.baseCommit = root }
      ).base()
    }
    expect(
      try base(paths[0]), three, .none, exact: false, tried: "base-commit \(root.hex.prefix(12)) is not in")
    expect(try base(paths[1]), one, .blobs, exact: true, tried: "2 commits below HEAD")
    try fixture.write([
      ".git/refs/heads/broken": "not an id\n",
      ".git/refs/heads/dangling": "\(String(repeating: "1", count: 40))\n",
    ])
    expect(try search(), one, .blobs, exact: true, tried: "2 commits below HEAD")
    let unborn = try GitFixture()
    #expect(throws: RepositoryError.unbornHead(unborn.path)) { try base(unborn.path) }
  }

  /// Nothing that is asked changes a byte, of the work tree or of the repository.
  @Test func changesNothing() throws {
    try fixture.write(["a": "edited\n", "untracked": "u\n"])
    let before = try fixture.snapshot()
    for change in [{ _ in }, { $0.baseCommit = root }, { $0.files = [] }] as [(inout BaseClues) -> Void] {
      let base = try search(nil, change)
      let patch = Patch(parsing: try Repository(opening: fixture.path).mail(range: "HEAD~2..HEAD").bytes)
      let (after, _) = PatchedTree(base: base.tree).applying(patch)
      _ = try (after.entries(of: nil), after.bytes(of: path("a")))
    }
    #expect(try fixture.snapshot() == before && !before.isEmpty)
  }
}
