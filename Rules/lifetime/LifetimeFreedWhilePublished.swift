// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `lifetime/freed-while-published`: an object is put where others find it and take references, and is then freed on a way
/// out without asking who has one.
struct LifetimeFreedWhilePublished: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let publishers = Publisher.all(in: patch)
    guard !publishers.isEmpty else { return result }
    for unit in patch.newUnits where unit.path.isTranslationUnit {
      let syntax = unit.syntax
      for function in syntax.functions where unit.isTouched(function) {
        for call in syntax.namedCalls(in: function) {
          guard let publisher = publishers.first(where: { $0.name == call.name }),
            call.arguments.indices.contains(publisher.argument),
            unit.place(ofToken: Int(syntax[call.node].first)) == .added || publisher.isAdded
          else { continue }
          let object = syntax.bare(call.arguments[publisher.argument])
          guard syntax[object].kind == .identifier,
            let reader = Reader.first(of: publisher.member, patch),
            let freed = freeing(of: syntax.name(of: object), after: call, in: function, unit, patch)
          else { continue }
          result.findings.append(draft(call, publisher, reader, freed, unit, patch))
        }
      }
    }
    return result
  }

  private func draft(
    _ call: NamedCall, _ publisher: Publisher, _ reader: Reader, _ freed: NamedCall, _ unit: SourceUnit,
    _ patch: PatchFacts
  ) -> FindingDraft {
    let syntax = unit.syntax
    let object = syntax.text(ofExpression: call.arguments[publisher.argument])
    let freedLine = unit.lineNumber(ofToken: Int(syntax[freed.node].first))
    var draft = FindingDraft(
      "`\(object)` can be found by others from here on, and \(freed.name)() at line \(freedLine) frees it whoever has taken a reference",
      at: patch.span(of: call.node, in: unit, side: .new),
      evidence: [
        Evidence(
          .source,
          "\(publisher.name)() puts it on a list: \(publisher.unit.path):\(publisher.unit.lineNumber(ofToken: publisher.token))"
        ),
        Evidence(
          .source,
          "\(reader.function)() walks that list and takes a reference with \(reader.getter)(): \(reader.span.place)"
        ),
        Evidence(
          .source,
          "a way leads from here, with success, to \(freed.name)() at line \(freedLine), which looks at no count"
        ),
      ])
    draft.related = [
      RelatedSpan(patch.span(of: freed.node, in: unit, side: .new), label: "freed here"),
      RelatedSpan(
        patch.span(ofTokens: publisher.token..<publisher.token + 1, in: publisher.unit, side: .new),
        label: "put on the list"),
      RelatedSpan(reader.span, label: "a reference is taken"),
    ]
    draft.symbols = [object, publisher.name, freed.name, reader.function]
    draft.help =
      "drop the reference in place of \(freed.name)(), or put it on the list when nothing can fail any more"
    return draft
  }

  /// A call that frees the object on a way on which publishing it went well, and on which the variable keeps it.
  private func freeing(
    of object: String, after call: NamedCall, in function: NodeID, _ unit: SourceUnit, _ patch: PatchFacts
  ) -> NamedCall? {
    let syntax = unit.syntax
    let flow = ControlFlow(of: function, in: syntax, noreturn: patch.contracts.noreturn)
    let callToken = Int(syntax[call.node].first)
    guard flow.gaps.isEmpty,
      let start = flow.points.firstIndex(where: {
        $0.node != .none && syntax[$0.node].tokens.contains(callToken)
      })
    else { return nil }
    let result = syntax.variable(holding: call.node)
    var seen: Set<[Int]> = []
    var open: [(point: Int, knows: Bool)] = flow.points[start].successors.map { ($0.target, result != nil) }
    while let (index, knows) = open.popLast() {
      guard seen.insert([index, knows ? 1 : 0]).inserted else { continue }
      let point = flow.points[index]
      var knows = knows
      if point.node != .none {
        if let freed = syntax.namedCalls(in: point.node).first(where: {
          patch.contracts.freesArgument.contains($0.name)
            && $0.arguments.first.map { syntax.isName(object, syntax.bare($0)) } == true
        }) {
          return freed
        }
        if syntax.sets(object, in: point.node) { continue }
        if let result, syntax.sets(result, in: point.node) { knows = false }
      }
      for edge in point.successors {
        // Where the result is asked for, only what follows success counts.
        if knows, point.kind == .test, let result, let isError = syntax.isError(point.node, of: result) {
          guard (edge.branch == .isTrue) != isError else { continue }
        }
        open.append((edge.target, knows))
      }
    }
    return nil
  }
}

