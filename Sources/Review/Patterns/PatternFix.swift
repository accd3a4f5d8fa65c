// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// What mends a match of a pattern: `fix:` lines that belong together, and the `fix-where:` lines before them.
public struct PatternFix: Hashable, Sendable {
  /// Other text for a part of the match.
  struct Part: Hashable, Sendable {
    /// The tokens of the part; empty where the whole match is meant.
    var place: [Word]
    var text: PatternText
  }

  /// A token of a place.
  enum Word: Hashable, Sendable {
    case spelled([UInt8])
    case variable(String)
  }

  var conditions: [PatternCondition] = []
  var parts: [Part] = []

  /// Between the part of a match and what stands in its place.
  private static let arrow = " => "

  /// Reads what stands behind `fix:`: `TEXT`, or `PART => TEXT`; without a text the part is taken out.
  mutating func read(_ text: Substring, variables: [String]) throws(RulePageError.Kind) {
    // The blank behind an arrow at the end of the line is cut.
    guard !text.hasPrefix("=>") else { throw .badFact(String(text)) }
    let line = String(text) + " "
    guard let arrow = line.firstRange(of: Self.arrow) else {
      parts.append(Part(place: [], text: try PatternText(text, variables: variables)))
      return
    }
    let tokens = TokenBuffer(lexing: Array(line[..<arrow.lowerBound].utf8))
    let place = tokens.tokens.dropLast().map { token -> Word in
      let bytes = tokens.bytes(of: token)
      return bytes.first == UInt8(ascii: "$")
        ? .variable(String(decoding: bytes, as: UTF8.self)) : .spelled(Array(bytes))
    }
    for case .variable(let name) in place where !variables.contains(name) { throw .unboundVariable(name) }
    guard !place.isEmpty else { throw .badFact(String(text)) }
    let rest = line[arrow.upperBound...].trimmed
    parts.append(Part(place: place, text: try PatternText(rest, variables: variables)))
  }
}

/// Makes the fix of one match.
struct PatternFixer {
  let match: PatternMatch
  let unit: SourceUnit
  private var tree: SyntaxTree { unit.syntax }
  private var tokens: [Token] { unit.syntax.buffer.tokens }

  /// nil where a part is not there as it was written, or its lines are not the patch's.
  func fix(_ fix: PatternFix) -> Fix? {
    var whole: Fix?
    for part in fix.parts {
      guard let range = part.place.isEmpty ? match.tokens : place(of: part.place),
        let text = part.text.filled({ name, before, behind in
          text(of: name, before: before, behind: behind, replacing: range)
        }),
        let next = Fix(
          replacing: Self.isCall(text) ? withParentheses(range) : range, of: unit, with: text)
      else { return nil }
      whole = whole.map { $0.joined(with: next) } ?? next
      if whole == nil { return nil }
    }
    return whole
  }

  // MARK: Parts

  /// The first run of the match's tokens that is spelled so.
  private func place(of words: [PatternFix.Word]) -> Range<Int>? {
    for start in match.tokens {
      var at = start
      if words.allSatisfy({ advance(&at, over: $0) }) { return start..<at }
    }
    return nil
  }

  private func advance(_ at: inout Int, over word: PatternFix.Word) -> Bool {
    switch word {
    case .spelled(let text):
      guard match.tokens.contains(at), !isInBinding(at), tree.buffer.spelling(of: tokens[at]) == text else {
        return false
      }
      at += 1
    case .variable(let name):
      guard let bound = match.bindings[name] else { return false }
      // What the pattern takes for the same, with its parentheses.
      let parent = bound.node.flatMap { tree.parent(of: $0) }.map { tree[$0] }
      if let parent, parent.kind == .parenthesised, parent.tokens.lowerBound == at {
        at = parent.tokens.upperBound
        return at <= match.tokens.upperBound
      }
      guard isEqual(at, bound.tokens) else { return false }
      at += bound.tokens.count
    }
    return true
  }

