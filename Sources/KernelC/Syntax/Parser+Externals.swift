// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

// ISO C11 §6.9: what stands outside of functions.

extension Parser {
  /// External declarations up to a position, as children of a node. Never fails.
  mutating func externals(of parent: NodeID, until limit: Int, after last: inout NodeID) {
    // Braces that are none of ours: extern "C" { … }
    var linkage: Set<Int> = []
    while p < limit {
      let start = p
      switch symbol {
      case .semicolon: p += 1
      case .externWord where ahead(1) == .string:
        p += 2
        if symbol == .openBrace {
          if let close = partner(p) { linkage.insert(close) }
          p += 1
        }
      case .closeBrace where linkage.contains(p): p += 1
      case .closeBrace, .closeParen, .closeBracket:
        failure = Failure(position: p, reason: .strayClosing)
        append(opaque(from: p, to: p + 1, since: nodes.count), to: parent, after: &last)
      default: append(external(limit: limit), to: parent, after: &last)
      }
      if p <= start { p = start + 1 }
    }
  }

  /// One external declaration.
  private mutating func external(limit: Int) -> NodeID {
    let start = p
    let mark = nodes.count
    if let read = externalOrNil(limit: limit), p <= limit, p > start { return read }
    if failure.position < start || failure.position > limit {
      failure = Failure(position: start, reason: .expectedDeclarator)
    }
    if let function = functionWithOpaqueHead(from: start, limit: limit, since: mark) { return function }
    return opaque(from: start, to: max(recovery(from: start, limit: limit), start + 1), since: mark)
  }

  private mutating func externalOrNil(limit: Int) -> NodeID? {
    let start = p
    switch symbol {
    case .staticAssertWord: return staticAssert(limit: limit)
    case .asmWord:
      p += 1
      while symbol == .qualifier { p += 1 }
      guard symbol == .openParen, let close = partner(p) else {
        fail(.expectedOpenParen)
        return nil
      }
      p = close + 1
      _ = take(.semicolon)
      return node(.asmStatement, from: start, main: start)
    case .identifier where ahead(1) == .openParen:
      guard let close = partner(p + 1) else {
        fail(.expectedCloseParen)
        return nil
      }
      if let call = macroCall(from: start, close) { return call }
    case .identifier
    where lexemes[p + 1].flags.contains(.beginsLine)
      && (ahead(1).isName || ahead(1).beginsType || ahead(1) == .endOfText)
      && !lexemes[p].flags.contains(.isTypeLike) && isShouted(p):
      // A macro alone on its line.
      p += 1
      return node(.macroCall, from: start, main: start)
    default: break
    }
    return declarationOrFunction(from: start, limit: limit)
  }

  /// Whether a name has no small letters.
  func isShouted(_ position: Int) -> Bool {
    !spelling(at: position).contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
  }

  // MARK: Macros

  /// `NAME(…);`, `NAME(…) { … }`, `NAME(…) = …;`, and `NAME(…)` alone on its line. nil where it is something else: an
  /// attribute before a declaration, or a function without a type.
  private mutating func macroCall(from start: Int, _ close: Int) -> NodeID? {
    let behind = lexemes[close + 1]
    switch behind.symbol {
    case .semicolon, .equal, .openBrace: break
    case .dot where isShouted(p): break
    case .openParen, .openBracket, .star, .comma: return nil
    case .attributeWord, .annotation: return nil
    default:
      guard behind.flags.contains(.beginsLine),
        // __printf(1, 2) belongs to what follows; __MAKE_OP(16) makes something.
        !isDunder(p) || isShouted(p) || !(behind.symbol.beginsType || behind.symbol.isName)
      else {
        return nil
      }
      // foo(a) on one line and a type on the next: old C without a type, or a macro. With K&R declarations a body
      // follows.
      if isOldStyleHead(close) { return nil }
    }
    return macroDeclaration(from: start, until: close)
  }

