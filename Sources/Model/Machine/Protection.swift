// SPDX-License-Identifier: GPL-2.0-or-later

/// What is assumed of memory that threads share, so that fewer interleavings have to be tried, and what was seen of it.
///
/// An access to what is always guarded by the same lock, or never written while it is shared, cannot be told apart from
/// one a moment earlier or later: no other thread runs before it. The assumptions begin as bold as can be. Where an
/// execution contradicts one, it is given up and the search begins anew; when a search ends without a contradiction, its
/// result is that of all interleavings.
///
/// Source: R. J. Lipton, "Reduction: a method of proving properties of parallel programs", CACM 1975; S. D. Stoller,
/// "Model-checking multi-threaded distributed Java programs", SPIN 2000; S. Savage et al., "Eraser", SOSP 1997.
struct Protection: Sendable {
  /// Cells of one kind: where their objects come from, and the way into them with every index as 0.
  struct Place: Hashable, Sendable {
    var site: SiteID
    var path: PathID
  }

  /// A lock that guards cells.
  enum Guard: Hashable, Sendable {
    /// Of a variable of the program, by its number.
    case fixed(object: Int32, PathID)
    /// In the same object as the cell.
    case inside(PathID)
  }

  private struct Seen: Sendable {
    var isWritten = false
    /// nil before the first access.
    var guards: [Guard]?
  }

  /// Places that other threads may write at any time.
  private(set) var unguarded: Set<Place> = []
  /// Sites of objects that are freed while other threads know them.
  private(set) var freedWhileShared: Set<SiteID> = []
  /// Sites of locks that somebody looks at without waiting for them.
  private(set) var observedLocks: Set<Place> = []
  /// Whether every access counts as one that others may write: the search without assumptions.
  let assumesNothing: Bool
  private var seen: [Place: Seen] = [:]
  /// An assumption was given up since the search began.
  private(set) var isContradicted = false

  init(assumesNothing: Bool) { self.assumesNothing = assumesNothing }

  /// Begins a search with what is still assumed.
  mutating func begin() {
    seen.removeAll()
    isContradicted = false
  }

  /// Notes an access to shared memory.
  /// - Parameter guards: the locks that the thread holds.
  mutating func note(_ place: Place, isWrite: Bool, guards: [(lock: Guard, mode: LockMode)]) {
    guard !assumesNothing, !unguarded.contains(place) else { return }
    var now = seen[place] ?? Seen()
    // What is held for reading guards against those who write only.
    let usable = guards.filter { !isWrite || $0.mode == .exclusive }
    now.guards =
      now.guards.map { $0.filter { lock in usable.contains { $0.lock == lock } } } ?? usable.map(\.lock)
    now.isWritten = now.isWritten || isWrite
    seen[place] = now
    if now.isWritten, now.guards?.isEmpty == true {
      unguarded.insert(place)
      isContradicted = true
    }
  }

  func isUnguarded(_ place: Place) -> Bool { assumesNothing || unguarded.contains(place) }

  mutating func noteFree(of site: SiteID) {
    if !assumesNothing, freedWhileShared.insert(site).inserted { isContradicted = true }
  }

  func mayBeFreed(_ site: SiteID) -> Bool { assumesNothing || freedWhileShared.contains(site) }

  mutating func noteLook(at place: Place) {
    if !assumesNothing, observedLocks.insert(place).inserted { isContradicted = true }
  }

  func isObserved(_ place: Place) -> Bool { assumesNothing || observedLocks.contains(place) }
}
