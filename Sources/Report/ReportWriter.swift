// SPDX-License-Identifier: GPL-2.0-or-later

public import Mail
public import Review

/// Turns reviews into text, in the order in which they come.
public protocol ReportWriter {
  /// What stands before the first series.
  mutating func begin(_ tool: ToolFacts) -> String
  /// One series. `inputs` are all that were named.
  mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String
  /// What stands behind the last one.
  mutating func end(_ result: RunResult) -> String
}

/// What made a report.
public struct ToolFacts: Hashable, Sendable {
  /// What other programs know this one by.
  static let name = "review-patch"
  public var version: String
  /// `RuleBook.digest`
  public var rules: String

  public init(version: String, rules: String) {
    (self.version, self.rules) = (version, rules)
  }
}

/// What is known when all series are reviewed.
public struct RunResult: Sendable {
  public var inputs: [MailInput]
  /// Problems of the inputs that belong to no series.
  public var problems: [MailProblem]
  public var tally: Tally
  /// The exit status of the program.
  public var exit: Int32
  /// Wall time; nil where the report must be the same each time.
  public var seconds: Double?

  public init(
    inputs: [MailInput], problems: [MailProblem], tally: Tally, exit: Int32, seconds: Double? = nil
  ) {
    (self.inputs, self.problems, self.tally) = (inputs, problems, tally)
    (self.exit, self.seconds) = (exit, seconds)
  }
}

/// Counts over all series of a run.
public struct Tally: Hashable, Sendable {
  public private(set) var series = 0
  public private(set) var patches = 0
  public private(set) var errors = 0
  public private(set) var warnings = 0
  public private(set) var notes = 0
  public private(set) var suppressed = 0
  public private(set) var preExisting = 0
  /// Errors that are observed or proven: what stops a hook.
  public private(set) var certainErrors = 0

  public init() {}

  public mutating func add(_ review: SeriesReview) {
    series += 1
    patches += review.series.patches.count
    for finding in review.findings {
      if finding.suppressed != nil {
        suppressed += 1
      } else if !finding.origin.isBlamed {
        preExisting += 1
      } else {
        switch finding.severity {
        case .error:
          errors += 1
          if finding.confidence >= .proven { certainErrors += 1 }
        case .warning: warnings += 1
        case .note: notes += 1
        }
      }
    }
  }

  /// How many findings count at a level or above.
  public func count(atLeast severity: Severity) -> Int {
    switch severity {
    case .error: errors
    case .warning: errors + warnings
    case .note: errors + warnings + notes
    }
  }
}
