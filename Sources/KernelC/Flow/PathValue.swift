// SPDX-License-Identifier: GPL-2.0-or-later

/// What is known of a value on one way through a function: which of a few kinds it may be, and where it is one
/// constant, which.
public struct PathValue: Hashable, Sendable {
  public struct Kinds: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let negative = Kinds(rawValue: 1)
    /// 0, false, NULL.
    public static let zero = Kinds(rawValue: 2)
    /// A positive number, true, a pointer to something.
    public static let positive = Kinds(rawValue: 4)
    /// `ERR_PTR(…)`.
    public static let errorPointer = Kinds(rawValue: 8)
    public static let any: Kinds = [.negative, .zero, .positive, .errorPointer]
  }

  /// A constant: a number, or a name that stands for one.
  public enum Constant: Hashable, Sendable {
    case number(Int64)
    case name(String)
  }

  public var kinds: Kinds
  public var constant: Constant?

  public init(_ kinds: Kinds, _ constant: Constant? = nil) { (self.kinds, self.constant) = (kinds, constant) }

  public static let unknown = PathValue(.any)
  public static let zero = PathValue(.zero, .number(0))

  /// The value of a constant expression: a number, `NULL`, `true`, `-EINVAL`, a name in capitals; nil for the rest.
  public init?(constant id: NodeID, in tree: SyntaxTree) {
    switch tree[id].kind {
    case .number:
      guard let number = Self.number(tree.name(of: id)) else { return nil }
      self.init(number == 0 ? .zero : .positive, .number(number))
    case .identifier:
      switch tree.name(of: id) {
      case "NULL", "false": self = .zero
      case "true": self.init(.positive, .number(1))
      case let name where name.isConstantName: self.init(.any, .name(name))
      default: return nil
      }
    case .unary where tree.buffer.tokens[Int(tree[id].main)].kind == .minus:
      guard let operand = tree.child(0, of: id), let value = PathValue(constant: operand, in: tree) else {
        return nil
      }
      switch value.constant {
      case .number(let number): self.init(number == 0 ? .zero : .negative, .number(-number))
      // -EINVAL: error numbers are positive.
      case .name(let name): self.init(name.hasPrefix("E") ? .negative : .any, .name("-" + name))
      case nil: return nil
      }
    case .parenthesised:
      guard let inner = tree.child(0, of: id) else { return nil }
      self.init(constant: inner, in: tree)
    case .call:
      guard let function = tree.child(0, of: id), tree[function].kind == .identifier else { return nil }
      switch tree.name(of: function) {
      case "ERR_PTR", "ERR_CAST": self.init(.errorPointer)
      // What it is given it returns, and it is given errors only.
      case "PTR_ERR", "dev_err_probe": self.init(.negative)
      default: return nil
      }
    default: return nil
    }
  }

  private static func number(_ text: String) -> Int64? {
    let digits = text.lowercased().reversed().drop { $0 == "u" || $0 == "l" }.reversed().map(String.init)
      .joined()
    if digits.hasPrefix("0x") { return Int64(digits.dropFirst(2), radix: 16) }
    return Int64(digits)
  }
}

extension String {
  /// Capitals, digits and underscores, as macros and enumerators are named.
  fileprivate var isConstantName: Bool {
    utf8.count > 1 && utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
  }
}
