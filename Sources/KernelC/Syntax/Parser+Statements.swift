// SPDX-License-Identifier: GPL-2.0-or-later

// ISO C11 §6.8, with labels as siblings of what they label.

extension Parser {
  /// `{ … }` at the brace that is next. One without a partner ends where the region around it does.
  mutating func block() -> NodeID {
    let start = p
    let id = node(.block, from: start, main: start)
    let close = partner(p)
    let limit = close ?? regionEnd(from: p)
    if close == nil { setFlag(.isCut, of: id) }
    p += 1
    var last = NodeID.none
    if depth >= deepest {
      fail(.tooDeep)
      if p < limit { append(opaque(from: p, to: limit, since: nodes.count), to: id, after: &last) }
    } else {
      depth += 1
      while p < limit { append(statement(limit: limit), to: id, after: &last) }
      depth -= 1
    }
    p = close.map { $0 + 1 } ?? limit
    end(id)
    return id
  }

  /// Where something that is not closed ends: at what closes the next bracket around it, or at the end.
  func regionEnd(from open: Int) -> Int {
    var i = open + 1
    while lexemes[i].symbol != .endOfText {
      if i > open + 1, lexemes[i].symbol == .openBrace, lexemes[i].flags.contains(.beginsColumn),
        lexemes[i - 1].symbol == .closeParen
      {
        // The next function: its head is behind the last thing that ended.
        while i > open + 1 {
          let before = lexemes[i - 1].symbol
          if before == .semicolon || before == .closeBrace || before == .openBrace { break }
          i -= 1
        }
        return i
      }
      switch lexemes[i].symbol {
      case .openParen, .openBracket, .openBrace: i = (partner(i) ?? i) + 1
      case .closeBrace, .closeParen, .closeBracket: if partner(i) != nil { return i } else { i += 1 }
      default: i += 1
      }
    }
    return i
  }

  /// One statement, declaration or label. Never fails; always goes on.
  mutating func statement(limit: Int) -> NodeID {
    let start = p
    let mark = nodes.count
    guard depth < deepest else {
      fail(.tooDeep)
      return opaque(from: start, to: max(recovery(from: start, limit: limit), start + 1), since: mark)
    }
    depth += 1
    defer { depth -= 1 }
    if let read = statementOrNil(limit: limit), p <= limit, p > start { return read }
    if failure.position < start || failure.position > limit {
      failure = Failure(position: start, reason: .expectedStatementEnd)
    }
    var stop = recovery(from: start, limit: limit)
    if stop <= start { stop = start + 1 }
    return opaque(from: start, to: stop, since: mark)
  }

