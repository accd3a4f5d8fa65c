// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import SourceText

/// What a header has in place of a function where the code behind it is left out.
public struct Stub: Sendable {
  /// What callers get.
  public enum Answer: Hashable, Sendable {
    /// `return -ENAME;`
    case error(String)
    /// `return 0;`, `false` or `NULL`.
    case zero
    /// It returns nothing.
    case nothing
    case other
  }

  public var path: TreePath
  /// Of its name, 1-based.
  public var line: UInt32
  public var answer: Answer
  /// When a file sees it, in the table of the graph.
  public var condition: Formula
  /// What the other functions of the same branch of the header answer.
  public var siblings: [Answer]
}

extension BuiltUnit {
  /// The stub of a function: a body in a header where no prototype is seen. nil where there is none, or more than one.
  public func stub(of name: String) -> Stub? {
    let meanings = meanings(of: name)
    guard !meanings.isUnclear, meanings.declared != .never, meanings.bodies.count == 1,
      let body = meanings.bodies.first, graph.and(body.condition, meanings.declared) == .never,
      let function = body.file.syntax.functions.first(where: { Int(body.file.syntax[$0].main) == body.token })
    else { return nil }
    return Stub(
      path: body.file.path, line: body.file.syntax.buffer.tokens[body.token].line,
      answer: body.file.syntax.answer(ofFunction: function), condition: body.condition,
      siblings: body.file.syntax.siblings(ofStub: function))
  }
}

extension SyntaxTree {
  /// What a function that does nothing else answers.
  public func answer(ofFunction function: NodeID) -> Stub.Answer {
    guard let returned = soleValue(ofFunction: function) else {
      let isEmpty = body(ofFunction: function).map { child(0, of: $0) == nil } ?? false
      return isEmpty && opaqueNodes(inBodyOf: function).isEmpty ? .nothing : .other
    }
    if isFalse(returned) { return .zero }
    let value = PathTest.plain(returned, self)
    switch self[value].kind {
    case .unary where buffer.tokens[Int(self[value].main)].kind == .minus:
      guard let code = child(0, of: value), self[code].kind == .identifier, name(of: code).hasPrefix("E")
      else {
        return .other
      }
      return .error(name(of: code))
    default: return .other
    }
  }

  /// What a function returns that does nothing else; nil where it does, or returns nothing.
  func soleValue(ofFunction function: NodeID) -> NodeID? {
    guard let body = body(ofFunction: function), opaqueNodes(inBodyOf: function).isEmpty else { return nil }
    let statements = Array(children(of: body))
    guard statements.count == 1, self[statements[0]].kind == .returnStatement else { return nil }
    return child(0, of: statements[0])
  }

  /// `0`, `false` or `NULL`.
  func isFalse(_ value: NodeID) -> Bool {
    let id = PathTest.plain(value, self)
    return self[id].tokens.count == 1 && Self.falseWords.contains(name(of: id))
  }

  static let falseWords: Set<String> = ["0", "false", "NULL"]

  /// The answers of the other functions that stand under the same conditions.
  public func siblings(ofStub function: NodeID) -> [Stub.Answer] {
    let here = conditionals.condition(ofTokenAt: Int(self[function].main))
    guard here != .always else { return [] }
    return functions.filter {
      $0 != function && conditionals.condition(ofTokenAt: Int(self[$0].main)) == here
    }
    .map { answer(ofFunction: $0) }
  }
}

extension TokenBuffer {
  /// How many functions do nothing but return one error, by the error.
  public var soleErrors: [String: Int] {
    var counts: [String: Int] = [:]
    // ) { return - E… ; }
    let pattern: [TokenKind] = [
      .closeParen, .openBrace, .identifier, .minus, .identifier, .semicolon, .closeBrace,
    ]
    guard tokens.count >= pattern.count else { return [:] }
    for start in 0...(tokens.count - pattern.count) where tokens[start].kind == .closeParen {
      guard pattern.indices.allSatisfy({ tokens[start + $0].kind == pattern[$0] }) else { continue }
      let error = spelling(of: tokens[start + 4])
      guard spelling(of: tokens[start + 2]).elementsEqual("return".utf8), error.first == UInt8(ascii: "E")
      else {
        continue
      }
      counts[String(decoding: error, as: UTF8.self), default: 0] += 1
    }
    return counts
  }
}
