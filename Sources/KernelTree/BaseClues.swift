// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText
public import UnifiedDiff

/// What a series says about the tree it is for.
///
/// Source: `git-format-patch(1)`, "BASE TREE INFORMATION"; the `index` lines of its diffs.
public struct BaseClues: Hashable, Sendable {
  /// What a file must be in the base.
  public enum Expectation: Hashable, Sendable {
    /// This content, by the id, abbreviated or not.
    case blob(ObjectID)
    /// Not there: the series makes it.
    case absent
    /// There, with any content: it is renamed, copied or gets another mode.
    case present
    /// The patch has no `index` line for it.
    case unknown
  }

  /// A file that the series touches, as it must be before the series.
  public struct Touched: Hashable, Sendable {
    public var path: TreePath
    public var expectation: Expectation

    public init(_ path: TreePath, _ expectation: Expectation) {
      (self.path, self.expectation) = (path, expectation)
    }
  }

  public var baseCommit: ObjectID?
  public var prerequisitePatchIDs: [ObjectID] = []
  /// Words of the subject prefixes that may name a tree: `bpf-next`, `net`.
  public var treePrefixes: [String] = []
  /// Each path once.
  public var files: [Touched] = []

  public init() {}

  /// What the patches of a series, in their order, say of each file before the first that touches it.
  public static func touched(by patches: [Patch]) -> [Touched] {
    var seen: Set<TreePath> = []
    var files: [Touched] = []
    for change in patches.flatMap(\.files) where change.form != .combined {
      if let old = change.oldPath, seen.insert(old).inserted {
        let expectation: Expectation =
          if let blob = change.oldBlob, !blob.isZero, blob.hex.utf8.count >= Limits.blobDigits {
            .blob(blob)
          } else if change.hunks.isEmpty, change.binary == nil {
            .present
          } else {
            .unknown
          }
        files.append(Touched(old, expectation))
      }
      if let new = change.newPath, seen.insert(new).inserted { files.append(Touched(new, .absent)) }
    }
    return files
  }
}
