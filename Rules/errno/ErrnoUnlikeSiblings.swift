// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `errno/unlike-siblings`: an added test answers with another errno than merged code of the folder gives for the same test.
struct ErrnoUnlikeSiblings: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for unit in patch.newUnits where unit.path.isTranslationUnit && !unit.path.isOfTools {
      for test in ErrorTest.all(in: unit, where: { unit.place(ofToken: $0) == .added }) {
        guard !test.words.isEmpty else { continue }
        let places = siblings(of: test, patch)
        let errors = Set(places.map(\.error))
        guard places.count >= Self.fewest, errors.count == 1, let error = errors.first, error != test.error
        else { continue }
        result.findings.append(draft(test, error, places.map(\.span), patch))
      }
    }
    return result
  }

  /// Places that make a habit.
  private static let fewest = 3

  private func siblings(of test: ErrorTest, _ patch: PatchFacts) -> [(error: String, span: Span)] {
    patch.mergedFiles(beside: test.unit.path, holding: test.words).flatMap { file in
      ErrorTest.all(in: file) { _ in true }.filter { $0.isSame(as: test) }.map {
        ($0.error, patch.span(of: $0.code, in: file, side: .tree))
      }
    }
  }

  private func draft(_ test: ErrorTest, _ error: String, _ places: [Span], _ patch: PatchFacts)
    -> FindingDraft
  {
    var draft = FindingDraft(
      "-\(test.error) for what gets -\(error) elsewhere in this folder",
      at: patch.span(of: test.code, in: test.unit, side: .new),
      evidence: [
        Evidence(
          .precedent,
          "\(places.count) places answer the same test with -\(error): "
            + places.prefix(3).map(\.place).joined(separator: ", "))
      ])
    draft.related = places.prefix(3).map { RelatedSpan($0, label: "-\(error) here") }
    draft.symbols = [test.error, error]
    draft.help = "-\(error), unless the cause is another one"
    draft.relies = [.tree]
    return draft
  }
}

/// `if (test) return -E…;`
private struct ErrorTest {
  var unit: SourceUnit
  var test: NodeID
  /// `-E…`
  var code: NodeID
  var error: String
  var locals: Set<String>
  /// The names in the test that are not the function's own.
  var words: [String]

  static func all(in unit: SourceUnit, where isWanted: (Int) -> Bool) -> [ErrorTest] {
    let syntax = unit.syntax
    return syntax.functions.flatMap { function -> [ErrorTest] in
      var locals: Set<String>?
      return syntax.descendants(of: function).compactMap { id in
        guard syntax[id].kind == .ifStatement, let test = syntax.child(0, of: id),
          let branch = syntax.child(1, of: id), let code = syntax.onlyErrno(of: branch),
          let name = syntax.operand(of: code, .minus).map({ syntax.name(of: $0) }),
          isWanted(Int(syntax[code].first))
        else { return nil }
        let names = locals ?? syntax.declaredNames(in: function)
        locals = names
        return ErrorTest(
          unit: unit, test: test, code: code, error: name, locals: names,
          words: syntax.names(in: syntax[test].tokens).filter { !names.contains($0) })
      }
    }
  }

  func isSame(as other: ErrorTest) -> Bool {
    words == other.words
      && Renaming.matches((unit.syntax, [test], locals), (other.unit.syntax, [other.test], other.locals))
  }
}

extension SyntaxTree {
  /// The `-E…` that a branch returns, where it does nothing else.
  fileprivate func onlyErrno(of branch: NodeID) -> NodeID? {
    if self[branch].kind == .block {
      let statements = Array(children(of: branch))
      return statements.count == 1 ? onlyErrno(of: statements[0]) : nil
    }
    guard self[branch].kind == .returnStatement, let value = child(0, of: branch).map({ bare($0) }),
      let code = operand(of: value, .minus), self[code].kind == .identifier, name(of: code).hasPrefix("E")
    else { return nil }
    return value
  }
}
