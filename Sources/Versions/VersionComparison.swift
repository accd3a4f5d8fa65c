// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail

/// Two versions of a series, side by side.
public struct VersionComparison: Sendable {
  public let old, new: Series
  /// In the order of the old series; patches that are new come last.
  public let pairs: [PatchPair]
  public let comments: [CommentVerdict]
  public let tags: [TagVerdict]

  /// - Parameter discussion: what was said about the old version.
  public init(old: Series, new: Series, discussion: Discussion) {
    (self.old, self.new) = (old, new)
    pairs = PatchPairing(old.patches, new.patches).pairs
    comments = CommentJudge(old: old, new: new, pairs: pairs, discussion: discussion).verdicts()
    tags = TagJudge(old: old, new: new, pairs: pairs, discussion: discussion).verdicts()
  }
}
