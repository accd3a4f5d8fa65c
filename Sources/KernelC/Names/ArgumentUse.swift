// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// For what an argument of a macro is looked at.
enum ArgumentUse: Hashable {
  /// What the preprocessor leaves: the compiler warns of what is not in it.
  case text
  /// What is compiled, too: `do { } while (0 && (c))` leaves its argument out.
  case code
}

extension BuiltUnit {
  /// A condition under which a token of the file or of a part of it stands, and under which the macros that it is given to
  /// take it.
  func keeping(_ condition: Formula, at token: Int, in syntax: SyntaxTree, for use: ArgumentUse) -> Formula {
    syntax.calls(around: token, from: 0).reduce(condition) {
      $0 == .never ? .never : graph.and($0, taking($1.argument, by: $1.name, for: use, 0))
    }
  }

  private static let deepest = 8

  /// When a macro takes one of its arguments; always where it is none.
  private func taking(_ argument: Int, by name: String, for use: ArgumentUse, _ depth: Int) -> Formula {
    let key = ArgumentKey(macro: name, argument: argument, use: use)
    if let known = knownArgumentUses[key] { return known }
    guard depth < Self.deepest else { return .always }
    // What comes back to itself is taken.
    knownArgumentUses[key] = .always
    let meanings = meanings(of: name)
    // A call outside of functions makes a macro's name unclear, and not what the macro does.
    guard !meanings.bodies.isEmpty else { return .always }
    var (taken, seen) = (Formula.never, Formula.never)
    for body in meanings.bodies {
      let syntax = body.file.syntax
      seen = graph.or(seen, body.condition)
      guard let macro = syntax.macros.first(where: { $0.name == body.token }),
        let places = syntax.places(ofParameter: argument, of: macro)
      else {
        taken = graph.or(taken, body.condition)
        continue
      }
      for token in places where use == .text || !syntax.isDead(token, in: macro) {
        let calls = syntax.calls(around: token, from: macro.body.lowerBound)
        let kept = calls.reduce(body.condition) {
          graph.and($0, taking($1.argument, by: $1.name, for: use, depth + 1))
        }
        taken = graph.or(taken, kept)
      }
    }
    taken = graph.or(taken, graph.table.not(seen))
    knownArgumentUses[key] = taken
    return taken
  }
}

/// An argument of a macro.
struct ArgumentKey: Hashable {
  var macro: String
  var argument: Int
  var use: ArgumentUse
}

extension SyntaxTree {
  /// Where the body of a macro has a parameter; nil where there is none for that argument, or where it takes the text of it.
  fileprivate func places(ofParameter number: Int, of macro: MacroDefinition) -> [Int]? {
    guard let parameters = macro.parameters, parameters.indices.contains(number),
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

  /// Whether a token of a macro's body is not compiled: behind `0 &&`, or where only a type is asked for.
  fileprivate func isDead(_ token: Int, in macro: MacroDefinition) -> Bool {
    let tokens = buffer.tokens
    return openings(around: token, from: macro.body.lowerBound).contains { open, _ in
      guard open > macro.body.lowerBound else { return false }
      switch tokens[open - 1].kind {
      case .ampersandAmpersand: return open - 1 > macro.body.lowerBound && isSpelled("0", atToken: open - 2)
      case .identifier: return Self.notEvaluating.contains(spelling(ofToken: open - 1))
      default: return false
      }
    }
  }

  private static let notEvaluating: Set<String> = ["sizeof", "typeof", "__typeof__", "BUILD_BUG_ON_INVALID"]

  /// The calls whose arguments a token is part of, the innermost first, within a statement or a macro's body.
  public func calls(around token: Int, from start: Int) -> [(name: String, argument: Int)] {
    openings(around: token, from: start).compactMap { open, argument in
      open > start && buffer.tokens[open - 1].kind == .identifier
        ? (spelling(ofToken: open - 1), argument) : nil
    }
  }

  /// Tokens that are gone back: in a table there is nothing else to stop at.
  private static let farthest = 2_000

  /// The parentheses around a token, the innermost first, each with the number of commas between them.
  private func openings(around token: Int, from start: Int) -> [(open: Int, commas: Int)] {
    var found: [(open: Int, commas: Int)] = []
    var (depth, commas) = (0, 0)
    var index = token - 1
    let end = max(start, token - Self.farthest)
    while index >= end {
      switch buffer.tokens[index].kind {
      case .closeParen, .closeBracket, .closeBrace: depth += 1
      case .openParen where depth == 0:
        found.append((index, commas))
        commas = 0
      case .openBracket where depth == 0: commas = 0
      case .openBrace where depth == 0, .semicolon where depth == 0: return found
      case .openParen, .openBracket, .openBrace: depth -= 1
      case .comma where depth == 0: commas += 1
      default: break
      }
      index -= 1
    }
    return found
  }
}
