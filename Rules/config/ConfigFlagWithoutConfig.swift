// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/flag-without-config`: a flag of user space that passes the check of flags, and that only a stub serves in some
/// configuration.
struct ConfigFlagWithoutConfig: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for file in patch.changedFiles {
      for source in file.new where source.path.isTranslationUnit {
        for function in source.syntax.functions where source.isTouched(function) {
          for flag in AcceptedFlag.all(in: function, of: source, file.new) {
            guard let draft = ask(flag, patch) else { continue }
            result.findings.append(draft)
          }
        }
      }
    }
    return result
  }

  private func ask(_ flag: AcceptedFlag, _ patch: PatchFacts) -> FindingDraft? {
    guard let architecture = patch.architectures.first, let file = patch.compiledFile(of: flag.source),
      patch.isOfUserSpace(flag.name)
    else { return nil }
    // What serves it, the first that says something wrong.
    let stubs = patch.withBuild(for: architecture) { build -> [(name: String, stub: Stub, text: String)] in
      guard let facts = build.build(of: file.path) else { return [] }
      let unit = build.unit(file, facts)
      return flag.served.compactMap { call in
        guard let stub = unit.stub(of: call.name), stub.answer.misleads else { return nil }
        return (call.name, stub, build.graph.text(of: stub.condition))
      }
    }
    guard let (name, stub, condition) = stubs?.first,
      let call = flag.served.first(where: { $0.name == name })
    else { return nil }
    let questions = BuildQuestions(patch: patch, source: call.source)
    let need = Need(name: name, tokens: [Int(call.source.syntax[call.node].main)])
    let holes = questions.holes(in: [need]) { (_, built) -> BuildQuestions.Asked? in
      guard let stub = built.unit.stub(of: name) else { return nil }
      let there = built.build.graph.table.not(stub.condition)
      let live = call.source.syntax.liveCondition(of: call.node, in: &built.build.graph.table)
      var asked = BuildQuestions.Asked(BuiltUnit.Availability(condition: there), isCommon: true)
      asked.use = live
      return asked
    }
    return holes.found.first.map { draft(flag, call, stub, condition, $0, patch) }
  }

  private func draft(
    _ flag: AcceptedFlag, _ call: AcceptedFlag.Call, _ stub: Stub, _ condition: String, _ hole: Hole,
    _ patch: PatchFacts
  ) -> FindingDraft {
    let off = hole.off.isEmpty ? "where \(condition)" : "with \(hole.off.joined(separator: ", "))"
    var draft = FindingDraft(
      "is `\(flag.name)` meant to be accepted \(off)?",
      at: patch.span(of: flag.test, in: flag.source, side: .new),
      evidence: [
        Evidence(
          .kconfig, "this file is built in this configuration, and the mask is the same",
          witness: hole.witness),
        Evidence(
          .source,
          "\(call.name)(), which serves the flag, is then the stub at \(stub.path):\(stub.line): \(stub.answer.words)"
        ),
      ])
    let errors = stub.siblings.compactMap(\.error)
    if !errors.isEmpty {
      draft.evidence.append(
        Evidence(.precedent, "of the other stubs of that branch \(Self.counted(errors.map { ($0, 1) }))"))
    }
    let tree = patch.soleErrorsOfHeaders.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(4)
    if !tree.isEmpty {
      draft.evidence.append(
        Evidence(
          .precedent,
          "of the functions in include/ that return one error and nothing else \(Self.counted(tree.map { ($0.key, $0.value) }))"
        ))
    }
    draft.symbols = [flag.name, call.name]
    draft.config = hole.symbols.isEmpty ? hole.off.map { "CONFIG_\($0.dropLast(2))" } : hole.symbols
    draft.related = [
      RelatedSpan(patch.span(of: call.node, in: call.source, side: .new), label: "served here")
    ]
    draft.help = "take the flag out of the mask there, or say -EOPNOTSUPP before anything is done"
    draft.relies = [.tree]
    return draft
  }

  /// `4 return -EINVAL, 1 -ENODEV`.
  private static func counted(_ errors: [(String, Int)]) -> String {
    var counts: [String: Int] = [:]
    for (error, count) in errors { counts[error, default: 0] += count }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) return -\($0.key)" }
      .joined(separator: ", ")
  }
}

/// A flag that an added test lets pass, and what is called where it is set.
private struct AcceptedFlag {
  struct Call {
    var name: String
    var node: NodeID
    var source: SourceUnit
  }

  var name: String
  var source: SourceUnit
  /// `flags & ~(A | B)`
  var test: NodeID
  var served: [Call]

