// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
internal import SourceText
public import UnifiedDiff

/// What mends a finding: edits of one file, made together, that leave what the code does as it was meant.
public struct Fix: Hashable, Sendable {
  public var edits: [TextEdit]

  public init(_ edits: [TextEdit]) { self.edits = edits }

  /// Other text for some tokens of the new side; what is aligned to a parenthesis behind them stays aligned.
  ///
  /// nil where a comment would be lost, or the patch does not show the lines.
  /// - Parameter text: without newlines; where it is empty and nothing else is on the lines, they go too.
  public init?(replacing tokens: Range<Int>, of unit: SourceUnit, with text: String) {
    guard let edits = EditedText(unit).edits(replacing: tokens, with: Array(text.utf8)) else { return nil }
    self.edits = edits
  }

  /// Puts text before a token.
  public init?(inserting text: String, before token: Int, of unit: SourceUnit) {
    guard let edits = EditedText(unit).edits(inserting: Array(text.utf8), before: token) else { return nil }
    self.edits = edits
  }

  /// Moves whole lines; both places are lines of the new side.
  /// - Parameter target: the line that it shall stand before, or behind.
  public init?(movingLineOf token: Int, toLineOf target: Int, behind: Bool, of unit: SourceUnit) {
    guard let edits = EditedText(unit).edits(moving: token, to: target, behind: behind) else { return nil }
    self.edits = edits
  }

  /// Takes out the line of a token.
  public init?(removingLineOf token: Int, of unit: SourceUnit) {
    guard let line = EditedText(unit).wholeLine(of: token) else { return nil }
    edits = [line]
  }

  /// Both; nil where they are in each other's way.
  public func joined(with other: Fix) -> Fix? {
    let collide = edits.contains { edit in other.edits.contains { $0.collides(with: edit) } }
    return collide ? nil : Fix(edits + other.edits)
  }
}
