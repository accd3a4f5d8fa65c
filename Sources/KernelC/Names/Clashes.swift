// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
internal import SourceText

extension BuiltUnit {
  /// Where the file, with its headers, has something that a definition cannot stand beside, and when that is seen for certain.
  ///
  /// Source: ISO C11 §6.7, §6.9 (one definition, one type), §6.2.2 (a static declaration behind one that is not),
  /// §6.10.3 (a macro of the same name).
  /// - Parameter own: the file or header that the definition is in.
  public func clashes(with definition: Definition, in own: ParsedFile) -> Availability {
    var clashes = Availability(condition: .never)
    let search = WordSearch(definition.name)
    var texts = [(own, own.path == file.path ? Formula.always : reach.certainCondition(of: own.path))]
    // Cut where the header is included, the file does not reach it.
    if own.path != file.path { texts = [(own, .always), (file, .always)] }
    for (header, _) in reach.headers(where: { $0.path != own.path && $0.has(search) }) {
      let reached = reach.certainCondition(of: header.path)
      if reached != .never { texts.append((graph.source.parsed(header), reached)) }
    }
    // What is taken back in between is not looked into, nor is what says of itself that there is one.
    guard !texts.contains(where: { $0.0.undefines(definition.name) || $0.0.claims(definition.name) }) else {
      return clashes
    }
    for (text, reached) in texts {
      for token in text.clashes(with: definition, isOwn: text.path == own.path) {
        let condition = graph.and(
          reached,
          graph.adopt(
            text.syntax.conditionals.condition(ofTokenAt: token), of: text.syntax.conditionals.table))
        guard condition != .never else { continue }
        clashes.condition = graph.or(clashes.condition, condition)
        clashes.declarations.append(
          Declaration(
            path: text.path, line: text.syntax.buffer.tokens[token].line, condition: condition,
            conditionInFile: .always))
      }
    }
    return clashes
  }

  /// Functions that the macros called outside of functions make under a name of their own, each with its condition besides
  /// that of the call: `module_init()` makes `__inittest()`.
  public func functionsMade(byCallTo macro: String) -> [(name: String, condition: Formula)] {
    var walk = MadeFunctions(unit: self)
    walk.follow(macro, .always, 0)
    return walk.made
  }
}

extension ParsedFile {
  /// Whether it takes a macro of that name back.
  fileprivate func undefines(_ name: String) -> Bool {
    let text = syntax.buffer.text
    return text.places(ofWord: Array(name.utf8)).contains { place in
      let before = text[..<place].reversed().drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      return before.starts(with: "fednu".utf8)
    }
  }

  /// `#define name name`.
  fileprivate func claims(_ name: String) -> Bool {
    (names.macros[name] ?? []).contains { syntax.isItself(syntax.macros[$0]) }
  }

  /// Tokens of what a definition cannot stand beside.
  fileprivate func clashes(with definition: Definition, isOwn: Bool) -> [Int] {
    var found: [Int] = []
    switch definition.kind {
    case .tag:
      found = (names.tags[definition.name] ?? []).filter { syntax.function(around: $0) == nil }
        .map { Int(syntax[$0].main) }
    case .function, .variable, .typedef, .enumerator:
      for declared in names.ordinary[definition.name] ?? [] where excludes(declared, definition, isOwn) {
        found.append(Int(syntax[declared.node].main))
      }
      for index in names.macros[definition.name] ?? [] {
        let macro = syntax.macros[index]
        // One that comes later does no harm.
        if spoils(macro, definition), !isOwn || macro.name < definition.token { found.append(macro.name) }
      }
    }
    return isOwn ? found.filter { $0 != definition.token } : found
  }

  private func excludes(_ declared: FileNames.Declared, _ definition: Definition, _ isOwn: Bool) -> Bool {
    let isBefore = !isOwn || Int(syntax[declared.node].main) < definition.token
    let words = syntax.headWords(of: declared.node)
    switch (definition.kind, declared.kind) {
    case (.function, .function):
      // extern inline: a body to be copied, beside one to be called.
      return !words.contains("extern")
    case (.function, .prototype):
      return definition.isLocal && isBefore && !SyntaxTree.isLocal(words)
    case (.variable, .variable):
      // Twice the same is allowed.
      return definition.isLocal && isBefore && words.contains("extern")
    case (.typedef, .typedef): return false
    default: return true
    }
  }

