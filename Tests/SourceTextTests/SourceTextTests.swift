// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import Testing

struct SourceTextTests {
  @Test(
    arguments: [
      ("a/b.c", nil), ("a b/ö.c", nil), ("...", nil), ("a/.gitignore", nil), ("", .empty),
      ("/etc/passwd", .absolute),
      ("a//b", .emptyComponent), ("a/", .emptyComponent), ("../x", .dotComponent), ("a/./b", .dotComponent),
      ("a/..", .dotComponent), (".git/config", .gitFolder), ("a/.git", .gitFolder), ("a\0b", .containsNUL),
      (String(repeating: "x", count: 4097), .tooLong),
    ] as [(String, TreePathError?)])
  func pathsStayInTheTree(_ name: String, _ error: TreePathError?) {
    do throws(TreePathError) {
      let path = try TreePath(validating: name.utf8)
      #expect(error == nil && path.description == name)
    } catch let thrown {
      #expect(thrown == error)
    }
  }

  @Test func pathsKnowTheirFolder() throws {
    let path = try #require(TreePath("kernel/hook/ops.c"))
    #expect(path.folder == TreePath("kernel/hook"))
    #expect(path.name.elementsEqual("ops.c".utf8))
    #expect(TreePath("top.c")?.folder == nil)
    #expect(try path.folder?.appending("lane.c".utf8) == TreePath("kernel/hook/lane.c"))
  }

  /// Lines, their contents, and the line of every byte, with and without a newline at the end.
  @Test(
    arguments: [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nbc", ["a", "", "bc"]), ("\n\n", ["", ""]),
      ("a\r\nb\n", ["a\r", "b"]),
    ] as [(String, [String])])
  func linesAreCounted(_ text: String, _ contents: [String]) {
    let bytes = Array(text.utf8)
    let table = LineTable(bytes)
    #expect((0..<table.count).map { bytes.string(table.content($0)) } == contents)
    #expect((0..<table.count).flatMap { bytes[table.whole($0)] } == bytes)
    let found = bytes.indices.map { table.index(at: UInt32($0)) }
    #expect(found == (0..<table.count).flatMap { line in table.whole(line).indices.map { _ in line } })
  }

  @Test(arguments: [
    ("0123abcdef", true), ("ABCD", true), ("123", false), ("xyz1", false),
    (String(repeating: "a", count: 65), false),
  ])
  func objectNames(_ text: String, _ isOne: Bool) { #expect((ObjectID(text) != nil) == isOne) }

  @Test func abbreviationsAgree() throws {
    let (short, long) = (try #require(ObjectID("12ab")), try #require(ObjectID("12AB34")))
    #expect(short.agrees(with: long) && long.agrees(with: short))
    #expect(ObjectID("12ac")?.agrees(with: long) == false)
    #expect(ObjectID("0000000")?.isZero == true && !long.isZero)
  }
}
