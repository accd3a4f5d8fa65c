// SPDX-License-Identifier: GPL-2.0-or-later

/// How bad a finding is for whoever sends or applies the patch. Raw values are those of the report.
public enum Severity: String, CaseIterable, Comparable, Sendable {
  case note, warning, error

  public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How sure a finding is, from least to most.
public enum Confidence: String, CaseIterable, Comparable, Sendable {
  /// A habit that is mostly right.
  case heuristic
  /// Followed through the source, but something that could refute it was not to be seen.
  case strong
  /// The model showed it, under its stubs.
  case modelled
  /// Follows from source, Kconfig or a program's documented behaviour.
  case proven
  /// A compiler or another program said so.
  case observed

  public static func < (a: Confidence, b: Confidence) -> Bool { a.rank < b.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Whose doing a finding is.
public enum Origin: String, Sendable {
  case introduced, interaction
  case preExisting = "pre-existing"
  case fixedLater = "fixed-later"

  /// Whether it counts against the patch.
  public var isBlamed: Bool { self == .introduced || self == .interaction }
}

/// What a user sets a rule to.
public enum RuleLevel: String, Sendable {
  case off, note, warning, error

  /// The severity to use; nil for off.
  public var severity: Severity? { Severity(rawValue: rawValue) }
}