  private mutating func statementOrNil(limit: Int) -> NodeID? {
    let start = p
    switch symbol {
    case .openBrace: return block()
    case .semicolon:
      p += 1
      return node(.emptyStatement, from: start, main: start)
    case .identifier:
      return isVariable("S", at: p) ? statementVariable() : statementWithName(limit: limit)
    case .ifWord: return ifStatement(limit: limit)
    case .returnWord:
      p += 1
      guard symbol != .semicolon, p != looseEnd else { return simple(.returnStatement, nil, from: start) }
      guard let value = symbol == .openBrace ? initialiserList() : expression() else { return nil }
      return simple(.returnStatement, value, from: start)
    case .gotoWord:
      p += 1
      if symbol == .star {
        p += 1
        guard let address = expression() else { return nil }
        return simple(.gotoStatement, address, from: start)
      }
      guard symbol.isName else {
        fail(.expectedName)
        return nil
      }
      p += 1
      guard let id = simple(.gotoStatement, nil, from: start) else { return nil }
      nodes[Int(id.number)].main = lexemes[start + 1].token
      return id
    case .breakWord, .continueWord:
      let kind: NodeKind = symbol == .breakWord ? .breakStatement : .continueStatement
      p += 1
      return simple(kind, nil, from: start)
    case .caseWord: return caseLabel()
    case .defaultWord:
      p += 1
      guard expect(.colon, .expectedColon) else { return nil }
      return node(.defaultLabel, from: start, main: start)
    case .whileWord, .switchWord:
      let kind: NodeKind = symbol == .whileWord ? .whileStatement : .switchStatement
      p += 1
      return headed(kind, from: start, limit: limit)
    case .doWord: return doStatement(limit: limit)
    case .forWord: return forStatement(limit: limit)
    case .asmWord: return asmStatement()
    case .staticAssertWord: return staticAssert(limit: limit)
    case .labelWord:
      p += 1
      while symbol.isName || symbol == .comma { p += 1 }
      guard expect(.semicolon, .expectedStatementEnd) else { return nil }
      return node(.emptyStatement, from: start, main: start)
    case .attributeWord where partner(p + 1).map({ lexemes[$0 + 1].symbol == .semicolon }) == true:
      _ = attribute()
      p += 1
      return node(.emptyStatement, from: start, main: start)
    case .typeofWord where ahead(1) != .openParen: return expressionStatement()
    case .storage, .qualifier, .typeWord, .structWord, .unionWord, .enumWord, .typeofWord, .typedefWord,
      .externWord, .attributeWord:
      return declaration(.local)
    case .annotation:
      // `__maybe_unused int x;`, or a word of ours used as a name.
      if ahead(1).beginsType || ahead(1).isName || ahead(1) == .attributeWord { return declaration(.local) }
      return statementWithName(limit: limit)
    case .extensionWord where ahead(1).beginsType: return declaration(.local)
    case .ellipsis where form == .pattern:
      p += 1
      return node(.patternGap, from: start, main: start)
    case .closeBrace, .closeParen, .closeBracket, .elseWord:
      failure = Failure(position: p, reason: .strayClosing)
      return nil
    default: return expressionStatement()
    }
  }

  // MARK: Statements that begin with a name

  private mutating func statementWithName(limit: Int) -> NodeID? {
    let start = p
    switch ahead(1) {
    case .colon:
      p += 2
      let id = node(.label, from: start, main: start)
      while symbol == .attributeWord || symbol == .annotation,
        ahead(1) == .semicolon || ahead(1) == .openParen
      {
        if symbol == .attributeWord { _ = attribute() } else { p += 1 }
      }
      end(id)
      return id
    case .identifier:
      if lexemes[p + 1].flags.contains(.beginsLine) {
        // A macro alone on its line.
        if ahead(2) != .semicolon && ahead(2) != .equal && (ahead(2) != .comma || !isTypeName(p))
          || isShouted(p)
        {
          p += 1
          return wrap(.macroStatement, node(.identifier, from: start, main: start), from: start, main: start)
        }
      }
      return declaration(.local)
    case .annotation, .qualifier, .storage, .typeWord, .structWord, .unionWord, .enumWord, .typeofWord,
      .attributeWord:
      return declaration(.local)
    case .star:
      if starDeclares { return declaration(.local) }
      return expressionStatement()
    case .openParen:
      if parenthesisDeclares { return declaration(.local) }
      return callStatement(limit: limit)
    case .semicolon, .openBrace, .closeBrace:
      return loneName(limit: limit)
    default:
      if ahead(1).rawValue >= Symbol.ifWord.rawValue, ahead(1).rawValue <= Symbol.gotoWord.rawValue {
        p += 1
        return wrap(.macroStatement, node(.identifier, from: start, main: start), from: start, main: start)
      }
      return expressionStatement()
    }
  }

  /// `name;` is an expression, `name { … }` and `name }` are macros.
  private mutating func loneName(limit: Int) -> NodeID? {
    let start = p
    if ahead(1) == .semicolon { return expressionStatement() }
    if p + 1 == looseEnd { return expressionStatement() }
    p += 1
    let name = node(.identifier, from: start, main: start)
    guard symbol == .openBrace else { return wrap(.macroStatement, name, from: start, main: start) }
    let id = wrap(.macroLoop, name, from: start, main: start)
    var last = name
    append(block(), to: id, after: &last)
    end(id)
    return id
  }

