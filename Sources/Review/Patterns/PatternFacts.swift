// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// Answers what `where:` lines ask of one match.
struct PatternFacts {
  enum Answer: Hashable {
    case yes, no
    /// Why it cannot be known here.
    case unknown(String)

    init(_ isSo: Bool) { self = isSo ? .yes : .no }

    var negated: Answer {
      switch self {
      case .yes: .no
      case .no: .yes
      case .unknown: self
      }
    }
  }

  let match: PatternMatch
  let indexed: IndexedUnit
  let contracts: Contracts
  /// What definitions in sight show of a function.
  let shown: (String) -> ShownContract?
  /// The unit with its headers, where types are looked up; nil where it is not to be had.
  let typed: () -> TranslationUnit?
  private var unit: SourceUnit { indexed.unit }
  private var tree: SyntaxTree { indexed.unit.syntax }

  init(
    _ match: PatternMatch, in indexed: IndexedUnit, contracts: Contracts,
    shown: @escaping (String) -> ShownContract? = { _ in nil },
    typed: @escaping () -> TranslationUnit? = { nil }
  ) {
    (self.match, self.indexed, self.contracts) = (match, indexed, contracts)
    (self.shown, self.typed) = (shown, typed)
  }

  /// All of them: no where one does not hold, whatever the others are.
  func answer(_ conditions: [PatternCondition]) -> Answer {
    var result = Answer.yes
    for condition in conditions {
      let answer = condition.isNegated ? answer(condition.fact).negated : answer(condition.fact)
      if answer == .no { return .no }
      if result == .yes { result = answer }
    }
    return result
  }

  private func answer(_ fact: PatternCondition.Fact) -> Answer {
    switch fact {
    case .anywhere: return .yes
    case .added(nil): return Answer(match.fixedTokens.allSatisfy { indexed.isChanged($0) })
    case .added(let name?): return Answer(tokens(name).allSatisfy { indexed.isChanged($0) })
    case .constant(let name): return Answer(isConstant(name))
    case .spelled(let name, let glob): return Answer(glob.matches(text(name)))
    case .pure(let name): return Answer(isPure(name))
    case .local(let name): return local(name)
    case .type(let name, let glob): return type(name, glob)
    case .contract(let name, let contract): return Answer(holds(contract, of: text(name)))
    case .untouched(let name): return Answer(match.gaps.allSatisfy { isUntouched(text(name), by: $0) })
    case .mentions(let name, let other): return Answer(mentions(tokens(name), text(other)))
    case .inFunction(let glob):
      guard let name = tree.functionName(aroundToken: match.tokens.lowerBound) else {
        return unit.isWhole ? .no : .unknown("the hunk does not name its function")
      }
      return Answer(glob.matches(name))
    case .calledOnlyFrom(let glob):
      guard unit.isWhole, let name = tree.functionName(aroundToken: match.tokens.lowerBound) else {
        return .unknown("a hunk does not show who calls its function")
      }
      return Answer(tree.isCalledOnly(name, from: glob))
    case .returns(let glob):
      guard let function, tree.functionName(aroundToken: match.tokens.lowerBound) != nil,
        let type = tree.returnType(ofFunction: function), !type.isEmpty
      else {
        return unit.isWhole && function == nil ? .no : .unknown("what the function returns is not to be seen")
      }
      return Answer(glob.matches(type))
    case .path(let glob): return Answer(glob.matches(unit.path.description))
    case .lastStatement: return isLastStatement
    case .wholeValue: return Answer(isWholeValue)
    case .boolean(let name): return Answer(isBoolean(name))
    case .pointsTo(let name, let type): return Answer(pointee(of: name) == text(type))
    case .constQualified(let name):
      guard let locals = locals(name), !locals.isEmpty else {
        return .unknown("how \(text(name)) is declared is not to be seen")
      }
      return Answer(locals.contains(where: \.isConst))
    }
  }

  private var isWholeValue: Bool {
    let (before, behind) = (match.tokens.lowerBound - 1, match.tokens.upperBound)
    guard before >= 0, behind < tree.buffer.tokens.count else { return false }
    let ends: [TokenKind] = [.semicolon, .comma]
    return ends.contains(tree.buffer.tokens[behind].kind)
      && (tree.buffer.tokens[before].kind == .equal || tree.isSpelled("return", atToken: before))
  }

  // MARK: Types

  private var types: TypeReader? {
    guard let unit = typed() else { return nil }
    return TypeReader(unit, names: function.map { FunctionNames(of: $0, in: tree) })
  }

