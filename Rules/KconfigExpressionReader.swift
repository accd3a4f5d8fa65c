// SPDX-License-Identifier: GPL-2.0-or-later

/// The symbols that one statement of a Kconfig file names. What does not read as a statement names none: help text whose
/// beginning a hunk does not show looks like one at times.
///
/// Source: the grammar of `scripts/kconfig/parser.y`.
struct KconfigExpressionReader {
  private enum Token: Equatable {
    case word(String)
    /// A text in quotes, or a macro.
    case constant
    case sign(String)
  }

  private var tokens: [Token] = []
  private var next = 0
  private var names: [String] = []

  /// nil where it is no statement with an expression, or where a part of it is not understood.
  static func symbols(of statement: String) -> [String]? {
    guard var reader = KconfigExpressionReader(Array(statement.utf8)) else { return nil }
    return reader.statement() && reader.next == reader.tokens.count ? reader.names : nil
  }

  private init?(_ text: [UInt8]) {
    var index = 0
    while index < text.count {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): index += 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let end = text[(index + 1)...].firstIndex(of: byte) else { return nil }
        tokens.append(.constant)
        index = end + 1
      case UInt8(ascii: "$"):
        guard let end = Self.endOfMacro(text, index) else { return nil }
        tokens.append(.constant)
        index = end
      case _ where byte.isOfName || byte == UInt8(ascii: "-"):
        let end = text[index...].firstIndex { !$0.isOfName && $0 != UInt8(ascii: "-") } ?? text.count
        tokens.append(.word(String(decoding: text[index..<end], as: UTF8.self)))
        index = end
      default:
        guard
          let sign = ["&&", "||", "!=", "<=", ">=", "(", ")", "!", "=", "<", ">"].first(where: {
            text[index...].starts(with: $0.utf8)
          })
        else { return nil }
        tokens.append(.sign(sign))
        index += sign.utf8.count
      }
    }
  }

  /// Behind `$(…)`.
  private static func endOfMacro(_ text: [UInt8], _ start: Int) -> Int? {
    guard start + 1 < text.count, text[start + 1] == UInt8(ascii: "(") else { return nil }
    var depth = 0
    for index in (start + 1)..<text.count {
      if text[index] == UInt8(ascii: "(") { depth += 1 }
      if text[index] == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0 { return index + 1 }
    }
    return nil
  }

  private mutating func takes(_ token: Token) -> Bool {
    guard next < tokens.count, tokens[next] == token else { return false }
    next += 1
    return true
  }

  private mutating func statement() -> Bool {
    guard next < tokens.count, case .word(let keyword) = tokens[next] else { return false }
    next += 1
    switch keyword {
    case "depends": return takes(.word("on")) && expression(depth: 0)
    case "visible": return takes(.word("if")) && expression(depth: 0)
    case "if": return expression(depth: 0)
    case "select", "imply": return operand() && condition()
    case "default", "def_bool", "def_tristate": return expression(depth: 0) && condition()
    case "bool", "tristate", "string", "int", "hex", "prompt": return takes(.constant) && condition()
    case "range": return operand() && operand() && condition()
    default: return false
    }
  }

  private mutating func condition() -> Bool {
    next == tokens.count || takes(.word("if")) && expression(depth: 0)
  }

  private mutating func operand() -> Bool {
    if takes(.constant) { return true }
    guard next < tokens.count, case .word(let name) = tokens[next] else { return false }
    next += 1
    // Numbers, y, m and n are none; nor is what is written small, which is a word of a sentence.
    if name.utf8.contains(where: { (65...90).contains($0) }), !name.hasPrefix("0x"), !name.hasPrefix("0X") {
      names.append(name)
    }
    return true
  }

  private static let deepest = 64

  private mutating func expression(depth: Int) -> Bool {
    guard depth < Self.deepest else { return false }
    repeat {
      while takes(.sign("!")) {}
      if takes(.sign("(")) {
        guard expression(depth: depth + 1), takes(.sign(")")) else { return false }
      } else {
        guard operand() else { return false }
        if ["=", "!=", "<", "<=", ">", ">="].contains(where: { takes(.sign($0)) }) {
          guard operand() else { return false }
        }
      }
    } while takes(.sign("&&")) || takes(.sign("||"))
    return true
  }
}
