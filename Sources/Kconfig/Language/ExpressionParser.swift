// SPDX-License-Identifier: GPL-2.0-or-later

/// Reads expressions from the tokens of one line.
///
/// Source: the grammar of `scripts/kconfig/parser.y`: comparisons are between words only, `!` binds less
/// than they do, `&&` more than `||`.
struct ExpressionParser {
  /// Not an expression, or nested too deeply.
  struct Malformed: Error {}

  let tokens: [KconfigToken]
  var next: Int

  var isAtEnd: Bool { next >= tokens.count }

  mutating func takes(_ sign: KconfigSign) -> Bool {
    guard next < tokens.count, tokens[next] == .sign(sign) else { return false }
    next += 1
    return true
  }

  mutating func takes(_ keyword: Keyword) -> Bool {
    guard next < tokens.count, tokens[next] == .word(keyword.rawValue) else { return false }
    next += 1
    return true
  }

  mutating func quoted() throws(Malformed) -> Word {
    guard next < tokens.count, case .quoted(let word) = tokens[next] else { throw Malformed() }
    next += 1
    return word
  }

  /// A name, which is not in quotes.
  mutating func name(_ model: inout KconfigDraft) throws(Malformed) -> Word {
    guard next < tokens.count, case .word(let word) = tokens[next],
      !model.words[word].contains(MacroExpander.unknownStart)
    else { throw Malformed() }
    next += 1
    return word
  }

  mutating func operand(_ model: inout KconfigDraft) throws(Malformed) -> Operand {
    guard next < tokens.count else { throw Malformed() }
    defer { next += 1 }
    switch tokens[next] {
    case .sign: throw Malformed()
    case .quoted(let word), .word(let word):
      if model.words[word].contains(MacroExpander.unknownStart) { return .unknown(word) }
      if case .quoted = tokens[next] { return .text(word) }
      switch Keyword(rawValue: word) {
      case .y, .m, .n: return .text(word)
      default: return .symbol(model.symbol(named: word))
      }
    }
  }

  mutating func expression(_ model: inout KconfigDraft, depth: Int = 0) throws(Malformed) -> KconfigExpression
  {
    var members = [try conjunction(&model, depth)]
    while takes(.or) { members.append(try conjunction(&model, depth)) }
    return model.expressions.join(members, isAnd: false)
  }

  private mutating func conjunction(
    _ model: inout KconfigDraft, _ depth: Int
  ) throws(Malformed) -> KconfigExpression {
    var members = [try factor(&model, depth)]
    while takes(.and) { members.append(try factor(&model, depth)) }
    return model.expressions.join(members, isAnd: true)
  }

  private mutating func factor(
    _ model: inout KconfigDraft, _ depth: Int
  ) throws(Malformed) -> KconfigExpression {
    guard depth < KconfigLimits.parentheses else { throw Malformed() }
    var isNegated = false
    while takes(.not) { isNegated.toggle() }
    if isNegated { return model.expressions.not(try factor(&model, depth + 1)) }
    if takes(.open) {
      let inner = try expression(&model, depth: depth + 1)
      guard takes(.close) else { throw Malformed() }
      return inner
    }
    let left = try operand(&model)
    guard next < tokens.count, case .sign(let sign) = tokens[next], let comparison = Comparison(sign) else {
      return model.expression(of: left)
    }
    next += 1
    return model.expressions.make(.compare(comparison, left, try operand(&model)))
  }
}

extension Comparison {
  init?(_ sign: KconfigSign) {
    switch sign {
    case .equal: self = .equal
    case .unequal: self = .unequal
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    default: return nil
    }
  }
}

extension KconfigDraft {
  /// A word as a truth value: a text other than y and m is n.
  mutating func expression(of operand: Operand) -> KconfigExpression {
    switch operand {
    case .symbol(let symbol): expressions.make(.symbol(symbol))
    case .unknown(let word): expressions.make(.unknown(word))
    case .text(let word):
      switch words.text(word) {
      case "y": .yes
      case "m": .module
      default: .no
      }
    }
  }
}
