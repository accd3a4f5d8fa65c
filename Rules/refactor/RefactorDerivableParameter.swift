// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `refactor/derivable-parameter`: a parameter of an added function that is a member of what another parameter points to, at
/// each place that calls it.
struct RefactorDerivableParameter: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let found = patch.addedFunctions.filter { !patch.isUsedAsValue($0.name) }.flatMap {
      Derivable.all(in: $0, patch)
    }
    var seen: Set<Derivable.Group> = []
    for first in found where seen.insert(first.group).inserted {
      let group = found.filter { $0.group == first.group }
      guard group.reduce(0, { $0 + $1.calls.count }) >= Self.fewestCalls else { continue }
      result.findings.append(draft(group, patch))
    }
    return result
  }

  /// Call sites that make a habit.
  private static let fewestCalls = 2

  private func draft(_ group: [Derivable], _ patch: PatchFacts) -> FindingDraft {
    let first = group[0]
    let calls = group.flatMap(\.calls)
    let names = group.map { "\($0.function.name)()" }
    var draft = FindingDraft(
      "`\(first.parameter.name)` of \(names.joined(separator: " and ")) is `\(first.holder.name)->\(first.member)` at all \(calls.count) places of this patch that call \(group.count == 1 ? "it" : "them")",
      at: first.span(patch),
      evidence: [
        Evidence(
          .callgraph,
          calls.map { call in
            let line =
              "\(call.unit.path == first.function.unit.path ? "" : "\(call.unit.path):")\(call.unit.lineNumber(ofToken: call.token))"
            return call.through.map { "\(line) through the assignment at \($0)" } ?? line
          }.joined(separator: ", ") + ": the value that `\(first.member)` had before the call")
      ])
    for derivable in group {
      guard let comparison = derivable.comparison else { continue }
      let syntax = derivable.function.unit.syntax
      let line = derivable.function.unit.lineNumber(ofToken: Int(syntax[comparison.node].main))
      let lock = comparison.isLocked ? " under the lock" : ""
      draft.evidence.append(
        Evidence(
          .source,
          "\(derivable.function.name)() compares the two at line \(line)\(lock): without the parameter `\(syntax.quoted(syntax[comparison.node].tokens))` becomes `\(comparison.without)`"
        ))
    }
    draft.related =
      group.dropFirst().map { RelatedSpan($0.span(patch), label: "and here") }
      + calls.prefix(Self.mostCallsShown).map {
        RelatedSpan(
          patch.span(of: $0.node, in: $0.unit, side: .new),
          label: $0.through == nil ? "a call" : "a call, set before")
      }
    draft.symbols = [first.parameter.name] + group.map(\.function.name)
    draft.help = "read `\(first.holder.name)->\(first.member)` in the function"
    return draft
  }

  private static let mostCallsShown = 8
}

/// A parameter that another one leads to.
private struct Derivable {
  struct Group: Hashable {
    var member: String
    var types: [String]
  }

  struct Call {
    var unit: SourceUnit
    var node: NodeID
    var token: Int
    /// The line of the assignment that makes the member and the argument the same.
    var through: UInt32?
  }

  struct Comparison {
    var node: NodeID
    var without: String
    var isLocked: Bool
  }

  var function: AddedFunction
  var parameter: Parameter
  /// The parameter that has the member.
  var holder: Parameter
  var member: String
  var calls: [Call]
  /// Where the function compares the two.
  var comparison: Comparison?

  var group: Group { Group(member: member, types: [parameter.type, holder.type]) }

  func span(_ patch: PatchFacts) -> Span {
    patch.span(ofTokens: parameter.token..<parameter.token + 1, in: function.unit, side: .new)
  }

  static func all(in function: AddedFunction, _ patch: PatchFacts) -> [Derivable] {
    let parameters = function.unit.syntax.parameters(of: function.node)
    guard parameters.count > 1 else { return [] }
    let calls = patch.calls(of: function.name)
    guard !calls.isEmpty, calls.allSatisfy({ $0.call.arguments.count == parameters.count }) else { return [] }
    var found: [Derivable] = []
    for (index, parameter) in parameters.enumerated() where !parameter.name.isEmpty {
      for (other, holder) in parameters.enumerated() where other != index && holder.type.hasSuffix("*") {
        let sites = calls.map { site(of: $0.call, in: $0.unit, index, other) }
        guard let member = sites.first??.member, sites.allSatisfy({ $0?.member == member }) else { continue }
        found.append(
          Derivable(
            function: function, parameter: parameter, holder: holder, member: member,
            calls: sites.compactMap { $0?.call },
            comparison: comparison(of: parameter.name, "\(holder.name)->\(member)", in: function, patch)))
        break
      }
    }
    return found
  }

  /// `f(p->m, p)`; `p->m = x; f(x, p)`; `x = p->m; f(x, p)`.
  private static func site(of call: NamedCall, in unit: SourceUnit, _ index: Int, _ other: Int) -> (
    member: String, call: Call
  )? {
    let syntax = unit.syntax
    let argument = syntax.bare(call.arguments[index])
    let holder = syntax.text(ofExpression: call.arguments[other])
    func isMember(_ id: NodeID) -> Bool {
      syntax[id].kind == .arrowMember
        && syntax.child(0, of: id).map { syntax.text(ofExpression: $0) } == holder
    }
    var site = Call(unit: unit, node: call.node, token: Int(syntax[call.node].first))
    if isMember(argument) { return (syntax.name(of: argument), site) }
    guard syntax[argument].kind == .identifier, let function = syntax.function(around: call.node) else {
      return nil
    }
    let text = syntax.text(ofExpression: argument)
    var member: String?
    for id in syntax.descendants(of: function) where syntax[id].end <= syntax[call.node].first {
      guard let (target, value) = syntax.assigned(id) else { continue }
      let isAlways = syntax.isOnTheWay(id, to: call.node)
      if isAlways, isMember(target), syntax.text(ofExpression: value) == text {
        (member, site.through) = (syntax.name(of: target), unit.lineNumber(ofToken: Int(syntax[id].first)))
      } else if isMember(target), member == syntax.name(of: target) {
        (member, site.through) = (nil, nil)
      } else if syntax.text(ofExpression: target) == text {
        member = isAlways && isMember(value) ? syntax.name(of: value) : nil
        site.through = member == nil ? nil : unit.lineNumber(ofToken: Int(syntax[id].first))
      } else if syntax.text(ofExpression: target) == holder {
        member = nil
      }
    }
    return member.map { ($0, site) }
  }

  private static func comparison(
    of parameter: String, _ member: String, in function: AddedFunction, _ patch: PatchFacts
  ) -> Comparison? {
    let syntax = function.unit.syntax
    for id in syntax.descendants(of: function.node) where syntax[id].kind == .binary {
      let isEqual = syntax.isOperator(.equalEqual, id)
      guard isEqual || syntax.isOperator(.exclaimEqual, id) else { continue }
      let sides = syntax.children(of: id).map { syntax.text(ofExpression: $0) }
      guard Set(sides) == [parameter, member] else { continue }
      let isLocked = syntax.criticalSections(in: function.node, patch.contracts).contains {
        $0.tokens.contains(Int(syntax[id].main))
      }
      return Comparison(node: id, without: (isEqual ? "" : "!") + member, isLocked: isLocked)
    }
    return nil
  }
}
