// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `config/missing-include`: a name that is declared in a header which the file reaches only by chance.
struct ConfigMissingInclude: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for questions in BuildQuestions.all(of: patch) {
      let holes = questions.undeclaredNames()
      result.notChecked += holes.notChecked
      result.findings += questions.drafts(
        holes.found.filter { $0.isUnincluded && !$0.isOfOtherArchitectures }
      ) {
        "no header \($0.isType ? "defines" : "declares") `\($0.need.name)`"
          + (questions.affected == nil ? " for this file" : "")
      }
    }
    result.gatherAffected()
    return result
  }
}

extension BuildQuestions {
  /// Where no line that the patch adds uses the name, the `#include` is the place that it takes away.
  func blameRemovedInclude(_ draft: inout FindingDraft, _ hole: Hole) {
    guard affected == nil, !isAdded(hole.need), let first = removedIncludes.first else { return }
    let cause = removedIncludes.first { line in
      hole.places.contains { place in
        place.split(separator: ":").first.map { line.text.contains($0.split(separator: "/").last ?? "") }
          ?? false
      }
    }
    draft.related.insert(RelatedSpan(draft.primary, label: FindingDraft.usedHere), at: 0)
    draft.primary = cause ?? first
  }
}
