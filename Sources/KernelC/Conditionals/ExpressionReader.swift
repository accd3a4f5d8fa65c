// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// Reads the expression of an `#if` as a formula. What is no logic over known tests stays whole, as an atom with
/// its text: `LINUX_VERSION_CODE > …`, `BITS_PER_LONG == 64`, a macro's value.
struct ExpressionReader {
  private let buffer: TokenBuffer
  private let end: Int
  private var at: Int
  private var depth = 0
  private(set) var table: FormulaTable
  private(set) var isMalformed = false

  /// Parentheses and `!` within each other that are followed.
  private static let deepest = 200

  init(_ buffer: TokenBuffer, _ range: Range<Int>, _ table: FormulaTable) {
    (self.buffer, at, end, self.table) = (buffer, range.lowerBound, range.upperBound, table)
  }

  mutating func formula() -> Formula {
    let start = at
    guard let formula = or(), at == end else {
      isMalformed = true
      return opaque(start..<end)
    }
    return formula
  }

  private mutating func or() -> Formula? {
    guard var result = and() else { return nil }
    while take(.barBar) {
      guard let next = and() else { return nil }
      result = table.or(result, next)
    }
    return result
  }

  private mutating func and() -> Formula? {
    guard var result = operand() else { return nil }
    while take(.ampersandAmpersand) {
      guard let next = operand() else { return nil }
      result = table.and(result, next)
    }
    return result
  }

  /// One side of `&&` or `||`: a test that is known, or everything up to the next of them.
  private mutating func operand() -> Formula? {
    let start = at
    if let known = unary(), isAtOperandEnd { return known }
    at = start
    return comparison()
  }

  private var isAtOperandEnd: Bool {
    guard at < end else { return true }
    switch buffer.tokens[at].kind {
    case .ampersandAmpersand, .barBar, .closeParen: return true
    default: return false
    }
  }

  private mutating func unary() -> Formula? {
    guard at < end, depth < Self.deepest else { return nil }
    depth += 1
    defer { depth -= 1 }
    switch buffer.tokens[at].kind {
    case .exclaim:
      at += 1
      return unary().map { table.not($0) }
    case .openParen:
      at += 1
      guard let inner = or(), take(.closeParen) else { return nil }
      return inner
    case .number:
      guard let value = constant() else { return nil }
      at += 1
      return value ? .always : .never
    case .identifier: return test()
    default: return nil
    }
  }

  /// `defined(X)` and the tests of `include/linux/kconfig.h`.
  private mutating func test() -> Formula? {
    switch word(at) {
    case "defined":
      at += 1
      let isBracketed = take(.openParen)
      guard at < end, let name = word(at) else { return nil }
      at += 1
      guard !isBracketed || take(.closeParen) else { return nil }
      return table.atom(.definedness(of: name))
    case "IS_ENABLED": return configTest { $0.or($0.atom(.isBuiltIn($1)), $0.atom(.isModule($1))) }
    case "IS_BUILTIN": return configTest { $0.atom(.isBuiltIn($1)) }
    case "IS_MODULE": return configTest { $0.atom(.isModule($1)) }
    case "IS_REACHABLE":
      return configTest { table, symbol in
        let fromModule = table.and(table.atom(.isModule(symbol)), table.atom(.isDefined("MODULE")))
        return table.or(table.atom(.isBuiltIn(symbol)), fromModule)
      }
    default:
      // A macro's value, alone: what it is cannot be told, but `!X` is its opposite.
      let start = at
      at += 1
      return isAtOperandEnd ? opaque(start..<at) : nil
    }
  }

  /// `NAME(CONFIG_X)`; nil where the argument is something else.
  private mutating func configTest(_ make: (inout FormulaTable, String) -> Formula) -> Formula? {
    at += 1
    guard take(.openParen), at < end, let name = word(at), name.hasPrefix("CONFIG_") else { return nil }
    at += 1
    guard take(.closeParen) else { return nil }
    return make(&table, String(name.dropFirst("CONFIG_".count)))
  }

  /// An operand that is not looked into, up to `&&`, `||` or the parenthesis that is not its own.
  private mutating func comparison() -> Formula? {
    let start = at
    var open = 0
    while at < end {
      let kind = buffer.tokens[at].kind
      if open == 0, kind == .ampersandAmpersand || kind == .barBar || kind == .closeParen { break }
      if kind == .openParen { open += 1 }
      if kind == .closeParen { open -= 1 }
      at += 1
    }
    return at > start && open == 0 ? opaque(start..<at) : nil
  }

  private mutating func opaque(_ range: Range<Int>) -> Formula {
    let words = buffer.tokens[range].prefix(Self.longestName).map {
      String(decoding: buffer.spelling(of: $0), as: UTF8.self)
    }
    return table.atom(.opaque(words.joined(separator: " ")))
  }

  /// Tokens of an opaque expression that make its name.
  private static let longestName = 200

  // MARK: Tokens

  private mutating func take(_ kind: TokenKind) -> Bool {
    guard at < end, buffer.tokens[at].kind == kind else { return false }
    at += 1
    return true
  }

  private func word(_ token: Int) -> String? {
    guard buffer.tokens[token].kind == .identifier else { return nil }
    return String(decoding: buffer.spelling(of: buffer.tokens[token]), as: UTF8.self)
  }

  /// Whether a number is not 0; nil where it is no plain integer.
  private func constant() -> Bool? {
    let text = String(decoding: buffer.spelling(of: buffer.tokens[at]), as: UTF8.self).lowercased()
    let digits = text.reversed().drop { $0 == "u" || $0 == "l" }.reversed().map(String.init).joined()
    if digits.hasPrefix("0x") { return UInt64(digits.dropFirst(2), radix: 16).map { $0 != 0 } }
    return UInt64(digits).map { $0 != 0 }
  }
}
