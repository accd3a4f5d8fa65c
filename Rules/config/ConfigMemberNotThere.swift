// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText

/// `config/member-not-there`: a member that its struct has in some configurations only.
struct ConfigMemberNotThere: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.changedFiles.flatMap(\.new) where source.path.isTranslationUnit && source.isWhole {
      look(into: source, patch, &result)
    }
    return result
  }

  private func look(into source: SourceUnit, _ patch: PatchFacts, _ result: inout CheckResult) {
    let syntax = source.syntax
    let unit = patch.translationUnit(of: source)
    var needs: [String: Need] = [:]
    var places: [String: [NamedPlace]] = [:]
    for external in syntax.children(of: syntax.root) where source.isTouched(external) {
      let uses = unit.memberUses(in: external) { source.place(ofToken: Int(syntax[$0].main)) == .added }
      for use in uses {
        guard case .found(let found) = use.lookup else { continue }
        let key = "\(use.structure.name).\(use.name)"
        needs[key, default: Need(name: key, nodes: [])].nodes.append(use.node)
        places[key] = found
      }
    }
    let questions = BuildQuestions(patch: patch, source: source)
    let sorted = needs.values.sorted { syntax[$0.nodes[0]].main < syntax[$1.nodes[0]].main }
    let holes = questions.holes(in: sorted) { $1.availability(of: places[$0.name] ?? []) }
    result.notChecked += holes.notChecked
    // Names that are missing under the same condition say it already.
    let said = Set(questions.undeclaredNames().found.map(\.condition))
    result.findings += questions.drafts(holes.found.filter { !said.contains($0.condition) }) { hole in
      let name = syntax.name(of: hole.need.nodes[0])
      return "\(hole.need.name.dropLast(name.utf8.count + 1)) has no member `\(name)`"
    }
  }
}
