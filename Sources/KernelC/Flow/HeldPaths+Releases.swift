// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension HeldPaths {
  /// For each function of a text the last names of the locks that it may release, and of what it may switch off, itself or
  /// through others of the text: `lock` of `spin_unlock(&rq->lock)`.
  public static func releases(in tree: SyntaxTree, contracts: Contracts) -> [String: Set<String>] {
    var summaries: [String: Summary] = [:]
    for function in tree.functions {
      summaries[tree.name(of: function), default: Summary()].read(function, tree, contracts)
    }
    // What the functions that are called release is released too, until nothing is added. Each round reaches one
    // call further; deeper chains than these are not followed.
    let names = summaries.keys.sorted()
    for _ in 0..<deepestCalls {
      var isChanged = false
      for name in names {
        guard let summary = summaries[name] else { continue }
        // A function that also takes what it releases is taken to leave it as it was.
        let more = summary.calls.reduce(into: Set<String>()) { members, callee in
          if callee != name, let other = summaries[callee] {
            members.formUnion(other.releases.subtracting(other.acquires))
          }
        }
        guard !more.isSubset(of: summary.releases) else { continue }
        summaries[name]?.releases.formUnion(more)
        isChanged = true
      }
      if !isChanged { break }
    }
    return summaries.compactMapValues { $0.releases.isEmpty ? nil : $0.releases }
  }

  /// Functions between a lock's holder and the one that releases it.
  private static let deepestCalls = 8
}

/// What the calls in a function say by themselves.
private struct Summary {
  var releases: Set<String> = []
  var acquires: Set<String> = []
  var calls: Set<String> = []

  mutating func read(_ function: NodeID, _ tree: SyntaxTree, _ contracts: Contracts) {
    for id in tree.descendants(of: function) where tree[id].kind == .call {
      guard let callee = tree.child(0, of: id), tree[callee].kind == .identifier else { continue }
      let name = tree.name(of: callee)
      calls.insert(name)
      var isKnown = false
      for lock in contracts.locks {
        let isRelease = lock.release.contains(name)
        guard isRelease || lock.takes(name) else { continue }
        isKnown = true
        let argument = tree.child(lock.argument + 1, of: id).flatMap { Self.lastName(of: $0, tree) }
        guard let member = lock.isOnlyOne ? lock.family : argument else { continue }
        if isRelease { releases.insert(member) } else { acquires.insert(member) }
      }
      for pair in contracts.states {
        let isRelease = pair.release.contains(name)
        guard isRelease || pair.acquire.contains(name) else { continue }
        isKnown = true
        guard let member = tree.child(1, of: id).flatMap({ Self.lastName(of: $0, tree) }) else { continue }
        if isRelease { releases.insert(member) } else { acquires.insert(member) }
      }
      // pte_unmap_unlock(pte, ptl) says by its name that it releases one of its arguments.
      if !isKnown, name.lowercased().holds("unlock") {
        releases.formUnion(tree.children(of: id).dropFirst().compactMap { Self.lastName(of: $0, tree) })
      }
    }
  }

  private static func lastName(of argument: NodeID, _ tree: SyntaxTree) -> String? {
    tree[argument].tokens.last { tree.buffer.tokens[$0].kind == .identifier }.map {
      tree.spelling(ofToken: $0)
    }
  }
}

extension Contracts.Lock {
  /// Whether a function takes this kind of lock, always or depending on what it returns.
  func takes(_ function: String) -> Bool {
    acquire.contains(function) || acquireOnZero.contains(function) || acquireOnNonzero.contains(function)
  }
}
