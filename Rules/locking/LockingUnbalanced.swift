// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// `locking/unbalanced`: a way through a changed function ends with a lock held that other ways release.
struct LockingUnbalanced: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: patch.notFollowed(.locks))
    var seen: Set<Span> = []
    for found in patch.mistakes(.locks, where: isMistake) {
      let draft = draft(found, patch)
      if seen.insert(draft.primary).inserted { result.findings.append(draft) }
    }
    return result
  }

  /// A function that returns with the lock on all ways takes it for its caller; so does one that has it where it succeeds,
  /// and not where it fails.
  private func isMistake(_ found: HeldByPatch) -> Bool {
    let (held, function) = (found.held, found.function)
    guard !held.givenBack.isEmpty, !isLockFunction(function.name), !saysHeld(function) else { return false }
    // Where the caller can tell by the value whether it has the lock now, it was taken for the caller.
    return found.end.isFailure
      || held.givenBack.contains { other in
        !other.isFailure
          && (found.end.value?.kinds).map { !$0.isDisjoint(with: other.value?.kinds ?? []) } ?? true
      }
  }

  private func isLockFunction(_ name: String) -> Bool {
    name.split(separator: "_").contains {
      $0.hasPrefix("lock") || $0.hasPrefix("trylock") || $0.hasSuffix("lock")
    }
  }

  /// Whether the comment above a function speaks of a lock that is held when it returns.
  private func saysHeld(_ function: ChangedFunction) -> Bool {
    let text = function.syntax.buffer.text
    let start = Int(function.syntax.buffer.tokens[Int(function.syntax[function.new.function].first)].start)
    let before = function.syntax.functions.last {
      function.syntax[$0].end <= function.syntax[function.new.function].first
    }
    let from = before.map { Int(function.syntax.buffer.tokens[Int(function.syntax[$0].end) - 1].end) } ?? 0
    guard from < start else { return false }
    let comment = String(decoding: text[max(from, start - 4000)..<start], as: UTF8.self).lowercased()
    return comment.contains("lock held") || comment.contains("locked") || comment.contains("held on")
      || comment.contains("with the lock") || comment.contains("returns with")
  }

  private func draft(_ found: HeldByPatch, _ patch: PatchFacts) -> FindingDraft {
    let name = found.held.name.joinedMembers
    let message =
      switch found.cause {
      case .leaves: "\(name) is still held on this way out of \(found.function.name)()"
      case .takes: "\(name) is taken, and not released on every way out of \(found.function.name)()"
      case .removed: "\(name) was released here, and is now held on a way out of \(found.function.name)()"
      }
    var draft = found.draft(
      message, patch, did: "taken", ends: "still held here", givenBack: "another way releases it")
    draft.help = "release \(name) before the return"
    return draft
  }
}

extension String {
  /// `a -> b` as it is written.
  var joinedMembers: String {
    replacing(" -> ", with: "->").replacing(" . ", with: ".").replacing(" [ ", with: "[").replacing(
      " ]", with: "]")
  }
}
