// SPDX-License-Identifier: GPL-2.0-or-later

/// What a function-like macro does with one of its arguments.
public enum MacroArgument: Hashable, Sendable {
  /// It stands as an expression, so that the names in it must be declared.
  case expression
  /// It names what the macro declares.
  case declares
  /// A member's name, a part of a name, a text, nothing at all; or not known.
  case other
}

extension TranslationUnit {
  /// What a call does with an argument, by the name of what is called.
  /// - Parameter index: 0-based.
  public func argument(_ index: Int, ofCallTo name: String) -> MacroArgument {
    argument(index, ofCallTo: name, depth: 0)
  }

  /// Macros within macros that are followed.
  private static let deepest = 6

  private func argument(_ index: Int, ofCallTo name: String, depth: Int) -> MacroArgument {
    switch name {
    case "offsetof", "__builtin_offsetof", "typeof_member", "sizeof_field":
      return index == 0 ? .expression : .other
    case "__same_type", "__builtin_types_compatible_p": return .expression
    default: break
    }
    guard depth < Self.deepest else { return .other }
    let macros = macros(named: name)
    guard !macros.isEmpty else {
      if ordinary(named: name).contains(where: { $0.kind == .function || $0.kind == .prototype }) {
        return .expression
      }
      // A function that is nowhere declared, or the compiler's own. In capitals it is a macro all the same.
      return isComplete && name != name.uppercased() || name.hasPrefix("__builtin_") ? .expression : .other
    }
    // Where there are several definitions, the one that says least decides.
    let fates = Set(macros.map { fate(index, $0.macro, in: $0.file.syntax, depth) })
    return fates.count == 1 ? fates.first ?? .other : .other
  }

  private func fate(
    _ index: Int, _ macro: MacroDefinition, in syntax: SyntaxTree, _ depth: Int
  ) -> MacroArgument {
    guard let parameters = macro.parameters else {
      // #define name other: the call is other's.
      guard macro.body.count == 1, syntax.buffer.tokens[macro.body.lowerBound].kind == .identifier else {
        return .other
      }
      return argument(index, ofCallTo: syntax.spelling(ofToken: macro.body.lowerBound), depth: depth + 1)
    }
    guard let last = parameters.last else { return .other }
    let isVariadic = syntax.buffer.tokens[last].kind == .ellipsis
    let name: String
    if isVariadic, index >= parameters.count - 1 {
      name = "__VA_ARGS__"
    } else if parameters.indices.contains(index) {
      name = syntax.spelling(ofToken: parameters[index])
    } else {
      return .other
    }
    let own = Set(parameters.map { syntax.spelling(ofToken: $0) })
    return MacroBody(macro.body, of: syntax).fate(of: name) { callee, place in
      // What is called is itself given to the macro.
      own.contains(callee) ? .other : argument(place, ofCallTo: callee, depth: depth + 1)
    }
  }
}

/// The tokens that a macro stands for.
private struct MacroBody {
  private let syntax: SyntaxTree
  private let body: Range<Int>

  init(_ body: Range<Int>, of syntax: SyntaxTree) { (self.body, self.syntax) = (body, syntax) }

  private func kind(_ index: Int) -> TokenKind {
    body.contains(index) ? syntax.buffer.tokens[index].kind : .endOfText
  }

  /// What becomes of a parameter: of all places where it stands the one that says least.
  /// - Parameter inner: what a call inside does with one of its arguments.
  func fate(of name: String, _ inner: (String, Int) -> MacroArgument) -> MacroArgument {
    var fate: MacroArgument?
    var calls: [(name: String?, argument: Int)] = []
    for index in body {
      switch kind(index) {
      case .openParen, .openBracket, .openBrace:
        let isCall = kind(index) == .openParen && kind(index - 1) == .identifier
        calls.append((isCall ? syntax.spelling(ofToken: index - 1) : nil, 0))
      case .closeParen, .closeBracket, .closeBrace: _ = calls.popLast()
      case .comma: if !calls.isEmpty { calls[calls.count - 1].argument += 1 }
      case .identifier where syntax.isSpelled(name, atToken: index):
        switch here(index, calls, inner) {
        case .other: return .other
        case .declares: fate = .declares
        case .expression: fate = fate ?? .expression
        }
      default: break
      }
    }
    return fate ?? .other
  }

  private static let words: Set<String> = [
    "return", "else", "case", "goto", "do", "sizeof", "in", "if", "while",
  ]

  private func here(
    _ index: Int, _ calls: [(name: String?, argument: Int)], _ inner: (String, Int) -> MacroArgument
  ) -> MacroArgument {
    let (before, behind) = (kind(index - 1), kind(index + 1))
    switch before {
    case .hash, .hashHash, .dot, .arrow: return .other
    // A type before it.
    case .identifier where !Self.words.contains(syntax.spelling(ofToken: index - 1)): return .declares
    // *name =, *name __free(x) =
    case .star where [.equal, .semicolon, .comma, .identifier].contains(behind): return .declares
    case .closeParen where behind == .equal || behind == .semicolon: return .declares
    default: break
    }
    if behind == .hashHash { return .other }
    for call in calls.reversed() {
      guard let name = call.name else { continue }
      if ["typeof", "__typeof__", "sizeof", "if", "while", "for", "switch", "likely", "unlikely"].contains(
        name)
      {
        continue
      }
      return inner(name, call.argument)
    }
    return .expression
  }
}
