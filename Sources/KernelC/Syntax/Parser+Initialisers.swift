// SPDX-License-Identifier: GPL-2.0-or-later

// ISO C11 §6.7.9 and §6.7.10: initialisers and static assertions.

extension Parser {
  /// `{ … }`. nil where the brace has no partner.
  mutating func initialiserList() -> NodeID? {
    guard let (close, next, isCut) = contents(of: p) else {
      fail(.expectedCloseBrace)
      return nil
    }
    guard depth < deepest else {
      fail(.tooDeep)
      return opaque(from: p, to: next, since: nodes.count)
    }
    depth += 1
    defer { depth -= 1 }
    let start = p
    p += 1
    let id = node(.initialiserList, from: start, main: start)
    if isCut { setFlag(.isCut, of: id) }
    var last = NodeID.none
    while p < close {
      if symbol == .comma {
        p += 1
        continue
      }
      let first = p
      let mark = nodes.count
      if let element = element(), p == close || symbol == .comma || isMacroElement(element) {
        append(element, to: id, after: &last)
      } else {
        if failure.position < first { fail(.expectedExpression) }
        var stop = first
        while stop < close, lexemes[stop].symbol != .comma {
          stop = (partner(stop).map { max($0, stop) } ?? stop) + 1
        }
        append(opaque(from: first, to: min(max(stop, first + 1), close), since: mark), to: id, after: &last)
      }
    }
    p = next
    end(id)
    return id
  }

  /// A macro in a table brings its own comma.
  private func isMacroElement(_ element: NodeID) -> Bool {
    let kind = kind(of: element)
    return (kind == .call || kind == .identifier)
      && (lexemes[p].flags.contains(.beginsLine) || symbol == .identifier)
  }

  /// One element: designators and a value, or a value.
  mutating func element() -> NodeID? {
    let start = p
    switch symbol {
    case .dot, .openBracket:
      let id = node(.designated, from: start, main: start)
      var last = NodeID.none
      while symbol == .dot || symbol == .openBracket {
        guard let designator = designator() else { return nil }
        append(designator, to: id, after: &last)
      }
      // GNU C's old form has no sign: [3] value
      _ = take(.equal)
      let value = symbol == .openBrace ? initialiserList() : assignment()
      guard let value else { return nil }
      append(value, to: id, after: &last)
      end(id)
      return id
    case .openBrace: return initialiserList()
    case .identifier where ahead(1) == .colon:
      let id = node(.designated, from: start, main: start)
      p += 1
      var last = NodeID.none
      append(node(.designator, from: start, main: start), to: id, after: &last)
      p += 1
      let value = symbol == .openBrace ? initialiserList() : assignment()
      guard let value else { return nil }
      append(value, to: id, after: &last)
      end(id)
      return id
    default: return assignment()
    }
  }

  private mutating func designator() -> NodeID? {
    let start = p
    if take(.dot) {
      guard symbol.isName || symbol.rawValue > Symbol.hashHash.rawValue else {
        fail(.expectedName)
        return nil
      }
      p += 1
      return node(.designator, from: start, main: p - 1)
    }
    guard let close = partner(p) else {
      fail(.expectedCloseBracket)
      return nil
    }
    p += 1
    let id = node(.designator, from: start, main: start)
    var last = NodeID.none
    guard let index = conditional() else { return nil }
    append(index, to: id, after: &last)
    if take(.ellipsis) {
      guard let upper = conditional() else { return nil }
      append(upper, to: id, after: &last)
    }
    guard p == close else {
      fail(.expectedCloseBracket)
      return nil
    }
    p = close + 1
    end(id)
    return id
  }

  mutating func staticAssert(limit: Int) -> NodeID {
    let start = p
    p += 1
    let id = node(.staticAssert, from: start, main: start)
    var last = NodeID.none
    if symbol == .openParen, let close = partner(p), close < limit {
      arguments(of: id, until: close, after: &last)
    }
    _ = take(.semicolon)
    end(id)
    return id
  }
}
