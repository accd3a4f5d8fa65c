// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

// A static function that nothing uses is worth a warning to the compiler. It counts what the preprocessor leaves: a call
// behind `if (0)` is a use, an argument that a macro drops is none.

extension BuiltUnit {
  /// When the tokens that have the name of a static function or variable use it; nil where macros may use it in a way that is
  /// not seen.
  public func useCondition(of name: String, at places: [Int]) -> Formula? {
    var used = Formula.never
    for token in places where used != .always {
      let calls = file.syntax.calls(around: token, from: 0)
      let kept = calls.reduce(condition(ofTokenAt: token)) {
        $0 == .never ? .never : graph.and($0, argumentUse(of: $1.name, at: $1.argument, 0))
      }
      used = graph.or(used, kept)
    }
    return used != .always && mayBePasted(name) ? nil : used
  }

  /// Whether a head has nothing but words, none of which tells the compiler that the function or variable may be unused.
  public func warnsOfUnused(_ declared: NodeID) -> Bool {
    let words = file.syntax.headWords(of: declared)
    return words.contains("static") && !words.contains { mayHideUnused($0, 0) }
  }

  private func mayHideUnused(_ word: String, _ depth: Int) -> Bool {
    guard depth < 4, !Self.hiding.contains(where: { word.contains($0) }) else { return true }
    // What is defined under another name is a macro of the compiler's, or of the kernel.
    guard word.hasPrefix("_") || word == word.uppercased() else { return false }
    let meanings = meanings(of: word)
    if meanings.isUnclear { return true }
    return meanings.bodies.contains { body in
      guard let macro = body.file.syntax.macros.first(where: { $0.name == body.token }) else { return true }
      return macro.body.contains { token in
        body.file.syntax.buffer.tokens[token].kind == .identifier
          && mayHideUnused(body.file.syntax.spelling(ofToken: token), depth + 1)
      }
    }
  }

  private static let hiding = [
    "unused", "used", "inline", "attribute", "constructor", "alias", "weak", "asm",
  ]

  /// Whether a part of the name stands in the file, and macros put such parts together.
  private func mayBePasted(_ name: String) -> Bool {
    stems(of: name).contains { !file.syntax.buffer.text.places(ofWord: Array($0.utf8)).isEmpty }
  }

  /// When a macro uses one of its arguments; always where it is none.
  private func argumentUse(of name: String, at argument: Int, _ depth: Int) -> Formula {
    let key = "\(name) \(argument)"
    if let known = knownArgumentUses[key] { return known }
    guard depth < 8 else { return .always }
    // What comes back to itself is used.
    knownArgumentUses[key] = .always
    let meanings = meanings(of: name)
    // A call outside of functions makes a macro's name unclear, and not what the macro does.
    guard !meanings.bodies.isEmpty else { return .always }
    var (used, seen) = (Formula.never, Formula.never)
    for body in meanings.bodies {
      let syntax = body.file.syntax
      seen = graph.or(seen, body.condition)
      guard let macro = syntax.macros.first(where: { $0.name == body.token }),
        let places = syntax.usePlaces(ofParameter: argument, of: macro)
      else {
        used = graph.or(used, body.condition)
        continue
      }
      for token in places {
        let calls = syntax.calls(around: token, from: macro.body.lowerBound)
        let kept = calls.reduce(body.condition) {
          graph.and($0, argumentUse(of: $1.name, at: $1.argument, depth + 1))
        }
        used = graph.or(used, kept)
      }
    }
    used = graph.or(used, graph.table.not(seen))
    knownArgumentUses[key] = used
    return used
  }
}

extension SyntaxTree {
  /// The tokens by which a file uses names of its own; none for names that the body of a macro has.
  public func usePlaces(of names: Set<String>, _ declared: FileNames) -> [String: [Int]] {
    var heads: Set<Int> = []
    for name in names { heads.formUnion(declared.ordinary[name]?.map { Int(self[$0.node].main) } ?? []) }
    var (places, inMacros): ([String: [Int]], Set<String>) = ([:], [])
    for index in buffer.tokens.indices where buffer.tokens[index].kind == .identifier {
      let name = spelling(ofToken: index)
      guard names.contains(name), !heads.contains(index) else { continue }
      // Members are others'.
      if index > 0, [.dot, .arrow].contains(buffer.tokens[index - 1].kind) { continue }
      if buffer.tokens[index].flags.contains(.inDirective) {
        inMacros.insert(name)
      } else {
        places[name, default: []].append(index)
      }
    }
    return places.filter { !inMacros.contains($0.key) }
  }

  /// Where the body of a macro has a parameter; nil where there is none for that argument, or where it takes the text of it.
  fileprivate func usePlaces(ofParameter number: Int, of macro: MacroDefinition) -> [Int]? {
    guard let parameters = macro.parameters.map(Array.init), parameters.indices.contains(number),
      buffer.tokens[parameters[number]].kind == .identifier
    else { return nil }
    let name = spelling(ofToken: parameters[number])
    let places = macro.body.filter { isSpelled(name, atToken: $0) }
    let takesText = places.contains { place in
      let (before, behind) = (buffer.tokens[place - 1].kind, buffer.tokens[place + 1].kind)
      return before == .hash || before == .hashHash
        || place + 1 < macro.body.upperBound && behind == .hashHash
    }
    return takesText ? nil : places
  }

  /// The calls whose arguments a token is part of, the innermost first, within a statement or a macro's body.
  public func calls(around token: Int, from start: Int) -> [(name: String, argument: Int)] {
    var calls: [(name: String, argument: Int)] = []
    var (depth, commas) = (0, 0)
    var index = token - 1
    while index >= start {
      switch buffer.tokens[index].kind {
      case .closeParen, .closeBracket, .closeBrace: depth += 1
      case .openParen where depth == 0:
        if index > start, buffer.tokens[index - 1].kind == .identifier {
          calls.append((spelling(ofToken: index - 1), commas))
        }
        commas = 0
      case .openBracket where depth == 0: commas = 0
      case .openBrace where depth == 0, .semicolon where depth == 0: return calls
      case .openParen, .openBracket, .openBrace: depth -= 1
      case .comma where depth == 0: commas += 1
      default: break
      }
      index -= 1
    }
    return calls
  }
}
