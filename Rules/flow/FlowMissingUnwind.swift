// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// `flow/missing-unwind`: a way out of a changed function leaves behind what the function has made or switched on.
struct FlowMissingUnwind: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: patch.notFollowed(.memory) + patch.notFollowed(.states))
    var seen: Set<Span> = []
    // Where it is handed on and the function succeeds, one of the conditions may say that it was.
    let memory = patch.mistakes(.memory) {
      patch.areBorrows($0.end.passedTo, in: $0.function.unit)
        && ($0.end.isFailure || !patch.mayKeep($0.held, in: $0.function.unit))
    }
    // Only where another way that fails undoes it: what a function switches on mostly stays on.
    let states = patch.mistakes(.states) { found in
      found.end.isFailure && found.held.givenBack.contains(where: \.isFailure)
    }
    for (found, isMemory) in memory.map({ ($0, true) }) + states.map({ ($0, false) }) {
      let draft = draft(found, isMemory: isMemory, patch)
      if seen.insert(draft.primary).inserted { result.findings.append(draft) }
    }
    return result
  }

  private func draft(_ found: HeldByPatch, isMemory: Bool, _ patch: PatchFacts) -> FindingDraft {
    let name = found.held.name.joinedMembers
    let function = found.function.name
    let maker = found.function.syntax.spelling(ofToken: found.held.taken)
    let message =
      switch (found.cause, isMemory) {
      case (.leaves, true): "the memory in \(name) is lost on this way out of \(function)()"
      case (.takes, true): "the memory in \(name) is not freed on every way out of \(function)()"
      case (.removed, true): "the memory in \(name) was freed here, and is now lost"
      case (.leaves, false): "this way out of \(function)() does not undo \(maker)(\(name))"
      case (.takes, false): "\(maker)(\(name)) is not undone on every way on which \(function)() fails"
      case (.removed, false): "\(maker)(\(name)) was undone here, and now is not"
      }
    return found.draft(
      message, patch, did: isMemory ? "made" : "done", ends: "the function ends here",
      givenBack: isMemory ? "another way frees it" : "another way undoes it")
  }
}
