// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import SourceText
internal import UnifiedDiff

/// The patches of a series on their tree, or, without one, on what they show of it.
struct PatchStack {
  private let base: any SourceTree
  private let before: [Patch]
  private let patches: [Patch]

  init(_ facts: SeriesFacts, base: (any SourceTree)?) {
    before = facts.prerequisites.map(\.patch)
    patches = facts.series.patches.map(\.patch)
    self.base = base ?? ShownTree(of: before + patches)
  }

  /// The series with some of its patches replaced.
  func applied(_ folded: [Int: Patch]) -> AppliedPatches {
    var tree = PatchedTree(base: base)
    for patch in before { tree = tree.applying(patch).tree }
    var applied = AppliedPatches(trees: [tree], applications: [])
    for (position, patch) in patches.enumerated() {
      let next = tree.applying(folded[position] ?? patch)
      applied.applications.append(next.application)
      applied.trees.append(next.tree)
      tree = next.tree
    }
    return applied
  }
}

/// A series on its tree.
struct AppliedPatches {
  /// Before each patch, and after the last.
  var trees: [PatchedTree]
  var applications: [PatchApplication]

  /// Why a fix in one patch cannot be put on the tree; nil where it can, and all that follows fits.
  ///
  /// Of a later patch the outer lines of context may differ: git merges what has a line between.
  func misfit(beside other: AppliedPatches, from position: Int) -> String? {
    for index in position..<applications.count {
      let (now, then) = (applications[index].files, other.applications[index].files)
      if index == position {
        if now.contains(where: { $0.fits.contains(where: \.isFailure) }) {
          return "the patch does not fit the tree"
        }
        if zip(now, then).contains(where: { $0.outcome != $1.outcome || $0.fits != $1.fits }) {
          return "with it the patch does not fit the tree as it did"
        }
      } else if zip(now, then).contains(where: { new, old in
        new.outcome != old.outcome || zip(new.fits, old.fits).contains { $0.isFailure && !$1.isFailure }
      }) {
        return "a later part of the series no longer fits"
      }
    }
    return nil
  }

  /// What changes at the end of the series; nil where it cannot be shown as a diff that git takes.
  func difference(from other: AppliedPatches) -> [UInt8]? {
    guard let new = trees.last, let old = other.trees.last else { return nil }
    var text: [UInt8] = []
    for path in new.touched {
      guard let after = try? new.bytes(of: path), let before = try? old.bytes(of: path), after != before
      else { continue }
      guard let difference = FileDifference(of: path, from: before, to: after, isKnown: ShownTree.isShown),
        difference.isAnchored, !difference.text.contains(13)
      else { return nil }
      text += difference.text
    }
    return text
  }
}

extension PatchedTree {
  /// Whether the files that patches touch are the same.
  func agrees(with other: PatchedTree) -> Bool {
    touched == other.touched
      && touched.allSatisfy { path in
        (try? bytes(of: path)) == (try? other.bytes(of: path))
      }
  }
}
