// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex

/// `errno/dead-object`: "try again" as the answer where an object is gone for good, and where code around it answers
/// otherwise.
struct ErrnoDeadObject: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for unit in patch.newUnits where unit.path.isTranslationUnit {
      for function in unit.syntax.functions where unit.isTouched(function) {
        for answer in GoneAnswer.all(in: function, of: unit.syntax, patch.contracts)
        where ["EBUSY", "EAGAIN"].contains(answer.error) && unit.place(ofToken: answer.token) == .added {
          if let draft = ask(answer, function, unit, patch) { result.findings.append(draft) }
        }
      }
    }
    return result
  }

  private func ask(_ answer: GoneAnswer, _ function: NodeID, _ unit: SourceUnit, _ patch: PatchFacts)
    -> FindingDraft?
  {
    let syntax = unit.syntax
    guard let statement = syntax.statement(around: answer.node) else { return nil }
    var draft = FindingDraft(
      "should -\(answer.error), \"try again\", be the answer where \(answer.test)() says that the object is gone for good?",
      at: patch.span(of: statement, in: unit, side: .new), evidence: [])
    if let chain = lookUp(before: answer, function, unit, patch) {
      let way = (chain.way + [chain.answer.test]).map { "\($0)()" }.joined(separator: " -> ")
      draft.evidence.append(
        Evidence(
          .callgraph,
          "the same call answers -\(chain.answer.error) where the object has gone a moment earlier: \(way), \(chain.place.place)"
        ))
      draft.related.append(RelatedSpan(chain.place, label: "a moment earlier"))
    }
    if let (error, places) = answersOfHolders(of: answer, function, unit, patch) {
      let more =
        places.count > 1 ? " and \(places.count - 1) more \(places.count == 2 ? "place" : "places")" : ""
      draft.evidence.append(
        Evidence(
          .precedent,
          "where what pointed to such an object finds it gone, the folder answers -\(error): \(places[0].function ?? "")(), \(places[0].place)\(more)"
        ))
    }
    if draft.evidence.isEmpty, let (error, place) = answerOfSameTest(answer, unit, patch) {
      draft.evidence.append(
        Evidence(
          .precedent,
          "the folder answers -\(error) to the same test: \(place.function ?? "")(), \(place.place)"
        ))
    }
    guard !draft.evidence.isEmpty else { return nil }
    draft.symbols = [answer.test, answer.error]
    draft.relies = [.tree]
    return draft
  }

  // MARK: The same call, a moment earlier

  private struct Chain {
    var way: [String]
    var answer: GoneAnswer
    var place: Span
  }

  /// What looks up the object in a caller of the function, followed to where it finds it gone.
  private func lookUp(
    before answer: GoneAnswer, _ function: NodeID, _ unit: SourceUnit, _ patch: PatchFacts
  ) -> Chain? {
    let syntax = unit.syntax
    guard let name = syntax.functionName(of: function), let object = answer.object,
      let place = syntax.parameters(of: function).firstIndex(where: { $0.name == object })
    else { return nil }
    for caller in patch.newUnits {
      for call in caller.syntax.functions.flatMap({ caller.syntax.namedCalls(in: $0) })
      where call.name == name && call.arguments.indices.contains(place) {
        let argument = caller.syntax.bare(call.arguments[place])
        guard caller.syntax[argument].kind == .identifier,
          let around = caller.syntax.function(around: call.node),
          let source = caller.syntax.source(
            of: caller.syntax.name(of: argument), before: call.node, in: around)
        else { continue }
        var budget = Self.mostFunctions
        if let chain = follow(
          source, from: caller, [], &budget, patch)
        {
          return chain
        }
      }
    }
    return nil
  }

  /// Functions that are read, and calls that are followed into each other.
  private static let mostFunctions = 24
  private static let deepest = 5

  private func follow(
    _ name: String, from file: SourceUnit, _ way: [String], _ budget: inout Int, _ patch: PatchFacts
  ) -> Chain? {
    guard way.count < Self.deepest, !way.contains(name), budget > 0,
      let (home, function) = definition(of: name, from: file, patch)
    else { return nil }
    budget -= 1
    let syntax = home.syntax
    let answers = GoneAnswer.all(in: function, of: syntax, patch.contracts)
    if let answer = answers.first(where: { !["EBUSY", "EAGAIN"].contains($0.error) }) {
      return Chain(
        way: way + [name], answer: answer,
        place: patch.span(of: answer.node, in: home, side: .tree))
    }
    for callee in syntax.callsWhoseResultIsReturned(by: function) {
      if let chain = follow(callee, from: home, way + [name], &budget, patch) { return chain }
    }
    return nil
  }

  private func definition(of name: String, from file: SourceUnit, _ patch: PatchFacts) -> (
    SourceUnit, NodeID
  )? {
    func body(in file: SourceUnit) -> (SourceUnit, NodeID)? {
      file.syntax.functions.first { file.syntax.functionName(of: $0) == name }.map { (file, $0) }
    }
    if let found = body(in: file) { return found }
    for place in patch.symbols?.definitions(of: name, near: file.path).places ?? [] {
      if let home = patch.mergedFile(at: place.path), let found = body(in: home) { return found }
    }
    return nil
  }

  // MARK: What the folder does

  /// `if (!lane->group) return -E…;` where other code of the folder sets that member to NULL: who held the object learns
  /// that it has gone.
  private func answersOfHolders(
    of answer: GoneAnswer, _ function: NodeID, _ unit: SourceUnit, _ patch: PatchFacts
  ) -> (error: String, places: [Span])? {
    guard let object = answer.object,
      let type = unit.syntax.locals(named: object, in: function).first?.type, type.hasSuffix("*"),
      let tag = type.dropLast().split(separator: " ").last.map(String.init)
    else { return nil }
    var found: [String: [Span]] = [:]
    for file in patch.mergedFiles(beside: unit.path, holding: [tag]) {
      let syntax = file.syntax
      guard syntax.clearsMember(tag) else { continue }
      for id in syntax.descendants(of: syntax.root) where syntax[id].kind == .ifStatement {
        guard let test = syntax.child(0, of: id), let branch = syntax.child(1, of: id),
          let pointer = syntax.operand(of: syntax.bare(test), .exclaim), syntax[pointer].kind == .arrowMember,
          syntax.name(of: pointer) == tag, let error = syntax.errorConstants(in: branch).first,
          !["EBUSY", "EAGAIN"].contains(error.name)
        else { continue }
        found[error.name, default: []].append(
          patch.span(ofTokens: error.token..<error.token + 1, in: file, side: .tree))
      }
    }
    return found.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }.map { ($0.key, $0.value) }
  }

  private func answerOfSameTest(_ answer: GoneAnswer, _ unit: SourceUnit, _ patch: PatchFacts) -> (
    error: String, place: Span
  )? {
    for file in patch.mergedFiles(beside: unit.path, holding: [answer.test]) {
      for function in file.syntax.functions {
        let found = GoneAnswer.all(in: function, of: file.syntax, patch.contracts).first {
          $0.test == answer.test && !["EBUSY", "EAGAIN"].contains($0.error)
        }
        if let found {
          return (found.error, patch.span(ofTokens: found.token..<found.token + 1, in: file, side: .tree))
        }
      }
    }
    return nil
  }
}

