// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// `locking/needless-atomic`: an allocation that must not wait, on a way that has just waited for something else.
struct LockingNeedlessAtomic: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for unit in patch.newUnits where unit.path.isTranslationUnit && !unit.path.isOfTools {
      let syntax = unit.syntax
      for function in syntax.functions where unit.isTouched(function) {
        let calls = syntax.namedCalls(in: function)
        for call in calls {
          guard let flag = call.arguments.first(where: { syntax.isName("GFP_ATOMIC", syntax.bare($0)) }),
            unit.place(ofToken: Int(syntax[flag].main)) == .added,
            let sleeper = sleeper(before: call, among: calls, of: syntax, patch.contracts)
          else { continue }
          result.findings.append(draft(flag, of: call, after: sleeper, in: unit, patch))
        }
      }
    }
    result.findings = result.findings.gathered { $0.primary.function }
    return result
  }

  /// The last call that may sleep, and that whoever comes to a call has passed, with nothing between them that forbids to sleep.
  private func sleeper(
    before call: NamedCall, among calls: [NamedCall], of syntax: SyntaxTree, _ contracts: Contracts
  ) -> NamedCall? {
    let passed = calls.filter { syntax[$0.node].end <= syntax[call.node].first }
    guard
      let index = passed.lastIndex(where: { other in
        (contracts.sleeps.contains(other.name)
          || other.arguments.contains { syntax.isName("GFP_KERNEL", syntax.bare($0)) })
          && syntax.isOnTheWay(other.node, to: call.node)
      })
    else { return nil }
    return passed[(index + 1)...].contains { mayForbid($0.name, contracts) } ? nil : passed[index]
  }

  /// Whether a call may begin a part that must not sleep: all locks do but those that are known to let their holders sleep.
  private func mayForbid(_ name: String, _ contracts: Contracts) -> Bool {
    let isKnown = contracts.locks.contains {
      $0.maySleep && ($0.acquire.union($0.acquireOnZero).union($0.acquireOnNonzero)).contains(name)
    }
    return !isKnown && !name.contains("unlock") && Self.words.contains { name.contains($0) }
  }

  private static let words = ["lock", "guard", "irq", "preempt", "rcu", "atomic", "bh", "get_cpu", "kmap"]

  private func draft(
    _ flag: NodeID, of call: NamedCall, after sleeper: NamedCall, in unit: SourceUnit, _ patch: PatchFacts
  ) -> FindingDraft {
    let line = unit.lineNumber(ofToken: Int(unit.syntax[sleeper.node].first))
    let what = patch.contracts.sleeps.contains(sleeper.name) ? "" : " with GFP_KERNEL"
    var draft = FindingDraft(
      "\(call.name)() with GFP_ATOMIC, where \(sleeper.name)()\(what) may sleep just before it",
      at: patch.span(of: flag, in: unit, side: .new),
      evidence: [
        Evidence(
          .source,
          "whoever comes here has passed \(sleeper.name)() at line \(line), and nothing between them takes a lock that forbids to sleep"
        )
      ])
    draft.related = [
      RelatedSpan(patch.span(of: sleeper.node, in: unit, side: .new), label: "may sleep")
    ]
    draft.symbols = [call.name, sleeper.name]
    draft.help = "GFP_KERNEL, which need not touch the reserves"
    return draft
  }
}
