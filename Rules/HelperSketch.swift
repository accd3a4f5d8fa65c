// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review

/// A function that a repeated sequence could be, and the call that would take its place.
struct HelperSketch {
  let text: String

  /// nil where it would have to give back more than one value, or a type is not known.
  /// - Parameter merged: places in merged code, where the variables may have other types.
  init?(_ group: [RepeatedRun], merged: [Span], _ patch: PatchFacts) {
    let first = group[0]
    let syntax = first.unit.syntax
    guard let function = syntax.function(around: first.statements[0]) else { return nil }
    let used = Self.names(in: first)
    let written = used.filter { name in first.statements.contains { syntax.writes(name, in: $0) } }
    // What is written and used no more is the helper's own.
    let results = written.filter { name in
      syntax.descendants(of: function).contains {
        Int(syntax[$0].first) >= first.tokens.upperBound && syntax.isName(name, $0)
      }
    }
    guard results.count <= 1 else { return nil }
    let types = Dictionary(
      used.map { ($0, syntax.locals(named: $0, in: function).first?.type ?? "") },
      uniquingKeysWith: { a, _ in a })
    guard types.values.allSatisfy({ !$0.isEmpty && !$0.hasSuffix("[]") }) else { return nil }
    let result = results.first
    let initial = result.flatMap { syntax.constantInitialiser(of: $0, in: function) }
    let inputs = used.filter { name in
      guard written.contains(name) else { return true }
      return name == result && initial == nil && !syntax.isAlwaysSet(name, first.statements)
    }
    // Where a variable serves only to reach one member, the member is what the helper needs, whatever it is in.
    var parameters: [(declaration: String, argument: String)] = []
    var replaced: [String: String] = [:]
    let differ = !merged.isEmpty || Set(group.map { Self.types(of: $0) }).count > 1
    for name in inputs {
      if differ, let member = Self.soleMember(of: name, in: first),
        let type = Self.pointerType(of: member, in: first, patch)
      {
        let text = syntax.joined(syntax[member].tokens)
        let short = syntax.name(of: member)
        parameters.append(("\(type)*\(short)", "&\(text)"))
        replaced[text] = "*\(short)"
      } else {
        parameters.append((Self.declaration(of: name, types[name] ?? ""), name))
      }
    }
    let name = Self.name(for: first, parameters.isEmpty)
    let type = result.map { types[$0] ?? "" } ?? "void"
    var lines = [
      "one function, and a call in place of each:",
      "static \(type.hasSuffix("*") ? Self.spaced(type) : type + " ")\(name)(\(parameters.isEmpty ? "void" : parameters.map(\.declaration).joined(separator: ", ")))",
      "{",
    ]
    let own = written.filter { !inputs.contains($0) }
    for variable in own {
      let start = variable == result ? initial.map { " = \($0)" } ?? "" : ""
      lines.append("\t\(Self.declaration(of: variable, types[variable] ?? ""))\(start);")
    }
    if !own.isEmpty { lines.append("") }
    lines += Self.body(of: first, replaced)
    if let result { lines += ["", "\treturn \(result);"] }
    lines.append("}")
    let call = "\(name)(\(parameters.map(\.argument).joined(separator: ", ")));"
    lines.append(result.map { "\($0) = \(call)" } ?? call)
    text = lines.joined(separator: "\n")
  }

  // MARK: Parts

