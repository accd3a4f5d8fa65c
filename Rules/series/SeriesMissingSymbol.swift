// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `series/missing-symbol`: a name that is used, and that neither the tree nor the series defines.
struct SeriesMissingSymbol: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for questions in BuildQuestions.changed(by: patch) {
      let holes = questions.unknownNames()
      let names = Set(holes.found.compactMap { questions.names($0).last })
      guard !names.isEmpty, let symbols = patch.symbols else { continue }
      let later = patch.laterDeclarations(of: names)
      let own = Set(patch.changedFiles.flatMap(\.new).filter(\.isWhole).map(\.path))
      for hole in holes.found {
        guard let name = questions.names(hole).last, later[name] == nil else { continue }
        // A word that others use comes from somewhere.
        let users = symbols.files(using: name)
        guard users.isComplete else {
          result.notChecked.append("whether the tree has `\(name)` is not known: not all of it was searched")
          continue
        }
        guard users.paths.allSatisfy({ own.contains($0) }), !patch.mayMake(name) else { continue }
        result.findings.append(draft(hole, questions))
      }
    }
    return result
  }

  private func draft(_ hole: Hole, _ questions: BuildQuestions) -> FindingDraft {
    var draft = questions.draftOfUnknown(
      hole, "`\(hole.need.name)` is defined nowhere, neither in the tree nor in the series",
      "all headers that the file includes are there; no other C file, header or assembly of the tree has the word, and no macro puts it together"
    )
    draft.relies = [.exactTree, .earlierParts]
    return draft
  }
}

extension PatchFacts {
  /// Whether some changed file may declare a name.
  fileprivate func mayMake(_ name: String) -> Bool {
    changedFiles.flatMap(\.new).contains { FileNames(of: $0.syntax).mayDeclare(name) }
  }
}