  /// Whether a macro makes something else of a definition's name.
  private func spoils(_ macro: MacroDefinition, _ definition: Definition) -> Bool {
    guard let first = macro.body.first, syntax.buffer.tokens[first].kind != .identifier else { return false }
    guard !macro.body.contains(where: { syntax.spelling(ofToken: $0) == definition.name }) else {
      return false
    }
    return (macro.parameters != nil) == (definition.kind == .function)
  }
}

/// Follows a macro to the functions that it makes.
private struct MadeFunctions {
  let unit: BuiltUnit
  var made: [(name: String, condition: Formula)] = []

  private static let deepest = 6

  init(unit: BuiltUnit) { self.unit = unit }

  mutating func follow(_ name: String, _ condition: Formula, _ depth: Int) {
    guard depth < Self.deepest else { return }
    let search = WordSearch(name)
    read(unit.file, .always, name, condition, depth)
    for (header, _) in unit.reach.headers(where: { $0.has(search) }) {
      let reached = unit.reach.certainCondition(of: header.path)
      if reached != .never { read(unit.graph.source.parsed(header), reached, name, condition, depth) }
    }
  }

  private mutating func read(
    _ file: ParsedFile, _ reached: Formula, _ name: String, _ condition: Formula, _ depth: Int
  ) {
    let syntax = file.syntax
    for index in file.names.macros[name] ?? [] {
      let macro = syntax.macros[index]
      let here = unit.graph.adopt(
        syntax.conditionals.condition(ofTokenAt: macro.name), of: syntax.conditionals.table)
      let when = unit.graph.and(condition, unit.graph.and(reached, here))
      guard when != .never else { continue }
      for step in syntax.outerCalls(in: macro) {
        if step.isFunction { made.append((step.name, when)) } else { follow(step.name, when, depth + 1) }
      }
    }
  }
}

extension SyntaxTree {
  /// What a macro's body defines or calls outside of braces, under a name that does not depend on its arguments.
  fileprivate func outerCalls(in macro: MacroDefinition) -> [(name: String, isFunction: Bool)] {
    let tokens = buffer.tokens
    let parameters = Set(macro.parameters?.map { spelling(ofToken: $0) } ?? [])
    var (found, depth, index) = ([(name: String, isFunction: Bool)](), 0, macro.body.lowerBound)
    if macro.body.count == 1, tokens[index].kind == .identifier {
      let name = spelling(ofToken: index)
      return parameters.contains(name) ? [] : [(name, false)]
    }
    while index < macro.body.upperBound {
      defer { index += 1 }
      switch tokens[index].kind {
      case .openBrace: depth += 1
      case .closeBrace: depth -= 1
      case .identifier where depth == 0:
        guard index + 1 < macro.body.upperBound, tokens[index + 1].kind == .openParen else { continue }
        let close = closing(index + 1, before: macro.body.upperBound)
        defer { index = close }
        let name = spelling(ofToken: index)
        let isPart = index > macro.body.lowerBound && tokens[index - 1].kind == .hashHash
        guard !isPart, !parameters.contains(name) else { continue }
        let behind = close + 1 < macro.body.upperBound ? tokens[close + 1].kind : .endOfText
        // What stands behind a type is declared, not called.
        let isCall =
          index == macro.body.lowerBound
          || [.semicolon, .closeBrace, .closeParen].contains(tokens[index - 1].kind)
        if behind == .openBrace, index > macro.body.lowerBound,
          [.identifier, .star].contains(tokens[index - 1].kind)
        {
          found.append((name, true))
        } else if isCall {
          found.append((name, false))
        }
      default: break
      }
    }
    return found
  }

  /// The parenthesis that closes another.
  private func closing(_ open: Int, before end: Int) -> Int {
    var depth = 0
    for index in open..<end {
      switch buffer.tokens[index].kind {
      case .openParen: depth += 1
      case .closeParen:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return end - 1
  }
}
