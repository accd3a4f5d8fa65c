// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import SourceText
internal import Synchronization

/// What is read of the trees of a run, for all the series that are reviewed on the same one.
///
/// A class, as it is a cache; its state is behind a lock.
public final class KnownTrees: Sendable {
  private struct Entry {
    /// The commit; nil for the one directory that a run has.
    var commit: ObjectID?
    var known: KnownTree
    var uses: Int
  }

  /// The tree that was asked for last is the last.
  private let entries = Mutex<[Entry]>([])
  private let symbolCache: String?

  /// Trees that are held: mail that comes together is mostly for a few.
  private static let most = 2
  /// Series that share what was read. Each leaves headers that only it asked for: after that many what is held is let go, and
  /// the next one begins anew.
  private static let mostUses = 64

  /// - Parameter symbolCache: the folder where `review-patch index` keeps the symbols of trees; nil where files are searched.
  public init(symbolCache: String?) { self.symbolCache = symbolCache }

  /// What is known of the tree of a base.
  func known(of base: Base) -> KnownTree {
    entries.withLock { entries in
      let place = entries.firstIndex { $0.commit == base.commit }
      let old = place.map { entries.remove(at: $0) }
      var entry =
        old.flatMap { $0.uses < Self.mostUses ? $0 : nil }
        ?? Entry(
          commit: base.commit, known: KnownTree(presuming: base.tree, symbolCache: symbolCache), uses: 0)
      entry.uses += 1
      entries.append(entry)
      if entries.count > Self.most { entries.removeFirst() }
      return entry.known
    }
  }

  /// What is known of the tree of a base by now, where what was said of it is not true; nil where it is. Waits until that is
  /// known.
  func corrected(_ known: KnownTree, of base: Base) -> KnownTree? {
    guard !known.isRight else { return nil }
    return entries.withLock { entries in
      let place = entries.firstIndex { $0.commit == base.commit }
      // Another series was told first.
      if let place, !entries[place].known.isSame(as: known) { return entries[place].known }
      let corrected = known.corrected(base.tree)
      if let place { entries[place].known = corrected }
      return corrected
    }
  }
}
