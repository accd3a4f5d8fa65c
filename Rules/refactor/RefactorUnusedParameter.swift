// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `refactor/unused-parameter`: a parameter of an added function that its body never names.
struct RefactorUnusedParameter: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for function in patch.addedFunctions {
      let syntax = function.unit.syntax
      guard let body = syntax.body(ofFunction: function.node), syntax.child(0, of: body) != nil,
        syntax.opaqueNodes(inBodyOf: function.node).isEmpty, !patch.isUsedAsValue(function.name),
        !patch.calls(of: function.name).isEmpty, !patch.hasTwin(function)
      else { continue }
      let named = Set(
        syntax[body].tokens.filter { syntax.buffer.tokens[$0].kind == .identifier }.map {
          syntax.spelling(ofToken: $0)
        })
      for parameter in syntax.parameters(of: function.node)
      where !parameter.name.isEmpty && !named.contains(parameter.name) && !syntax.isSaidToBeUnused(parameter)
        && !syntax.isOneOfMany(function.node)
      {
        result.findings.append(draft(parameter, function, patch))
      }
    }
    return result
  }

  private func draft(_ parameter: Parameter, _ function: AddedFunction, _ patch: PatchFacts) -> FindingDraft {
    let calls = patch.calls(of: function.name)
    var draft = FindingDraft(
      "\(function.name)() does nothing with `\(parameter.name)`",
      at: patch.span(ofTokens: parameter.token..<parameter.token + 1, in: function.unit, side: .new),
      evidence: [
        Evidence(
          .source,
          "its body does not name it, and the function is called \(calls.count == 1 ? "once" : "\(calls.count) times") in this patch, never handed on as a pointer"
        )
      ])
    draft.symbols = [parameter.name, function.name]
    draft.relies = [.laterParts]
    return draft
  }
}

extension PatchFacts {
  /// Whether a function is there a second time, for another configuration: they share their parameters.
  fileprivate func hasTwin(_ function: AddedFunction) -> Bool {
    let named = newUnits.flatMap { unit in
      unit.syntax.functions.filter { unit.syntax.functionName(of: $0) == function.name }
    }
    return named.count > 1
  }
}

extension SyntaxTree {
  /// Whether other functions of the file have the same parameters: then they are a family, called alike.
  fileprivate func isOneOfMany(_ function: NodeID) -> Bool {
    let own = signature(of: function)
    return functions.contains { other in
      other != function && !self[other].flags.contains(.isAlternative) && signature(of: other) == own
        && functionName(of: other) != functionName(of: function)
    } || own.contains { $0.hasSuffix("_attribute*") }
  }

  private func signature(of function: NodeID) -> [String] {
    parameters(of: function).map { "\($0.name) \($0.type)" }
  }

  /// `__maybe_unused` and its kin at the parameter.
  fileprivate func isSaidToBeUnused(_ parameter: Parameter) -> Bool {
    var index = parameter.token + 1
    while index < buffer.tokens.count {
      switch buffer.tokens[index].kind {
      case .comma, .closeParen: return false
      case .identifier where spelling(ofToken: index).lowercased().contains("unused"): return true
      default: index += 1
      }
    }
    return false
  }
}
