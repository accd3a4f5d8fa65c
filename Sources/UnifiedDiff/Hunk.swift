// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// One `@@` section of a diff.
public struct Hunk: Hashable, Sendable {
  /// The numbers as they were stated.
  public var stated: HunkHeader
  /// The numbers as the lines give them; differs from `stated` where the header lies.
  public var header: HunkHeader
  /// The header line with its ending, as it stands; with a `\\ No newline at end of file` that has no line above it.
  public var headerRange: ByteRange
  /// What follows the second `@@`: the function that git shows, without the blank before it.
  public var section: ByteRange
  /// Line of the text (1-based) where the header stands.
  public var line: UInt32
  public var lines: [DiffLine] = []

  public var added: Int { lines.reduce(0) { $0 + ($1.kind == .added ? 1 : 0) } }
  public var deleted: Int { lines.reduce(0) { $0 + ($1.kind == .removed ? 1 : 0) } }
}

/// A run of lines on one side of a hunk.
public struct LineRange: Hashable, Sendable {
  /// First line, 1-based. Where `count` is 0: the line before the empty place.
  public var start: UInt32
  public var count: UInt32

  public init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }
}

/// One line of a hunk.
public struct DiffLine: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case context, added, removed }

  /// How the line ends in the text.
  public enum Ending: Hashable, Sendable { case lf, crlf, none }

  public var kind: Kind
  /// The line without its marker and its ending.
  public var content: ByteRange
  /// How the line ends in the patch.
  public var ending: Ending
  /// Whether the marker is there: mailers cut the blank of an empty context line.
  public var hasMarker: Bool
  /// The range of a `\ No newline at end of file` line that follows, ending included.
  public var noNewline: ByteRange?
  /// Number in the pre-image (1-based); 0 for an added line.
  public var oldNumber: UInt32
  /// Number in the post-image (1-based); 0 for a removed line.
  public var newNumber: UInt32
  /// Line of the text, 1-based.
  public var line: UInt32
}
