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
      let holes = questions.undeclaredNames()
      result.notChecked += holes.notChecked
      for hole in holes.found where !hole.isUnincluded {
        result.findings.append(questions.draft(hole, "`\(hole.need.name)` is not declared"))
      }
    }
    return result
  }
}

extension BuildQuestions {
  /// Names on added lines that some configuration does not declare.
  func undeclaredNames() -> Holes {
    // Of the hunks of one file the last lines differ.
    let last = source.syntax.buffer.tokens.last.map { source.lines.number(ofLine: $0.line) } ?? 0
    return patch.shared("undeclared names of \(source.path) to \(last)") {
      let unit = patch.translationUnit(of: source)
      let uses = unit.outerUses { source.place(ofToken: $0) == .added }
      let needs = Dictionary(grouping: uses, by: \.name).map { Need(name: $0, nodes: $1.map(\.node)) }
        .sorted { source.syntax[$0.nodes[0]].main < source.syntax[$1.nodes[0]].main }
      var holes = holes(in: needs) { need, unit in
        let found = unit.availability(of: need.name)
        // What nothing declares is another question.
        return found.declarations.isEmpty ? nil : found
      }
      holes.found.removeAll { patch.mayBringElsewhere($0.need.name, to: source.path) }
      return holes
    }
  }
}
