// SPDX-License-Identifier: GPL-2.0-or-later

/// What came of putting the hunks of one file on a text.
public struct Application: Hashable, Sendable {
  /// How a hunk fitted.
  public enum Fit: Hashable, Sendable {
    /// Where its header says.
    case exact
    /// As many lines further down (or up, where negative), all lines equal.
    case offset(Int)
    /// With up to two lines of context left out at its ends, as `patch` does.
    case fuzz(Int, offset: Int)
    /// Not at all: the best place tried, and the first line that differs there.
    case failed(Mismatch)
  }

  /// Why a hunk does not fit.
  public struct Mismatch: Hashable, Sendable {
    /// Index into `Hunk.lines` of the first line that differs; nil where the file is not there.
    public var line: Int?
    /// Line of the pre-image (1-based) that stands in its place; 0 where the file has ended.
    public var oldLine: UInt32
    /// What stands there.
    public var found: [UInt8]
  }

  /// The text with every hunk that fitted.
  public var text: [UInt8]
  /// One for each hunk of the file.
  public var fits: [Fit]
  /// For each hunk that fitted: how far the post-image's lines lie from the patch's own numbers.
  public var newOffsets: [Int?]
}

extension Patch {
  /// How a hunk is put on a text.
  public struct ApplyOptions: Hashable, Sendable {
    /// Lines of context that may be left out at each end.
    public var fuzz = 2
    /// Whether lines that differ in white space only are equal, for patches whose white space is lost.
    public var ignoresWhitespace = false

    public init() {}
  }
}
