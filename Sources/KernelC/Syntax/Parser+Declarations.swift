// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

// ISO C11 §6.7: specifiers, declarators, structs, enums, initialisers.

extension Parser {
  /// What specifiers said.
  struct SpecifierFacts {
    var hasType = false
    var isTypedef = false
    /// Storage class, qualifier, annotation or attribute.
    var hasOther = false
  }

  /// Where a declaration stands, which decides what a lone name is.
  enum DeclarationPlace { case external, member, local, parameter, type }

  // MARK: Specifiers

  /// Everything before the declarator. Never fails; `facts` says whether there was a type.
  mutating func specifiers(_ place: DeclarationPlace, _ facts: inout SpecifierFacts) -> NodeID {
    let start = p
    let id = node(.specifiers, from: start, main: start)
    var last = NodeID.none
    var typeName = NodeID.none
    loop: while true {
      switch symbol {
      case .typedefWord:
        facts.isTypedef = true
        facts.hasOther = true
        p += 1
      case .externWord, .storage, .qualifier, .annotation, .extensionWord:
        // `int notrace;`: a word of ours can be the name that is declared.
        if symbol == .annotation, facts.hasType, endsDeclarator(p + 1, place) { break loop }
        facts.hasOther = true
        if isSpelled("__auto_type", at: p) { facts.hasType = true }
        p += 1
      // __bitwise(x), __nonstring(y): with arguments it is an attribute.
      case .typeWord:
        if typeName == .none {
          p += 1
          typeName = node(.typeName, from: p - 1, main: p - 1)
          append(typeName, to: id, after: &last)
        } else {
          p += 1
          end(typeName)
        }
        facts.hasType = true
      case .structWord, .unionWord:
        append(structOrUnion(), to: id, after: &last)
        facts.hasType = true
      case .enumWord:
        append(enumeration(), to: id, after: &last)
        facts.hasType = true
      case .typeofWord:
        append(typeof(), to: id, after: &last)
        facts.hasType = true
      case .attributeWord:
        append(attribute(), to: id, after: &last)
        facts.hasOther = true
      case .identifier:
        guard let isType = identifierInSpecifiers(place, facts) else { break loop }
        switch isType {
        case .type:
          p += 1
          append(node(.typeName, from: p - 1, main: p - 1), to: id, after: &last)
          facts.hasType = true
        case .word:
          p += 1
          facts.hasOther = true
        case .attribute:
          append(attribute(), to: id, after: &last)
          facts.hasOther = true
        }
      default: break loop
      }
    }
    end(id)
    if p == start { nodes[Int(id.number)].end = nodes[Int(id.number)].first }
    return id
  }

  private enum NameRole { case type, word, attribute }

  /// What an identifier is among specifiers; nil where it is no longer one of them, but what is declared.
  private func identifierInSpecifiers(_ place: DeclarationPlace, _ facts: SpecifierFacts) -> NameRole? {
    let next = ahead(1)
    if next == .openParen {
      // NAME(…) before a type or a name: an attribute by a macro's name.
      guard let close = partner(p + 1) else { return nil }
      let behind = lexemes[close + 1]
      // irqreturn_t (*handler)(int, void *)
      if !facts.hasType, ahead(2) == .star, behind.symbol == .openParen || behind.symbol == .openBracket {
        return .type
      }
      let continues =
        behind.symbol.isName || behind.symbol.beginsType || behind.symbol == .star
        || behind.symbol == .attributeWord
      guard continues else { return nil }
      // int f(…) __acquires(x): what annotates a function follows it, unless the function's name is still to come.
      if facts.hasType, behind.symbol == .identifier, isDunder(close + 1),
        lexemes[close + 2].symbol == .openParen
      {
        return isDunder(p) && nameFollowsAttributes(close + 1) ? .attribute : nil
      }
      if isDunder(p) { return .attribute }
      // `static FOO(x) int f()`, on one line; a macro's call without semicolon ends its line.
      return facts.hasOther && !facts.hasType && !behind.flags.contains(.beginsLine) ? .attribute : nil
    }
    if facts.hasType {
      // A type is there: a name before another name or a star is an annotation. Not across lines in a block or a
      // struct, where it is what is declared, and a semicolon is missing.
      if place == .local || place == .member, lexemes[p + 1].flags.contains(.beginsLine) { return nil }
      if isNameBeforeAttribute(place) { return nil }
      switch next {
      // … but not where the other is one, and ends the declarator: `numa_info __initdata_or_info;`.
      case .identifier where isNameBeforeAnnotation: return nil
      case .identifier, .star: return .word
      case .typeWord, .structWord, .unionWord, .enumWord, .qualifier, .storage:
        return lexemes[p + 1].flags.contains(.beginsLine) ? nil : .word
      case .annotation, .attributeWord:
        return endsDeclarator(p + 2, place) || next == .attributeWord ? nil : .word
      default: return nil
      }
    }
    switch next {
    case .typeWord, .structWord, .unionWord, .enumWord, .typeofWord, .storage, .externWord: return .word
    case .identifier:
      // `noinline_x foo_t f(`: the second is the type, the first says something of it.
      let second = ahead(2)
      if lexemes[p + 1].flags.contains(.isTypeLike), second.isName || second == .star,
        !lexemes[p].flags.contains(.isTypeLike)
      {
        return .word
      }
      if isDunder(p), !lexemes[p].flags.contains(.isTypeLike), second.isName || second == .star {
        return .word
      }
      return .type
    case .star, .qualifier, .annotation: return .type
    case .closeParen, .comma, .openBracket, .colon:
      if place == .parameter || place == .type { return .type }
      return place == .member && next == .colon ? .type : nil
    case .semicolon: return place == .type || place == .member && facts.hasOther ? .type : nil
    case .equal, .openBrace, .dot: return nil
    default: return place == .parameter || place == .type ? .type : nil
    }
  }

