// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText
internal import Synchronization

/// Where names of a tree are, found out when they are asked for: by the cache where it has the tree, else by searching its
/// files.
///
/// A class, as it is a cache; its state is behind locks.
public final class KnownSymbols: Sendable {
  private struct State {
    var known: (any SymbolLookup)?
    /// Where the first answer is one that has yet to be found right.
    var check: Check?
  }

  private let tree: any SourceTree
  let cache: SymbolCache?
  private let presumes: Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - cache: where the symbols of the tree may be; nil for nowhere.
  ///   - presumes: whether a directory that was as the cache says not long ago is taken to be so still. `isRight` tells.
  public init(of tree: any SourceTree, cache: SymbolCache? = nil, presumes: Bool = false) {
    (self.tree, self.cache, self.presumes) = (tree, cache, presumes)
  }

  private init(of tree: any SourceTree, cache: SymbolCache?, known: any SymbolLookup) {
    (self.tree, self.cache, presumes) = (tree, cache, false)
    state.withLock { $0.known = known }
  }

  public var symbols: any SymbolLookup {
    state.withLock { state in
      if let known = state.known { return known }
      if presumes, let cache, let presumed = cache.presumed(of: tree) {
        let check = Check { [tree] in cache.symbols(of: tree) }
        (state.known, state.check) = (presumed, check)
        // Who waits for it before it has begun does it himself.
        SystemThread(givesWay: true) { _ = check.found }?.detach()
        return presumed
      }
      let made = cache?.symbols(of: tree) ?? LazySymbols(of: tree)
      state.known = made
      return made
    }
  }

  /// Whether what was said of the tree so far is true of it. Waits where that is not known yet.
  public var isRight: Bool {
    let (known, check) = state.withLock { ($0.known, $0.check) }
    guard let check, let known = known as? TreeSymbols else { return true }
    return (check.found as? TreeSymbols)?.hasSameFiles(as: known) == true
  }

  /// The same with what was found out since: nothing is presumed.
  public func corrected() -> KnownSymbols {
    let check = state.withLock { $0.check }
    guard let check else { return self }
    return KnownSymbols(of: tree, cache: cache, known: check.found ?? LazySymbols(of: tree))
  }

  /// A look at the whole tree, done once.
  private final class Check: Sendable {
    private let look: @Sendable () -> (any SymbolLookup)?
    private let known = Mutex<(any SymbolLookup)??>(nil)

    init(_ look: @escaping @Sendable () -> (any SymbolLookup)?) { self.look = look }

    var found: (any SymbolLookup)? {
      known.withLock { known in
        if let known { return known }
        let found = look()
        known = .some(found)
        return found
      }
    }
  }
}
