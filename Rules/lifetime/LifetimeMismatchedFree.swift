// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// `lifetime/mismatched-free`: memory is freed by a function that is for that of others.
struct LifetimeMismatchedFree: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: patch.notFollowed(.memory))
    var seen: Set<Span> = []
    for (function, paths) in patch.followed(.memory) where !paths.wrongReleases.isEmpty {
      let old = Set(
        function.old.flatMap { $0.paths(.memory, patch).wrongReleases }.map {
          "\($0.function) \($0.name)"
        })
      for free in paths.wrongReleases where !old.contains("\(free.function) \(free.name)") {
        let isFreeAdded = function.unit.place(ofToken: free.call) == .added
        guard isFreeAdded || function.unit.place(ofToken: free.taken) == .added else { continue }
        let draft = draft(free, isFreeAdded: isFreeAdded, in: function, patch)
        if seen.insert(draft.primary).inserted { result.findings.append(draft) }
      }
    }
    return result
  }

  private func draft(
    _ free: HeldPaths.WrongRelease, isFreeAdded: Bool, in function: ChangedFunction, _ patch: PatchFacts
  ) -> FindingDraft {
    let maker = function.syntax.spelling(ofToken: free.taken)
    let freeSpan = patch.span(ofCall: free.call, in: function.new)
    let makeSpan = patch.span(ofCall: free.taken, in: function.new)
    let pair = patch.contracts.allocations.first { $0.family == free.family }
    let name = free.name.joinedMembers
    var draft = FindingDraft(
      "\(free.function)() frees \(name), which \(maker)() made", at: isFreeAdded ? freeSpan : makeSpan,
      evidence: [
        Evidence(
          .source,
          "\(name) is set at line \(function.line(free.taken)) by \(maker)(), and by nothing else on the way to line \(function.line(free.call))"
        )
      ])
    draft.related = [
      isFreeAdded ? RelatedSpan(makeSpan, label: "made here") : RelatedSpan(freeSpan, label: "freed here")
    ]
    draft.symbols = [function.name, free.function, maker]
    if let pair {
      draft.help =
        pair.isManaged
        ? "the device frees it; leave it out, or use \(pair.release.sorted().first ?? "")()"
        : "what \(maker)() makes is for \(pair.release.sorted().prefix(2).map { "\($0)()" }.joined(separator: " or "))"
    }
    if function.unit.isWhole, !function.isShown([function.new.function]) { draft.relies = [.tree] }
    return draft
  }
}
