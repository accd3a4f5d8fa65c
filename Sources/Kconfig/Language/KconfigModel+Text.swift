// SPDX-License-Identifier: GPL-2.0-or-later

extension KconfigModel {
  /// An expression as Kconfig writes it; what a command would say stands in `$(…)`.
  func text(of expression: KconfigExpression) -> String {
    switch expressions[expression] {
    case .no: "n"
    case .module, .moduleWhereThereAreModules: "m"
    case .yes: "y"
    case .symbol(let symbol): name(of: symbol)
    case .unknown(let word): readable(word)
    case .not(let inner): "!" + inParentheses(inner)
    case .and(let members): members.map(inParentheses).joined(separator: " && ")
    case .or(let members): members.map(inParentheses).joined(separator: " || ")
    case .compare(let comparison, let a, let b): "\(quoted(a)) \(comparison.sign) \(quoted(b))"
    }
  }

  func text(of operand: Operand) -> String {
    switch operand {
    case .symbol(let symbol): name(of: symbol)
    case .text(let word): words.text(word)
    case .unknown(let word): readable(word)
    }
  }

  private func quoted(_ operand: Operand) -> String {
    if case .text(let word) = operand, words[word].count != 1 { return "\"\(words.text(word))\"" }
    return text(of: operand)
  }

  private func inParentheses(_ expression: KconfigExpression) -> String {
    switch expressions[expression] {
    case .and, .or, .compare: "(\(text(of: expression)))"
    default: text(of: expression)
    }
  }

  private func readable(_ word: Word) -> String {
    let text = words[word].flatMap { byte -> [UInt8] in
      switch byte {
      case MacroExpander.unknownStart: Array("$(".utf8)
      case MacroExpander.unknownEnd: Array(")".utf8)
      default: [byte]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
