// SPDX-License-Identifier: GPL-2.0-or-later

/// A value as comparisons see it.
///
/// Source: `expr_parse_string()` and `__expr_calc_value()` in `scripts/kconfig/expr.c`.
enum KconfigNumber: Hashable {
  case text
  case signed(Int64)
  case unsigned(UInt64)

  /// - Parameter kind: the type of the symbol whose value it is; nil for a constant.
  init(_ text: ArraySlice<UInt8>, as kind: KconfigSymbol.Kind?) {
    switch kind {
    case .bool, .tristate:
      switch text {
      case [UInt8(ascii: "n")]: self = .signed(0)
      case [UInt8(ascii: "m")]: self = .signed(1)
      case [UInt8(ascii: "y")]: self = .signed(2)
      default: self = .signed(-1)
      }
    case .int: self = Self.magnitude(text, base: 10)
    case .hex:
      self =
        switch Self.magnitude(text, base: 16) {
        case .signed(let value): .unsigned(UInt64(bitPattern: value))
        case let other: other
        }
    case .string, nil: self = Self.magnitude(text, base: 0)
    }
  }

  /// As `strtoll` reads a whole text; what does not end there is text.
  private static func magnitude(_ text: ArraySlice<UInt8>, base: UInt64) -> KconfigNumber {
    var digits = text
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var base = base
    if base != 10, digits.count > 2, digits.first == UInt8(ascii: "0"),
      digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x")
    {
      digits = digits.dropFirst(2)
      base = 16
    } else if base == 0 {
      base = digits.count > 1 && digits.first == UInt8(ascii: "0") ? 8 : 10
    }
    guard !digits.isEmpty else { return .text }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = digit(byte), digit < base else { return .text }
      let (product, isLarge) = value.multipliedReportingOverflow(by: base)
      let (sum, isLarger) = product.addingReportingOverflow(digit)
      if isLarge || isLarger { return .text }
      value = sum
    }
    if isNegative { return value <= UInt64(Int64.max) ? .signed(-Int64(value)) : .text }
    return value <= UInt64(Int64.max) ? .signed(Int64(value)) : base == 16 ? .unsigned(value) : .text
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// A value with the type of the symbol that has it.
  struct Typed {
    var text: ArraySlice<UInt8>
    var kind: KconfigSymbol.Kind?
  }

  /// Below, at or above 0 as the first value is to the second.
  static func order(_ a: Typed, _ b: Typed) -> Int {
    if a.kind != .string || b.kind != .string {
      let (first, second) = (KconfigNumber(a.text, as: a.kind), KconfigNumber(b.text, as: b.kind))
      switch (first, second) {
      case (.text, _), (_, .text): break
      case (.signed(let x), .signed(let y)): return x < y ? -1 : x > y ? 1 : 0
      default:
        let (x, y) = (first.bits, second.bits)
        return x < y ? -1 : x > y ? 1 : 0
      }
    }
    if a.text.lexicographicallyPrecedes(b.text) { return -1 }
    return a.text.elementsEqual(b.text) ? 0 : 1
  }

  private var bits: UInt64 {
    switch self {
    case .text: 0
    case .signed(let value): UInt64(bitPattern: value)
    case .unsigned(let value): value
    }
  }
}
