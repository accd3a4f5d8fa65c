// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// Other text for a piece of a file, placed by the lines of a patch's post-image.
public struct TextEdit: Hashable, Sendable {
  /// A place between two bytes.
  public struct Position: Hashable, Sendable, Comparable {
    /// 1-based, by the patch's own numbers.
    public var line: UInt32
    /// 1-based, in bytes.
    public var column: UInt32

    public init(line: UInt32, column: UInt32) { (self.line, self.column) = (line, column) }

    public static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
  }

  public var path: TreePath
  /// The end does not belong to it. A line goes with its newline where it ends in column 1 of the next.
  public var start, end: Position
  /// What stands there instead.
  public var text: [UInt8]

  public init(path: TreePath, start: Position, end: Position, text: [UInt8]) {
    (self.path, self.start, self.end, self.text) = (path, start, end, text)
  }

  /// The last line that it changes.
  var lastLine: UInt32 { end.column == 1 && end.line > start.line ? end.line - 1 : end.line }

  /// Whether the order in which they are made would matter.
  public func collides(with other: TextEdit) -> Bool {
    guard path == other.path else { return false }
    return start == other.start || start < other.end && other.start < end
  }
}
