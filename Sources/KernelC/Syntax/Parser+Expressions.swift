// SPDX-License-Identifier: GPL-2.0-or-later

// ISO C11 §6.5. Binary operators by precedence climbing; all else by a function a level.

extension Parser {
  /// An expression with commas.
  mutating func expression() -> NodeID? {
    guard let first = assignment() else { return nil }
    guard symbol == .comma, p != looseEnd else { return first }
    return commas(first)
  }

  mutating func commas(_ first: NodeID) -> NodeID? {
    var left = first
    while symbol == .comma, p != looseEnd {
      let main = p
      p += 1
      guard let right = assignment() else { return nil }
      left = pair(.comma, left, right, main: main)
    }
    return left
  }

  /// A node of two children.
  private mutating func pair(_ kind: NodeKind, _ left: NodeID, _ right: NodeID, main: Int) -> NodeID {
    let id = NodeID(UInt32(truncatingIfNeeded: nodes.count))
    nodes.append(
      SyntaxNode(
        kind: kind, flags: [], reason: .none, first: nodes[Int(left.number)].first, end: endToken,
        main: lexemes[main].token, parent: .none, firstChild: left, nextSibling: .none))
    nodes[Int(left.number)].parent = id
    nodes[Int(left.number)].nextSibling = right
    nodes[Int(right.number)].parent = id
    return id
  }

  /// An expression without commas.
  mutating func assignment() -> NodeID? {
    guard depth < deepest else {
      fail(.tooDeep)
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    guard let left = conditional() else { return nil }
    switch symbol {
    case .equal, .plusEqual, .minusEqual, .starEqual, .slashEqual, .percentEqual, .ampersandEqual, .barEqual,
      .caretEqual, .lessLessEqual, .greaterGreaterEqual:
      let main = p
      p += 1
      // A macro that declares a variable is initialised so: DEFINE_WAIT(w) = { … };
      let value = symbol == .openBrace ? initialiserList() : assignment()
      guard let value else { return nil }
      return pair(.assignment, left, value, main: main)
    default: return left
    }
  }

  mutating func conditional() -> NodeID? {
    guard let condition = binary(from: 1) else { return nil }
    guard symbol == .question else { return condition }
    let main = p
    p += 1
    let middle: NodeID? = symbol == .colon ? missing() : expression()
    guard let middle, expect(.colon, .expectedColon) else { return nil }
    depth += 1
    defer { depth -= 1 }
    guard depth < deepest else {
      fail(.tooDeep)
      return nil
    }
    guard let other = conditional() else { return nil }
    let id = pair(.conditional, condition, middle, main: main)
    var last = middle
    append(other, to: id, after: &last)
    end(id)
    return id
  }

  private mutating func binary(from lowest: UInt8) -> NodeID? {
    guard var left = unary() else { return nil }
    while true {
      let precedence = Self.precedence[Int(symbol.rawValue)]
      guard precedence >= lowest else { return left }
      // An operator alone before a comma or a parenthesis is a macro's argument, not ours.
      let main = p
      p += 1
      guard let right = binary(from: precedence + 1) else { return nil }
      left = pair(.binary, left, right, main: main)
    }
  }

  /// 0 for what is no binary operator.
  private static let precedence: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    let levels: [[Symbol]] = [
      [.barBar], [.ampersandAmpersand], [.bar], [.caret], [.ampersand], [.equalEqual, .exclaimEqual],
      [.less, .lessEqual, .greater, .greaterEqual], [.lessLess, .greaterGreater], [.plus, .minus],
      [.star, .slash, .percent],
    ]
    for (level, symbols) in levels.enumerated() {
      for symbol in symbols { table[Int(symbol.rawValue)] = UInt8(level + 1) }
    }
    return table
  }()

  // MARK: Unary

