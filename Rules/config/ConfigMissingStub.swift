// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/missing-stub`: a name that is used where, in some configuration, nothing declares it.
struct ConfigMissingStub: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.changedFiles.flatMap(\.new) where source.path.isTranslationUnit {
      let questions = BuildQuestions(patch: patch, source: source)
      let holes = questions.undeclaredNames()
      result.notChecked += holes.notChecked
      result.findings += questions.drafts(holes.found.filter { !$0.isUnincluded }) {
        "`\($0.need.name)` is not declared"
      }
    }
    return result
  }
}

extension BuildQuestions {
  /// Names on added lines that some configuration does not declare.
  func undeclaredNames() -> Holes {
    // Of the hunks of one file the last lines differ.
    let last = source.syntax.buffer.tokens.last.map { source.lines.number(ofLine: $0.line) } ?? 0
    return patch.shared("undeclared names of \(source.path) to \(last)") {
      let unit = patch.translationUnit(of: source)
      let losesIncludes = source.isWhole && !removedIncludes.isEmpty
      let uses = unit.outerUses { losesIncludes || source.place(ofToken: $0) == .added }
      let needs = Dictionary(grouping: uses, by: \.name).map { Need(name: $0, nodes: $1.map(\.node)) }
        .filter { isAdded($0) || isLost($0) }
        .sorted { source.syntax[$0.nodes[0]].main < source.syntax[$1.nodes[0]].main }
      var holes = holes(in: needs) { need, unit in
        var found = unit.availability(of: need.name)
        if found.declarations.isEmpty {
          // What nothing declares at all is another question.
          guard found.condition == .never, unit.isComplete, !need.name.hasPrefix("__") else { return nil }
          found.declarations = patch.headersDeclaring(need.name).map {
            BuiltUnit.Declaration(path: $0.path, line: $0.line, condition: .never, conditionInFile: .always)
          }
          if found.declarations.isEmpty { return nil }
        }
        return found
      }
      holes.found.removeAll { patch.mayBringElsewhere($0.need.name, to: source.path) }
      return holes
    }
  }

  /// Whether a line that the patch adds is among the uses.
  func isAdded(_ need: Need) -> Bool {
    need.nodes.contains { source.place(ofToken: Int(source.syntax[$0].main)) == .added }
  }

  /// `#include` lines that the patch takes from the file.
  var removedIncludes: [Span] {
    guard let file = patch.mail.patch.files.first(where: { $0.newPath == source.path }) else { return [] }
    return file.hunks.flatMap { hunk in
      hunk.lines.filter {
        $0.kind == .removed && patch.mail.patch.content($0).starts(with: "#include".utf8)
      }.map { patch.span(of: $0, in: hunk, of: file) }
    }
  }

  /// Whether the file saw a name before the patch, and does not see it as it did.
  private func isLost(_ need: Need) -> Bool {
    guard let file = patch.compiledFile(of: source),
      let old = patch.changedFiles.flatMap(\.old).first(where: { $0.path == source.path && $0.isWhole })
    else { return false }
    func sees(_ file: ParsedFile, _ isBefore: Bool) -> Bool? {
      patch.withBuild(for: "x86", isBefore: isBefore) { build -> Bool? in
        guard let built = build.build(of: file.path) else { return nil }
        return build.unit(file, built).availability(of: need.name).condition == .always
      } ?? nil
    }
    return sees(ParsedFile(path: old.path, syntax: old.syntax), true) == true && sees(file, false) == false
  }
}