/// What a function answers where a test, or a look-up that fails, says that an object is gone for good.
private struct GoneAnswer {
  /// The function that says so.
  var test: String
  /// The name that its argument begins with.
  var object: String?
  /// Without its minus.
  var error: String
  var token: Int
  var node: NodeID

  static func all(in function: NodeID, of syntax: SyntaxTree, _ contracts: Contracts) -> [GoneAnswer] {
    syntax.descendants(of: function).filter { syntax[$0].kind == .ifStatement }.compactMap { id in
      guard let condition = syntax.child(0, of: id), let branch = syntax.child(1, of: id),
        let call = goneCall(condition, syntax, contracts), let error = syntax.errorConstants(in: branch).first
      else { return nil }
      let object = call.arguments.first.flatMap { argument in
        syntax.descendants(of: argument).first { syntax[$0].kind == .identifier }.map { syntax.name(of: $0) }
      }
      return GoneAnswer(
        test: call.name, object: object, error: error.name, token: error.token, node: error.node)
    }
  }

  /// `percpu_ref_is_zero(…)`, `!css_tryget(…)`, alone or as one of several reasons.
  private static func goneCall(_ condition: NodeID, _ syntax: SyntaxTree, _ contracts: Contracts)
    -> NamedCall?
  {
    let id = syntax.bare(condition)
    if syntax[id].kind == .binary, syntax.isOperator(.barBar, id), let left = syntax.child(0, of: id),
      let right = syntax.child(1, of: id)
    {
      return goneCall(left, syntax, contracts) ?? goneCall(right, syntax, contracts)
    }
    let isNegated = syntax.operand(of: id, .exclaim) != nil
    guard let call = syntax.namedCall(syntax.operand(of: id, .exclaim) ?? id),
      contracts.saysGone(call.name)
    else {
      return nil
    }
    // What asks says yes; what tries to get fails.
    let asks = call.name.contains("_is_")
    return asks != isNegated ? call : nil
  }
}

