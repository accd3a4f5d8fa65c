// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `value/sentinel-in-range`: a number that stands for "there is none" in a variable that otherwise holds an id.
struct ValueSentinelInRange: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for unit in patch.newUnits where unit.path.isTranslationUnit && !unit.path.isTest {
      let sentinels = unit.syntax.functions.filter { unit.isTouched($0) }.flatMap { function in
        Sentinel.all(in: function, of: unit.syntax).filter {
          unit.place(ofToken: $0.token) == .added && $0.isHandedOut(in: function, unit.syntax)
        }
      }
      // One finding for all variables that get the same.
      for producer in sentinels.map(\.producer).withoutRepeats {
        result.findings.append(draft(sentinels.filter { $0.producer == producer }, unit, patch))
      }
    }
    return result
  }

  private func draft(_ group: [Sentinel], _ unit: SourceUnit, _ patch: PatchFacts) -> FindingDraft {
    let first = group[0]
    var draft = FindingDraft(
      "\(first.value) stands for \"none\" in \(group.map(\.name).withoutRepeats.joined(separator: " and ")), which otherwise has what \(first.producer)() returns; nothing says so",
      at: patch.span(ofTokens: first.token..<first.token + 1, in: unit, side: .new),
      evidence: [Evidence(.source, range(of: first, unit, patch))])
    draft.related = group.dropFirst().map {
      RelatedSpan(patch.span(ofTokens: $0.token..<$0.token + 1, in: unit, side: .new), label: "here, too")
    }
    let merged = patch.mergedFiles(beside: unit.path, holding: [first.producer]).flatMap { file in
      file.syntax.functions.flatMap { function in
        Sentinel.all(in: function, of: file.syntax).filter {
          $0.producer == first.producer && $0.value == first.value
        }.map { patch.span(ofTokens: $0.token..<$0.token + 1, in: file, side: .tree) }
      }
    }
    if !merged.isEmpty {
      let places = merged.prefix(3).map { "\($0.place)" }
      draft.evidence.append(
        Evidence(
          .precedent,
          "merged code of the folder uses \(first.value) for the same: \(places.joined(separator: ", "))"))
    }
    draft.symbols = (group.map(\.name) + [first.producer]).withoutRepeats
    draft.help = "say at the declaration, or where users read it, that \(first.value) is no id"
    return draft
  }

  // MARK: What the producer can return

  private func range(of sentinel: Sentinel, _ unit: SourceUnit, _ patch: PatchFacts) -> String {
    let name = sentinel.producer
    let bodies = patch.typedUnit(of: unit).ordinary(named: name).filter { $0.kind == .function }
    var facts: [String] = []
    var followed = false
    for body in bodies {
      let syntax = body.place.file.syntax
      let returns = syntax.descendants(of: body.place.node).filter { syntax[$0].kind == .returnStatement }
      for value in returns.compactMap({ syntax.child(0, of: $0) }) {
        let text = syntax.quoted(syntax[value].tokens)
        if PathValue(constant: syntax.bare(value), in: syntax) != nil {
          facts.append("the stub at \(body.place.file.path):\(body.place.line) returns \(text)")
          followed = true
        } else {
          facts.append(
            "\(name)() at \(body.place.file.path):\(body.place.line) returns `\(text)`, which is not followed"
          )
        }
      }
    }
    guard !facts.isEmpty else {
      return "what \(name)() can return is not followed: its definition is not in sight"
    }
    return facts.prefix(3).joined(separator: "; ")
      + (followed ? "" : ": whether \(sentinel.value) is among its values is not known")
  }

}

/// A variable of a function that begins as a number, gets an id in one branch only, and is then asked or handed out.
private struct Sentinel {
  var name: String
  var value: String
  var producer: String
  /// Of the name where it is declared.
  var token: Int

  static func all(in function: NodeID, of syntax: SyntaxTree) -> [Sentinel] {
    syntax.descendants(of: function).compactMap { id in
      guard syntax[id].kind == .initDeclarator, syntax[id].flags.contains(.hasInitialiser),
        // The name first: what is behind it goes through the whole function.
        case let name = syntax.name(of: id), isID(name),
        let value = syntax.constantInitialiser(of: name, in: function), value == "0" || value == "-1",
        let local = syntax.locals(named: name, in: function).first, !local.isStatic, isNumber(local.type),
        let producer = producer(of: name, in: function, syntax), isID(producer)
      else { return nil }
      return Sentinel(name: name, value: value, producer: producer, token: Int(syntax[id].main))
    }
  }

  private static func isNumber(_ type: String) -> Bool {
    [
      "u64", "u32", "__u64", "__u32", "s64", "s32", "int", "unsigned int", "unsigned long", "long",
      "unsigned", "ino_t",
    ]
    .contains(type)
  }

  /// Whether a name is that of an id.
  private static func isID(_ name: String) -> Bool {
    let words = name.lowercased().split(separator: "_")
    return words.contains { ["id", "ino", "handle", "cookie"].contains($0) }
      || words.last?.hasSuffix("id") == true
  }

  /// What the variable gets where it gets something: always the same function's result, and in a branch that has no other
  /// side. nil where it is set otherwise, too.
  private static func producer(of name: String, in function: NodeID, _ syntax: SyntaxTree) -> String? {
    var producers: Set<String> = []
    for id in syntax.descendants(of: function) {
      switch syntax[id].kind {
      case .assignment:
        guard let target = syntax.child(0, of: id), syntax.isName(name, syntax.bare(target)) else { continue }
        guard let (_, value) = syntax.assigned(id), let call = syntax.namedCall(value),
          let branch = syntax.ancestor(of: id, kind: .ifStatement), syntax.child(2, of: branch) == nil,
          syntax.function(around: branch) == function,
          !syntax.descendants(of: branch).contains(where: {
            [.returnStatement, .gotoStatement].contains(syntax[$0].kind)
          })
        else { return nil }
        producers.insert(call.name)
      case .unary where syntax.isOperator(.ampersand, id):
        if syntax.child(0, of: id).map({ syntax.isName(name, syntax.bare($0)) }) == true { return nil }
      case .postfix:
        if syntax.child(0, of: id).map({ syntax.isName(name, syntax.bare($0)) }) == true { return nil }
      default: continue
      }
    }
    return producers.count == 1 ? producers.first : nil
  }

  /// Whether the value is asked for being there, or stored in something that the function does not own.
  func isHandedOut(in function: NodeID, _ syntax: SyntaxTree) -> Bool {
    syntax.descendants(of: function).contains { id in
      switch syntax[id].kind {
      case .ifStatement:
        return syntax.child(0, of: id).map { test in
          let plain = syntax.operand(of: syntax.bare(test), .exclaim) ?? syntax.bare(test)
          return syntax.isName(name, plain)
        } ?? false
      case .assignment:
        guard let (target, value) = syntax.assigned(id), syntax.isName(name, value) else { return false }
        return syntax[target].kind == .member || syntax[target].kind == .arrowMember
      default: return false
      }
    }
  }
}
