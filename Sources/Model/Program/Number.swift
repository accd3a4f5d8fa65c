// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC

/// A number as C writes it.
struct Number {
  var value: Int64
  var type: IntegerType

  /// - Parameter text: a preprocessing number; nil for those with a point or an exponent.
  ///
  /// Source: ISO C11 §6.4.4.1.
  init?(_ text: String) {
    var digits = text.lowercased()[...]
    var suffix = ""
    while let last = digits.last, last == "u" || last == "l" {
      suffix.append(last)
      digits = digits.dropLast()
    }
    var radix = 10
    if digits.hasPrefix("0x") {
      (radix, digits) = (16, digits.dropFirst(2))
    } else if digits.hasPrefix("0b") {
      (radix, digits) = (2, digits.dropFirst(2))
    } else if digits.hasPrefix("0"), digits.count > 1 {
      (radix, digits) = (8, digits.dropFirst())
    }
    guard let bits = UInt64(digits, radix: radix) else { return nil }
    value = Int64(bitPattern: bits)
    let isUnsigned = suffix.contains("u")
    let isLong =
      suffix.contains("l") || bits > (isUnsigned || radix != 10 ? UInt64(UInt32.max) : UInt64(Int32.max))
    type = IntegerType(
      bits: isLong ? 64 : 32,
      isSigned: !isUnsigned && bits <= (isLong ? UInt64(Int64.max) : UInt64(Int32.max)))
  }
}

extension BinaryOperator {
  /// nil for what is no arithmetic: `&&`, `,`, an assignment.
  init?(_ token: TokenKind) {
    switch token {
    case .plus: self = .add
    case .minus: self = .subtract
    case .star: self = .multiply
    case .slash: self = .divide
    case .percent: self = .remainder
    case .ampersand: self = .and
    case .bar: self = .or
    case .caret: self = .xor
    case .lessLess: self = .shiftLeft
    case .greaterGreater: self = .shiftRight
    case .equalEqual: self = .equal
    case .exclaimEqual: self = .notEqual
    case .less: self = .less
    case .lessEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterEqual: self = .greaterOrEqual
    default: return nil
    }
  }

  /// `+=` and the like.
  init?(assignment token: TokenKind) {
    switch token {
    case .plusEqual: self = .add
    case .minusEqual: self = .subtract
    case .starEqual: self = .multiply
    case .slashEqual: self = .divide
    case .percentEqual: self = .remainder
    case .ampersandEqual: self = .and
    case .barEqual: self = .or
    case .caretEqual: self = .xor
    case .lessLessEqual: self = .shiftLeft
    case .greaterGreaterEqual: self = .shiftRight
    default: return nil
    }
  }

  var isComparison: Bool { rawValue >= Self.equal.rawValue }

  /// nil for a division by 0 and a shift by more than there is.
  func result(_ a: Int64, _ b: Int64, isSigned: Bool) -> Int64? {
    let (x, y) = (UInt64(bitPattern: a), UInt64(bitPattern: b))
    switch self {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .divide:
      guard b != 0 else { return nil }
      return isSigned ? a.dividedReportingOverflow(by: b).partialValue : Int64(bitPattern: x / y)
    case .remainder:
      guard b != 0 else { return nil }
      return isSigned ? a.remainderReportingOverflow(dividingBy: b).partialValue : Int64(bitPattern: x % y)
    case .and: return a & b
    case .or: return a | b
    case .xor: return a ^ b
    case .shiftLeft: return b < 0 || b > 63 ? nil : a << b
    case .shiftRight: return b < 0 || b > 63 ? nil : isSigned ? a >> b : Int64(bitPattern: x >> y)
    case .equal: return a == b ? 1 : 0
    case .notEqual: return a != b ? 1 : 0
    case .less: return (isSigned ? a < b : x < y) ? 1 : 0
    case .lessOrEqual: return (isSigned ? a <= b : x <= y) ? 1 : 0
    case .greater: return (isSigned ? a > b : x > y) ? 1 : 0
    case .greaterOrEqual: return (isSigned ? a >= b : x >= y) ? 1 : 0
    }
  }
}
