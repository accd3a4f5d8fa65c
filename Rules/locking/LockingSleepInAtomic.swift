// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// `locking/sleep-in-atomic`: a function that may sleep is called with a spinlock held.
struct LockingSleepInAtomic: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: patch.notFollowed(.locks))
    var seen: Set<Span> = []
    for (function, paths) in patch.followed(.locks) where !paths.sleeping.isEmpty {
      let old = Set(
        function.old.flatMap { $0.paths(.locks, patch).sleeping }.map {
          "\($0.function) \($0.lock)"
        })
      for call in paths.sleeping where !old.contains("\(call.function) \(call.lock)") {
        let isCallAdded = function.unit.place(ofToken: call.call) == .added
        guard isCallAdded || function.unit.place(ofToken: call.taken) == .added else { continue }
        let draft = draft(call, isCallAdded: isCallAdded, in: function, patch)
        if seen.insert(draft.primary).inserted { result.findings.append(draft) }
      }
    }
    return result
  }

  private func draft(
    _ call: HeldPaths.SleepingCall, isCallAdded: Bool, in function: ChangedFunction, _ patch: PatchFacts
  ) -> FindingDraft {
    let lock = call.lock.joinedMembers
    let callSpan = patch.span(ofCall: call.call, in: function.new)
    let lockSpan = patch.span(ofCall: call.taken, in: function.new)
    let isAllocation = !patch.contracts.sleeps.contains(call.function)
    let what = isAllocation ? "\(call.function)() with GFP_KERNEL" : "\(call.function)()"
    var draft = FindingDraft(
      isCallAdded
        ? "\(what) may sleep, and \(lock) is held here"
        : "\(what) is called with \(lock) held, and may sleep",
      at: isCallAdded ? callSpan : lockSpan,
      evidence: [
        Evidence(
          .source,
          "\(call.family) \(lock) is taken at line \(function.line(call.taken)), and nothing on the way to line \(function.line(call.call)) releases it"
        )
      ])
    draft.related = [
      isCallAdded ? RelatedSpan(lockSpan, label: "taken here") : RelatedSpan(callSpan, label: "may sleep")
    ]
    draft.symbols = [function.name, call.function]
    if isAllocation { draft.help = "allocate before the lock is taken, or with GFP_ATOMIC" }
    if function.unit.isWhole, !function.isShown(call.way) { draft.relies = [.tree] }
    return draft
  }
}
