// SPDX-License-Identifier: GPL-2.0-or-later

public import UnifiedDiff

/// What became of the fixes that the findings of one series propose.
public struct Mending: Sendable {
  /// The fixes of one patch that hold.
  public struct Fixup: Sendable {
    /// Of the patch, in `series.patches`.
    public var position: Int
    /// What is mended.
    public var findings: [Finding]
    /// The diff on top of the whole series and of the fixups before this one.
    public var diff: [UInt8]
    /// The patch with the fixes folded in.
    public var folded: Patch
  }

  /// A fix that does not hold.
  public struct Refusal: Sendable {
    public var finding: Finding
    public var why: String
  }

  /// In the order of the series.
  public internal(set) var fixups: [Fixup] = []
  public internal(set) var refusals: [Refusal] = []
  /// The fixes that hold, by the place of their finding among those that are told.
  var fixes: [(index: Int, fix: Fix)] = []
}
