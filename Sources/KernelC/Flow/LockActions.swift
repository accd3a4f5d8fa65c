// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension ActionReader {
  mutating func lockCall(_ id: NodeID, of top: NodeID, _ actions: inout [PathAction]) {
    guard let function = tree.child(0, of: id), tree[function].kind == .identifier else { return }
    let name = tree.name(of: function)
    if sleeps(id, name) { actions.append(.sleep(name, tree[id].first)) }
    for (number, lock) in contracts.locks.enumerated() {
      let isTaken = lock.takes(name)
      let isRelease = lock.release.contains(name)
      guard isTaken || isRelease else { continue }
      let argument = tree.child(lock.argument + 1, of: id)
      guard lock.isOnlyOne || argument != nil else { continue }
      let named = lock.isOnlyOne ? theOne(lock.family, number) : argument.flatMap { holdName($0, number) }
      guard let lockName = named else {
        isUncertain = true
        return
      }
      if isInChoice(id, below: top) { isUncertain = true }
      if let argument, !lock.isOnlyOne { pointers(in: argument, &actions) }
      if isTaken {
        actions.append(
          .acquire(lock.taking(lockName, by: name, result: holder(of: id, top), token: tree[id].first)))
      } else {
        actions.append(.release(lockName, tree[id].first))
      }
      return
    }
    if let members = releases[name] {
      actions.append(.mayRelease(members: members))
    } else if name.lowercased().holds("unlock") || name.holds("release") {
      actions.append(.mayRelease(members: nil))
    }
    for argument in tree.children(of: id).dropFirst() where tree[argument].kind == .unary {
      guard tree.buffer.tokens[Int(tree[argument].main)].kind == .ampersand,
        let inner = tree.child(0, of: argument)
      else { continue }
      if !Self.looksOnly(name), let lockName = holdName(argument, 0) { actions.append(.handOver(lockName)) }
      // f(&x) may write to x.
      if tree[inner].kind == .identifier { actions.append(.change(tree.name(of: inner))) }
    }
  }

  private func theOne(_ family: String, _ kind: Int) -> HoldName {
    HoldName(kind: kind, text: family, member: family, names: [])
  }

  /// Whether code that holds a lock may sleep.
  func maySleep(_ lock: HoldName) -> Bool { subject != .locks || contracts.locks[lock.kind].maySleep }

  /// Whether a call may sleep: by the function's name, or as it makes memory with `GFP_KERNEL`.
  private func sleeps(_ call: NodeID, _ name: String) -> Bool {
    if contracts.sleeps.contains(name) { return true }
    return contracts.allocations.contains { $0.acquire.contains(name) }
      && tree.children(of: call).dropFirst().contains { argument in
        let words = keys.names(PathTest.plain(argument, tree))
        return words.contains("GFP_KERNEL") && !words.contains { $0.hasPrefix("GFP_") && $0 != "GFP_KERNEL" }
      }
  }

  /// Functions that ask about a lock, or leave it as it was.
  private static func looksOnly(_ name: String) -> Bool {
    name.hasPrefix("lockdep") || name.holds("is_locked") || name.holds("assert")
      || name.hasPrefix("cond_resched")
      || name.hasPrefix("wait_event") || name.hasPrefix("rcu_") || name.holds("init")
      || name.holds("is_held")
  }

  /// Who locks `lock` or `&n->lock` has one.
  private mutating func pointers(in argument: NodeID, _ actions: inout [PathAction]) {
    let plain = PathTest.plain(argument, tree)
    if tree[plain].kind != .unary, let key = keys.key(plain) { actions.append(.follow(key)) }
    for id in tree.descendants(of: argument) where tree[id].kind == .arrowMember {
      guard let base = tree.child(0, of: id), let key = keys.key(PathTest.plain(base, tree)) else { continue }
      actions.append(.follow(key))
    }
  }
}

extension Contracts.Lock {
  /// The lock is taken: always, or where the call returns 0, or something else.
  fileprivate func taking(_ lock: HoldName, by function: String, result: Int?, token: UInt32)
    -> PathAction.Acquire
  {
    let nonzero = PathValue([.negative, .positive])
    if acquire.contains(function) {
      return PathAction.Acquire(name: lock, result: nil, success: .unknown, failure: nil, token: token)
    }
    let isOnZero = acquireOnZero.contains(function)
    return PathAction.Acquire(
      name: lock, result: result, success: isOnZero ? .zero : PathValue([.positive]),
      failure: isOnZero ? nonzero : .zero,
      token: token)
  }
}
