// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

extension BuildQuestions {
  /// Names on added lines that nothing declares where the file is built: not the file, none of its headers, no macro. Functions,
  /// variables, macros and enumerators by their names, structs with the keyword.
  func unknownNames() -> Holes {
    guard affected == nil, source.isWhole, source.path.isTranslationUnit, !isIncluded else { return Holes() }
    return patch.shared("unknown names of \(source.path)") {
      let unit = patch.translationUnit(of: source)
      let needs = (named(unit.outerUses { concerns($0) }) + completeTypes(unit)).filter { need in
        !need.name.hasPrefix("__") && !need.name.hasPrefix("CONFIG_") && !need.name.hasPrefix("KBUILD_")
      }.sorted { $0.tokens[0] < $1.tokens[0] }
      var holes = holes(in: needs) { need, unit in
        guard unit.isComplete else { return nil }
        let tag = need.name.split(separator: " ").dropFirst().last.map(String.init)
        let found = tag.map { unit.availability(ofTag: $0) } ?? unit.availability(of: need.name)
        guard found.declarations.isEmpty, found.condition == .never else { return nil }
        return found
      }
      holes.found.removeAll { patch.mayBringElsewhere(names($0).last ?? "", to: source.path) }
      return holes
    }
  }

  /// A finding at the first use of a name that nothing declares.
  func draftOfUnknown(_ hole: Hole, _ message: String, _ origin: String) -> FindingDraft {
    var draft = FindingDraft(
      message, at: span(hole.need.tokens[0]),
      evidence: [
        Evidence(
          .kconfig, "this configuration builds the file, in which nothing declares the name",
          witness: hole.witness, unit: source.path),
        Evidence(.source, origin),
      ])
    draft.symbols = names(hole).suffix(1)
    draft.related = hole.need.tokens.dropFirst().prefix(4).map { RelatedSpan(span($0), label: "and here") }
    return draft
  }

  /// Headers that added lines include, and that are not there on any architecture: the token of each.
  func unknownHeaders() -> [(name: String, token: Int)] {
    guard affected == nil, source.isWhole, source.path.isTranslationUnit, !isIncluded else { return [] }
    return patch.shared("unknown headers of \(source.path)") { findUnknownHeaders() }
  }

  private func findUnknownHeaders() -> [(name: String, token: Int)] {
    source.syntax.includes.filter {
      source.place(ofToken: $0.name) == .added && !$0.path.contains("generated/")
    }.compactMap { include in
      guard let file = patch.compiledFile(of: source) else { return nil }
      var isBuilt = false
      for architecture in patch.architectures.prefix(patch.mainArchitectures) {
        let isMissing =
          patch.withBuild(for: architecture) { build -> Bool? in
            guard let facts = build.build(of: file.path) else { return nil }
            return build.unit(file, facts).reach.missing.contains(include.path)
          } ?? nil
        if isMissing == false { return nil }
        isBuilt = isBuilt || isMissing == true
      }
      return isBuilt ? (include.path, include.name) : nil
    }
  }
}