  /// `type *name` followed by what ends a declarator: nobody multiplies for nothing.
  private var starDeclares: Bool {
    var q = p + 1
    while true {
      switch lexemes[q].symbol {
      case .star, .qualifier, .annotation: q += 1
      case .identifier:
        switch lexemes[q + 1].symbol {
        case .semicolon, .comma, .equal, .openBracket, .attributeWord, .annotation, .asmWord: return true
        case .identifier: return true
        case .openParen:
          // A prototype, or a pointer's name before __free(kfree).
          guard let close = partner(q + 1) else { return false }
          return lexemes[close + 1].symbol == .semicolon && isTypeName(p)
        default: return q + 1 == looseEnd && isTypeName(p)
        }
      case .openParen: return false
      default: return false
      }
    }
  }

  /// `type (*name)(…)`.
  private var parenthesisDeclares: Bool {
    guard ahead(2) == .star, let close = partner(p + 1), lexemes[p + 3].symbol.isName else { return false }
    let behind = lexemes[p + 4].symbol
    guard p + 4 == close || behind == .openBracket, lexemes[close + 1].symbol == .openParen else {
      return false
    }
    guard let end = partner(close + 1) else { return false }
    return isTypeName(p) || lexemes[end + 1].symbol == .equal
  }

  /// A call as a statement, or a macro that looks like one: with a body, or without a semicolon.
  private mutating func callStatement(limit: Int) -> NodeID? {
    let start = p
    guard let value = expression() else { return nil }
    if form == .pattern, symbol == .endOfText, start == 0 { return value }
    switch symbol {
    case .semicolon:
      p += 1
      return wrap(.expressionStatement, value, from: start, main: start)
    case _ where p == looseEnd: return wrap(.expressionStatement, value, from: start, main: start)
    case _ where kind(of: value) != .call:
      fail(.expectedStatementEnd)
      return nil
    case .openBrace:
      return macroLoop(value, from: start, limit: limit)
    case .colon:
      p += 1
      return wrap(.caseLabel, value, from: start, main: start)
    case .closeBrace where p == limit:
      return wrap(.macroStatement, value, from: start, main: start)
    default:
      guard p < limit, beginsStatement(p) else {
        fail(.expectedStatementEnd)
        return nil
      }
      if !lexemes[p].flags.contains(.beginsLine) || column(of: p) > column(of: start) {
        return macroLoop(value, from: start, limit: limit)
      }
      if !lexemes[start].flags.contains(.beginsLine), namesLoop(start) {
        return macroLoop(value, from: start, limit: limit)
      }
      return wrap(.macroStatement, value, from: start, main: start)
    }
  }

  private mutating func macroLoop(_ head: NodeID, from start: Int, limit: Int) -> NodeID? {
    let id = wrap(.macroLoop, head, from: start, main: start)
    var last = head
    guard let body = subStatement(limit: limit) else { return nil }
    append(body, to: id, after: &last)
    end(id)
    return id
  }

  private func beginsStatement(_ position: Int) -> Bool {
    let symbol = lexemes[position].symbol
    return symbol.isName || symbol == .star || symbol == .plusPlus || symbol == .minusMinus
      || symbol == .openBrace
      || symbol.rawValue > Symbol.hashHash.rawValue && symbol != .elseWord
  }

  /// Whether a macro's name says that it is a loop.
  private func namesLoop(_ position: Int) -> Bool {
    let name = spelling(at: position)
    let wanted = Array("for_each".utf8)
    guard name.count >= wanted.count else { return false }
    for start in name.startIndex...(name.endIndex - wanted.count)
    where name[start..<start + wanted.count].elementsEqual(wanted) {
      return true
    }
    return false
  }

  /// Column of the first byte of the line that a lexeme is on, tabs being 8 wide.
  private func column(of position: Int) -> Int {
    var i = Int(tokens[Int(lexemes[position].token)].start)
    while i > 0, text[i - 1] != UInt8(ascii: "\n") { i -= 1 }
    var column = 0
    while i < text.count {
      if text[i] == UInt8(ascii: "\t") {
        column = column / 8 * 8 + 8
      } else if text[i] == UInt8(ascii: " ") {
        column += 1
      } else {
        break
      }
      i += 1
    }
    return column
  }

