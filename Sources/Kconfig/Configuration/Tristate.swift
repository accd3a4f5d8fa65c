// SPDX-License-Identifier: GPL-2.0-or-later

/// What is known of a tristate value: it lies between two of n, m and y, which are the same where it is known.
///
/// What a shell command would say is not known and must not become true or false by accident; here it is
/// anything from n to y, and so is what depends on it.
struct Tristate: Hashable, Sendable {
  var low: UInt8
  var high: UInt8

  static let no = Tristate(low: 0, high: 0)
  static let module = Tristate(low: 1, high: 1)
  static let yes = Tristate(low: 2, high: 2)
  static let unknown = Tristate(low: 0, high: 2)

  init(low: UInt8, high: UInt8) { (self.low, self.high) = (low, high) }
  init(_ isTrue: Bool) { self = isTrue ? .yes : .no }

  var isKnown: Bool { low == high }
  /// It is m or y, or may be.
  var isMaybeOn: Bool { high > 0 }
  /// It is surely m or y.
  var isOn: Bool { low > 0 }

  static func && (a: Tristate, b: Tristate) -> Tristate {
    Tristate(low: min(a.low, b.low), high: min(a.high, b.high))
  }
  static func || (a: Tristate, b: Tristate) -> Tristate {
    Tristate(low: max(a.low, b.low), high: max(a.high, b.high))
  }
  static prefix func ! (a: Tristate) -> Tristate { Tristate(low: 2 - a.high, high: 2 - a.low) }

  /// As a bool symbol has it: m is y.
  var promoted: Tristate { Tristate(low: low == 1 ? 2 : low, high: high == 1 ? 2 : high) }

  /// One or the other.
  func joined(_ other: Tristate) -> Tristate {
    Tristate(low: min(low, other.low), high: max(high, other.high))
  }

  /// As .config writes it; `?` where it is not known.
  var letter: String { isKnown ? ["n", "m", "y"][Int(low)] : "?" }
}