  /// The variables of the function that stand in the sequence, in the order of the text.
  private static func names(in sequence: RepeatedRun) -> [String] {
    let syntax = sequence.unit.syntax
    var names: [String] = []
    for statement in sequence.statements {
      for id in syntax.descendants(of: statement) where syntax[id].kind == .identifier {
        let name = syntax.name(of: id)
        if sequence.locals.contains(name), !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  private static func types(of sequence: RepeatedRun) -> [String] {
    let syntax = sequence.unit.syntax
    guard let function = syntax.function(around: sequence.statements[0]) else { return [] }
    return names(in: sequence).map { syntax.locals(named: $0, in: function).first?.type ?? "" }
  }

  /// `v->m` where that is all that a sequence does with `v`.
  private static func soleMember(of name: String, in sequence: RepeatedRun) -> NodeID? {
    let syntax = sequence.unit.syntax
    var found: NodeID?
    for statement in sequence.statements {
      for id in syntax.descendants(of: statement) where syntax.isName(name, id) {
        guard let parent = syntax.parent(of: id), syntax[parent].kind == .arrowMember else { return nil }
        if let known = found, syntax.name(of: known) != syntax.name(of: parent) { return nil }
        found = parent
      }
    }
    return found
  }

  /// `struct group *` of a member that is a pointer to a struct.
  private static func pointerType(of member: NodeID, in sequence: RepeatedRun, _ patch: PatchFacts) -> String?
  {
    let unit = patch.typedUnit(of: sequence.unit)
    if case .pointer(.tagged(let structure)) = TypeReader(unit).type(of: member) {
      return "\(structure.name) *"
    }
    // What a function takes that gets it.
    let syntax = sequence.unit.syntax
    let text = syntax.joined(syntax[member].tokens)
    for call in sequence.statements.flatMap({ syntax.namedCalls(in: $0) }) {
      guard let place = call.arguments.firstIndex(where: { syntax.text(ofExpression: $0) == text }),
        let callee = unit.ordinary(named: call.name).first(where: { $0.kind == .function })
      else { continue }
      let parameters = callee.place.file.syntax.parameters(of: callee.place.node)
      if parameters.indices.contains(place), parameters[place].type.hasSuffix("*") {
        return spaced(parameters[place].type)
      }
    }
    return nil
  }

  private static func declaration(of name: String, _ type: String) -> String { spaced(type) + name }

  /// `struct foo *`, `u64 `
  private static func spaced(_ type: String) -> String {
    let stars = type.reversed().prefix { $0 == "*" }.count
    return type.dropLast(stars) + " " + String(repeating: "*", count: stars)
  }

  /// Named after what it does between taking a lock and releasing it, or after its first call.
  private static func name(for sequence: RepeatedRun, _ isAlone: Bool) -> String {
    let syntax = sequence.unit.syntax
    let calls = sequence.statements.flatMap { syntax.namedCalls(in: $0) }.map(\.name)
    let isLocked = calls.contains { $0.contains("unlock") }
    let inner = calls.first { !$0.contains("lock") && $0.contains(where: \.isLowercase) } ?? "common"
    return inner + (isLocked ? "_locked" : "_and_more")
  }

  /// The lines of the sequence, as deep as a function's body.
  private static func body(of sequence: RepeatedRun, _ replaced: [String: String]) -> [String] {
    let buffer = sequence.unit.syntax.buffer
    let first = buffer.tokens[sequence.tokens.lowerBound]
    let last = buffer.tokens[sequence.tokens.upperBound - 1]
    let start = buffer.line(around: first).start
    let text = String(decoding: buffer.text[Int(start)..<Int(last.end)], as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let depth = lines[0].prefix { $0 == "\t" || $0 == " " }.count
    return lines.map { line in
      let indent = line.prefix { $0 == "\t" || $0 == " " }.count
      var text = String(line.dropFirst(min(depth, indent)))
      for (old, new) in replaced.sorted(by: { $0.key < $1.key }) { text = text.replacing(old, with: new) }
      return text.isEmpty ? "" : "\t" + text
    }
  }
}

extension SyntaxTree {
  /// Whether a name alone is assigned to, or counted, in a node.
  fileprivate func writes(_ name: String, in node: NodeID) -> Bool {
    descendants(of: node).contains { id in
      switch self[id].kind {
      case .assignment, .postfix: child(0, of: id).map { isName(name, bare($0)) } ?? false
      case .unary:
        [.plusPlus, .minusMinus, .ampersand].contains(buffer.tokens[Int(self[id].main)].kind)
          && child(0, of: id).map { isName(name, bare($0)) } ?? false
      default: false
      }
    }
  }

  /// Whether one of the statements themselves, not one below them, sets a name.
  fileprivate func isAlwaysSet(_ name: String, _ statements: [NodeID]) -> Bool {
    statements.contains { statement in
      guard self[statement].kind == .expressionStatement, let value = child(0, of: statement),
        let (target, _) = assigned(value)
      else { return false }
      return isName(name, target)
    }
  }

  /// The constant that a function's variable begins with; nil where it has none, or something else.
  func constantInitialiser(of name: String, in function: NodeID) -> String? {
    guard let declared = initialiser(of: name, in: function),
      PathValue(constant: bare(declared), in: self) != nil
    else {
      return nil
    }
    return joined(self[declared].tokens)
  }

  /// What a function's variable begins with; nil where there is nothing.
  func initialiser(of name: String, in function: NodeID) -> NodeID? {
    for id in descendants(of: function) where self[id].kind == .initDeclarator && self.name(of: id) == name {
      guard self[id].flags.contains(.hasInitialiser) else { return nil }
      return children(of: id).reduce(nil) { $1 as NodeID? }
    }
    return nil
  }
}
