// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// `lifetime/missing-put`: a way through a changed function loses a reference.
struct LifetimeMissingPut: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: patch.notFollowed(.references))
    var seen: Set<Span> = []
    for found in patch.mistakes(.references, where: { isMistake($0, patch) }) {
      let draft = draft(found, patch)
      if seen.insert(draft.primary).inserted { result.findings.append(draft) }
    }
    return result
  }

  private func isMistake(_ found: HeldByPatch, _ patch: PatchFacts) -> Bool {
    let held = found.held
    // get_device(dev) is mostly for an object that lives on: one error path shows that this function gives it back.
    if !found.isInVariable {
      guard found.end.isFailure, held.givenBack.contains(where: \.isFailure) else { return false }
    }
    if !found.end.isFailure, !isLeftLoop(found), patch.mayKeep(held, in: found.function.unit) { return false }
    return patch.areBorrows(found.end.passedTo, in: found.function.unit)
  }

  /// Whether the end is behind a `break` or in a loop that holds its cursor.
  private func isLeftLoop(_ found: HeldByPatch) -> Bool {
    let syntax = found.function.syntax
    return syntax.descendants(of: found.function.new.function).contains {
      syntax[$0].kind == .macroLoop && Int(syntax[$0].first) == found.held.taken
    }
  }

  private func draft(_ found: HeldByPatch, _ patch: PatchFacts) -> FindingDraft {
    let name = found.held.name.joinedMembers
    let release = patch.contracts.references.first { $0.family == found.held.family }?.release.sorted().first
    let message =
      switch found.cause {
      case .leaves: "the reference in \(name) is lost on this way out of \(found.function.name)()"
      case .takes: "the reference in \(name) is not given back on every way out of \(found.function.name)()"
      case .removed: "the reference in \(name) was given back here, and is now lost"
      }
    var draft = found.draft(
      message, patch, did: "taken", ends: "lost here", givenBack: "another way gives it back")
    if let release { draft.help = "\(release)(\(name)) before the way out" }
    return draft
  }
}

extension HeldByPatch {
  /// Whether the call's result is what is held, and not what is behind its argument.
  fileprivate var isInVariable: Bool {
    let syntax = function.syntax
    guard
      let call = syntax.descendants(of: function.new.function).first(where: {
        syntax[$0].kind == .call && Int(syntax[$0].first) == held.taken
      })
    else { return false }
    guard let parent = syntax.parent(of: call) else { return false }
    return syntax[parent].kind == .assignment || syntax[parent].kind == .initDeclarator
      || syntax[parent].kind == .macroLoop || syntax[parent].kind == .parenthesised
  }
}
