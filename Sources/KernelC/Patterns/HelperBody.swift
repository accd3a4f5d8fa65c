// SPDX-License-Identifier: GPL-2.0-or-later

/// The body of a short function, as what a call of it stands for: a few statements, or the one expression that it returns,
/// in which parameters and variables may be anything.
public struct HelperBody: Sendable {
  public let name: String
  public let function: NodeID
  /// Names in their order.
  public let parameters: [String]
  /// How often each of them stands in the body.
  public let uses: [Int]
  /// What it declares.
  public let locals: [String]
  /// The names that the body spells out, those first that are longest, as they are the rarest: who writes the body has them
  /// all.
  public let words: [String]
  /// Calls, operators, members and constants: how much there is to recognise.
  public let weight: Int
  public let statements: [NodeID]

  /// Tokens and statements of a body that is short.
  private static let mostTokens = 100
  private static let mostStatements = 6

  /// nil where a function is none that calls could stand for.
  public init?(of function: NodeID, in tree: SyntaxTree) {
    guard let body = tree.body(ofFunction: function), tree[body].tokens.count <= Self.mostTokens,
      !tree[function].flags.contains(.hasMacroHead), !tree[body].flags.contains(.isCut),
      let name = tree.functionName(of: function)
    else { return nil }
    let statements = Array(tree.children(of: body))
    let parameters = tree.parameters(ofFunction: function).map {
      tree.declaredName(at: $0).map { tree.name(of: $0) }
    }
    guard (1...Self.mostStatements).contains(statements.count), !parameters.isEmpty,
      !parameters.contains(nil)
    else { return nil }
    var found = BodyContent(parameters.compactMap { $0 })
    guard found.read(body, of: tree) else { return nil }
    (self.name, self.function, self.statements, weight) = (name, function, statements, found.weight)
    (self.parameters, uses, locals) = (found.parameters, found.uses, found.locals)
    words = found.words.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    guard !words.contains(name), !uses.contains(0), onlyValue(in: tree).map({ !tree.isMember($0) }) ?? true
    else { return nil }
  }

  /// The value of a body that is nothing else.
  public func onlyValue(in tree: SyntaxTree) -> NodeID? {
    guard statements.count == 1, [.returnStatement, .expressionStatement].contains(tree[statements[0]].kind)
    else { return nil }
    return tree.child(0, of: statements[0]).map { tree.bare($0) }
  }

  /// The variable of a pattern that stands for a parameter.
  public static func variable(ofParameter place: Int) -> String { "$A\(place)" }
  /// The variable of a pattern that stands for what the body declares.
  public static func variable(ofLocal place: Int) -> String { "$L\(place)" }

  /// What the body looks like elsewhere.
  public func pattern(in tree: SyntaxTree) -> Pattern? {
    guard let first = statements.first, let last = statements.last else { return nil }
    let range =
      onlyValue(in: tree).map { tree[$0].tokens }
      ?? tree[first].tokens.lowerBound..<tree[last].tokens.upperBound
    var text = ""
    for index in range {
      let word = tree.spelling(ofToken: index)
      if tree.mayBeVariable(index), let place = parameters.firstIndex(of: word) {
        text += Self.variable(ofParameter: place)
      } else if tree.mayBeVariable(index), let place = locals.firstIndex(of: word) {
        text += Self.variable(ofLocal: place)
      } else {
        text += word
      }
      text += " "
    }
    return try? Pattern(parsing: text)
  }
}

/// What stands in the body of a short function.
private struct BodyContent {
  let parameters: [String]
  private(set) var locals: [String] = []
  private(set) var words: Set<String> = []
  private(set) var weight = 0
  private(set) var uses: [Int]

  init(_ parameters: [String]) {
    self.parameters = parameters
    uses = Array(repeating: 0, count: parameters.count)
  }

  /// False where something stands there that a call could not stand for.
  mutating func read(_ body: NodeID, of tree: SyntaxTree) -> Bool {
    locals = tree.descendants(of: body).filter { tree[$0].kind == .nameDeclarator }.map { tree.name(of: $0) }
    for id in tree.descendants(of: body) where id != body {
      guard read(node: id, of: tree) else { return false }
    }
    for index in tree[body].tokens {
      guard !tree.buffer.tokens[index].flags.contains(.inDirective) else { return false }
      guard tree.isName(index) else { continue }
      let name = tree.spelling(ofToken: index)
      let isVariable = tree.mayBeVariable(index)
      if isVariable, let place = parameters.firstIndex(of: name) {
        uses[place] += 1
      } else if !isVariable || !locals.contains(name) {
        words.insert(name)
      }
    }
    return true
  }

  private mutating func read(node id: NodeID, of tree: SyntaxTree) -> Bool {
    switch tree[id].kind {
    case .whileStatement, .doStatement, .forStatement, .switchStatement, .macroLoop, .macroStatement,
      .macroCall, .asmStatement, .opaque, .gotoStatement, .label, .caseLabel, .defaultLabel, .labelAddress,
      .statementExpression, .generic, .structType, .unionType, .enumType, .staticAssert:
      // `struct x *p` of a declaration is a type's name.
      return !tree[id].flags.contains(.hasBody)
        && [.structType, .unionType, .enumType].contains(tree[id].kind)
    case .assignment, .postfix:
      weight += 1
      return !isOwn(tree.child(0, of: id), tree)
    case .unary:
      weight += 1
      let sign = tree.buffer.tokens[Int(tree[id].main)].kind
      return ![.plusPlus, .minusMinus, .ampersand].contains(sign) || !isOwn(tree.child(0, of: id), tree)
    case .binary, .conditional, .call, .member, .arrowMember, .ifStatement, .cast, .sizeof,
      .subscriptExpression:
      weight += 1
    case .identifier:
      let isCallee =
        tree.parent(of: id).map { tree[$0].kind == .call && tree.child(0, of: $0) == id } ?? false
      let name = tree.name(of: id)
      if !isCallee, !parameters.contains(name), !locals.contains(name) { weight += 1 }
    default: break
    }
    return true
  }

  /// Whether an expression is a parameter: what becomes of it stays in the function.
  private func isOwn(_ id: NodeID?, _ tree: SyntaxTree) -> Bool {
    guard let id else { return false }
    let bare = tree.bare(id)
    return tree[bare].kind == .identifier && parameters.contains(tree.name(of: bare))
  }
}

extension SyntaxTree {
  /// `p->a.b`, `&p->a`: what gets a member is no better than the member.
  fileprivate func isMember(_ id: NodeID) -> Bool {
    switch self[id].kind {
    case .member, .arrowMember: return true
    case .unary: return buffer.tokens[Int(self[id].main)].kind == .ampersand
    default: return false
    }
  }

  /// Whether a name is none of a member, and no tag.
  public func mayBeVariable(_ index: Int) -> Bool {
    guard index > 0 else { return true }
    switch buffer.tokens[index - 1].kind {
    case .dot, .arrow: return false
    case .identifier: return !["struct", "union", "enum"].contains(spelling(ofToken: index - 1))
    default: return true
    }
  }
}