  /// `if (x & ~F) return -E…;` on an added line, with `if (x & F) { … }` in the same function, which may be in another hunk
  /// of the file.
  static func all(in function: NodeID, of source: SourceUnit, _ units: [SourceUnit]) -> [AcceptedFlag] {
    let syntax = source.syntax
    let owner = syntax.functionName(of: function)
    var found: [AcceptedFlag] = []
    for id in syntax.descendants(of: function) where syntax[id].kind == .binary {
      guard syntax.buffer.tokens[Int(syntax[id].main)].kind == .ampersand,
        source.place(ofToken: Int(syntax[id].main)) == .added, let right = syntax.child(1, of: id)
      else { continue }
      let mask = syntax.withoutParentheses(right)
      guard syntax[mask].kind == .unary, syntax.buffer.tokens[Int(syntax[mask].main)].kind == .tilde,
        let statement = syntax.parent(of: id), syntax[statement].kind == .ifStatement,
        let branch = syntax.child(1, of: statement), syntax.isErrorReturn(branch)
      else { continue }
      for flag in syntax.descendants(of: mask) where syntax[flag].kind == .identifier {
        let name = syntax.name(of: flag)
        guard name == name.uppercased(), source.place(ofToken: Int(syntax[flag].main)) == .added else {
          continue
        }
        let served = units.flatMap { unit in
          unit.syntax.functions.filter { owner != nil && unit.syntax.functionName(of: $0) == owner }
            .flatMap { calls(where: name, in: $0, unit) }
        }
        if !served.isEmpty {
          found.append(AcceptedFlag(name: name, source: source, test: id, served: served))
        }
      }
    }
    return found
  }

  /// What is called where the flag is set.
  private static func calls(where flag: String, in function: NodeID, _ source: SourceUnit) -> [Call] {
    let syntax = source.syntax
    var calls: [Call] = []
    for id in syntax.descendants(of: function) where syntax[id].kind == .ifStatement {
      guard let test = syntax.child(0, of: id), let branch = syntax.child(1, of: id), syntax.tests(test, flag)
      else { continue }
      for call in syntax.namedCalls(in: branch) {
        guard let callee = syntax.child(0, of: call.node) else { continue }
        calls.append(Call(name: call.name, node: callee, source: source))
      }
    }
    return calls
  }
}

extension SyntaxTree {
  fileprivate func withoutParentheses(_ id: NodeID) -> NodeID {
    var id = id
    while self[id].kind == .parenthesised, let inner = child(0, of: id) { id = inner }
    return id
  }

  /// `return -E…;`, alone or in braces.
  fileprivate func isErrorReturn(_ statement: NodeID) -> Bool {
    let children = Array(children(of: statement))
    if self[statement].kind == .block { return children.count == 1 && isErrorReturn(children[0]) }
    guard self[statement].kind == .returnStatement, let value = children.first else { return false }
    return self[value].kind == .unary && buffer.tokens[Int(self[value].main)].kind == .minus
  }

  /// `x & FLAG`, alone or beside other things that must hold.
  fileprivate func tests(_ test: NodeID, _ flag: String) -> Bool {
    let id = withoutParentheses(test)
    guard self[id].kind == .binary, let left = child(0, of: id), let right = child(1, of: id) else {
      return false
    }
    switch buffer.tokens[Int(self[id].main)].kind {
    case .ampersandAmpersand: return tests(left, flag) || tests(right, flag)
    case .ampersand:
      return [left, right].contains { self[$0].kind == .identifier && name(of: $0) == flag }
    default: return false
    }
  }
}

extension Stub.Answer {
  /// Whether user space takes it for something else than "not supported".
  fileprivate var misleads: Bool {
    switch self {
    case .error(let name): name == "EINVAL"
    case .zero, .nothing: true
    case .other: false
    }
  }

  fileprivate var error: String? { if case .error(let name) = self { name } else { nil } }

  fileprivate var words: String {
    switch self {
    case .error(let name): "user space gets -\(name), as from a kernel that does not know the flag"
    case .zero, .nothing: "it does nothing, and user space is told that all went well"
    case .other: "what it answers is not known"
    }
  }
}

extension PatchFacts {
  /// Whether a header for user space has a name.
  fileprivate func isOfUserSpace(_ name: String) -> Bool {
    let isAdded = changedFiles.contains { file in
      file.change.newPath?.bytes.starts(with: "include/uapi/".utf8) == true
        && file.new.contains { unit in
          unit.syntax.buffer.tokens.indices.contains {
            unit.syntax.buffer.tokens[$0].kind == .identifier && unit.syntax.spelling(ofToken: $0) == name
          }
        }
    }
    return isAdded
      || symbols?.declarations(of: name).places.contains { $0.path.bytes.starts(with: "include/uapi/".utf8) }
        == true
  }
}