  private mutating func unary() -> NodeID? {
    switch symbol {
    case .identifier, .number, .string, .character: return postfix()
    case .openParen: return parentheses()
    case .minus, .plus, .exclaim, .tilde, .star, .ampersand, .plusPlus, .minusMinus, .extensionWord:
      let main = p
      p += 1
      guard enter() else { return nil }
      defer { depth -= 1 }
      guard let operand = unary() else { return nil }
      return wrap(.unary, operand, from: main, main: main)
    case .ampersandAmpersand:
      let start = p
      p += 1
      guard symbol.isName else {
        fail(.expectedName)
        return nil
      }
      p += 1
      return node(.labelAddress, from: start, main: p - 1)
    case .sizeofWord: return sizeofExpression()
    default: return postfix()
    }
  }

  private mutating func enter() -> Bool {
    guard depth < deepest else {
      fail(.tooDeep)
      return false
    }
    depth += 1
    return true
  }

  /// A node of one child, ending before the lexeme that is next.
  mutating func wrap(_ kind: NodeKind, _ child: NodeID, from start: Int, main: Int) -> NodeID {
    let id = node(kind, from: start, main: main)
    adopt(child, by: id)
    return id
  }

  private mutating func sizeofExpression() -> NodeID? {
    let start = p
    p += 1
    guard symbol == .openParen, let close = partner(p), typeInParentheses(close) else {
      guard enter() else { return nil }
      defer { depth -= 1 }
      guard let operand = unary() else { return nil }
      return wrap(.sizeof, operand, from: start, main: start)
    }
    p += 1
    let type = typeArgument(until: close)
    p = close + 1
    if symbol == .openBrace {
      guard let list = initialiserList() else { return nil }
      let literal = wrap(.compoundLiteral, type, from: start + 1, main: start + 1)
      var last = type
      append(list, to: literal, after: &last)
      return wrap(.sizeof, literal, from: start, main: start)
    }
    return wrap(.sizeof, type, from: start, main: start)
  }

  // MARK: Parentheses

  /// `(expression)`, `(type) operand`, `(type) { … }`, `({ … })`.
  private mutating func parentheses() -> NodeID? {
    let start = p
    guard let close = partner(p) else {
      fail(.expectedCloseParen)
      return nil
    }
    if ahead(1) == .openBrace, let blockEnd = partner(p + 1), blockEnd + 1 == close {
      p += 1
      guard enter() else { return nil }
      defer { depth -= 1 }
      let body = block()
      p = close + 1
      return suffixes(of: wrap(.statementExpression, body, from: start, main: start), from: start)
    }
    if typeInParentheses(close) {
      p += 1
      let type = typeArgument(until: close)
      p = close + 1
      if symbol == .openBrace {
        guard let list = initialiserList() else { return nil }
        let literal = wrap(.compoundLiteral, type, from: start, main: start)
        var last = type
        append(list, to: literal, after: &last)
        end(literal)
        return suffixes(of: literal, from: start)
      }
      // A type alone in parentheses is what some macros are given.
      if symbol == .closeParen || symbol == .comma {
        return wrap(.parenthesised, type, from: start, main: start)
      }
      guard enter() else { return nil }
      defer { depth -= 1 }
      guard let operand = unary() else { return nil }
      let cast = wrap(.cast, type, from: start, main: start)
      var last = type
      append(operand, to: cast, after: &last)
      end(cast)
      return cast
    }
    guard enter() else {
      let id = opaque(from: start, to: close + 1, since: nodes.count)
      return suffixes(of: id, from: start)
    }
    defer { depth -= 1 }
    p += 1
    let mark = nodes.count
    let inner: NodeID
    if let read = expression(), p == close {
      inner = read
    } else {
      if p != close, failure.position <= start { fail(.expectedCloseParen) }
      inner = opaque(from: start + 1, to: close, since: mark)
    }
    p = close + 1
    return suffixes(of: wrap(.parenthesised, inner, from: start, main: start), from: start)
  }

