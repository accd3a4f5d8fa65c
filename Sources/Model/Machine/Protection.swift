// SPDX-License-Identifier: GPL-2.0-or-later

/// What is assumed of memory that threads share, so that fewer interleavings have to be tried, and what was seen of it.
///
/// An access to what is always guarded by the same lock, or never written while it is shared, cannot be told apart from
/// one a moment earlier or later: no other thread runs before it. The assumptions begin as bold as can be. Where an
/// execution contradicts one, it is given up and the search begins anew; when a search ends without a contradiction, its
/// result is that of all interleavings. Until it begins anew the assumptions stay as they are, so that what a state leads
/// to depends on nothing but the state.
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
    var isWritten: Bool
    /// Locks that were held at every access.
    var guards: [Guard]
  }

  /// What is not assumed.
  private struct Facts: Sendable {
    /// Places that other threads may write at any time.
    var unguarded: Set<Place> = []
    /// Sites of objects that are freed while other threads know them.
    var freedWhileShared: Set<SiteID> = []
    /// Places of locks that somebody looks at without waiting for them.
    var observedLocks: Set<Place> = []

    mutating func formUnion(_ other: Facts) {
      unguarded.formUnion(other.unguarded)
      freedWhileShared.formUnion(other.freedWhileShared)
      observedLocks.formUnion(other.observedLocks)
    }
  }

  /// Whether every access counts as one that others may write: the search without assumptions.
  let assumesNothing: Bool
  private var known = Facts()
  /// What was found out since the search began.
  private var found = Facts()
  private var seen: [Place: Seen] = [:]

  init(assumesNothing: Bool) { self.assumesNothing = assumesNothing }

  /// An assumption was contradicted since the search began.
  var isContradicted: Bool { foundCount > 0 }

  /// How much was found out since then.
  var foundCount: Int { found.unguarded.count + found.freedWhileShared.count + found.observedLocks.count }

  /// Begins a search with what is still assumed.
  mutating func begin() {
    known.formUnion(found)
    found = Facts()
    seen.removeAll()
  }

  /// Takes over what another search of the same program has seen since it began.
  mutating func merge(_ other: Protection) {
    found.formUnion(other.found)
    for (place, theirs) in other.seen { note(place, theirs) }
  }

  /// Notes an access to shared memory.
  /// - Parameter guards: the locks that the thread holds.
  mutating func note(_ place: Place, isWrite: Bool, guards: [(lock: Guard, mode: LockMode)]) {
    guard !isUnguarded(place) else { return }
    // What is held for reading guards against those who write only.
    let usable = guards.filter { !isWrite || $0.mode == .exclusive }
    note(place, Seen(isWritten: isWrite, guards: usable.map(\.lock)))
  }

  private mutating func note(_ place: Place, _ access: Seen) {
    guard var now = seen[place] else {
      seen[place] = access
      return contradict(place, access)
    }
    let guards = now.guards.filter { access.guards.contains($0) }
    guard guards.count < now.guards.count || access.isWritten && !now.isWritten else { return }
    now = Seen(isWritten: now.isWritten || access.isWritten, guards: guards)
    seen[place] = now
    contradict(place, now)
  }

  private mutating func contradict(_ place: Place, _ now: Seen) {
    if now.isWritten, now.guards.isEmpty { found.unguarded.insert(place) }
  }

  func isUnguarded(_ place: Place) -> Bool { assumesNothing || known.unguarded.contains(place) }

  mutating func noteFree(of site: SiteID) {
    if !mayBeFreed(site) { found.freedWhileShared.insert(site) }
  }

  func mayBeFreed(_ site: SiteID) -> Bool { assumesNothing || known.freedWhileShared.contains(site) }

  mutating func noteLook(at place: Place) {
    if !isObserved(place) { found.observedLocks.insert(place) }
  }

  func isObserved(_ place: Place) -> Bool { assumesNothing || known.observedLocks.contains(place) }
}
