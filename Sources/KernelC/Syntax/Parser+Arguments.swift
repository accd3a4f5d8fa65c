// SPDX-License-Identifier: GPL-2.0-or-later

// ISO C11 §6.5.2.2, and what macros take that is no expression.

extension Parser {
  /// The parenthesis that is next, as arguments.
  mutating func call(_ function: NodeID, from start: Int) -> NodeID? {
    guard let close = partner(p) else {
      fail(.expectedCloseParen)
      return nil
    }
    let id = node(.call, from: start, main: p)
    adopt(function, by: id)
    nodes[Int(id.number)].main = lexemes[p].token
    var last = function
    arguments(of: id, until: close, after: &last)
    end(id)
    return id
  }

  /// Arguments, from the parenthesis that is next; takes its partner too.
  mutating func arguments(of parent: NodeID, until close: Int, after last: inout NodeID) {
    let holdsStatements = lexemes[p].flags.contains(.holdsSemicolon)
    p += 1
    guard p < close else {
      p = close + 1
      return
    }
    guard depth < deepest else {
      fail(.tooDeep)
      append(opaque(from: p, to: close, since: nodes.count), to: parent, after: &last)
      p = close + 1
      return
    }
    depth += 1
    defer { depth -= 1 }
    while true {
      append(argument(until: close, holdsStatements), to: parent, after: &last)
      if p < close, symbol == .comma {
        p += 1
        if p == close {
          append(missing(), to: parent, after: &last)
          break
        }
      } else {
        break
      }
    }
    p = close + 1
  }

  /// Whether an argument ends here.
  @inline(__always)
  private func isArgumentEnd(_ close: Int) -> Bool { p == close || symbol == .comma && p < close }

  /// One argument, up to its comma or the end. Never fails.
  mutating func argument(until close: Int, _ holdsStatements: Bool) -> NodeID {
    let start = p
    let mark = nodes.count
    if holdsStatements, let stop = statementsEnd(from: p, close) { return statements(until: stop) }
    switch symbol {
    case .comma: return missing()
    case .ellipsis where form == .pattern && (p + 1 == close || ahead(1) == .comma):
      p += 1
      return node(.patternGap, from: start, main: start)
    case .storage, .qualifier, .typeWord, .structWord, .unionWord, .enumWord, .typeofWord, .typedefWord,
      .externWord, .annotation:
      if symbol == .typeofWord || symbol == .annotation, let value = assignment(), isArgumentEnd(close) {
        return value
      }
      guard spend(p - start + 1) else { break }
      nodes.removeLast(nodes.count - mark)
      p = start
      let type = typeArgument(until: close, orComma: true)
      if isArgumentEnd(close) { return type }
    case .identifier:
      if let type = typeByShape(close) { return type }
      if let value = assignment() {
        if isArgumentEnd(close) { return value }
        if symbol == .openBrace || symbol.rawValue > Symbol.hashHash.rawValue, kind(of: value) == .call,
          spend(p - start)
        {
          // for_each_x(…) { … } as an argument
          nodes.removeLast(nodes.count - mark)
          p = start
          return statements(until: argumentEnd(from: start, close))
        }
      }
      if p == start + 1 || failure.position <= start + 2, spend(p - start) {
        // Two names beside each other: a type and what it declares, as in TP_PROTO().
        nodes.removeLast(nodes.count - mark)
        p = start
        if ahead(1).isName || ahead(1) == .star || ahead(1).beginsType {
          let type = typeArgument(until: close, orComma: true)
          if isArgumentEnd(close) { return type }
        }
      }
    case .ifWord, .forWord, .whileWord, .doWord, .switchWord, .returnWord, .gotoWord, .breakWord,
      .continueWord:
      let stop = argumentEnd(from: p, close)
      return statements(until: stop)
    case .openBrace:
      guard let end = partner(p) else { break }
      if holdsSemicolon(p + 1..<end) || lexemes[end + 1].symbol != .comma && end + 1 != close {
        return statements(until: argumentEnd(from: p, close))
      }
      if let list = initialiserList(), isArgumentEnd(close) { return list }
    case .dot where ahead(1) == .identifier, .openBracket:
      // A designated element, given to a macro: FIELD(.name = value)
      if let element = element(), isArgumentEnd(close) { return element }
    default:
      if let stop = operatorsEnd(close) {
        p = stop
        return node(.operatorArgument, from: start, main: start)
      }
      if let value = assignment(), isArgumentEnd(close) { return value }
    }
    if failure.position < start || failure.position > close {
      failure = Failure(position: p, reason: .expectedCloseParen)
    }
    return opaque(from: start, to: argumentEnd(from: start, close), since: mark)
  }

  /// Where an argument of nothing but operators ends.
  private func operatorsEnd(_ close: Int) -> Int? {
    var q = p
    while q < close, q < p + 3, isOperator(lexemes[q].symbol) { q += 1 }
    return q > p && (q == close || lexemes[q].symbol == .comma) ? q : nil
  }

  private func isOperator(_ symbol: Symbol) -> Bool {
    symbol.rawValue >= Symbol.colon.rawValue && symbol.rawValue <= Symbol.hashHash.rawValue
  }

  /// `name *`, `name **`, `name const *` before a comma or the end: a type.
  private mutating func typeByShape(_ close: Int) -> NodeID? {
    var q = p + 1
    while lexemes[q].symbol == .qualifier || lexemes[q].symbol == .annotation { q += 1 }
    guard lexemes[q].symbol == .star else { return nil }
    while lexemes[q].symbol == .star || lexemes[q].symbol == .qualifier || lexemes[q].symbol == .annotation {
      q += 1
    }
    guard q == close || lexemes[q].symbol == .comma else { return nil }
    return typeArgument(until: close, orComma: true)
  }

  /// Where the argument that begins at a position ends.
  private func argumentEnd(from start: Int, _ close: Int) -> Int {
    var i = start
    while i < close {
      switch lexemes[i].symbol {
      case .comma: return i
      case .openParen, .openBracket, .openBrace: i = (partner(i).map { min($0, close - 1) } ?? i) + 1
      default: i += 1
      }
    }
    return close
  }

  /// Where the argument that begins at a position ends, if it holds statements; else nil.
  private func statementsEnd(from start: Int, _ close: Int) -> Int? {
    let stop = argumentEnd(from: start, close)
    return holdsSemicolon(start..<stop) ? stop : nil
  }

  /// Whether there is a semicolon that is in no bracket.
  func holdsSemicolon(_ range: Range<Int>) -> Bool {
    var i = range.lowerBound
    while i < range.upperBound {
      switch lexemes[i].symbol {
      case .semicolon: return true
      case .openParen, .openBracket, .openBrace: i = (partner(i).map { min($0, range.upperBound) } ?? i) + 1
      default: i += 1
      }
    }
    return false
  }

  /// Statements that are a macro's argument, as a block without braces.
  mutating func statements(until stop: Int) -> NodeID {
    let start = p
    let id = node(.block, from: start, main: start)
    setFlag(.isImplicit, of: id)
    var last = NodeID.none
    let outer = looseEnd
    looseEnd = stop
    while p < stop { append(statement(limit: stop), to: id, after: &last) }
    looseEnd = outer
    p = stop
    end(id)
    return id
  }
}
