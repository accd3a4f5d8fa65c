// SPDX-License-Identifier: GPL-2.0-or-later

/// The type of an expression, as far as it is known.
public indirect enum CType: Sendable {
  case unknown
  /// A number, an enum, `void`.
  case arithmetic(Width)
  case pointer(CType)
  case array(CType)
  case function(returns: CType)
  /// A struct or union.
  case tagged(Tagged)

  /// How wide a number is where a register has 32 bits.
  public enum Width: Hashable, Sendable {
    case unknown
    /// It fits a register.
    case narrow
    /// 64 bits, and no floating point.
    case wide
  }

  public struct Tagged: Sendable {
    /// nil where it has none.
    public var tag: String?
    /// Its definition where that stands at the declaration itself.
    public var body: NamedPlace?
    /// `struct` or `union`.
    public var keyword: String

    /// As C writes it.
    public var name: String { tag.map { "\(keyword) \($0)" } ?? "\(keyword) { … }" }
  }

  /// What a pointer points to, what an array holds; nil for the rest.
  var target: CType? {
    switch self {
    case .pointer(let target), .array(let target): target
    default: nil
    }
  }
}

/// What came of looking for a member.
public enum MemberLookup: Sendable {
  /// All of its declarations: several where the configuration chooses.
  case found([NamedPlace])
  /// The definitions of the struct that was looked into: none has it.
  case absent([NamedPlace])
  /// The struct, or a part of it, is not known.
  case unknown
}
