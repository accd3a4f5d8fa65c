// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText

/// `config/stub-errno`: an added stub that says "bad argument" where it means "not supported".
struct ConfigStubErrno: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for source in patch.changedFiles.flatMap(\.new) where !source.path.isTranslationUnit && source.isWhole {
      for function in source.syntax.functions
      where source.place(ofToken: Int(source.syntax[function].main)) == .added {
        if let draft = ask(function, source, patch) { result.findings.append(draft) }
      }
    }
    return result
  }

  private func ask(_ function: NodeID, _ source: SourceUnit, _ patch: PatchFacts) -> FindingDraft? {
    let syntax = source.syntax
    guard syntax.answer(ofFunction: function) == .error("EINVAL"), syntax.isStub(function) else { return nil }
    let siblings = syntax.siblings(ofStub: function).compactMap { answer -> String? in
      if case .error(let name) = answer { name } else { nil }
    }
    guard !siblings.contains("EINVAL"),
      let line = syntax.descendants(of: function).first(where: { syntax[$0].kind == .returnStatement })
    else { return nil }
    let name = syntax.name(of: function)
    var draft = FindingDraft(
      "should the stub of \(name)() say that it is not supported, in place of -EINVAL?",
      at: patch.span(of: line, in: source, side: .new),
      evidence: [
        Evidence(
          .precedent,
          siblings.isEmpty
            ? "no other stub of this branch returns an error"
            : "the other stubs of this branch return \(Set(siblings).sorted().map { "-\($0)" }.joined(separator: ", "))"
        )
      ])
    draft.symbols = [name]
    return draft
  }
}

extension SyntaxTree {
  /// Whether a function stands where the other branch of a CONFIG conditional has a prototype of it.
  fileprivate func isStub(_ function: NodeID) -> Bool {
    let here = conditionals.condition(ofTokenAt: Int(self[function].main))
    let name = name(of: function)
    guard conditionals.table.symbols(of: here).isEmpty == false else { return false }
    return children(of: root).contains { external in
      guard self[external].kind == .declaration else { return false }
      return children(of: external).contains { declared in
        guard self[declared].kind == .initDeclarator, self.name(of: declared) == name else { return false }
        var table = conditionals.table
        return table.and(here, conditionals.condition(ofTokenAt: Int(self[declared].main))) == .never
      }
    }
  }
}
