// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText

/// `config/member-not-there`: a member that its struct has in some configurations only.
struct ConfigMemberNotThere: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let parts = BuildQuestions.ofEach(in: patch) { $0.source.isWhole ? look(into: $0) : CheckResult() }
    for part in parts { result.add(part) }
    result.gatherAffected()
    return result
  }

  private func look(into questions: BuildQuestions) -> CheckResult {
    let source = questions.source
    let syntax = source.syntax
    let unit = questions.patch.translationUnit(of: source)
    var needs: [String: Need] = [:]
    var members: [String: TranslationUnit.MemberUse] = [:]
    var places: [String: [NamedPlace]] = [:]
    for external in syntax.children(of: syntax.root)
    where questions.affected != nil || syntax[external].tokens.contains(where: questions.concerns) {
      let uses = unit.memberUses(in: external) { questions.concerns(Int(syntax[$0].main)) }
      for use in uses {
        guard case .found(let found) = use.lookup else { continue }
        let key = "\(use.structure.name).\(use.name)"
        needs[key, default: Need(name: key, tokens: [])].tokens.append(Int(syntax[use.node].main))
        // Structs without a name have one key.
        places[key, default: []] += found
        members[key] = use
      }
    }
    let sorted = needs.values.sorted { $0.tokens[0] < $1.tokens[0] }
    let holes = questions.holes(in: sorted) { (need: Need, unit: BuiltUnit) -> BuiltUnit.Availability? in
      guard let found = places[need.name], let use = members[need.name] else { return nil }
      return unit.availability(of: use.name, at: found, ofTag: use.structure.tag)
    }
    // Names that are missing under the same condition say it already.
    let said = Set(questions.undeclaredNames().found.map(\.condition))
    let drafts = questions.drafts(holes.found.filter { !said.contains($0.condition) }) { hole in
      let name = syntax.spelling(ofToken: hole.need.tokens[0])
      return "\(hole.need.name.dropLast(name.utf8.count + 1)) has no member `\(name)`"
    }
    return CheckResult(drafts, notChecked: holes.notChecked)
  }
}
