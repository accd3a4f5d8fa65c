// SPDX-License-Identifier: GPL-2.0-or-later

/// A test of a condition, read as a question about the value of one expression.
struct PathTest {
  enum Question: Hashable {
    /// Whether the value is one of these kinds.
    case isKind(PathValue.Kinds)
    /// Whether it is this constant, which is not 0.
    case equals(PathValue.Constant, PathValue.Kinds)
  }

  /// The expression that is asked about.
  var subject: NodeID
  var question: Question
  /// Whether the branch `isTrue` is where the answer is no.
  var isNegated = false

  /// - Parameter node: the node of a `test` point.
  init(_ node: NodeID, in tree: SyntaxTree) {
    (subject, question) = (Self.plain(node, tree), .isKind([.negative, .positive, .errorPointer]))
    let kind = tree[subject].kind
    if kind == .binary, let left = tree.child(0, of: subject), let right = tree.child(1, of: subject) {
      compare(left, tree.buffer.tokens[Int(tree[subject].main)].kind, right, tree)
    } else if kind == .call, let function = tree.child(0, of: subject),
      let argument = tree.child(1, of: subject),
      tree[function].kind == .identifier
    {
      switch tree.name(of: function) {
      case "IS_ERR": (subject, question) = (Self.plain(argument, tree), .isKind(.errorPointer))
      case "IS_ERR_OR_NULL":
        (subject, question) = (Self.plain(argument, tree), .isKind([.errorPointer, .zero]))
      default: break
      }
    }
    // if ((ret = f()))
    if tree[subject].kind == .assignment, let target = tree.child(0, of: subject) {
      subject = Self.plain(target, tree)
    }
  }

  private mutating func compare(_ left: NodeID, _ sign: TokenKind, _ right: NodeID, _ tree: SyntaxTree) {
    guard let value = PathValue(constant: right, in: tree) else {
      // NULL == p
      if PathValue(constant: left, in: tree) != nil, let turned = Self.turned(sign) {
        compare(right, turned, left, tree)
      }
      return
    }
    let question: Question? =
      switch (sign, value.constant) {
      case (.equalEqual, .number(0)): .isKind(.zero)
      case (.exclaimEqual, .number(0)): .isKind([.negative, .positive, .errorPointer])
      case (.less, .number(0)): .isKind(.negative)
      case (.greater, .number(0)): .isKind(.positive)
      case (.lessEqual, .number(0)): .isKind([.negative, .zero])
      case (.greaterEqual, .number(0)): .isKind([.zero, .positive])
      case (.equalEqual, let constant?), (.exclaimEqual, let constant?): .equals(constant, value.kinds)
      default: nil
      }
    guard let question else { return }
    subject = Self.plain(left, tree)
    self.question = question
    if sign == .exclaimEqual, case .equals = question { isNegated = true }
  }

  private static func turned(_ sign: TokenKind) -> TokenKind? {
    switch sign {
    case .equalEqual, .exclaimEqual: sign
    case .less: .greater
    case .greater: .less
    case .lessEqual: .greaterEqual
    case .greaterEqual: .lessEqual
    default: nil
    }
  }

  /// An expression without the parentheses around it.
  static func plain(_ node: NodeID, _ tree: SyntaxTree) -> NodeID {
    var id = node
    while tree[id].kind == .parenthesised, let inner = tree.child(0, of: id) { id = inner }
    return id
  }

  /// What a value is after an answer; nil where it cannot be given.
  func refine(_ value: PathValue, answer: Bool) -> PathValue? {
    switch question {
    case .isKind(let kinds):
      let left = answer ? value.kinds.intersection(kinds) : value.kinds.subtracting(kinds)
      return left.isEmpty ? nil : PathValue(left, value.constant)
    case .equals(let constant, let kinds):
      if let known = value.constant {
        // Two names may stand for one number; a name and itself do not differ.
        switch (known, constant) {
        case (.number(let a), .number(let b)): return (a == b) == answer ? value : nil
        default: return known == constant && !answer ? nil : value
        }
      }
      guard answer else { return value }
      let left = value.kinds.intersection(kinds)
      return left.isEmpty ? nil : PathValue(left, constant)
    }
  }
}
