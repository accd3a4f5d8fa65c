// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `config/missing-include`: a name that is declared in a header which the file reaches only by chance.
struct ConfigMissingInclude: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.changedFiles.flatMap(\.new) where source.path.isTranslationUnit {
      let questions = BuildQuestions(patch: patch, source: source)
      let holes = questions.undeclaredNames()
      result.notChecked += holes.notChecked
      for hole in holes.found where hole.isUnincluded {
        result.findings.append(
          questions.draft(hole, "no header declares `\(hole.need.name)` for this file"))
      }
    }
    return result
  }
}
