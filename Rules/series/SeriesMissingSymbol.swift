// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `series/missing-symbol`: a name that is used, or a header that is included, and that neither the tree nor the series has.
struct SeriesMissingSymbol: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for questions in BuildQuestions.changed(by: patch) {
      headers(questions, &result)
      let holes = questions.unknownNames()
      let names = Set(holes.found.compactMap { questions.names($0).last })
      guard !names.isEmpty, let symbols = patch.symbols else { continue }
      let later = patch.laterDeclarations(of: names)
      let own = Set(patch.changedFiles.flatMap(\.new).filter(\.isWhole).map(\.path))
      for hole in holes.found {
        guard let name = questions.names(hole).last, later[name] == nil else { continue }
        // A word that others use comes from somewhere.
        let users = symbols.files(usingAny: [name], atMost: 1) { !own.contains($0) }
        guard users.isComplete else {
          result.notChecked.append("whether the tree has `\(name)` is not known: not all of it was searched")
          continue
        }
        guard users.paths.isEmpty, !patch.mayMake(name) else { continue }
        result.findings.append(draft(hole, questions))
      }
    }
    return result
  }

  private func headers(_ questions: BuildQuestions, _ result: inout CheckResult) {
    let patch = questions.patch
    for header in questions.unknownHeaders() {
      guard let path = TreePath("include/\(header.name)"), patch.laterFile(including: header.name) == nil,
        !patch.isMade(header.name, for: questions.source.path), let symbols = patch.symbols
      else { continue }
      // What others include is made, or found by a way that is not understood.
      let others = symbols.includers(of: path)
      guard others.isComplete, others.paths.allSatisfy({ $0 == questions.source.path }) else { continue }
      var draft = FindingDraft(
        "`\(header.name)` is included, and neither the tree nor the series has it",
        at: questions.span(header.token),
        evidence: [
          Evidence(
            .source,
            "it is in none of the folders that headers of \(questions.source.path) are looked for in; no other file includes it, and no Makefile above makes it"
          )
        ])
      draft.symbols = [header.name]
      draft.relies = [.exactTree, .earlierParts]
      result.findings.append(draft)
    }
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
  /// Whether a Makefile that is read for a file mentions a header, or what it is made from.
  fileprivate func isMade(_ header: String, for path: TreePath) -> Bool {
    let name = header.split(separator: "/").last ?? ""
    let stem = WordSearch(String(name.split(separator: ".").first ?? ""))
    var folder = path.folder
    var makefiles = [TreePath("Makefile"), TreePath("Kbuild")].compactMap { $0 }
    while let current = folder {
      makefiles += ["Makefile", "Kbuild"].compactMap { try? current.appending(Array($0.utf8)) }
      folder = current.folder
    }
    return makefiles.contains { makefile in
      guard let text = (try? postimage?.bytes(of: makefile)) ?? nil else { return false }
      return stem.isIn(text)
    }
  }

  /// Whether some changed file may declare a name.
  fileprivate func mayMake(_ name: String) -> Bool {
    changedFiles.flatMap(\.new).contains { FileNames(of: $0.syntax).mayDeclare(name) }
  }
}
