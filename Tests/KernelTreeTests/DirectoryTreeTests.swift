// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import SourceText
import Testing

@Suite struct DirectoryTreeTests {
  @Test func readsAFolderAsGitWould() throws {
    let fixture = try GitFixture()
    let big = String(repeating: "0123456789abcde\n", count: 20_000)
    let files = ["README": "old\n", "a.c": "1\n", "a/b.c": "", "a-b": big]
    try FileManager.default.createSymbolicLink(atPath: fixture.path + "/link", withDestinationPath: "README")
    try fixture.commit("one", files)
    let (tree, git) = (try DirectoryTree(opening: fixture.path), try Repository(opening: fixture.path).tree())
    for name in Array(files.keys) + ["link", "none", "a", "a/none", "README/x"] {
      let path = try TreePath(validating: name.utf8)
      #expect(try tree.bytes(of: path) == git.bytes(of: path))
      #expect(try tree.blobID(of: path) == git.blobID(of: path))
    }
    for folder in [nil, try path("a"), try path("none")] {
      #expect(try tree.entries(of: folder) == git.entries(of: folder))
    }
  }

  /// A link is no way out, whatever it names and wherever in the path it stands.
  @Test(arguments: ["out", "up/secret", "loop/x", "folder/out", "in/inner"])
  func staysInside(_ name: String) throws {
    let (outside, fixture) = (try GitFixture(nil), try GitFixture(nil))
    try outside.write(["secret": "s\n"])
    try fixture.write(["folder/inner": "i\n"])
    for (link, target) in [
      "out": outside.path + "/secret", "up": "../" + URL(fileURLWithPath: outside.path).lastPathComponent,
      "loop": "loop", "folder/out": "../../x", "in": "folder",
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: fixture.path + "/" + link, withDestinationPath: target)
    }
    let tree = try DirectoryTree(opening: fixture.path)
    #expect(try tree.bytes(of: path(name)) == nil)
    #expect(try tree.entries(of: path("up")).isEmpty)
  }

  /// Folders that were read stay open, the latest ones.
  @Test func readsFromMoreFoldersThanItKeepsOpen() throws {
    let fixture = try GitFixture(nil)
    let names = (0..<200).map { "folder\($0)/inner/file" }
    try fixture.write(Dictionary(uniqueKeysWithValues: names.map { ($0, $0) }))
    let tree = try DirectoryTree(opening: fixture.path)
    for name in names + names.reversed() {
      #expect(try tree.bytes(of: path(name)) == Array(name.utf8))
    }
  }

  @Test func refusesWhatIsNoFile() throws {
    let fixture = try GitFixture(nil)
    try fixture.write(["kept": "k\n"])
    mkfifo(fixture.path + "/fifo", 0o644)
    truncate(
      FileManager.default.createFile(atPath: fixture.path + "/huge", contents: nil)
        ? fixture.path + "/huge" : "", 65 << 20)
    let tree = try DirectoryTree(opening: fixture.path)
    #expect(throws: SourceTreeError.unreadable(path: "fifo", why: "neither a file nor a folder")) {
      try tree.bytes(of: path("fifo"))
    }
    #expect(throws: SourceTreeError.tooLarge(path: "huge", bytes: 65 << 20)) {
      try tree.bytes(of: path("huge"))
    }
    #expect(try tree.entries(of: nil).map { String(decoding: $0.name, as: UTF8.self) } == ["huge", "kept"])
    #expect(throws: RepositoryError.notAFolder(fixture.path + "/kept")) {
      try DirectoryTree(opening: fixture.path + "/kept")
    }
  }

  @Test func tellsRepositoriesFromDirectories() throws {
    let fixture = try GitFixture()
    try fixture.commit("one", ["sub/a": "1\n", "at@home/b": "2\n"])
    let path = fixture.path
    for (text, expected) in [
      (path, .repository(path, revision: nil)), (path + "@v1", .repository(path, revision: "v1")),
      (path + "@HEAD@{1}", .repository(path, revision: "HEAD@{1}")),
      (path + "/.git@x", .repository(path + "/.git", revision: "x")),
      (path + "/sub", .directory(path + "/sub")), (path + "/at@home", .directory(path + "/at@home")),
    ] as [(String, TreeLocation)] {
      #expect(try TreeLocation(parsing: text) == expected)
    }
    let plain = try GitFixture(nil)
    #expect(try TreeLocation(around: path + "/sub") == .repository(path + "/sub", revision: nil))
    #expect(try TreeLocation(around: plain.path) == .directory(plain.path))
    for (text, expected) in [
      (path + "/none", .noSuchPath(path + "/none")), (path + "/sub/a", .notAFolder(path + "/sub/a")),
      (path + "/sub@v1", .notARepository(path + "/sub")), ("", .noSuchPath("")), ("@", .noSuchPath("@")),
    ] as [(String, RepositoryError)] {
      #expect(throws: expected) { try TreeLocation(parsing: text) }
    }
  }
}
