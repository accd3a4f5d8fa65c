// SPDX-License-Identifier: GPL-2.0-or-later

internal import Kconfig
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/kconfig-sanity`: an entry that Kconfig refuses, that nobody can set, or that reviewers ask about.
struct ConfigKconfigSanity: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    let statements = patch.kconfigStatements(.added)
    let entries = patch.addedEntries
    var result = CheckResult()
    result.findings += recursions(statements, patch)
    result.findings += entries.compactMap { twice($0, patch) ?? neverSet($0, patch) }
    result.findings += entries.compactMap { withoutHelp($0, patch) }
    result.findings += onByDefault(statements, entries, patch)
    result.findings += hiddenDependencies(statements, patch)
    return result
  }

  // MARK: What Kconfig refuses

  /// A symbol that comes to hang on itself: "recursive dependency detected!".
  private func recursions(_ statements: [KconfigStatement], _ patch: PatchFacts) -> [FindingDraft] {
    var findings: [FindingDraft] = []
    var seen: Set<Set<String>> = []
    for statement in statements where statement.decidesValue {
      guard let entry = statement.entry, let architecture = patch.architecture(of: statement.file.path),
        let line = statement.lines.first(where: { $0.kind == .added }),
        let path = patch.withBuild(for: architecture, { $0.recursion(of: entry) }) ?? nil
      else { continue }
      // The statement is a part of it: what it names, or by a select what selects it.
      let names = Set(KconfigExpressionReader.symbols(of: statement.text) ?? [])
      guard
        path.count == 1 || path.contains(where: { $0 != entry && names.contains($0) })
          || names.contains(entry),
        patch.symbolsOfUnfitKconfig.isDisjoint(with: path), seen.insert(Set(path)).inserted,
        patch.withBuild(for: architecture, isBefore: true, { $0.recursion(of: entry) == nil }) == true
      else { continue }
      var draft = FindingDraft(
        path.count == 1
          ? "`\(entry)` depends on itself"
          : "`\(entry)` comes to depend on itself: \((path + [entry]).joined(separator: ", "))",
        at: patch.span(of: line, in: statement.hunk, of: statement.file),
        evidence: [
          Evidence(
            .kconfig,
            "each is decided by the next, in prompts, defaults or selects: Kconfig stops with \"recursive dependency detected!\""
          )
        ])
      draft.symbols = path
      draft.relies = [.tree, .earlierParts]
      findings.append(draft)
    }
    return findings
  }

  /// An entry whose name another one has.
  private func twice(_ entry: AddedEntry, _ patch: PatchFacts) -> FindingDraft? {
    guard patch.kconfigNames?.contains(entry.name) == true, !patch.series.movesEntry(entry.name),
      let architecture = patch.architecture(of: entry.path)
    else { return nil }
    let other =
      patch.withBuild(for: architecture) { build -> KconfigSymbol.Definition? in
        let all = (build.kconfigSymbol(entry.name)?.definitions ?? []).filter { $0.prompt != nil }
        guard let own = all.last(where: { $0.path == entry.path.description }) else { return nil }
        return all.first { ($0.path != own.path || $0.line != own.line) && build.mayMeet($0, own) }
      } ?? nil
    guard let other else { return nil }
    var draft = FindingDraft(
      "`\(entry.name)` is defined here and at \(other.path):\(other.line)", at: entry.span,
      evidence: [Evidence(.kconfig, "both have a prompt, and some configuration has what both depend on")])
    draft.severity = .warning
    draft.config = ["CONFIG_\(entry.name)"]
    // A tree that has the series already has the other one from there.
    draft.relies = [.exactTree, .earlierParts]
    return draft
  }

  // MARK: What nobody can set

  private func neverSet(_ entry: AddedEntry, _ patch: PatchFacts) -> FindingDraft? {
    guard let names = patch.kconfigNames, !names.contains(entry.name) else { return nil }
    var depends = ""
    for architecture in patch.architectures(for: entry.path) {
      let isNever =
        patch.withBuild(for: architecture) { build -> Bool? in
          guard let symbol = build.kconfigSymbol(entry.name), !symbol.prompts.isEmpty else { return nil }
          let needed = build.dependencies(of: symbol)
          // What is not defined, or switched off on purpose, says enough.
          guard needed.allSatisfy({ build.kconfigSymbol($0)?.isDefined == true || names.contains($0) }),
            !needed.contains("BROKEN")
          else { return nil }
          depends = build.dependencyText(of: entry.name) ?? ""
          return build.isNeverSet(entry.name)
        } ?? nil
      if isNever == false { return nil }
      // Elsewhere nothing sources it.
      if isNever == nil, !depends.isEmpty || architecture == patch.architectures.first { return nil }
    }
    guard !depends.isEmpty else { return nil }
    var draft = FindingDraft(
      "no configuration can set `\(entry.name)`", at: entry.span,
      evidence: [Evidence(.kconfig, "it depends on \(depends), which does not hold on any architecture")])
    draft.severity = .warning
    draft.config = ["CONFIG_\(entry.name)"]
    draft.relies = [.tree, .earlierParts, .laterParts]
    return draft
  }

  // MARK: What reviewers ask about

  private func withoutHelp(_ entry: AddedEntry, _ patch: PatchFacts) -> FindingDraft? {
    guard let architecture = patch.architecture(of: entry.path),
      let symbol = patch.withBuild(for: architecture, { $0.kconfigSymbol(entry.name) }) ?? nil,
      symbol.choice == nil, symbol.definitions.count == 1, let own = symbol.definitions.first,
      own.path == entry.path.description, own.prompt != nil, !own.hasHelp
    else { return nil }
    var draft = FindingDraft(
      "`\(entry.name)` has a prompt and no help text", at: entry.span,
      evidence: [Evidence(.source, "a person is asked, and is told nothing but \"\(own.prompt ?? "")\"")])
    draft.severity = .note
    draft.config = ["CONFIG_\(entry.name)"]
    return draft
  }

  /// A new driver that is on without being asked for.
  private func onByDefault(
    _ statements: [KconfigStatement], _ entries: [AddedEntry], _ patch: PatchFacts
  ) -> [FindingDraft] {
    statements.compactMap { statement in
      guard ["default y", "default m"].contains(statement.words.joined(separator: " ")),
        let name = statement.entry, let entry = entries.first(where: { $0.name == name && !$0.isMenu }),
        ["drivers/", "sound/"].contains(where: { entry.path.bytes.starts(with: $0.utf8) }),
        let line = statement.lines.first, let architecture = patch.architecture(of: entry.path),
        let symbol = patch.withBuild(for: architecture, { $0.kconfigSymbol(name) }) ?? nil,
        symbol.kind == .tristate, symbol.choice == nil, symbol.prompts.count == 1
      else { return nil }
      var draft = FindingDraft(
        "the new driver `\(name)` is on by default",
        at: patch.span(of: line, in: statement.hunk, of: statement.file),
        evidence: [
          Evidence(
            .source,
            "what nobody had before is off, but for parts of something that is on (Documentation/kbuild/kconfig-language.rst)"
          )
        ])
      draft.severity = .note
      draft.config = ["CONFIG_\(name)"]
      draft.question = "Why should everyone who can have `\(name)` build it?"
      return draft
    }
  }

  /// A driver that waits for a library which only those who use it turn on.
  private func hiddenDependencies(_ statements: [KconfigStatement], _ patch: PatchFacts) -> [FindingDraft] {
    statements.filter(\.isDependency).flatMap { statement -> [FindingDraft] in
      guard let entry = statement.entry, let line = statement.lines.first(where: { $0.kind == .added }),
        let architecture = patch.architecture(of: statement.file.path)
      else { return [] }
      let words = statement.words.dropFirst(2).map { $0.trimmed }
      // Alternatives and comparisons have their reasons.
      guard words.allSatisfy({ $0 == "&&" || $0.utf8.allSatisfy(\.isOfName) }) else { return [] }
      return words.filter { $0 != "&&" }.compactMap { name -> FindingDraft? in
        let counts =
          patch.withBuild(for: architecture) { build -> (selects: Int, dependents: Int)? in
            guard build.kconfigSymbol(entry)?.kind == .tristate, let symbol = build.kconfigSymbol(name),
              symbol.isDefined, symbol.prompts.isEmpty, symbol.defaults.isEmpty,
              symbol.selectors.count >= Self.manySelects,
              !symbol.selectors.contains(where: { $0.path.hasPrefix("arch/") })
            else { return nil }
            return (symbol.selectors.count, build.dependents(of: name).filter { $0 != entry }.count)
          } ?? nil
        guard let counts, counts.dependents * Self.manySelects <= counts.selects * 2 else { return nil }
        var draft = FindingDraft(
          "`\(entry)` depends on `\(name)`, which others select",
          at: patch.span(of: name, on: line, in: statement.hunk, of: statement.file),
          evidence: [
            Evidence(
              .kconfig,
              "`\(name)` has no prompt: \(counts.selects) lines select it, \(counts.dependents) other entries depend on it. Where nothing else selects it, nobody can set `\(entry)`"
            )
          ])
        draft.severity = .warning
        draft.config = ["CONFIG_\(name)"]
        draft.relies = [.tree]
        return draft
      }
    }
  }

  /// A library has as many users, and at most a tenth as many entries that depend on it.
  private static let manySelects = 20
}

/// A `config` or `menuconfig` line that a patch adds.
private struct AddedEntry {
  var name: String
  var isMenu: Bool
  var path: TreePath
  var span: Span
}

extension PatchFacts {
  fileprivate var addedEntries: [AddedEntry] {
    mail.patch.files.filter { $0.path?.isKconfig == true && $0.form != .combined }.flatMap { file in
      file.hunks.flatMap { hunk in
        hunk.lines.filter { $0.kind == .added }.compactMap { line -> AddedEntry? in
          let text = mail.patch.content(line)
          guard let name = KconfigNames.name(definedBy: text), let path = file.newPath else { return nil }
          return AddedEntry(
            name: name, isMenu: text.starts(with: "menu".utf8), path: path,
            span: span(of: name, on: line, in: hunk, of: file))
        }
      }
    }
  }

  fileprivate func architecture(of path: TreePath?) -> String? {
    path.flatMap { architectures(for: $0).first }
  }
}

extension SeriesFacts {
  /// Whether a part of the series takes an entry of that name away.
  fileprivate func movesEntry(_ name: String) -> Bool {
    series.patches.contains { part in
      part.patch.files.contains { file in
        file.path?.isKconfig == true
          && file.hunks.contains { hunk in
            hunk.lines.contains {
              $0.kind == .removed && KconfigNames.name(definedBy: part.patch.content($0)) == name
            }
          }
      }
    }
  }
}
