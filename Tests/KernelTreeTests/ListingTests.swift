// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import SourceText
import Testing

/// Lists of all files, with what stands for their content.
@Suite struct ListingTests {
  @Sendable private static func isSource(_ name: [UInt8]) -> Bool { name.suffix(2).elementsEqual(".c".utf8) }

  private func names(_ tree: any ListedTree, skipping: Set<[UInt8]> = []) throws -> [String] {
    try tree.files(skipping: skipping, where: Self.isSource).map(\.path.description)
  }

  @Test func foldersAndRevisionsListTheSame() throws {
    let fixture = try GitFixture()
    try fixture.commit(
      "one",
      [
        "b.c": "1\n", "a/x.c": "2\n", "a/b/y.c": "3\n", "a.h": "", "doc/z.c": "4\n", "doc/in/z.c": "5\n",
        "a-b/c.c": "",
      ])
    try FileManager.default.createSymbolicLink(atPath: fixture.path + "/link.c", withDestinationPath: "b.c")
    try FileManager.default.createSymbolicLink(atPath: fixture.path + "/linked", withDestinationPath: "a")
    let tree = try DirectoryTree(opening: fixture.path)
    let revision = try Repository(opening: fixture.path).tree()
    let expected = ["a-b/c.c", "a/b/y.c", "a/x.c", "b.c", "doc/z.c"]
    #expect(try names(tree, skipping: [Array("doc".utf8)]) == expected)
    #expect(try names(revision, skipping: [Array("doc".utf8)]) == expected)
    #expect(
      try tree.listedByFolder(skipping: [Array("doc".utf8)], where: Self.isSource).map(\.path.description)
        == expected)
    for file in try revision.files(skipping: [], where: Self.isSource) {
      #expect(try file.stamp == revision.blobID(of: file.path).map { .blob($0) })
    }
  }

  /// What changed just now may change again in the same tick; what is older has a stamp that tells.
  @Test func recentFilesHaveNoStamp() throws {
    let fixture = try GitFixture(nil)
    try fixture.write(["a.c": "1\n"])
    let tree = try DirectoryTree(opening: fixture.path)
    func stamp() throws -> FileStamp? { try tree.files(skipping: [], where: Self.isSource).first?.stamp }
    #expect(try stamp() == nil)
    var seen: FileStamp?
    for _ in 0..<40 where seen == nil {
      usleep(100_000)
      seen = try stamp()
    }
    #expect(try seen != nil && stamp() == seen)
  }

  /// What stands for a folder is made of what stands for its files.
  @Test func foldersHaveTheStampsOfTheirFiles() throws {
    let fixture = try GitFixture(nil)
    try fixture.write([
      "b.c": "1\n", "a/x.c": "2\n", "a/b/c/d/e/y.c": "3\n", "a/b/no.h": "", "doc/z.c": "4\n",
      "doc/in/z.c": "5\n",
      "a/b/c/x.c": "6\n",
    ])
    try FileManager.default.createSymbolicLink(atPath: fixture.path + "/linked", withDestinationPath: "a")
    try FileManager.default.createSymbolicLink(atPath: fixture.path + "/a/link.c", withDestinationPath: "x.c")
    let tree = try DirectoryTree(opening: fixture.path)
    let skipped: Set = [Array("doc".utf8)]
    func expected() throws -> [String: UInt64?] {
      var stamps: [TreePath?: FolderStamp] = [:]
      for file in try DirectoryTree(opening: fixture.path).files(skipping: skipped, where: Self.isSource) {
        stamps[file.path.folder, default: FolderStamp(of: file.path.folder)].add(
          name: file.path.name, file.stamp)
      }
      return Dictionary(uniqueKeysWithValues: stamps.map { ($0.key?.description ?? "", $0.value.value) })
    }
    func found() throws -> [String: UInt64?] {
      let folders = try tree.folders(skipping: skipped) { name, _ in Self.isSource(name) }
      return Dictionary(uniqueKeysWithValues: folders.map { ($0.folder?.description ?? "", $0.value) })
    }
    #expect(try found().keys.sorted() == ["", "a", "a/b/c", "a/b/c/d/e", "doc"])
    for _ in 0..<40 where try found().values.contains(nil) { usleep(100_000) }
    let (before, wanted) = try (found(), expected())
    #expect(before == wanted && !before.values.contains(nil))
    try fixture.write(["a/b/c/x.c": "7\n"])
    let after = try found()
    #expect(after["a"] == before["a"] && after["a/b/c"] != before["a/b/c"])
    let here = try tree.files(in: TreePath("a"), where: Self.isSource).map(\.path.description)
    #expect(try here == ["a/x.c"] && tree.files(in: TreePath("gone"), where: Self.isSource).isEmpty)
  }

  @Test func keysTellTreesApart() throws {
    let (one, two) = (try GitFixture(), try GitFixture())
    try one.commit("one", ["a.c": "1\n"])
    try two.commit("two", ["a.c": "1\n"])
    let trees = try [one, two].map { try Repository(opening: $0.path).tree() }
    #expect(trees[0].contentID == trees[1].contentID && trees[0].cacheKey == trees[1].cacheKey)
    try one.commit("more", ["a.c": "2\n"])
    #expect(try Repository(opening: one.path).tree().contentID != trees[0].contentID)
    let folders = try [one, two].map { try DirectoryTree(opening: $0.path) }
    #expect(folders[0].cacheKey != folders[1].cacheKey && folders[0].contentID == nil)
    #expect(try DirectoryTree(opening: one.path + "/.").cacheKey == folders[0].cacheKey)
  }
}
