// SPDX-License-Identifier: GPL-2.0-or-later

public import Review

/// How much of what was found is told. What is left out does not count.
public struct FindingSelection: Hashable, Sendable {
  public var severity: Severity
  public var confidence: Confidence

  /// - Parameters:
  ///   - severity: the least.
  ///   - confidence: the least.
  public init(severity: Severity, confidence: Confidence) {
    (self.severity, self.confidence) = (severity, confidence)
  }

  public static let all = FindingSelection(severity: .note, confidence: .heuristic)
  /// What is worth a mail to other people.
  public static let forMail = FindingSelection(severity: .warning, confidence: .strong)

  public func applied(to review: SeriesReview) -> SeriesReview {
    var review = review
    review.findings.removeAll { $0.severity < severity || $0.confidence < confidence }
    return review
  }
}