extension SyntaxTree {
  /// The errors that a branch returns or assigns: `-E…`, also as `ERR_PTR(-E…)`.
  fileprivate func errorConstants(in branch: NodeID) -> [(name: String, token: Int, node: NodeID)] {
    descendants(of: branch).compactMap { id in
      guard let name = operand(of: id, .minus), self[name].kind == .identifier,
        case let text = self.name(of: name), text.hasPrefix("E"), !text.contains(where: \.isLowercase)
      else { return nil }
      return (text, Int(self[id].first), id)
    }
  }

  /// The function whose result a variable has at a node: the last assignment before it.
  fileprivate func source(of variable: String, before node: NodeID, in function: NodeID) -> String? {
    var source: String?
    for id in descendants(of: function) where self[id].end <= self[node].first {
      let value: NodeID?
      if let (target, assigned) = assigned(id), isName(variable, target) {
        value = assigned
      } else if self[id].kind == .initDeclarator, name(of: id) == variable {
        value = initialiser(of: variable, in: function)
      } else {
        continue
      }
      source = value.flatMap { namedCall(bare($0)) }?.name
    }
    return source
  }

  /// The functions whose result a function hands on, as it is or by way of a variable.
  fileprivate func callsWhoseResultIsReturned(by function: NodeID) -> [String] {
    let returned = descendants(of: function).filter { self[$0].kind == .returnStatement }
    return descendants(of: function).compactMap { id in
      guard let call = namedCall(id), var user = parent(of: id) else { return nil }
      while self[user].kind == .parenthesised, let outer = parent(of: user) { user = outer }
      switch self[user].kind {
      case .returnStatement: return call.name
      case .assignment:
        guard let (target, _) = assigned(user), self[target].kind == .identifier else { return nil }
        return returned.contains { uses(name(of: target), in: $0) } ? call.name : nil
      case .initDeclarator: return returned.contains { uses(name(of: user), in: $0) } ? call.name : nil
      default: return nil
      }
    }
  }

  /// Whether something sets a member to NULL.
  fileprivate func clearsMember(_ name: String) -> Bool {
    descendants(of: root).contains { id in
      guard let (target, value) = assigned(id), self[target].kind == .arrowMember else { return false }
      return self.name(of: target) == name && isName("NULL", value)
    }
  }
}