  /// `p __free(kfree) = …`: a name that an attribute follows, not a word before a function's name.
  private func isNameBeforeAttribute(_ place: DeclarationPlace) -> Bool {
    guard ahead(1) == .identifier, ahead(2) == .openParen, isDunder(p + 1), !isDunder(p),
      let close = partner(p + 2)
    else { return false }
    return place == .local || lexemes[close + 1].symbol == .equal
  }

  /// Whether `__name(…)` one after the other lead to a function's name and its parameters.
  private func nameFollowsAttributes(_ first: Int) -> Bool {
    var q = first
    while lexemes[q].symbol == .identifier, lexemes[q + 1].symbol == .openParen {
      guard isDunder(q) else { return true }
      guard let close = partner(q + 1) else { return false }
      q = close + 1
    }
    return false
  }

  /// Whether a declarator's name ended before a position.
  private func endsDeclarator(_ position: Int, _ place: DeclarationPlace) -> Bool {
    switch lexemes[position].symbol {
    case .semicolon, .comma, .equal, .openBracket, .colon: true
    // Behind a type's annotation `(*name)` is the declarator itself.
    case .openParen: place != .type && lexemes[position + 1].symbol != .star
    case .closeParen: place == .parameter
    default: false
    }
  }

  /// Whether the name that is next is declared, and the one behind it says something of it: `pages __ro_after_load;`.
  private var isNameBeforeAnnotation: Bool {
    guard ahead(1) == .identifier, isAnnotationLike(p + 1), !isAnnotationLike(p) else { return false }
    switch ahead(2) {
    case .semicolon, .comma, .equal, .openBracket: return true
    default: return false
    }
  }

  /// Whether a name is written as annotations are.
  private func isAnnotationLike(_ position: Int) -> Bool { isDunder(position) || isShouted(position) }

  func isDunder(_ position: Int) -> Bool {
    let token = tokens[Int(lexemes[position].token)]
    return token.end - token.start > 2 && text[Int(token.start)] == UInt8(ascii: "_")
      && text[Int(token.start) + 1] == UInt8(ascii: "_")
  }

  private mutating func typeof() -> NodeID {
    let start = p
    p += 1
    let id = node(.typeof, from: start, main: start)
    guard symbol == .openParen, let close = partner(p) else { return id }
    var last = NodeID.none
    arguments(of: id, until: close, after: &last)
    end(id)
    return id
  }

  /// `__attribute__((…))`, `NAME(…)`.
  mutating func attribute() -> NodeID {
    let start = p
    p += 1
    let id = node(.attribute, from: start, main: start)
    guard symbol == .openParen, let close = partner(p) else { return id }
    if lexemes[start].symbol == .attributeWord {
      // What is inside has words of its own: mode(DI), format(printf, 1, 2).
      p = close + 1
    } else {
      var last = NodeID.none
      arguments(of: id, until: close, after: &last)
    }
    end(id)
    return id
  }

