// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `config/missing-stub`: a name that is used where, in some configuration, nothing declares it.
struct ConfigMissingStub: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.changedFiles.flatMap(\.new) where source.path.isTranslationUnit {
      let questions = BuildQuestions(patch: patch, source: source)
      for hole in questions.undeclaredNames() where !hole.isUnincluded {
        result.findings.append(questions.draft(hole, "`\(hole.need.name)` is not declared"))
      }
    }
    return result
  }
}

extension BuildQuestions {
  /// Names on added lines that some configuration does not declare.
  func undeclaredNames() -> [Hole] {
    let unit = patch.translationUnit(of: source)
    let uses = unit.outerUses { source.place(ofToken: $0) == .added }
    let needs = Dictionary(grouping: uses, by: \.name).map { Need(name: $0, nodes: $1.map(\.node)) }
      .sorted { source.syntax[$0.nodes[0]].main < source.syntax[$1.nodes[0]].main }
    return holes(in: needs) { need, unit in unit.availability(of: need.name) }
      .filter { !patch.mayBringElsewhere($0.need.name, to: source.path) }
  }
}
