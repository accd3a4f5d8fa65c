// SPDX-License-Identifier: GPL-2.0-or-later

// ISO C11 §6.7.1 to §6.7.4: what stands before a declarator, and attributes.

extension Parser {
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
        // `int notrace;`: a word of ours can be the name that is declared, though not in `struct s { … } __packed;`.
        if symbol == .annotation, facts.hasType, endsDeclarator(p + 1, place),
          lexemes[p - 1].symbol != .closeBrace || lexemes[p + 1].symbol != .semicolon
        {
          break loop
        }
        facts.hasOther = true
        if isSpelled("__auto_type", at: p) { facts.hasType = true }
        p += 1
      // __bitwise(x), __nonstring(y): with arguments it is an attribute.
      case .typeWord:
        p += 1
        if typeName == .none || typeName != last {
          // The first, or one behind an attribute: `unsigned __aligned(8) int`.
          typeName = node(.typeName, from: p - 1, main: p - 1)
          append(typeName, to: id, after: &last)
        } else {
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
  func isNameBeforeAttribute(_ place: DeclarationPlace) -> Bool {
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
  func endsDeclarator(_ position: Int, _ place: DeclarationPlace) -> Bool {
    switch lexemes[position].symbol {
    case .semicolon, .comma, .equal, .openBracket, .colon: true
    // Behind a type's annotation `(*name)` is the declarator itself.
    case .openParen: place != .type && lexemes[position + 1].symbol != .star
    case .closeParen: place == .parameter
    default: false
    }
  }

  /// Whether the name that is next is declared, and the one behind it says something of it: `pages __ro_after_load;`.
  var isNameBeforeAnnotation: Bool {
    guard ahead(1) == .identifier, isAnnotationLike(p + 1), !isAnnotationLike(p) else { return false }
    switch ahead(2) {
    case .semicolon, .comma, .equal, .openBracket: return true
    default: return false
    }
  }

  /// Whether a name is written as annotations are.
  func isAnnotationLike(_ position: Int) -> Bool { isDunder(position) || isShouted(position) }

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
}
