// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `docs/stale-name`: a function or macro goes, and a comment of the changed files still names it.
struct DocsStaleName: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let comments = CommentsOfPatch(patch)
    for lost in patch.lostIdentifiers {
      // The symbols are asked for last: to open their index takes longer than all the rest.
      guard let mention = comments.first(naming: lost.name), !patch.laterPartNames(lost.name),
        let symbols = patch.symbols
      else { continue }
      let users = symbols.files(using: lost.name)
      guard users.isComplete else {
        result.notChecked.append(
          "whether `\(lost.name)` is left is not known: not all of the tree was searched")
        continue
      }
      guard users.paths.isEmpty,
        !patch.changedFiles.flatMap(\.new).contains(where: { patch.mayPaste(lost.name, in: $0) })
      else { continue }
      var draft = FindingDraft(
        "`\(lost.name)` goes, and a comment still names it", at: lost.span,
        evidence: [Evidence(.source, "no code of the tree with the patch has the name")])
      draft.related = [RelatedSpan(mention, label: "named here")]
      draft.symbols = [lost.name]
      draft.relies = [.tree, .earlierParts, .laterParts]
      result.findings.append(draft)
    }
    return result
  }
}

/// The comments of the files that a patch leaves.
private struct CommentsOfPatch {
  let patch: PatchFacts
  let units: [SourceUnit]

  init(_ patch: PatchFacts) {
    self.patch = patch
    units = patch.changedFiles.filter(\.isWhole).flatMap(\.new)
  }

  /// Where a comment names something.
  func first(naming name: String) -> Span? {
    let search = WordSearch(name)
    for unit in units where search.isIn(unit.syntax.buffer.text) {
      for comment in unit.syntax.buffer.comments() {
        let text = unit.syntax.buffer.text[comment.range]
        guard let place = text.firstRange(ofWord: name), !text.speaksOfThePast else { continue }
        let line = comment.line + text.prefix(place).reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        // What the patch writes of it knows that it is gone.
        guard unit.lines.place(ofLine: line) != .added else { continue }
        return patch.span(ofTextLine: line, in: unit, part: name)
      }
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// Whether a comment tells what was.
  fileprivate var speaksOfThePast: Bool {
    let words = Set(
      String(decoding: self, as: UTF8.self).lowercased().split { !$0.isLetter }.map(String.init))
    return !words.isDisjoint(with: [
      "was", "were", "formerly", "originally", "old", "legacy", "history", "copyright", "previously",
      "renamed",
    ])
  }
}

extension PatchFacts {
  /// Functions and macros that the changed files defined before the patch, and none of them does any more.
  fileprivate var lostIdentifiers: [(name: String, span: Span)] {
    let files = changedFiles.filter(\.isWhole)
    let kept = Set(changedFiles.flatMap(\.new).flatMap { Self.identifiers(of: $0) { _ in true }.map(\.name) })
    return files.flatMap { file in
      file.old.flatMap { unit in
        Self.identifiers(of: unit) { unit.place(ofToken: $0) == .removed }
          .filter { !kept.contains($0.name) && $0.name.isDistinct }
          .map { ($0.name, span(ofToken: $0.token, in: unit, side: .old)) }
      }
    }
  }

  private static func identifiers(of unit: SourceUnit, where isWanted: (Int) -> Bool) -> [(
    name: String, token: Int
  )] {
    let functions = unit.syntax.functions.filter { isWanted(Int(unit.syntax[$0].main)) }
      .compactMap { function in
        unit.syntax.functionName(of: function).map { ($0, Int(unit.syntax[function].main)) }
      }
    let macros = unit.syntax.macros.filter { isWanted($0.name) }
      .map { (unit.syntax.spelling(ofToken: $0.name), $0.name) }
    return functions + macros
  }
}

extension String {
  /// Whether it is no word of a language.
  fileprivate var isDistinct: Bool { utf8.count > 5 && dropFirst().dropLast().contains("_") }
}
