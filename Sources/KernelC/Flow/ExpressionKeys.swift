// SPDX-License-Identifier: GPL-2.0-or-later

/// Expressions of a function by number: two that are written alike are one.
struct ExpressionKeys {
  let tree: SyntaxTree
  private var numbers: [String: Int] = [:]
  private(set) var texts: [String] = []
  /// For each name the expressions that hold it.
  private(set) var mentions: [String: [Int]] = [:]

  init(_ tree: SyntaxTree) { self.tree = tree }

  /// The number of an expression; nil where it changes something itself, so that twice the same text is not twice the
  /// same value, or where it is very long.
  mutating func key(_ node: NodeID) -> Int? {
    guard tree[node].tokens.count <= Self.longest, !hasEffect(node) else { return nil }
    return key(text: text(node), names: names(node))
  }

  mutating func key(text: String, names: [String]) -> Int {
    if let number = numbers[text] { return number }
    numbers[text] = texts.count
    texts.append(text)
    for name in Set(names).sorted() { mentions[name, default: []].append(texts.count - 1) }
    return texts.count - 1
  }

  /// Tokens of an expression that is looked at.
  private static let longest = 40

  /// The tokens with one blank between.
  func text(_ node: NodeID) -> String {
    var words: [String] = []
    for index in tree[node].tokens where !tree.buffer.tokens[index].flags.contains(.inDirective) {
      words.append(tree.spelling(ofToken: index))
    }
    return words.joined(separator: " ")
  }

  func names(_ node: NodeID) -> [String] {
    tree[node].tokens.filter { tree.buffer.tokens[$0].kind == .identifier }.map { tree.spelling(ofToken: $0) }
  }

  private func hasEffect(_ node: NodeID) -> Bool {
    tree.descendants(of: node).contains {
      switch tree[$0].kind {
      case .assignment, .postfix, .statementExpression, .opaque: return true
      case .unary:
        let sign = tree.buffer.tokens[Int(tree[$0].main)].kind
        return sign == .plusPlus || sign == .minusMinus
      default: return false
      }
    }
  }
}
