// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

// ISO C11 §6.7: whole declarations.

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

  mutating func initDeclarator(_ place: DeclarationPlace, isTypedef: Bool) -> NodeID? {
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
}
