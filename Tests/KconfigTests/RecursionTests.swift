// SPDX-License-Identifier: GPL-2.0-or-later

import Kconfig
import Testing

/// When a symbol decides on itself.
@Suite struct RecursionTests {
  private static let text = """
    config FREE
    \tbool "Free"
    config SELF
    \tbool "Self"
    \tdepends on FREE && SELF
    config LIBRARY
    \tbool "Library"
    config GREEDY
    \tbool "Selects what it depends on"
    \tdepends on LIBRARY
    \tselect LIBRARY
    config USER
    \tbool "Selects what depends on it"
    \tselect HELPER
    config HELPER
    \tbool "Helper"
    \tdepends on USER
    config ONE
    \tbool "One"
    \tdefault !TWO
    config TWO
    \tbool "Two"
    \tdepends on THREE
    config THREE
    \tbool "Three"
    \tselect FREE if ONE
    \tdepends on ONE
    config HIDDEN
    \tbool
    \tdepends on FREE && OUTER
    config OUTER
    \tbool "Outer"
    \tdepends on HIDDEN
    """

  /// Source: `scripts/kconfig/conf` of 6.12 was asked about each of them.
  @Test(
    arguments: [
      ("FREE", nil), ("SELF", ["SELF"]), ("GREEDY", ["GREEDY", "LIBRARY"]),
      ("LIBRARY", ["LIBRARY", "GREEDY"]),
      ("HELPER", nil), ("USER", nil), ("ONE", ["ONE", "TWO", "THREE"]), ("OUTER", ["OUTER", "HIDDEN"]),
      ("NOWHERE", nil),
    ] as [(String, [String]?)])
  func hangsOnItself(_ name: String, _ path: [String]?) {
    #expect(KconfigDatabase(Self.text).recursion(of: name) == path)
  }
}