  /// Whether the parenthesis that is next holds a type, and is a cast or an operand of sizeof.
  private func typeInParentheses(_ close: Int) -> Bool {
    let first = ahead(1)
    if first.beginsType || first == .attributeWord { return first != .storage }
    guard first.isName else { return false }
    var q = p + 2
    // Names before the name: `(__force u32)`, `(foo __user *)`.
    while lexemes[q].symbol == .annotation || lexemes[q].symbol == .qualifier { q += 1 }
    if first == .annotation, q < close, lexemes[q].symbol == .identifier || lexemes[q].symbol.beginsType {
      if lexemes[q].symbol.beginsType { return true }
      q += 1
      while lexemes[q].symbol == .annotation || lexemes[q].symbol == .qualifier { q += 1 }
      if q == close { return true }
    }
    if q == close {
      if q > p + 2 { return true }
      return nameIsCast(p + 1, close)
    }
    switch lexemes[q].symbol {
    case .star:
      while lexemes[q].symbol == .star || lexemes[q].symbol == .qualifier || lexemes[q].symbol == .annotation
      { q += 1 }
      return q == close || lexemes[q].symbol == .openBracket && partner(q) == close - 1
    case .openBracket:
      guard let end = partner(q), end + 1 == close else { return false }
      return lexemes[close + 1].symbol == .openBrace
    case .openParen:
      // (type (*)(…))
      guard lexemes[q + 1].symbol == .star, let end = partner(q), lexemes[end + 1].symbol == .openParen else {
        return false
      }
      return end == q + 2 || lexemes[q + 2].symbol == .star || lexemes[q + 2].symbol == .openBracket
    default: return false
    }
  }

  /// Whether `(name)` is a cast, told by what stands behind it and by what is known of the name.
  private func nameIsCast(_ name: Int, _ close: Int) -> Bool {
    switch lexemes[close + 1].symbol {
    case .identifier, .annotation, .number, .character, .string, .exclaim, .tilde, .sizeofWord, .openBrace:
      return true
    case .openParen:
      // (name)(type)x casts twice.
      let first = lexemes[close + 2].symbol
      return isTypeName(name) || first == .typeWord || first == .structWord || first == .qualifier
    case .star, .ampersand, .minus, .plus, .plusPlus, .minusMinus, .ampersandAmpersand:
      return isTypeName(name)
    default: return p > 0 && lexemes[p - 1].symbol == .sizeofWord && isTypeName(name)
    }
  }

  /// Whether an identifier is known to be a type's name.
  func isTypeName(_ position: Int) -> Bool {
    if lexemes[position].flags.contains(.isTypeLike) || isVariable("T", at: position) { return true }
    return !typeNames.isEmpty && typeNames.contains(nameHash(position))
  }

