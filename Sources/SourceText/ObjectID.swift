// SPDX-License-Identifier: GPL-2.0-or-later

/// The id of a git object, whole or abbreviated: 4 to 64 lower-case hexadecimal digits.
///
/// Source: git's `index <hash>..<hash>` lines, `gitglossary(7)` "object name".
public struct ObjectID: Hashable, Sendable {
  /// The digits, in lower case.
  public let hex: String

  /// nil where the text is no object name.
  public init?(_ text: some StringProtocol) {
    guard (4...64).contains(text.utf8.count), text.utf8.allSatisfy(\.isHexDigit) else { return nil }
    hex = text.lowercased()
  }

  /// Whether this is the absent side of a new or deleted file.
  public var isZero: Bool { hex.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

  /// Whether the shorter of the two is the beginning of the longer.
  public func agrees(with other: ObjectID) -> Bool {
    hex.hasPrefix(other.hex) || other.hex.hasPrefix(hex)
  }
}

extension UInt8 {
  /// Whether the byte is one of `0-9a-fA-F`.
  public var isHexDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// Whether the byte is one of `0-9`.
  public var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// Whether the byte is a blank or a tab.
  public var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
