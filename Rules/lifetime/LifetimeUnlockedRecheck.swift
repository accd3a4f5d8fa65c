// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `lifetime/unlocked-recheck`: a pointer is tested and read again to be passed on, without the lock under which other code
/// sets it to NULL.
struct LifetimeUnlockedRecheck: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let rechecks = patch.newUnits.filter { $0.path.isTranslationUnit }.flatMap { Recheck.all(in: $0, patch) }
    var seen: Set<String> = []
    for first in rechecks where seen.insert(first.group).inserted {
      guard let draft = draft(rechecks.filter { $0.group == first.group }, patch) else { continue }
      result.findings.append(draft)
    }
    return result
  }

  private func draft(_ group: [Recheck], _ patch: PatchFacts) -> FindingDraft? {
    let first = group[0]
    let clears = Clear.all(of: first.member, in: first.type, patch)
    // Where one of them needs no lock, there is another rule that keeps readers out.
    guard let clear = clears.first, clears.allSatisfy({ $0.section.lock == clear.section.lock }),
      let taken = lockSite(in: first.callee, clear.section.lock, patch)
    else { return nil }
    let lock = clear.unit.syntax
    var draft = FindingDraft(
      "`\(first.text)` is tested and then passed on without the lock under which \(clear.function)() sets it to NULL",
      at: patch.span(of: first.test, in: first.unit, side: .new),
      evidence: [
        Evidence(
          .source,
          "\(clear.function)() takes the lock with `\(lock.quoted(lock[clear.section.acquire].tokens))` at line \(clear.unit.lineNumber(ofToken: Int(lock[clear.section.acquire].first))), and sets it to NULL at line \(clear.unit.lineNumber(ofToken: Int(lock[clear.node].first)))"
        ),
        Evidence(
          .source,
          "\(first.callee)(), which gets it, takes the same lock only then: line \(taken.line); what was read before may be gone by that time"
        ),
      ])
    draft.related =
      group.dropFirst().map {
        RelatedSpan(patch.span(of: $0.test, in: $0.unit, side: .new), label: "the same")
      } + [
        RelatedSpan(
          patch.span(of: clear.section.acquire, in: clear.unit, side: .new),
          label: "the lock, where it is cleared"),
        RelatedSpan(patch.span(of: clear.node, in: clear.unit, side: .new), label: "cleared here"),
        RelatedSpan(taken, label: "the lock, taken after the test"),
      ]
    draft.symbols = [first.member, first.callee, clear.function]
    draft.help = "read it once, under the lock"
    return draft
  }

  /// Where a function of the patch takes a lock.
  private func lockSite(in name: String, _ lock: String, _ patch: PatchFacts) -> Span? {
    for unit in patch.newUnits {
      for function in unit.syntax.functions where unit.syntax.functionName(of: function) == name {
        let section = unit.syntax.criticalSections(in: function, patch.contracts).first { $0.lock == lock }
        if let section { return patch.span(of: section.acquire, in: unit, side: .new) }
      }
    }
    return nil
  }
}

/// `if (p->m) f(p->m, …)` on added lines, where no lock is held.
private struct Recheck {
  var unit: SourceUnit
  var function: String
  var test: NodeID
  /// `p->m`
  var text: String
  var member: String
  /// Of `p`.
  var type: String
  /// Who gets it.
  var callee: String

  /// What is the same for all of one finding.
  var group: String { "\(type)->\(member) \(callee)" }

  static func all(in unit: SourceUnit, _ patch: PatchFacts) -> [Recheck] {
    let syntax = unit.syntax
    return syntax.functions.filter { unit.isTouched($0) }.flatMap { function -> [Recheck] in
      let tests = syntax.descendants(of: function).filter {
        syntax[$0].kind == .ifStatement && unit.place(ofToken: Int(syntax[$0].first)) == .added
      }
      guard !tests.isEmpty, let name = syntax.functionName(of: function) else { return [] }
      let sections = syntax.criticalSections(in: function, patch.contracts)
      return tests.compactMap { test in
        guard !sections.contains(where: { $0.tokens.contains(Int(syntax[test].first)) }),
          let condition = syntax.child(0, of: test), let branch = syntax.child(1, of: test)
        else { return nil }
        for pointer in conjuncts(condition, syntax) where syntax[pointer].kind == .arrowMember {
          let text = syntax.text(ofExpression: pointer)
          guard let base = syntax.child(0, of: pointer).map({ syntax.bare($0) }),
            syntax[base].kind == .identifier,
            let type = syntax.locals(named: syntax.name(of: base), in: function).first?.type,
            let call = passing(text, in: branch, syntax)
          else { continue }
          return Recheck(
            unit: unit, function: name, test: test, text: text, member: syntax.name(of: pointer), type: type,
            callee: call.name)
        }
        return nil
      }
    }
  }

  private static func conjuncts(_ condition: NodeID, _ syntax: SyntaxTree) -> [NodeID] {
    let id = syntax.bare(condition)
    guard syntax[id].kind == .binary, syntax.isOperator(.ampersandAmpersand, id) else { return [id] }
    return syntax.children(of: id).flatMap { conjuncts($0, syntax) }
  }

  /// The first call that gets the expression, with no lock taken before it.
  private static func passing(_ text: String, in branch: NodeID, _ syntax: SyntaxTree) -> NamedCall? {
    for call in syntax.namedCalls(in: branch) {
      if call.name.contains("lock") { return nil }
      if call.arguments.contains(where: { syntax.text(ofExpression: $0) == text }) { return call }
    }
    return nil
  }
}

/// `p->m = NULL` under a lock.
private struct Clear {
  var unit: SourceUnit
  var function: String
  var node: NodeID
  var section: CriticalSection

  /// All of a member in what the patch touches. None where one of them is not under a lock: then who clears and who reads
  /// are kept apart in another way.
  static func all(of member: String, in type: String, _ patch: PatchFacts) -> [Clear] {
    var found: [Clear] = []
    for unit in patch.newUnits {
      let syntax = unit.syntax
      for function in syntax.functions {
        let clears = syntax.descendants(of: function).filter { id in
          guard let (target, value) = syntax.assigned(id), syntax[target].kind == .arrowMember,
            syntax.name(of: target) == member, syntax.isName("NULL", value),
            let base = syntax.child(0, of: target).map({ syntax.bare($0) }), syntax[base].kind == .identifier
          else { return false }
          return syntax.locals(named: syntax.name(of: base), in: function).first?.type == type
        }
        guard !clears.isEmpty, let name = syntax.functionName(of: function) else { continue }
        let sections = syntax.criticalSections(in: function, patch.contracts)
        for clear in clears {
          guard let section = sections.first(where: { $0.tokens.contains(Int(syntax[clear].first)) }) else {
            // Who has made the object and not handed it out needs no lock.
            if syntax.makes(type, in: function) { continue }
            return []
          }
          found.append(Clear(unit: unit, function: name, node: clear, section: section))
        }
      }
    }
    return found
  }
}

extension SyntaxTree {
  /// Whether a function allocates what a variable of a type points to: it is not others' yet.
  fileprivate func makes(_ type: String, in function: NodeID) -> Bool {
    descendants(of: function).contains { id in
      guard let (target, value) = assigned(id), self[target].kind == .identifier,
        let call = namedCall(value), call.name.contains("alloc")
      else { return false }
      return locals(named: name(of: target), in: function).first?.type == type
    }
  }
}
