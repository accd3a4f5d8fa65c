// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Kconfig
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/unmet-dependency`: a `select` of something whose own dependencies do not hold.
struct ConfigUnmetDependency: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    var asked: Set<[String]> = []
    let statements = patch.kconfigStatements(.added)
    for statement in statements.filter({ $0.selected != nil }) + statements.filter(\.isDependency) {
      guard let path = statement.file.path, let own = statement.lines.first(where: { $0.kind == .added })
      else { continue }
      let suspect: Suspect
      if let selected = statement.selected {
        suspect = Suspect(path: path, selector: statement.entry, selected: selected)
      } else if let entry = statement.entry, patch.kconfigNames?.contains(entry) == true,
        patch.isSelected(entry)
      {
        // Of a new symbol the lines that select it are new themselves.
        suspect = Suspect(path: path, selector: nil, selected: entry, isNewDependency: true)
      } else {
        continue
      }
      guard let found = look(for: suspect, patch), asked.insert([found.selector, found.selected]).inserted
      else { continue }
      let word = suspect.isNewDependency ? "depends" : found.selected
      result.findings.append(
        draft(found, at: patch.span(of: word, on: own, in: statement.hunk, of: statement.file)))
    }
    return result
  }

  /// What a changed line may have broken.
  private struct Suspect {
    var path: TreePath
    /// nil where the hunk does not show it, or where any may be.
    var selector: String?
    var selected: String
    var isNewDependency = false
  }

  /// A configuration in which it is selected and its dependencies do not hold.
  private struct Unmet: Sendable {
    var selector, selected: String
    var place: String
    var dependencies: String
    var witness: [String]
    var symbols: [String]
  }

  private func look(for suspect: Suspect, _ patch: PatchFacts) -> Unmet? {
    for architecture in patch.architectures(for: suspect.path).prefix(patch.mainArchitectures) {
      let answer = patch.withBuild(for: architecture) { self.answer(suspect, $0) }
      guard let answer else { return nil }
      let new = answer.unmet.first { unmet in
        let isNew = patch.withBuild(for: architecture, isBefore: true) { build in
          build.selects(of: unmet.selected).filter { $0.selector == unmet.selector }
            .allSatisfy { build.isImpossible(build.unmetDependency(of: $0)) }
        }
        return isNew == true
      }
      if let new { return new }
      if !answer.mayDiffer { return nil }
    }
    return nil
  }

  /// What a configuration of one architecture has, and whether others may have more.
  private func answer(
    _ suspect: Suspect, _ build: ArchitectureBuild
  ) -> (unmet: [Unmet], mayDiffer: Bool) {
    let selects = build.selects(of: suspect.selected).filter { select in
      suspect.isNewDependency
        || select.path == suspect.path.description
          && (suspect.selector == nil || select.selector == suspect.selector)
    }
    var (unmet, mayDiffer) = ([Unmet](), selects.isEmpty)
    for select in selects.prefix(Self.mostSelects) {
      let question = build.unmetDependency(of: select)
      mayDiffer = mayDiffer || build.mayDifferElsewhere(question)
      guard let witness = build.witness(of: question) else { continue }
      let prefix = build.architecture == "x86" ? [] : ["ARCH=\(build.architecture)"]
      unmet.append(
        Unmet(
          selector: select.selector, selected: select.selected, place: "\(select.path):\(select.line)",
          dependencies: build.dependencyText(of: select.selected) ?? "",
          witness: prefix + witness.lines, symbols: build.graph.table.symbols(of: question)))
    }
    return (unmet, mayDiffer)
  }

  /// Lines by which one symbol is selected that are asked about.
  private static let mostSelects = 40

  private func draft(_ unmet: Unmet, at span: Span) -> FindingDraft {
    let off = unmet.witness.filter { $0.hasSuffix("=n") }.joined(separator: ", ")
    let with = off.isEmpty ? "" : " with \(off)"
    var draft = FindingDraft(
      "`\(unmet.selector)` selects `\(unmet.selected)`, whose dependencies do not hold\(with)", at: span,
      evidence: [
        Evidence(
          .kconfig, "Kconfig allows this configuration, and warns of unmet direct dependencies in it",
          witness: unmet.witness),
        Evidence(
          .source,
          "\(unmet.selector) selects it at \(unmet.place); \(unmet.selected) depends on \(unmet.dependencies)"
        ),
      ])
    draft.symbols = [unmet.selected, unmet.selector]
    draft.config = unmet.symbols
    draft.relies = [.tree, .earlierParts, .laterParts]
    return draft
  }
}
