// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `series/no-member`: a member that is used and that its struct does not have.
struct SeriesNoMember: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let removed = patch.removedMembers
    for file in patch.changedFiles {
      for unit in file.new { look(into: unit, removed, patch, &result) }
    }
    return result
  }

  private func look(
    into source: SourceUnit, _ removed: Set<String>, _ patch: PatchFacts, _ result: inout CheckResult
  ) {
    let syntax = source.syntax
    let unit = patch.translationUnit(of: source)
    var seen: Set<String> = []
    for external in syntax.children(of: syntax.root) {
      let kind = syntax[external].kind
      guard kind == .function || kind == .declaration,
        source.isTouched(external) || !removed.isEmpty && source.isWhole
      else { continue }
      let missing = unit.missingMembers(in: external) { id in
        source.place(ofToken: Int(syntax[id].main)) == .added || removed.contains(syntax.name(of: id))
      }
      for member in missing where seen.insert("\(member.structure.name).\(member.name)").inserted {
        // That is breaks-bisection's to say.
        if let tag = member.structure.tag, patch.laterMember(member.name, of: tag) != nil { continue }
        // What the patch itself removes or brings is known; the rest another version of the tree may have.
        let isOwn =
          removed.contains(member.name) || member.definitions.allSatisfy { patch.adds($0, in: source) }
        if isOwn || patch.isOnExactBase {
          // Another architecture's headers may have another definition.
          guard case .absent = TypeReader(patch.widened(unit)).member(member.name, of: member.structure)
          else {
            continue
          }
        }
        var draft = draft(member, in: source, removed, patch)
        draft.relies = [isOwn ? .tree : .exactTree, .earlierParts]
        result.findings.append(draft)
      }
    }
  }

  private func draft(
    _ member: TranslationUnit.MissingMember, in source: SourceUnit, _ removed: Set<String>,
    _ patch: PatchFacts
  ) -> FindingDraft {
    let token = Int(source.syntax[member.node].main)
    let places = member.definitions.map { "\($0.file.path):\($0.line)" }.joined(separator: ", ")
    let message =
      removed.contains(member.name)
      ? "`\(member.name)` is used, which the patch removes from \(member.structure.name)"
      : "\(member.structure.name) has no member `\(member.name)`"
    var draft = FindingDraft(
      message, at: patch.span(ofTokens: token..<token + 1, in: source, side: .new),
      evidence: [
        Evidence(.source, "\(member.structure.name) is defined at \(places), and has no such member there")
      ])
    draft.symbols = [member.name]
    if let tag = member.structure.tag { draft.symbols.append(tag) }
    return draft
  }
}

extension PatchFacts {
  /// Whether the patch adds a struct as a whole.
  /// - Parameter source: the unit at hand; its own structs need no search.
  fileprivate func adds(_ place: NamedPlace, in source: SourceUnit) -> Bool {
    (place.file.path == source.path ? [source] : changedFiles.flatMap(\.new)).contains { unit in
      guard unit.isWhole, unit.path == place.file.path else { return false }
      let tokens = place.file.syntax[place.node].tokens
      return tokens.allSatisfy { unit.place(ofToken: $0) == .added }
    }
  }

  /// Names of members on removed lines of structs.
  fileprivate var removedMembers: Set<String> {
    var names: Set<String> = []
    for unit in changedFiles.flatMap(\.old) {
      let syntax = unit.syntax
      for id in syntax.all
      where syntax[id].kind == .initDeclarator && unit.place(ofToken: Int(syntax[id].main)) == .removed {
        if syntax.ancestor(of: id, kind: .structType) != nil { names.insert(syntax.name(of: id)) }
      }
    }
    return names
  }
}
