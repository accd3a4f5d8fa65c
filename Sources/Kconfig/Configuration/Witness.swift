// SPDX-License-Identifier: GPL-2.0-or-later

/// A configuration in few words: what a person has to set, while all else has its default.
public struct Witness: Hashable, Sendable {
  public struct Assignment: Hashable, Sendable {
    /// Without CONFIG_.
    public var symbol: String
    /// As in .config, without quotes; `n` where the line would say that it is not set.
    public var value: String
  }

  /// Symbols of the question first, those that are n behind the others.
  public var assignments: [Assignment]
}

extension Witness: CustomStringConvertible {
  /// As in `USB=y PCI=n`.
  public var description: String { lines.joined(separator: " ") }

  /// As reports have it: `["USB=y", "PCI=n"]`.
  public var lines: [String] { assignments.map { "\($0.symbol)=\($0.value)" } }
}