  func nameHash(_ position: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in spelling(at: position) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  // MARK: Postfix

  private mutating func postfix() -> NodeID? {
    let start = p
    let base: NodeID
    switch symbol {
    case .identifier, .annotation:
      if ahead(1) == .string || ahead(1) == .identifier && isShouted(p) && isStringMacros {
        base = strings()
      } else if ahead(1) == .character {
        // L'x'
        p += 2
        base = node(.character, from: start, main: start + 1)
      } else {
        p += 1
        base = node(.identifier, from: start, main: start)
      }
    case .number:
      p += 1
      // A macro for a unit: 16 KB
      if symbol == .identifier, isShouted(p), ahead(1) != .openParen { p += 1 }
      base = node(.number, from: start, main: start)
    case .character:
      p += 1
      base = node(.character, from: start, main: start)
    case .string: base = strings()
    case .openParen: return parentheses()
    case .genericWord:
      guard let selection = genericSelection() else { return nil }
      base = selection
    case .sizeofWord: return sizeofExpression()
    case .typeofWord where ahead(1) == .openParen:
      // typeof_member(…) and the like, where a value is expected.
      p += 1
      base = node(.identifier, from: start, main: start)
    case .ellipsis where form == .pattern:
      p += 1
      return node(.patternGap, from: start, main: start)
    default:
      fail(.expectedExpression)
      return nil
    }
    return suffixes(of: base, from: start)
  }

  private mutating func suffixes(of base: NodeID, from start: Int) -> NodeID? {
    var left = base
    while true {
      switch symbol {
      case .openParen:
        guard let call = call(left, from: start) else { return nil }
        left = call
      case .openBracket:
        guard let close = partner(p) else {
          fail(.expectedCloseBracket)
          return nil
        }
        let main = p
        p += 1
        let mark = nodes.count
        var index = expression()
        if index == nil || p != close {
          if index != nil { fail(.expectedCloseBracket) }
          index = opaque(from: main + 1, to: close, since: mark)
        }
        p = close + 1
        guard let index else { return nil }
        left = pair(.subscriptExpression, left, index, main: main)
      case .dot, .arrow:
        let kind: NodeKind = symbol == .dot ? .member : .arrowMember
        p += 1
        guard symbol.rawValue > Symbol.hashHash.rawValue || symbol == .identifier else {
          fail(.expectedName)
          return nil
        }
        p += 1
        left = wrap(kind, left, from: start, main: p - 1)
      case .plusPlus, .minusMinus:
        // for_each_x(…)
        //         ++i;
        if kind(of: left) == .call, lexemes[p].flags.contains(.beginsLine) { return left }
        p += 1
        left = wrap(.postfix, left, from: start, main: p - 1)
      case .string:
        // A macro's call or name that stands for a string.
        guard kind(of: left) == .call || kind(of: left) == .identifier else { return left }
        return strings(behind: left, from: start)
      default: return left
      }
    }
  }

  /// Strings beside each other, and the macros between them.
  private mutating func strings(behind macro: NodeID? = nil, from first: Int? = nil) -> NodeID {
    let start = first ?? p
    let id = node(.string, from: start, main: start)
    var last = NodeID.none
    if let macro { append(macro, to: id, after: &last) }
    while true {
      if symbol == .string {
        p += 1
      } else if symbol == .identifier, p == start || symbolBeforeIsString, !isCallOfOwn {
        p += 1
        var part = node(.identifier, from: p - 1, main: p - 1)
        if symbol == .openParen, let call = call(part, from: p - 1) { part = call }
        append(part, to: id, after: &last)
      } else {
        break
      }
    }
    end(id)
    return id
  }

  /// Whether names beside each other are macros for strings: `KERN_INFO NAME "…"`, `KERN_INFO name(…)`.
  private var isStringMacros: Bool {
    guard !lexemes[p + 1].flags.contains(.beginsLine) else { return false }
    return ahead(2) == .string || ahead(2) == .openParen
  }

  private var symbolBeforeIsString: Bool {
    let before = lexemes[p - 1].symbol
    return before == .string || before == .identifier || before == .closeParen
  }

  /// Whether the identifier behind a string begins a line of its own after a string's end: a statement, where a
  /// semicolon is missing.
  private var isCallOfOwn: Bool {
    lexemes[p].flags.contains(.beginsLine) && ahead(1) != .string && ahead(1) != .closeParen
      && ahead(1) != .comma
      && ahead(1) != .openParen && ahead(1) != .identifier
  }

  private mutating func genericSelection() -> NodeID? {
    let start = p
    guard ahead(1) == .openParen, let close = partner(p + 1) else {
      fail(.expectedOpenParen)
      return nil
    }
    p += 2
    guard enter() else { return nil }
    defer { depth -= 1 }
    let id = node(.generic, from: start, main: start)
    var last = NodeID.none
    guard let value = assignment() else { return nil }
    append(value, to: id, after: &last)
    while p < close, take(.comma), p < close {
      // A macro may stand for several associations.
      let isMacro = symbol == .identifier && ahead(1) == .openParen
      if symbol == .defaultWord {
        append(missing(), to: id, after: &last)
        p += 1
      } else if isMacro {
        guard let call = assignment() else { return nil }
        append(call, to: id, after: &last)
        if symbol != .colon { continue }
      } else {
        append(typeArgument(until: close, orColon: true), to: id, after: &last)
      }
      guard expect(.colon, .expectedColon), let result = assignment() else { return nil }
      append(result, to: id, after: &last)
    }
    guard p == close else {
      fail(.expectedCloseParen)
      return nil
    }
    p = close + 1
    end(id)
    return id
  }
}