  /// `$S`, with or without its semicolon: any statement.
  private mutating func statementVariable() -> NodeID? {
    let start = p
    p += 1
    let name = node(.identifier, from: start, main: start)
    _ = take(.semicolon)
    return wrap(.expressionStatement, name, from: start, main: start)
  }

  // MARK: Simple statements

  private mutating func expressionStatement() -> NodeID? {
    let start = p
    guard let value = expression() else { return nil }
    if form == .pattern, symbol == .endOfText, start == 0 { return value }
    return simple(.expressionStatement, value, from: start)
  }

  /// A node of at most one child, and the semicolon.
  private mutating func simple(_ kind: NodeKind, _ child: NodeID?, from start: Int) -> NodeID? {
    if symbol == .semicolon {
      p += 1
    } else if p != looseEnd {
      fail(.expectedStatementEnd)
      return nil
    }
    let id = node(kind, from: start, main: start)
    if let child { adopt(child, by: id) }
    return id
  }

  private mutating func caseLabel() -> NodeID? {
    let start = p
    p += 1
    let id = node(.caseLabel, from: start, main: start)
    var last = NodeID.none
    guard let value = conditional() else { return nil }
    append(value, to: id, after: &last)
    if take(.ellipsis) {
      guard let upper = conditional() else { return nil }
      append(upper, to: id, after: &last)
    }
    guard expect(.colon, .expectedColon) else { return nil }
    end(id)
    return id
  }

  // MARK: Statements with a body

  /// The statement that a head governs: with labels before it, they and it are a block without braces.
  private mutating func subStatement(limit: Int) -> NodeID? {
    if lexemes[p].flags.contains(.afterConditional) { splits.append(p) }
    guard p < limit else {
      if form == .fragment, p == looseEnd { return missing() }
      fail(.expectedStatementEnd)
      return nil
    }
    let start = p
    let first = statement(limit: limit)
    var kind = kind(of: first)
    guard kind == .label || kind == .caseLabel || kind == .defaultLabel else { return first }
    let id = node(.block, from: start, main: start)
    setFlag(.isImplicit, of: id)
    var last = NodeID.none
    append(first, to: id, after: &last)
    while p < limit, kind == .label || kind == .caseLabel || kind == .defaultLabel {
      let next = statement(limit: limit)
      kind = self.kind(of: next)
      append(next, to: id, after: &last)
    }
    end(id)
    return id
  }

  /// `(condition)` behind the keyword.
  private mutating func condition() -> NodeID? {
    guard symbol == .openParen, let close = partner(p) else {
      fail(.expectedOpenParen)
      return nil
    }
    p += 1
    let start = p
    let mark = nodes.count
    var value = expression()
    if value == nil || p != close {
      if value != nil { fail(.expectedCloseParen) }
      value = opaque(from: start, to: close, since: mark)
    }
    p = close + 1
    return value
  }

  /// A keyword with a condition and a body.
  private mutating func headed(_ kind: NodeKind, from start: Int, limit: Int) -> NodeID? {
    let id = node(kind, from: start, main: start)
    var last = NodeID.none
    guard let condition = condition() else { return nil }
    append(condition, to: id, after: &last)
    guard let body = subStatement(limit: limit) else { return nil }
    append(body, to: id, after: &last)
    end(id)
    return id
  }

  /// Branches that follow each other by `else if` are read in a loop: a long chain is not deep.
  private mutating func ifStatement(limit: Int) -> NodeID? {
    var chain: [NodeID] = []
    while true {
      let start = p
      p += 1
      let id = node(.ifStatement, from: start, main: start)
      if let outer = chain.last {
        var last = lastChild(of: outer)
        append(id, to: outer, after: &last)
      }
      chain.append(id)
      // `if (x)`, and `if MACRO(x)`.
      let head =
        symbol == .openParen
        ? condition() : symbol == .identifier && ahead(1) == .openParen ? conditional() : nil
      guard let head else {
        if failure.position < start { fail(.expectedOpenParen) }
        return nil
      }
      var last = NodeID.none
      append(head, to: id, after: &last)
      guard let body = subStatement(limit: limit) else { return nil }
      append(body, to: id, after: &last)
      guard p < limit, symbol == .elseWord else { break }
      p += 1
      if symbol == .ifWord, !lexemes[p].flags.contains(.afterConditional) { continue }
      guard let other = subStatement(limit: limit) else { return nil }
      append(other, to: id, after: &last)
      break
    }
    for id in chain { end(id) }
    return chain.first
  }