  /// Annotations and attributes between two parts of a declaration.
  mutating func attributes(of parent: NodeID, after last: inout NodeID) {
    while true {
      switch symbol {
      case .annotation, .qualifier: p += 1
      case .attributeWord: append(attribute(), to: parent, after: &last)
      case .asmWord:
        // asm("name"): what the linker calls it.
        p += 1
        if symbol == .openParen, let close = partner(p) { p = close + 1 }
      case .identifier:
        if ahead(1) == .openParen, partner(p + 1) != nil {
          append(attribute(), to: parent, after: &last)
        } else if isWordBehindDeclarator {
          p += 1
        } else {
          return
        }
      default: return
      }
    }
  }

  /// A name behind a declarator that belongs to it: an annotation that is not known.
  private var isWordBehindDeclarator: Bool {
    guard !lexemes[p].flags.contains(.beginsColumn) else { return false }
    switch ahead(1) {
    case .semicolon, .equal, .comma, .openBrace: return !lexemes[p].flags.contains(.beginsLine)
    case .identifier, .annotation, .attributeWord:
      return !lexemes[p].flags.contains(.beginsLine) && !lexemes[p + 1].flags.contains(.beginsLine)
    default: return false
    }
  }

  // MARK: Structs, unions, enums

  private mutating func structOrUnion() -> NodeID {
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

  private mutating func member(limit: Int) -> NodeID {
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

  private mutating func enumeration() -> NodeID {
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

  // MARK: Declarators

  /// A declarator. nil where there is neither a name nor may there be none.
  mutating func declarator(_ place: DeclarationPlace) -> NodeID? {
    guard depth < deepest else {
      fail(.tooDeep)
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    // int a, __user *b, __maybe_unused c;
    while symbol == .annotation, ahead(1) == .star || ahead(1) == .identifier && !isAnnotationLike(p + 1) {
      p += 1
    }
    if symbol == .star {
      let start = p
      p += 1
      pointerWords(place)
      guard let inner = declarator(place) else { return nil }
      return wrap(.pointerDeclarator, inner, from: start, main: start)
    }
    let start = p
    var base: NodeID
    if symbol == .openParen, let close = partner(p), holdsDeclarator(place, close) {
      p += 1
      pointerWords(place)
      guard let inner = declarator(place) else { return nil }
      // int (*f __attribute__(…))(void)
      var ignored = inner
      if p < close { attributes(of: inner, after: &ignored) }
      guard p == close else {
        fail(.expectedCloseParen)
        return nil
      }
      p = close + 1
      base = inner
    } else if symbol.isName, place != .type {
      p += 1
      base = node(.nameDeclarator, from: start, main: start)
    } else if form == .pattern, symbol == .ellipsis {
      p += 1
      base = node(.nameDeclarator, from: start, main: start)
    } else if place == .parameter || place == .type || place == .member && symbol == .colon {
      base = missing(.abstractDeclarator)
    } else {
      fail(.expectedDeclarator)
      return nil
    }
    while true {
      switch symbol {
      case .openBracket:
        guard let close = partner(p) else {
          fail(.expectedCloseBracket)
          return nil
        }
        p += 1
        let array = node(.arrayDeclarator, from: start, main: p - 1)
        adopt(base, by: array)
        while symbol == .storage || symbol == .qualifier { p += 1 }
        if p < close {
          let mark = nodes.count
          let first = p
          var size = expression()
          if size == nil || p != close { size = opaque(from: first, to: close, since: mark) }
          var last = base
          if let size { append(size, to: array, after: &last) }
        }
        p = close + 1
        end(array)
        base = array
      case .openParen:
        guard let close = partner(p) else {
          fail(.expectedCloseParen)
          return nil
        }
        let function = node(.functionDeclarator, from: start, main: p)
        nodes[Int(function.number)].main = lexemes[p].token
        adopt(base, by: function)
        p += 1
        parameters(of: function, until: close, after: base)
        p = close + 1
        end(function)
        base = function
      default: return base
      }
    }
  }

  /// Qualifiers and annotations behind a star or before a declarator's name.
  private mutating func pointerWords(_ place: DeclarationPlace) {
    while true {
      switch symbol {
      case .qualifier, .attributeWord:
        if symbol == .attributeWord { _ = attribute() } else { p += 1 }
      case .annotation:
        if endsDeclarator(p + 1, place) { return }
        p += 1
      case .identifier:
        // An annotation that is not known, before the name or another star.
        let next = ahead(1)
        guard next == .identifier || next == .star || next == .annotation && !endsDeclarator(p + 2, place)
        else {
          // *__printf(1, 2) f
          guard next == .openParen, isDunder(p), let close = partner(p + 1), lexemes[close + 1].symbol.isName,
            !isDunder(close + 1) || lexemes[close + 2].symbol != .openParen
          else {
            return
          }
          p = close + 1
          continue
        }
        if lexemes[p + 1].flags.contains(.beginsLine) || isNameBeforeAttribute(place) { return }
        if isNameBeforeAnnotation { return }
        p += 1
      default: return
      }
    }
  }

  /// Whether a parenthesis holds a declarator, not parameters.
  private func holdsDeclarator(_ place: DeclarationPlace, _ close: Int) -> Bool {
    switch ahead(1) {
    case .star, .caret: return true
    case .openParen: return place != .parameter && place != .type || ahead(2) == .star
    case .identifier, .annotation:
      if place == .type || place == .parameter {
        // `int (__user *p)`, `bool (less)(…)`; else a name alone is a parameter's type.
        if p + 2 == close, place == .parameter { return lexemes[close + 1].symbol == .openParen }
        return ahead(2) == .star && p + 2 < close && ahead(1) == .annotation
      }
      return p + 2 == close || ahead(2) == .star || ahead(2) == .openBracket || ahead(2) == .openParen
    default: return false
    }
  }

  private mutating func parameters(of function: NodeID, until close: Int, after first: NodeID) {
    var last = first
    while p < close {
      let start = p
      let mark = nodes.count
      if symbol == .ellipsis {
        p += 1
        append(node(.variadic, from: start, main: start), to: function, after: &last)
      } else if symbol == .comma {
        p += 1
        continue
      } else {
        if let parameter = parameter(), p == close || symbol == .comma {
          append(parameter, to: function, after: &last)
        } else {
          if failure.position < start { fail(.expectedDeclarator) }
          var stop = start
          while stop < close, lexemes[stop].symbol != .comma {
            stop = (partner(stop).map { max($0, stop) } ?? stop) + 1
          }
          append(
            opaque(from: start, to: min(max(stop, start + 1), close), since: mark), to: function, after: &last
          )
        }
      }
    }
  }

  private mutating func parameter() -> NodeID? {
    let start = p
    let id = node(.parameter, from: start, main: start)
    var last = NodeID.none
    if symbol == .identifier, ahead(1) == .openParen, let close = partner(p + 1),
      lexemes[close + 1].symbol == .comma || lexemes[close + 1].symbol == .closeParen, isMacroParameter(close)
    {
      // A macro that stands for a parameter.
      p += 1
      let macro = node(.macroCall, from: start, main: start)
      append(macro, to: id, after: &last)
      var inner = NodeID.none
      arguments(of: macro, until: close, after: &inner)
      end(macro)
      end(id)
      return id
    }
    var facts = SpecifierFacts()
    append(specifiers(.parameter, &facts), to: id, after: &last)
    guard let declarator = declarator(.parameter) else { return nil }
    append(declarator, to: id, after: &last)
    nodes[Int(id.number)].main = nodes[Int(nameNode(of: declarator).number)].main
    attributes(of: id, after: &last)
    end(id)
    return id
  }

  private func isMacroParameter(_ close: Int) -> Bool {
    !lexemes[p].flags.contains(.isTypeLike) && ahead(2) != .star
  }

  /// The innermost node of a declarator: the name, or what stands for none.
  func nameNode(of declarator: NodeID) -> NodeID {
    var id = declarator
    while true {
      switch kind(of: id) {
      case .pointerDeclarator, .arrayDeclarator, .functionDeclarator, .bitField:
        id = nodes[Int(id.number)].firstChild
      default: return id
      }
    }
  }

  // MARK: Whole declarations

  /// Specifiers and declarators up to the semicolon, which is taken. nil where it is none.
  mutating func declaration(_ place: DeclarationPlace) -> NodeID? {
    let start = p
    let id = node(.declaration, from: start, main: start)
    var last = NodeID.none
    var facts = SpecifierFacts()
    append(specifiers(place, &facts), to: id, after: &last)
    if facts.isTypedef { setFlag(.isTypedef, of: id) }
    if place == .local, !facts.hasType, symbol.isName, ahead(1) == .openParen, let close = partner(p + 1),
      lexemes[close + 1].symbol == .semicolon || lexemes[close + 1].symbol == .equal
    {
      // static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 5);
      return macroDeclaration(from: start, until: close)
    }
    guard initDeclarators(of: id, place, facts, after: &last) else { return nil }
    end(id)
    return id
  }

  /// Declarators, from the one that is next to the semicolon.
  mutating func initDeclarators(
    of id: NodeID, _ place: DeclarationPlace, _ facts: SpecifierFacts, after last: inout NodeID
  ) -> Bool {
    if !take(.semicolon), !isCutHere {
      while true {
        guard let declarator = initDeclarator(place, isTypedef: facts.isTypedef) else { return false }
        append(declarator, to: id, after: &last)
        if !take(.comma) { break }
      }
      guard symbol == .semicolon || p == looseEnd else {
        fail(.expectedStatementEnd)
        return false
      }
      if p != looseEnd || symbol == .semicolon { p += 1 }
    }
    return true
  }

  /// Whether a fragment ends here, and with it all that is open.
  var isCutHere: Bool { form == .fragment && p == looseEnd }

  private mutating func initDeclarator(_ place: DeclarationPlace, isTypedef: Bool) -> NodeID? {
    let start = p
    guard let declarator = declarator(place) else { return nil }
    return initDeclarator(declarator, from: start, place, isTypedef: isTypedef)
  }

  /// What follows a declarator: a width, attributes, an initialiser.
  mutating func initDeclarator(
    _ declarator: NodeID, from start: Int, _ place: DeclarationPlace, isTypedef: Bool
  ) -> NodeID? {
    var declarator = declarator
    if place == .member, symbol == .colon {
      let main = p
      p += 1
      guard let width = conditional() else { return nil }
      let field = node(.bitField, from: start, main: main)
      nodes[Int(field.number)].first = min(nodes[Int(field.number)].first, lexemes[main].token)
      adopt(declarator, by: field)
      var last = declarator
      append(width, to: field, after: &last)
      end(field)
      declarator = field
    }
    let id = node(.initDeclarator, from: start, main: start)
    adopt(declarator, by: id)
    var last = declarator
    let name = nameNode(of: declarator)
    nodes[Int(id.number)].main = nodes[Int(name.number)].main
    if isTypedef, kind(of: name) == .nameDeclarator { rememberType(nodes[Int(name.number)].main) }
    attributes(of: id, after: &last)
    if symbol == .equal {
      p += 1
      let value = symbol == .openBrace ? initialiserList() : assignment()
      guard let value else { return nil }
      append(value, to: id, after: &last)
      setFlag(.hasInitialiser, of: id)
    }
    end(id)
    return id
  }

  private mutating func rememberType(_ token: UInt32) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text[tokens[Int(token)].range] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    typeNames.insert(hash)
  }

  /// A type where a value could stand, up to the parenthesis, a comma or a colon. What is behind it is opaque.
  mutating func typeArgument(until close: Int, orComma: Bool = false, orColon: Bool = false) -> NodeID {
    let start = p
    let mark = nodes.count
    let id = node(.typeArgument, from: start, main: start)
    var last = NodeID.none
    var facts = SpecifierFacts()
    append(specifiers(.parameter, &facts), to: id, after: &last)
    if let declarator = declarator(.parameter) {
      append(declarator, to: id, after: &last)
      attributes(of: id, after: &last)
      if orComma, symbol == .equal {
        // A declaration with its value, given to a macro.
        p += 1
        if let value = symbol == .openBrace ? initialiserList() : assignment() {
          append(value, to: id, after: &last)
        }
      }
      end(id)
      if p == close || orComma && symbol == .comma && p < close || orColon && symbol == .colon && p < close {
        return id
      }
    }
    fail(.expectedType)
    guard !orComma, !orColon else { return id }
    return opaque(from: start, to: close, since: mark)
  }

  // MARK: Initialisers

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
