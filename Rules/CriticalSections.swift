// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// What a function does between taking a lock and releasing it, where both calls are statements of one block.
///
/// Which calls are a pair is known from the contracts, and from the names: `group_lock()` and `group_unlock()` with the
/// same arguments.
struct CriticalSection: Hashable, Sendable {
  /// The same for all sections of one lock, as far as the text tells: `mutex &foo->lock`.
  var lock: String
  /// The call that takes it, and the one that releases it; that is `none` where the end of the block does.
  var acquire, release: NodeID
  /// What is between.
  var tokens: Range<Int>
}

extension SyntaxTree {
  /// In the order of the text.
  func criticalSections(in function: NodeID, _ contracts: Contracts) -> [CriticalSection] {
    descendants(of: function).flatMap { id -> [CriticalSection] in
      switch self[id].kind {
      case .block: sections(ofBlock: id, contracts)
      case .macroLoop: scopedSection(id).map { [$0] } ?? []
      default: []
      }
    }
  }

  private func sections(ofBlock block: NodeID, _ contracts: Contracts) -> [CriticalSection] {
    let statements = Array(children(of: block))
    var found: [CriticalSection] = []
    for (index, statement) in statements.enumerated() {
      if let guarded = guardSection(statement, until: Int(self[block].end) - 1) { found.append(guarded) }
      guard let (lock, acquire) = lockCall(statement, contracts, isRelease: false) else { continue }
      for later in statements[(index + 1)...] {
        guard let (other, release) = lockCall(later, contracts, isRelease: true), other == lock else {
          continue
        }
        found.append(
          CriticalSection(
            lock: lock, acquire: acquire, release: release,
            tokens: Int(self[statement].end)..<Int(self[later].first)))
        break
      }
    }
    return found
  }

  /// The lock of a statement that does nothing but take or release one.
  private func lockCall(_ statement: NodeID, _ contracts: Contracts, isRelease: Bool) -> (
    lock: String, call: NodeID
  )? {
    guard self[statement].kind == .expressionStatement || self[statement].kind == .macroStatement,
      let call = child(0, of: statement).flatMap({ namedCall($0) })
    else { return nil }
    for lock in contracts.locks {
      guard (isRelease ? lock.release : lock.acquire).contains(call.name) else { continue }
      guard call.arguments.indices.contains(lock.argument) else { return nil }
      return ("\(lock.family) \(text(ofExpression: call.arguments[lock.argument]))", call.node)
    }
    guard call.name.holds(isRelease ? "unlock" : "lock"), isRelease || !call.name.holds("unlock") else {
      return nil
    }
    let name = isRelease ? call.name.replacing("unlock", with: "lock") : call.name
    let arguments = call.arguments.map { text(ofExpression: $0) }.joined(separator: ", ")
    return ("\(name)(\(arguments))", call.node)
  }

  /// `guard(mutex)(&lock);`
  private func guardSection(_ statement: NodeID, until end: Int) -> CriticalSection? {
    guard self[statement].kind == .expressionStatement, let outer = child(0, of: statement),
      self[outer].kind == .call, let inner = child(0, of: outer), let call = namedCall(inner),
      call.name == "guard", let family = call.arguments.first
    else { return nil }
    let lock = child(1, of: outer).map { text(ofExpression: $0) } ?? ""
    return CriticalSection(
      lock: "\(text(ofExpression: family)) \(lock)", acquire: outer, release: .none,
      tokens: Int(self[statement].end)..<max(end, Int(self[statement].end)))
  }

  /// `scoped_guard(mutex, &lock) { … }`
  private func scopedSection(_ loop: NodeID) -> CriticalSection? {
    guard let head = child(0, of: loop), let body = child(1, of: loop), let call = namedCall(head),
      call.name == "scoped_guard", let family = call.arguments.first
    else { return nil }
    let lock = call.arguments.dropFirst().map { text(ofExpression: $0) }.joined(separator: ", ")
    return CriticalSection(
      lock: "\(text(ofExpression: family)) \(lock)", acquire: head, release: .none, tokens: self[body].tokens)
  }
}
