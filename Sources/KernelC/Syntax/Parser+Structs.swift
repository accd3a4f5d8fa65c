// SPDX-License-Identifier: GPL-2.0-or-later

// ISO C11 §6.7.2.1 and §6.7.2.2: structs, unions and enums.

extension Parser {
  mutating func structOrUnion() -> NodeID {
    let start = p
    let kind: NodeKind = symbol == .structWord ? .structType : .unionType
    p += 1
    let id = node(kind, from: start, main: start)
    var last = NodeID.none
    tag(of: id, after: &last)
    if symbol == .openBrace, depth >= deepest { fail(.tooDeep) }
    if symbol == .openBrace, depth < deepest, let body = contents(of: p) {
      depth += 1
      setFlag(body.isCut ? [.hasBody, .isCut] : .hasBody, of: id)
      p += 1
      members(of: id, until: body.limit, after: &last)
      p = body.next
      depth -= 1
      while symbol == .attributeWord { append(attribute(), to: id, after: &last) }
    }
    end(id)
    return id
  }

  /// Attributes and the name between the keyword and the body.
  private mutating func tag(of id: NodeID, after last: inout NodeID) {
    while true {
      if symbol == .attributeWord {
        append(attribute(), to: id, after: &last)
      } else if symbol == .annotation, ahead(1).isName || ahead(1) == .openBrace || ahead(1) == .annotation {
        p += 1
      } else if symbol == .identifier, ahead(1) == .openParen, let close = partner(p + 1),
        ahead(2) != .star, ahead(2) != .openParen, close > p + 2
      {
        // struct NAME(x) { … }: the tag is made by a macro.
        nodes[Int(id.number)].main = lexemes[p].token
        append(attribute(), to: id, after: &last)
        return
      } else {
        break
      }
    }
    if symbol.isName {
      nodes[Int(id.number)].main = lexemes[p].token
      p += 1
      while symbol == .annotation, ahead(1) == .openBrace { p += 1 }
    }
  }

  mutating func members(of id: NodeID, until close: Int, after last: inout NodeID) {
    while p < close {
      let start = p
      if take(.semicolon) { continue }
      append(member(limit: close), to: id, after: &last)
      // Whatever goes wrong, it goes on.
      if p == start { p += 1 }
    }
  }

  mutating func member(limit: Int) -> NodeID {
    let start = p
    let mark = nodes.count
    if symbol == .staticAssertWord { return staticAssert(limit: limit) }
    if form != .file, symbol == .ellipsis, form == .pattern {
      p += 1
      return node(.patternGap, from: start, main: start)
    }
    if symbol == .identifier, ahead(1) == .openParen, let close = partner(p + 1) {
      let behind = lexemes[close + 1].symbol
      if behind == .semicolon || close + 1 == limit || lexemes[close + 1].flags.contains(.beginsLine)
        || behind.isName || behind == .attributeWord
      {
        if !(behind.isName && !lexemes[close + 1].flags.contains(.beginsLine) && isDunder(p)) {
          return memberMacro(until: close)
        }
      }
    }
    // A macro alone on its line, without a semicolon.
    if symbol == .identifier, lexemes[p].flags.contains(.beginsLine),
      lexemes[p + 1].flags.contains(.beginsLine),
      p + 1 <= limit, ahead(1) != .star
    {
      p += 1
      return node(.macroCall, from: start, main: start)
    }
    if let declaration = declaration(.member), p <= limit { return declaration }
    return opaque(from: start, to: recovery(from: start, limit: limit), since: mark)
  }

  /// `DECLARE_BITMAP(name, 8);`, `struct_group(name, int a; int b;);`: members where an argument holds semicolons.
  private mutating func memberMacro(until close: Int) -> NodeID {
    let start = p
    p += 1
    let id = node(.macroCall, from: start, main: start)
    var last = NodeID.none
    if lexemes[p].flags.contains(.holdsSemicolon), depth >= deepest { fail(.tooDeep) }
    if lexemes[p].flags.contains(.holdsSemicolon), depth < deepest {
      depth += 1
      p += 1
      while p < close {
        if symbol == .comma || symbol == .semicolon {
          p += 1
        } else if symbol == .identifier, ahead(1) == .comma {
          p += 1
          append(node(.identifier, from: p - 1, main: p - 1), to: id, after: &last)
        } else {
          let before = p
          append(member(limit: close), to: id, after: &last)
          if p == before { p += 1 }
        }
      }
      p = close + 1
      depth -= 1
    } else {
      arguments(of: id, until: close, after: &last)
    }
    attributes(of: id, after: &last)
    end(id)
    _ = take(.semicolon)
    return id
  }

  mutating func enumeration() -> NodeID {
    let start = p
    p += 1
    let id = node(.enumType, from: start, main: start)
    var last = NodeID.none
    tag(of: id, after: &last)
    if symbol == .openBrace, let body = contents(of: p) {
      setFlag(body.isCut ? [.hasBody, .isCut] : .hasBody, of: id)
      p += 1
      while p < body.limit {
        let before = p
        if take(.comma) { continue }
        append(enumerator(limit: body.limit), to: id, after: &last)
        if p == before { p += 1 }
      }
      p = body.next
      while symbol == .attributeWord { append(attribute(), to: id, after: &last) }
    }
    end(id)
    return id
  }

  private mutating func enumerator(limit: Int) -> NodeID {
    let start = p
    let mark = nodes.count
    if symbol.isName {
      if ahead(1) == .openParen, let close = partner(p + 1) {
        p += 1
        let id = node(.macroCall, from: start, main: start)
        var last = NodeID.none
        arguments(of: id, until: close, after: &last)
        if take(.equal), let value = conditional() { append(value, to: id, after: &last) }
        end(id)
        // Some lists of macros have no commas.
        if symbol == .comma || p == limit || lexemes[p].flags.contains(.beginsLine) { return id }
      } else {
        p += 1
        let id = node(.enumerator, from: start, main: start)
        while symbol == .annotation || symbol == .attributeWord {
          if symbol == .attributeWord { _ = attribute() } else { p += 1 }
        }
        if take(.equal) {
          if let value = conditional() {
            adopt(value, by: id)
            end(id)
            if symbol == .comma || p == limit { return id }
          }
        } else if symbol == .comma || p == limit || lexemes[p].flags.contains(.beginsLine) {
          return id
        }
      }
    }
    fail(.expectedName)
    var stop = start
    while stop < limit, lexemes[stop].symbol != .comma {
      stop = (partner(stop).map { max($0, stop) } ?? stop) + 1
    }
    return opaque(from: start, to: min(stop, limit), since: mark)
  }
}