  private func isBoolean(_ name: String) -> Bool {
    guard let node = match.bindings[name]?.node else { return false }
    return types?.isBoolean(node) ?? false
  }

  /// The struct that an expression points to, as C writes it.
  private func pointee(of name: String) -> String? {
    guard let node = match.bindings[name]?.node,
      case .pointer(.tagged(let structure))? = types?.type(of: node)
    else {
      return nil
    }
    return structure.tag == nil ? nil : structure.name
  }

  // MARK: Bindings

  private func tokens(_ name: String) -> Range<Int> { match.bindings[name]?.tokens ?? 0..<0 }
  private func text(_ name: String) -> String { tree.joined(tokens(name)) }

  private func isConstant(_ name: String) -> Bool {
    let range = tokens(name)
    return !range.isEmpty
      && range.allSatisfy { index in
        let token = tree.buffer.tokens[index]
        guard token.kind == .identifier else { return token.kind != .string }
        let word = tree.spelling(ofToken: index)
        return word == "sizeof" || word.contains { $0.isLetter } && word == word.uppercased()
      }
  }

  private func isPure(_ name: String) -> Bool {
    guard let node = match.bindings[name]?.node else { return true }
    return !tree.descendants(of: node).contains {
      switch tree[$0].kind {
      case .call, .assignment, .postfix, .statementExpression, .opaque: return true
      case .unary:
        let sign = tree.buffer.tokens[Int(tree[$0].main)].kind
        return sign == .plusPlus || sign == .minusMinus
      default: return false
      }
    }
  }

  private func mentions(_ range: Range<Int>, _ text: String) -> Bool {
    range.contains { tree.spelling(ofToken: $0) == text } || tree.joined(range) == text
  }

  private func isUntouched(_ text: String, by gap: Range<Int>) -> Bool {
    let jumps: Set<String> = ["goto", "return", "break", "continue"]
    return !gap.contains { index in
      let word = tree.spelling(ofToken: index)
      return word == text || jumps.contains(word)
    }
  }

  // MARK: Functions

  private var function: NodeID? {
    match.nodes.first.flatMap { tree.function(around: $0) }
  }

  private func locals(_ name: String) -> [LocalName]? {
    guard let function, let binding = match.bindings[name], binding.tokens.count == 1,
      tree.isName(binding.tokens.lowerBound)
    else { return nil }
    return tree.locals(named: text(name), in: function)
  }

  private func local(_ name: String) -> Answer {
    guard let locals = locals(name) else { return .no }
    if locals.isEmpty {
      return unit.isWhole ? .no : .unknown("the hunk does not show where \(text(name)) is declared")
    }
    return Answer(locals.allSatisfy { !$0.isStatic })
  }

  private func type(_ name: String, _ glob: Glob) -> Answer {
    guard let locals = locals(name) else { return .no }
    let types = Set(locals.map(\.type))
    guard let type = types.first, types.count == 1 else {
      return .unknown("the type of \(text(name)) is not to be seen")
    }
    return Answer(glob.matches(type))
  }

  /// What the tree shows goes before what is said.
  private func holds(_ contract: PatternCondition.Contract, of function: String) -> Bool {
    let shown = shown(function)
    // A stub in a header returns NULL where the function itself returns an error pointer: what is shown can only speak
    // against what is said.
    let said = contracts.failures[function]
    let failure = shown?.failure == nil || shown?.failure == said ? said : nil
    switch contract {
    case .nullSafe: return shown?.isNullSafe ?? contracts.nullSafe.contains(function)
    case .failsWithNull: return failure == .null
    case .failsWithErrorPointer: return failure == .errorPointer
    }
  }

  /// A label needs a statement behind it.
  private func isLabelled(_ statement: NodeID, in body: NodeID) -> Bool {
    let before = tree.children(of: body).filter { tree[$0].end <= tree[statement].first }.last
    return before.map { tree[$0].kind == .label } == true
  }

  /// The brace that ends the body must be there: else the hunk may go on behind its end.
  private var isLastStatement: Answer {
    guard let function, let body = tree.body(ofFunction: function), let last = match.nodes.last,
      tree.parent(of: last) == body, !isLabelled(last, in: body),
      tree.children(of: body).allSatisfy({ tree[$0].end <= tree[last].end })
    else { return .no }
    return tree[last].end < tree[body].end ? .yes : .unknown("the hunk does not show the function's end")
  }
}