  /// At the macro's name: its arguments, then a body or a value.
  mutating func macroDeclaration(from start: Int, until close: Int) -> NodeID? {
    p += 1
    let call = node(.macroCall, from: start, main: p - 1)
    var last = NodeID.none
    arguments(of: call, until: close, after: &last)
    if symbol == .openBrace, ahead(1) == .dot, let value = initialiserList() {
      // FIXTURE_VARIANT_ADD(a, b) { .member = value };
      append(value, to: call, after: &last)
      setFlag(.hasInitialiser, of: call)
    } else if symbol == .openBrace {
      return function(headedBy: call, from: start)
    } else if symbol == .dot {
      // MACHINE_START(…) .member = value, MACHINE_END
      while symbol == .dot, let element = element() {
        append(element, to: call, after: &last)
        _ = take(.comma)
      }
    } else if take(.equal) {
      let value = symbol == .openBrace ? initialiserList() : assignment()
      guard let value else { return nil }
      append(value, to: call, after: &last)
      setFlag(.hasInitialiser, of: call)
    }
    end(call)
    _ = take(.semicolon)
    return call
  }

  private func isOldStyleHead(_ close: Int) -> Bool {
    var q = close + 1
    guard lexemes[q].symbol.beginsType else { return false }
    var declarations = 0
    while declarations < 16 {
      switch lexemes[q].symbol {
      case .semicolon:
        declarations += 1
        if lexemes[q + 1].symbol == .openBrace { return true }
        guard lexemes[q + 1].symbol.beginsType || lexemes[q + 1].symbol.isName else { return false }
        q += 1
      case .identifier, .star, .comma, .openBracket, .closeBracket, .typeWord, .structWord, .qualifier,
        .unionWord:
        q += 1
      default: return false
      }
    }
    return false
  }

  /// `SYSCALL_DEFINE3(read, …) { … }`, at the brace.
  private mutating func function(headedBy call: NodeID, from start: Int) -> NodeID {
    end(call)
    let id = node(.function, from: start, main: start)
    setFlag(.hasMacroHead, of: id)
    nodes[Int(id.number)].main = nodes[Int(call.number)].main
    // What such macros define is named by their first argument.
    let macro = nodes[Int(call.number)]
    let isShouted = !text[tokens[Int(macro.main)].range].contains {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
    }
    if isShouted, macro.firstChild != .none, kind(of: macro.firstChild) == .identifier {
      nodes[Int(id.number)].main = nodes[Int(macro.firstChild.number)].main
    }
    var last = NodeID.none
    append(call, to: id, after: &last)
    append(block(), to: id, after: &last)
    end(id)
    return id
  }

  // MARK: Declarations and functions

  private mutating func declarationOrFunction(from start: Int, limit: Int) -> NodeID? {
    let id = node(.declaration, from: start, main: start)
    var last = NodeID.none
    var facts = SpecifierFacts()
    append(specifiers(.external, &facts), to: id, after: &last)
    if facts.isTypedef { setFlag(.isTypedef, of: id) }
    if !facts.hasType, symbol.isName, ahead(1) == .openParen, let close = partner(p + 1) {
      // static DEFINE_MUTEX(m);
      switch lexemes[close + 1].symbol {
      case .semicolon, .equal, .openBrace:
        if let call = macroCall(from: start, close) { return call }
      default:
        if facts.hasOther, lexemes[close + 1].flags.contains(.beginsLine), !isOldStyleHead(close),
          let call = macroCall(from: start, close)
        {
          return call
        }
      }
    }
    if take(.semicolon) || isCutHere {
      end(id)
      return id
    }
    let first = p
    guard let declarator = declarator(.external) else { return nil }
    if let head = functionHead(declarator), bodyFollows || isOldStyle(head) {
      append(declarator, to: id, after: &last)
      return function(id, head, after: last, limit: limit)
    }
    guard let initial = initDeclarator(declarator, from: first, .external, isTypedef: facts.isTypedef) else {
      return nil
    }
    append(initial, to: id, after: &last)
    if take(.comma) {
      guard initDeclarators(of: id, .external, facts, after: &last) else { return nil }
    } else {
      guard isCutHere || expect(.semicolon, .expectedStatementEnd) else { return nil }
    }
    end(id)
    return id
  }

  // MARK: Functions

