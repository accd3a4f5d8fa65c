// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `refactor/unused-addition`: something that the patch adds, and that neither it nor the tree nor a later part uses.
struct RefactorUnusedAddition: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.changedFiles.flatMap(\.new) where source.isWhole && !source.path.isOfTools {
      if source.path.isTranslationUnit {
        result.findings += privateDrafts(source, patch)
      } else {
        functions(source, patch, &result)
      }
    }
    return result
  }

  // MARK: What only the file can use

  private func privateDrafts(_ source: SourceUnit, _ patch: PatchFacts) -> [FindingDraft] {
    let syntax = source.syntax
    let candidates = syntax.privateNames { source.place(ofToken: $0) == .added }.filter { $0.kind != .macro }
    guard !candidates.isEmpty, !syntax.includes.contains(where: { $0.path.hasSuffix(".c") }) else {
      return []
    }
    let uses = syntax.uses(of: candidates)
    return candidates.compactMap { name -> FindingDraft? in
      guard uses[name]?.isEmpty == true, !patch.laterPartNames(name.name),
        !patch.mayPaste(name.name, in: source),
        !syntax.mayBeMade(name.name), !syntax.isQuoted(name.name), !patch.isOnlyIncluded(source.path)
      else { return nil }
      var draft = FindingDraft(
        "nothing uses \(name.title)", at: patch.span(ofToken: name.token, in: source),
        evidence: [
          Evidence(.source, "the file has the name nowhere else, and no other file or later part can use it")
        ])
      draft.symbols = [name.name]
      draft.relies = [.laterParts]
      return draft
    }.oneOfAKind
  }

  // MARK: What a header offers

  private func functions(_ source: SourceUnit, _ patch: PatchFacts, _ result: inout CheckResult) {
    guard patch.postimage != nil, !source.path.description.holds("asm") else { return }
    let syntax = source.syntax
    let added = FileNames(of: syntax).ordinary.filter { name, all in
      all.contains { $0.kind == .prototype || $0.kind == .function }
        && all.allSatisfy {
          source.place(ofToken: Int(syntax[$0.node].main)) == .added && !$0.isSpecial(in: syntax)
        }
    }
    var (asked, drafts) = (0, [FindingDraft]())
    for (name, all) in added.sorted(by: { $0.key < $1.key }) {
      guard asked < Self.mostQuestions, let first = all.first,
        syntax.places(of: name).count == all.count, !patch.laterPartNames(name),
        !patch.mayPaste(name, in: source),
        !patch.mayBringElsewhere(name, to: source.path), !patch.isNamedOnUnfitLine(name)
      else { continue }
      asked += 1
      guard let symbols = patch.symbols else { return }
      let users = symbols.files(using: name)
      guard users.isComplete else {
        result.notChecked.append("who uses `\(name)` is not known: not all of the tree was searched")
        continue
      }
      var isDefined = all.contains { $0.kind == .function }
      let others = users.paths.filter { $0 != source.path }
      guard
        others.allSatisfy({ path in
          guard let unit = patch.wholeUnit(at: path), let isDefinition = unit.soleDefinition(of: name) else {
            return false
          }
          isDefined = isDefined || isDefinition
          return true
        })
      else { continue }
      var draft = FindingDraft(
        isDefined ? "nothing calls \(name)()" : "\(name)() is declared, and defined nowhere",
        at: patch.span(ofToken: Int(syntax[first.node].main), in: source),
        evidence: [
          Evidence(
            .source,
            isDefined
              ? "the tree and the series have the name where it is declared and defined, and nowhere else"
              : "the tree and the series have the name nowhere else")
        ])
      draft.symbols = [name]
      // Another version of the tree may have who calls it.
      draft.relies = [.exactTree, .earlierParts, .laterParts]
      drafts.append(draft)
    }
    result.findings += drafts.sorted { $0.primary.line < $1.primary.line }.oneOfAKind
  }

  private static let mostQuestions = 24
}

extension FileNames.Declared {
  /// Whether its head has words by which something else may reach it.
  fileprivate func isSpecial(in syntax: SyntaxTree) -> Bool {
    syntax.headWords(of: node).contains { word in
      ["asmlinkage", "weak", "used", "attribute", "visible", "bpf_kfunc", "alias"].contains {
        word.contains($0)
      }
        || word.isCapitalMacro
    }
  }
}

extension SourceUnit {
  /// Whether a file defines a function, and has the name at no other place but prototypes; nil where it has.
  fileprivate func soleDefinition(of name: String) -> Bool? {
    let declared = (FileNames(of: syntax).ordinary[name] ?? []).filter {
      $0.kind == .prototype || $0.kind == .function
    }
    guard Set(declared.map { Int(syntax[$0.node].main) }) == Set(syntax.places(of: name)),
      !declared.contains(where: { $0.isSpecial(in: syntax) })
    else { return nil }
    return declared.contains { $0.kind == .function }
  }
}

extension PatchFacts {
  /// Whether a file of the patch that the tree does not have as it is has a word.
  fileprivate func isNamedOnUnfitLine(_ name: String) -> Bool {
    mail.patch.files.contains { file in
      guard let path = file.newPath, changedFiles.first(where: { $0.change.newPath == path })?.isWhole != true
      else {
        return false
      }
      return file.hunks.flatMap(\.lines).contains { mail.patch.content($0).firstRange(ofWord: name) != nil }
    }
  }
}