  private func isEqual(_ start: Int, _ bound: Range<Int>) -> Bool {
    start + bound.count <= match.tokens.upperBound
      && tree.joined(start..<start + bound.count) == tree.joined(bound)
  }

  /// Whether a text needs no parentheses: `NAME(…)` and nothing else.
  private static func isCall(_ text: String) -> Bool {
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    guard !name.isEmpty, text[name.endIndex...].hasPrefix("("), text.hasSuffix(")") else { return false }
    var depth = 0
    for character in text[name.endIndex...].dropLast() {
      if character == "(" { depth += 1 } else if character == ")" { depth -= 1 }
      if depth == 0 { return false }
    }
    return true
  }

  /// Some tokens with the parentheses that hold nothing else.
  private func withParentheses(_ range: Range<Int>) -> Range<Int> {
    let node = match.nodes.lazy.flatMap { tree.descendants(of: $0) }.first {
      tree[$0].kind == .parenthesised && tree[$0].tokens == range.lowerBound - 1..<range.upperBound + 1
    }
    return node.map { tree[$0].tokens } ?? range
  }

  private func isInBinding(_ token: Int) -> Bool {
    match.bindings.values.contains { $0.tokens.contains(token) }
  }

  // MARK: Text

  /// What a variable stands for, as it stands there, with the parentheses that it needs in its new place.
  /// - Parameters:
  ///   - before, behind: the text of the fix around it.
  ///   - range: the tokens that go.
  private func text(of name: String, before: String, behind: String, replacing range: Range<Int>)
    -> PatternText.Value?
  {
    guard let binding = match.bindings[name], !binding.tokens.isEmpty,
      tree.buffer.comments(before: binding.tokens.dropFirst()).isEmpty
    else { return nil }
    let bytes = Int(tokens[binding.tokens.lowerBound].start)..<Int(tokens[binding.tokens.upperBound - 1].end)
    guard let text = String(validating: tree.buffer.text[bytes], as: UTF8.self), !text.contains("\n") else {
      return nil
    }
    let isSimple = binding.node.map { tree[$0].kind.isPostfixOrPrimary } ?? true
    if isSimple { return PatternText.Value(text: text, isSimple: true, needsParentheses: false) }
    let isOpenBefore =
      before.isEmpty
      ? !isBorder(range.lowerBound - 1, Self.openers)
      : !(before.hasSuffix("(") || before.hasSuffix(", ") || before.hasSuffix("return ")
        || before.hasSuffix("= "))
    let isOpenBehind =
      behind.isEmpty
      ? !isBorder(range.upperBound, Self.closers)
      : !(behind.hasPrefix(")") || behind.hasPrefix(",") || behind.hasPrefix(";"))
    let isUnary = before.last.map { "!~*&-".contains($0) } ?? false
    let hasParentheses =
      binding.node.flatMap { tree.parent(of: $0) }.map { tree[$0].kind == .parenthesised } ?? false
    return PatternText.Value(
      text: text, isSimple: false,
      needsParentheses: isUnary || hasParentheses && (isOpenBefore || isOpenBehind))
  }

  private static let openers: Set<TokenKind> = [
    .openParen, .comma, .openBracket, .equal, .semicolon, .openBrace,
  ]
  private static let closers: Set<TokenKind> = [.closeParen, .comma, .closeBracket, .semicolon, .closeBrace]

  private func isBorder(_ token: Int, _ kinds: Set<TokenKind>) -> Bool {
    guard tokens.indices.contains(token) else { return true }
    return kinds.contains(tokens[token].kind)
      || kinds.contains(.openBrace) && tree.isSpelled("return", atToken: token)
  }
}

extension NodeKind {
  /// Whether an operator beside such an expression cannot take it apart.
  var isPostfixOrPrimary: Bool {
    switch self {
    case .identifier, .number, .string, .character, .parenthesised, .call, .member, .arrowMember,
      .subscriptExpression, .postfix, .sizeof:
      true
    default: false
    }
  }
}
