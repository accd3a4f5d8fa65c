// SPDX-License-Identifier: GPL-2.0-or-later

/// The name of a rule, `family/defect`: it names what is wrong, so that "ignore errno/lost" makes sense.
public struct RuleID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The families there are. The set is closed: a new one is a decision about the whole book.
  public enum Family: String, CaseIterable, Sendable {
    case mail, series, config, syntax, errno, flow, lifetime, locking, refactor, value, types, api, uapi
    case include, docs, log, style
  }

  public let family: Family
  /// Lower-case words joined by dashes.
  public let defect: String

  /// nil where the text is no rule's name.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let family = Family(rawValue: String(parts[0])), !parts[1].isEmpty,
      parts[1].utf8.allSatisfy({ Self.isDefectByte($0) })
    else { return nil }
    self.family = family
    defect = String(parts[1])
  }

  private static func isDefectByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
  }

  public var description: String { "\(family.rawValue)/\(defect)" }

  public static func < (a: RuleID, b: RuleID) -> Bool { a.description < b.description }
}
