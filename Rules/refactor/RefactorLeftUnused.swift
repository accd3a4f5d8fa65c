// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `refactor/left-unused`: the patch takes the last use of something away, and leaves what was used.
struct RefactorLeftUnused: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for file in patch.changedFiles where file.isWhole {
      guard let old = file.old.first, let new = file.new.first, new.path.isTranslationUnit,
        !new.path.isOfTools
      else { continue }
      result.findings += LeftNames(patch: patch, old: old, new: new).drafts
    }
    prototypes(patch, &result)
    return result
  }

  /// Prototypes of functions that the patch removes.
  private func prototypes(_ patch: PatchFacts, _ result: inout CheckResult) {
    for lost in patch.removedFunctions.prefix(Self.mostQuestions) where !patch.laterPartNames(lost.name) {
      guard let symbols = patch.symbols else { return }
      let users = symbols.files(using: lost.name)
      guard users.isComplete else {
        result.notChecked.append("who declares `\(lost.name)` is not known: not all of the tree was searched")
        continue
      }
      let places = users.paths.map { patch.soleDeclarations(of: lost.name, in: $0) }
      guard !places.isEmpty, places.allSatisfy({ $0 != nil }),
        let first = places.compactMap({ $0?.first }).first
      else { continue }
      var draft = FindingDraft(
        "\(lost.name)() goes, and its prototype stays", at: lost.span,
        evidence: [
          Evidence(
            .source,
            "nothing else of the name is left in the tree: no definition, and no use")
        ])
      draft.related = [RelatedSpan(first, label: "still declared here")]
      draft.symbols = [lost.name]
      draft.relies = [.tree, .earlierParts, .laterParts]
      result.findings.append(draft)
    }
  }

  private static let mostQuestions = 24
}

/// What one file of the patch no longer uses.
private struct LeftNames {
  let patch: PatchFacts
  let old: SourceUnit
  let new: SourceUnit

  var drafts: [FindingDraft] {
    let words = patch.removedWords(in: new.path)
    let candidates = new.syntax.privateNames { token in
      new.place(ofToken: token) != .added && words.contains(new.syntax.spelling(ofToken: token))
    }
    guard !candidates.isEmpty else { return [] }
    let uses = new.syntax.uses(of: candidates)
    let left = candidates.filter { uses[$0]?.isEmpty == true && !isOftenDeclared($0) }
    guard !left.isEmpty else { return [] }
    let names = Set(left.map(\.name))
    let before = old.syntax.privateNames { names.contains(old.syntax.spelling(ofToken: $0)) }
    let usesBefore = old.syntax.uses(of: before)
    return left.compactMap { name in
      guard let was = before.first(where: { $0.name == name.name && $0.kind == name.kind }),
        let cause = usesBefore[was]?.last(where: { old.place(ofToken: $0) == .removed }),
        !isHabit(name), !patch.laterPartNames(name.name), !patch.mayPaste(name.name, in: new),
        !new.syntax.mayBeMade(name.name), !new.syntax.isQuoted(name.name)
      else { return nil }
      return draft(name, cause)
    }
  }

  /// A macro that the file defines in several ways.
  private func isOftenDeclared(_ name: PrivateName) -> Bool {
    name.kind == .macro
      && new.syntax.macros.filter { new.syntax.spelling(ofToken: $0.name) == name.name }.count > 1
  }

  /// A macro among others that nothing uses either: a list of registers.
  private func isHabit(_ name: PrivateName) -> Bool {
    guard name.kind == .macro else { return false }
    let syntax = new.syntax
    if syntax.macros.contains(where: { $0.name == name.token && $0.parameters == nil && $0.body.isEmpty }) {
      return true
    }
    let line = syntax.buffer.tokens[name.token].line
    let near = syntax.macros.filter {
      let other = syntax.buffer.tokens[$0.name].line
      return $0.name != name.token && other + 12 > line && other < line + 12
    }.map {
      PrivateName(name: syntax.spelling(ofToken: $0.name), kind: .macro, token: $0.name, own: $0.body)
    }
    let uses = syntax.uses(of: near)
    return near.contains { uses[$0]?.isEmpty == true } || isOfList(name) || isInHeaders(name.name)
  }

  /// A number directly beside two others: a map of registers is written whole.
  private func isOfList(_ name: PrivateName) -> Bool {
    let syntax = new.syntax
    let line = syntax.buffer.tokens[name.token].line
    let numbers = syntax.macros.filter { macro in
      macro.parameters == nil && macro.body.contains { syntax.buffer.tokens[$0].kind == .number }
    }.map { syntax.buffer.tokens[$0.name].line }
    return numbers.contains(line) && numbers.filter { $0 + 3 > line && $0 < line + 3 }.count > 2
  }

  /// Headers that the file includes after it may use a macro.
  private func isInHeaders(_ name: String) -> Bool {
    let search = WordSearch(name)
    return new.syntax.includes.filter { !$0.isSystem }.contains { include in
      guard let path = try? new.path.folder?.appending(Array(include.path.utf8)),
        let text = (try? patch.postimage?.bytes(of: path)) ?? nil
      else { return false }
      return search.isIn(text)
    }
  }

  private func draft(_ name: PrivateName, _ cause: Int) -> FindingDraft {
    var draft = FindingDraft(
      "this was the last use of \(name.title), which stays",
      at: patch.span(ofToken: cause, in: old, side: .old),
      evidence: [Evidence(.source, "the file has no other use of the name, and no other file can have one")])
    draft.related = [RelatedSpan(patch.span(ofToken: name.token, in: new), label: "declared here")]
    draft.symbols = [name.name]
    draft.relies = [.tree, .earlierParts, .laterParts]
    return draft
  }
}

extension PatchFacts {
  /// The words of the lines that the patch removes from a file.
  fileprivate func removedWords(in path: TreePath) -> Set<String> {
    var words: Set<String> = []
    for file in mail.patch.files where file.newPath == path && file.form != .combined {
      for line in file.hunks.flatMap(\.lines) where line.kind == .removed {
        words.formUnion(
          mail.patch.content(line).split { !$0.isOfName }.map { String(decoding: $0, as: UTF8.self) })
      }
    }
    return words
  }

  /// Functions that files defined for others before the patch, and none does any more.
  fileprivate var removedFunctions: [(name: String, span: Span)] {
    let kept = Set(
      changedFiles.flatMap(\.new).flatMap { unit in unit.syntax.definitions { _ in true }.map(\.name) })
    return changedFiles.filter { $0.isWhole && $0.change.oldPath?.isTranslationUnit == true }.flatMap {
      file in
      file.old.flatMap { unit -> [(name: String, span: Span)] in
        guard !unit.path.isOfTools else { return [] }
        return unit.syntax.definitions { unit.place(ofToken: $0) == .removed }
          .filter { $0.isGlobal && $0.kind == .function && !kept.contains($0.name) }
          .map { ($0.name, span(ofToken: $0.token, in: unit, side: .old)) }
      }
    }
  }

  /// Where a header declares a function; nil where a file does anything else with the name, or is not understood.
  func soleDeclarations(of name: String, in path: TreePath) -> [Span]? {
    guard path.isHeader, let header = wholeUnit(at: path) else { return nil }
    let declared = FileNames(of: header.syntax).ordinary[name] ?? []
    let tokens = declared.filter { $0.kind == .prototype }.map { Int(header.syntax[$0.node].main) }
    guard !tokens.isEmpty, Set(tokens) == Set(header.syntax.places(of: name)) else { return nil }
    return tokens.map { span(ofToken: $0, in: header) }
  }
}
