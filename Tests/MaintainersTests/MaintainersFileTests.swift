// SPDX-License-Identifier: GPL-2.0-or-later

import Maintainers
import SourceText
import Testing

@Suite struct MaintainersFileTests {
  private static let text = """
    List of maintainers
    ===================

    \tM: *Mail* patches to: FullName <address@domain>

    FOO DRIVER
    M:\tFay Foo <fay@example.org>
    M:\t"Quo. Ted" <quo@example.org>, Sec Ond <sec@example.org>
    R:\tRay Reviewer <ray@example.org>
    L:\tfoo@lists.example.org
    L:\tfoo-bugs@lists.example.org (moderated for non-subscribers)
    L:\tfoo-private@lists.example.org (subscribers-only)
    S:\tMaintained
    F:\tdrivers/foo/
    F:\tinclude/linux/foo*.h
    F:\tDocumentation/foo
    X:\tdrivers/foo/bar/
    K:\t\\bfoo_(get|put)\\b

    SUN CHIPS
    M:\tSam Sun <sam@example.org>
    N:\tsun[x4567]i

    THE REST
    M:\tLinus Torvalds <torvalds@linux-foundation.org>
    L:\tlinux-kernel@vger.kernel.org
    F:\t*
    F:\t*/

    """

  private static let file = MaintainersFile(parsing: Array(text.utf8))

  @Test func readsSections() throws {
    #expect(Self.file.sections.map(\.name) == ["FOO DRIVER", "SUN CHIPS", "THE REST"])
    let section = Self.file.sections[0]
    #expect(section.status == "Maintained")
    #expect(section.maintainers.map(\.address) == ["fay@example.org", "quo@example.org", "sec@example.org"])
    #expect(section.maintainers.map(\.name) == ["Fay Foo", "Quo. Ted", "Sec Ond"])
    #expect(section.reviewers.map(\.address) == ["ray@example.org"])
    #expect(section.lists.map(\.isForSubscribers) == [false, false, true])
    #expect(section.lists[1].address == "foo-bugs@lists.example.org")
  }

  /// The sections that cover a file.
  @Test(
    arguments: [
      ("drivers/foo/a.c", "FOO DRIVER"), ("drivers/foo/deep/a.c", "FOO DRIVER"), ("drivers/foo/bar/a.c", ""),
      ("drivers/foo.c", ""), ("include/linux/foo.h", "FOO DRIVER"), ("include/linux/foo-bar.h", "FOO DRIVER"),
      ("include/linux/foo/bar.h", ""), ("include/linux/food.hpp", "FOO DRIVER"),
      ("Documentation/foo/x.rst", "FOO DRIVER"),
      ("Documentation/foo.rst", "FOO DRIVER"), ("arch/arm/boot/sun7i-a20.dtsi", "SUN CHIPS"),
      ("arch/arm/sun1i.c", ""),
    ])
  func findsFiles(_ path: String, _ sections: String) throws {
    let matches = Self.file.matches(paths: [try #require(TreePath(path))])
    #expect(
      matches.map(\.section.name).joined(separator: ", ") == (sections.isEmpty ? "" : sections + ", ")
        + "THE REST")
  }

  /// Stars, sets and question marks.
  @Test(
    arguments: [
      ("a/*/c*.[ch]", "a/b/cd.h", true), ("a/*/c*.[ch]", "a/b/cd.S", false),
      ("a/*/c*.[ch]", "a/b/x/cd.c", false),
      ("a?c", "abc", true), ("a?c", "ac", false), ("*/b", "a/b", true), ("*/b/", "x/y/b/z", true),
      ("a[0-3x]", "a2", true), ("a[0-3x]", "a4", false), ("a[^0-3]", "a4", true), ("*.c", "x.c", true),
      ("*.c", "x/y.c", false), ("*a*a*a*a*a*a*a*a*a*a*a*a*b", String(repeating: "a", count: 4_000), false),
    ])
  func readsPatterns(_ pattern: String, _ path: String, _ fits: Bool) throws {
    let file = MaintainersFile(parsing: Array("A\nL: a@b\nF: \(pattern)\n".utf8))
    #expect(file.matches(paths: [try #require(TreePath(path))]).isEmpty != fits)
  }

  /// Keywords, in the log and in changed lines, not in context.
  @Test(
    arguments: [
      (["It calls foo_get() twice."], [], true), ([], ["+\tfoo_put(x);"], true),
      ([], ["-\tfoo_put(x);"], true),
      ([], [" \tfoo_put(x);"], false), (["my_foo_get"], [], false),
    ] as [([String], [String], Bool)])
  func findsKeywords(_ intro: [String], _ changes: [String], _ isFound: Bool) throws {
    let matches = Self.file.matches(
      paths: [try #require(TreePath("a.c"))], intro: intro.map { Array($0.utf8) },
      changes: changes.map { Array($0.utf8) })
    #expect(matches.contains { $0.section.name == "FOO DRIVER" } == isFound)
    if isFound { #expect(matches[0].reason == .keyword("\\bfoo_(get|put)\\b")) }
  }

  /// Text that is nothing of the kind, and patterns that are none.
  @Test(arguments: ["", "F:", "M:\n\nX:\n", "A\nK: (\nN: [\nL: x@y\nF: [\n", "A\r\nL: x@y\r\nF: a/\r\n"])
  func survives(_ text: String) throws {
    let file = MaintainersFile(parsing: Array(text.utf8))
    #expect(file.matches(paths: [try #require(TreePath("a/b"))]).count == (text.contains("a/") ? 1 : 0))
  }
}
