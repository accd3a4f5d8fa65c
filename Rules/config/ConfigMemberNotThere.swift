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
    // Members of one struct under one condition are one finding.
    var seen: [String: Int] = [:]
    for hole in holes.found {
      let name = syntax.name(of: hole.need.nodes[0])
      let structure = String(hole.need.name.dropLast(name.utf8.count + 1))
      if let known = seen["\(structure) \(hole.condition)"] {
        result.findings[known].symbols.append(name)
        result.findings[known].related.append(
          RelatedSpan(questions.span(hole.need.nodes[0]), label: "and `\(name)` here"))
        continue
      }
      seen["\(structure) \(hole.condition)"] = result.findings.count
      var draft = questions.draft(hole, "\(structure) has no member `\(name)`")
      draft.symbols = [structure.split(separator: " ").last.map(String.init) ?? structure, name]
      result.findings.append(draft)
    }
  }
}
