// SPDX-License-Identifier: GPL-2.0-or-later

/// The Swift half of a rule whose pattern is not enough. A check has no state, reads no file and knows
/// no other rule: facts in, findings out. It is a struct named family + rule, as its file.
public protocol Check: Sendable {
  init()
  /// Itself, by what it looks at.
  var kind: CheckKind { get }
}

/// A check by what it looks at: asked once for each check at each start, where a cast would search all types of the program.
public enum CheckKind: Sendable {
  case patch(any PatchCheck)
  case series(any SeriesCheck)
}

/// A check that looks at one patch at a time.
public protocol PatchCheck: Check {
  func review(_ patch: PatchFacts) -> CheckResult
}

extension PatchCheck {
  public var kind: CheckKind { .patch(self) }
}

/// A check that looks at a series as a whole.
public protocol SeriesCheck: Check {
  func review(_ series: SeriesFacts) -> CheckResult
}

extension SeriesCheck {
  public var kind: CheckKind { .series(self) }
}

/// What a check has to say.
public struct CheckResult: Sendable {
  public var findings: [FindingDraft]
  /// More of the same, which are not told.
  var heldBack: [FindingDraft] = []
  /// What it could not look at, each with the reason.
  public var notChecked: [String]

  public init(_ findings: [FindingDraft] = [], notChecked: [String] = []) {
    self.findings = findings
    self.notChecked = notChecked
  }
}

/// A finding as a check gives it; the engine adds what the rule's page says and what it is worth.
public struct FindingDraft: Sendable {
  /// Something that is not certain in every review, and that the finding would be wrong without.
  public enum Reliance: Hashable, Sendable {
    /// A fact of the tree. Without the exact base it is `strong` at most.
    case tree
    /// A fact of the touched files outside of what the hunks show: it is not told where those files are not as the
    /// author had them.
    case touchedFiles
    /// A fact of files that the patch does not touch, which another version of the tree may not share: where it is not
    /// known that the tree is the author's, it is not told.
    case exactTree
    /// That earlier parts of the series do not bring what is missed.
    case earlierParts
    /// That later parts do not use or mend it.
    case laterParts
    /// The white space of the patch.
    case whitespace
  }

  public var message: String
  public var primary: Span
  /// Lower than the page's where this case is milder; never higher.
  public var severity: Severity?
  /// Lower than the page's where this case is less sure; never higher.
  public var confidence: Confidence?
  public var origin: Origin = .introduced
  /// In place of the page's question.
  public var question: String?
  public var related: [RelatedSpan] = []
  public var evidence: [Evidence]
  public var symbols: [String] = []
  public var config: [String] = []
  public var help: String?
  /// What mends it for certain.
  public var fix: Fix?
  public var relies: Set<Reliance> = []
  /// The shape to look for in merged code of the same folder before it is shown.
  public var precedent: PrecedentShape?

  public init(_ message: String, at primary: Span, evidence: [Evidence]) {
    (self.message, self.primary, self.evidence) = (message, primary, evidence)
  }
}