  /// The node that makes a declarator a function's: the one right around the name.
  private func functionHead(_ declarator: NodeID) -> NodeID? {
    let name = nameNode(of: declarator)
    guard kind(of: name) == .nameDeclarator else { return nil }
    let around = nodes[Int(name.number)].parent
    return around != .none && kind(of: around) == .functionDeclarator ? around : nil
  }

  /// Whether a body follows, behind annotations and attributes.
  private var bodyFollows: Bool {
    var q = p
    while true {
      switch lexemes[q].symbol {
      case .openBrace: return true
      case .annotation, .qualifier: q += 1
      case .attributeWord, .asmWord:
        guard lexemes[q + 1].symbol == .openParen, let close = partner(q + 1) else { return false }
        q = close + 1
      case .identifier:
        if lexemes[q].flags.contains(.beginsColumn) { return false }
        if lexemes[q + 1].symbol == .openParen {
          guard let close = partner(q + 1) else { return false }
          q = close + 1
        } else {
          q += 1
        }
      default: return false
      }
    }
  }

  /// Whether a head is in the style of before 1989, with the parameters' declarations before the body.
  private func isOldStyle(_ head: NodeID) -> Bool {
    guard symbol.beginsType || symbol == .identifier && (ahead(1).isName || ahead(1) == .star) else {
      return false
    }
    var child = nodes[Int(nodes[Int(head.number)].firstChild.number)].nextSibling
    guard child != .none else { return false }
    while child != .none {
      let parameter = nodes[Int(child.number)]
      guard parameter.kind == .parameter, parameter.end == parameter.first + 1,
        tokens[Int(parameter.first)].kind == .identifier
      else { return false }
      child = parameter.nextSibling
    }
    return true
  }

  private mutating func function(_ id: NodeID, _ head: NodeID, after before: NodeID, limit: Int) -> NodeID? {
    var last = before
    if symbol != .openBrace, isOldStyle(head) {
      nameParameters(of: head)
      while p < limit, symbol != .openBrace {
        guard let declaration = declaration(.local) else { return nil }
        append(declaration, to: id, after: &last)
      }
    } else {
      attributes(of: id, after: &last)
    }
    guard symbol == .openBrace else {
      fail(.expectedDeclarator)
      return nil
    }
    append(block(), to: id, after: &last)
    nodes[Int(id.number)].kind = .function
    nodes[Int(id.number)].main = nodes[Int(nameNode(of: head).number)].main
    end(id)
    return id
  }

  /// What was read as a parameter's type is its name.
  private mutating func nameParameters(of head: NodeID) {
    var child = nodes[Int(nodes[Int(head.number)].firstChild.number)].nextSibling
    while child != .none {
      let name = nodes[Int(child.number)].firstChild
      nodes[Int(name.number)].kind = .nameDeclarator
      nodes[Int(name.number)].main = nodes[Int(child.number)].first
      nodes[Int(name.number)].firstChild = .none
      nodes[Int(name.number)].nextSibling = .none
      nodes[Int(child.number)].main = nodes[Int(child.number)].first
      child = nodes[Int(child.number)].nextSibling
    }
  }

  /// A function whose head is not understood: `…(…) … {` with nothing before the brace that ends a declaration. Its
  /// name is the one before the first parenthesis.
  private mutating func functionWithOpaqueHead(from start: Int, limit: Int, since mark: Int) -> NodeID? {
    var q = start
    var name: Int?
    while q < limit {
      switch lexemes[q].symbol {
      case .openParen:
        if name == nil, q > start, lexemes[q - 1].symbol.isName { name = q - 1 }
        guard let close = partner(q), close < limit else { return nil }
        q = close + 1
        continue
      case .openBrace:
        guard let name, partner(q) != nil, lexemes[q - 1].symbol != .equal else { return nil }
        let head = opaque(from: start, to: q, since: mark)
        let id = node(.function, from: start, main: name)
        var last = NodeID.none
        append(head, to: id, after: &last)
        append(block(), to: id, after: &last)
        end(id)
        return id
      case .semicolon, .equal, .closeBrace, .endOfText, .structWord, .unionWord, .enumWord:
        if lexemes[q].symbol.beginsType { break }
        return nil
      default: break
      }
      q += 1
    }
    return nil
  }
}
