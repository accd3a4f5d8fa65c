// SPDX-License-Identifier: GPL-2.0-or-later

// ISO C11 §6.7.6 and §6.7.7: declarators and parameters.

extension Parser {
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

  mutating func parameters(of function: NodeID, until close: Int, after first: NodeID) {
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

  mutating func parameter() -> NodeID? {
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
}
