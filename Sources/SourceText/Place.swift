// SPDX-License-Identifier: GPL-2.0-or-later

/// A place that a person can go to: a line, and a column where it is known.
public struct Place: Hashable, Comparable, Sendable {
  /// 1-based line.
  public var line: UInt32
  /// 1-based byte column, 0 where the whole line is meant.
  public var column: UInt32

  public init(line: UInt32, column: UInt32 = 0) {
    self.line = line
    self.column = column
  }

  public static func < (a: Place, b: Place) -> Bool { (a.line, a.column) < (b.line, b.column) }
}
