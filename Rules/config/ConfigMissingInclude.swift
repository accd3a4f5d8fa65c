// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText

/// `config/missing-include`: a name that is declared in a header which the file reaches only by chance.
struct ConfigMissingInclude: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let parts = BuildQuestions.ofEach(in: patch) { questions in
      let holes = questions.undeclaredNames()
      let drafts = questions.drafts(
        holes.found.filter { $0.isUnincluded && !$0.isOfOtherArchitectures }, few: 1,
        mend: { $0.header ?? $0.need.name }
      ) {
        "no header \($0.isType ? "defines" : "declares") `\($0.need.name)`"
          + (questions.affected == nil ? " for this file" : "")
      }
      return CheckResult(drafts + hidden(questions), notChecked: holes.notChecked)
    }
    for part in parts { result.add(part) }
    result.gatherAffected()
    return result
  }

  /// Structs that nothing has named before a parameter list does: a warning of the compiler, and then errors where such a
  /// function is called.
  private func hidden(_ questions: BuildQuestions) -> [FindingDraft] {
    guard questions.affected == nil else { return [] }
    let holes = questions.hiddenTags().found
    var drafts = questions.drafts(holes) {
      "`\($0.need.name)` is declared inside of a parameter list only"
    } origin: { hole in
      hole.places.isEmpty
        ? "nothing before it names the type, which is then another one for each function"
        : "it is defined at \(hole.places.joined(separator: ", ")), which the file does not reach"
    }
    // Where nothing defines it, another version of the file may have had it under another name.
    let unknown = Set(
      holes.filter { hole in
        !questions.patch.isDefined(hole.need.name.split(separator: " ").last.map(String.init) ?? "")
      }
      .map { questions.span($0.need.tokens[0]) })
    for index in drafts.indices {
      if unknown.contains(drafts[index].primary) { drafts[index].relies.insert(.touchedFiles) }
      drafts[index].severity = .warning
      drafts[index].help = "declare it before: `\(drafts[index].symbols.first ?? "struct …");`"
    }
    return drafts
  }
}

extension Hole {
  /// The header that has it: one `#include` brings all that it has.
  fileprivate var header: String? {
    places.first.map { String($0.prefix { $0 != ":" }) }
  }
}

extension BuildQuestions {
  /// Structs and unions on added lines that parameters are declared with, and that nothing else has named.
  fileprivate func hiddenTags() -> Holes {
    let syntax = source.syntax
    var needs: [String: Need] = [:]
    for external in syntax.children(of: syntax.root) {
      for use in syntax.parameterTags(in: external, where: { concerns(Int(syntax[$0].main)) }) {
        let name = "\(use.keyword) \(use.tag)"
        needs[name, default: Need(name: name, tokens: [])].tokens.append(Int(syntax[use.node].main))
      }
    }
    var holes = holes(in: needs.values.sorted { $0.tokens[0] < $1.tokens[0] }) { need, unit in
      let tag = need.name.split(separator: " ").last.map(String.init) ?? ""
      var found = unit.availability(ofNamedTag: tag)
      guard found.condition != .always, unit.isComplete else {
        return found.condition == .always ? found : nil
      }
      found.declarations = patch.headersDefining(tag).map {
        BuiltUnit.Declaration(path: $0.path, line: $0.line, condition: .never, conditionInFile: .always)
      }
      return found
    }
    holes.found.removeAll { patch.mayBringElsewhere(names($0).last ?? "", to: source.path) }
    return holes
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