  private func lastChild(of id: NodeID) -> NodeID {
    var child = nodes[Int(id.number)].firstChild
    while child != .none, nodes[Int(child.number)].nextSibling != .none {
      child = nodes[Int(child.number)].nextSibling
    }
    return child
  }

  private mutating func doStatement(limit: Int) -> NodeID? {
    let start = p
    p += 1
    let id = node(.doStatement, from: start, main: start)
    var last = NodeID.none
    guard let body = subStatement(limit: limit) else { return nil }
    append(body, to: id, after: &last)
    // A macro can stand for the end: } while_each_thread(g, t);
    let isMacro = symbol == .identifier && ahead(1) == .openParen
    guard p < limit, isMacro || expect(.whileWord, .expectedStatementEnd) else { return nil }
    guard let condition = isMacro ? conditional() : condition() else { return nil }
    append(condition, to: id, after: &last)
    // A macro's body leaves the semicolon to its user.
    if !take(.semicolon), p != looseEnd {
      fail(.expectedStatementEnd)
      return nil
    }
    end(id)
    return id
  }

  private mutating func forStatement(limit: Int) -> NodeID? {
    let start = p
    p += 1
    guard symbol == .openParen, let close = partner(p) else {
      fail(.expectedOpenParen)
      return nil
    }
    p += 1
    let id = node(.forStatement, from: start, main: start)
    var last = NodeID.none
    // Initialisation.
    if symbol == .semicolon {
      append(missing(), to: id, after: &last)
      p += 1
    } else if symbol.beginsType || declaresInFor {
      guard let declaration = declaration(.local) else { return nil }
      append(declaration, to: id, after: &last)
    } else {
      guard let value = expression(), expect(.semicolon, .expectedStatementEnd) else { return nil }
      append(value, to: id, after: &last)
    }
    // Condition.
    if symbol == .semicolon {
      append(missing(), to: id, after: &last)
    } else {
      guard let value = expression() else { return nil }
      append(value, to: id, after: &last)
    }
    guard expect(.semicolon, .expectedStatementEnd) else { return nil }
    // Step.
    if p == close {
      append(missing(), to: id, after: &last)
    } else {
      guard let value = expression() else { return nil }
      append(value, to: id, after: &last)
    }
    guard p == close else {
      fail(.expectedCloseParen)
      return nil
    }
    p = close + 1
    guard let body = subStatement(limit: limit) else { return nil }
    append(body, to: id, after: &last)
    end(id)
    return id
  }

  private var declaresInFor: Bool {
    guard symbol == .identifier else { return false }
    return ahead(1) == .identifier || ahead(1) == .star && starDeclares
  }

  // MARK: Assembler

  /// `asm volatile ("…" : [name] "=r" (output) : … : "clobber")`: the operands' expressions are children.
  private mutating func asmStatement() -> NodeID? {
    let start = p
    p += 1
    while symbol == .qualifier || symbol == .storage || symbol == .gotoWord || symbol == .identifier {
      p += 1
    }
    guard symbol == .openParen, let close = partner(p) else {
      fail(.expectedOpenParen)
      return nil
    }
    let id = node(.asmStatement, from: start, main: start)
    var last = NodeID.none
    p += 1
    var isTemplate = true
    while p < close {
      switch symbol {
      case .colon:
        isTemplate = false
        p += 1
      case .openParen where !isTemplate && lexemes[p - 1].symbol == .string:
        guard let end = partner(p) else { return nil }
        p += 1
        let mark = nodes.count
        let first = p
        var operand = expression()
        if operand == nil || p != end { operand = opaque(from: first, to: end, since: mark) }
        if let operand { append(operand, to: id, after: &last) }
        p = end + 1
      case .openParen, .openBracket, .openBrace: p = (partner(p) ?? p) + 1
      default: p += 1
      }
    }
    p = close + 1
    _ = take(.semicolon)
    end(id)
    return id
  }
}