/// A function that puts what a parameter points to where others find it.
private struct Publisher {
  var name: String
  var argument: Int
  /// The list's head in the object.
  var member: String
  var unit: SourceUnit
  var token: Int
  var isAdded: Bool

  static func all(in patch: PatchFacts) -> [Publisher] {
    patch.newUnits.flatMap { unit -> [Publisher] in
      let syntax = unit.syntax
      return syntax.functions.flatMap { function -> [Publisher] in
        guard let name = syntax.functionName(of: function) else { return [] }
        let parameters = syntax.parameters(of: function)
        return syntax.namedCalls(in: function).compactMap { call in
          guard patch.contracts.publishes.contains(call.name), call.arguments.count == 2,
            let entry = syntax.operand(of: syntax.bare(call.arguments[0]), .ampersand),
            syntax[entry].kind == .arrowMember,
            let base = syntax.child(0, of: entry).map({ syntax.bare($0) }), syntax[base].kind == .identifier,
            let argument = parameters.firstIndex(where: { $0.name == syntax.name(of: base) }),
            !syntax.isOwn(call.arguments[1], in: function, parameters)
          else { return nil }
          let token = Int(syntax[call.node].first)
          return Publisher(
            name: name, argument: argument, member: syntax.name(of: entry), unit: unit, token: token,
            isAdded: unit.place(ofToken: token) == .added)
        }
      }
    }
  }
}

/// A walk over a list that takes references to what is on it.
private struct Reader {
  var function: String
  var getter: String
  var span: Span

  static func first(of member: String, _ patch: PatchFacts) -> Reader? {
    for unit in patch.newUnits {
      let syntax = unit.syntax
      for function in syntax.functions {
        guard let name = syntax.functionName(of: function) else { continue }
        for loop in syntax.descendants(of: function) where syntax[loop].kind == .macroLoop {
          guard let head = syntax.child(0, of: loop).flatMap({ syntax.namedCall($0) }),
            let body = syntax.child(1, of: loop), head.name.contains("for_each"),
            head.arguments.dropFirst().contains(where: { syntax.isName(member, $0) }),
            let cursor = head.arguments.first, syntax[cursor].kind == .identifier
          else { continue }
          let getter = syntax.namedCalls(in: body).first { call in
            (patch.contracts.saysGone(call.name)
              || patch.contracts.references.contains { $0.acquire.contains(call.name) })
              && call.arguments.contains { syntax.uses(syntax.name(of: cursor), in: $0) }
          }
          if let getter {
            return Reader(
              function: name, getter: getter.name, span: patch.span(of: getter.node, in: unit, side: .new))
          }
        }
      }
    }
    return nil
  }
}

extension SyntaxTree {
  /// The variable that a call's result is put in: `err = f()`.
  fileprivate func variable(holding call: NodeID) -> String? {
    guard var user = parent(of: call) else { return nil }
    while self[user].kind == .parenthesised, let outer = parent(of: user) { user = outer }
    if let (target, _) = assigned(user), self[target].kind == .identifier { return name(of: target) }
    return self[user].kind == .initDeclarator ? name(of: user) : nil
  }

  /// Whether a node assigns to a variable.
  fileprivate func sets(_ name: String, in node: NodeID) -> Bool {
    descendants(of: node).contains { id in
      if self[id].kind == .initDeclarator { return self.name(of: id) == name }
      return self[id].kind == .assignment && child(0, of: id).map { isName(name, bare($0)) } == true
    }
  }

  /// Whether a test's `isTrue` means that a result is an error; nil where it asks for something else.
  fileprivate func isError(_ test: NodeID, of result: String) -> Bool? {
    let id = bare(test)
    if isName(result, id) { return true }
    if self[id].kind == .binary, let left = child(0, of: id), isName(result, bare(left)) {
      if isOperator(.less, id) || isOperator(.exclaimEqual, id) { return true }
      if isOperator(.equalEqual, id) || isOperator(.greaterEqual, id) { return false }
    }
    return nil
  }

  /// Whether a list's head is a variable of the function itself.
  fileprivate func isOwn(_ head: NodeID, in function: NodeID, _ parameters: [Parameter]) -> Bool {
    guard let inner = operand(of: bare(head), .ampersand), self[inner].kind == .identifier else {
      return false
    }
    let name = name(of: inner)
    guard let body = body(ofFunction: function) else { return true }
    return namedCalls(in: body).contains { $0.name == "LIST_HEAD" && uses(name, in: $0.node) }
      || !locals(named: name, in: function).isEmpty
  }
}
