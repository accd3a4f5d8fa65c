// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// One thing a rule found, as it is reported.
public struct Finding: Hashable, Sendable {
  public var rule: RuleID
  public var severity: Severity
  public var confidence: Confidence
  public var origin: Origin
  /// Position of the patch in its series; nil where the series as a whole is meant.
  public var patch: Int?
  public var messageID: String
  /// The rule's headline.
  public var title: String
  /// This case, with its names.
  public var message: String
  /// What a reviewer would ask.
  public var question: String
  public var primary: Span
  public var symbols: [String]
  public var config: [String]
  public var related: [RelatedSpan]
  public var evidence: [Evidence]
  public var help: String?
  /// What the rule says mends it; not yet tried.
  var proposal: Fix?
  /// What mends it: tried on the series, which has this finding no more with it, and no new one.
  public internal(set) var fix: Fix?
  /// Why it is not counted; nil where it is.
  public var suppressed: Suppression.Reason?
  public var fingerprint: Fingerprint

  /// Whether it counts towards the summary and the exit status.
  public var isShown: Bool { suppressed == nil && origin.isBlamed }
}

/// Where a finding stands.
public struct Span: Hashable, Sendable {
  /// What its lines count.
  public enum Side: String, Sendable {
    /// A file after, before the patch.
    case new, old
    /// A file of the tree that the patch does not touch.
    case tree
    /// The text of the mail, or its headers: lines of the input.
    case message, header
  }

  /// nil where the side is `message` or `header`.
  public var path: TreePath?
  public var side: Side
  /// 1-based; both lines belong to the span.
  public var line, endLine: UInt32
  /// 1-based byte columns, the end exclusive; 0 where the whole line is meant.
  public var column, endColumn: UInt32
  /// The function that the line stands in, where it is known.
  public var function: String?
  /// The first line as it stands there.
  public var text: String

  public init(
    path: TreePath?, side: Side, line: UInt32, endLine: UInt32? = nil, column: UInt32 = 0,
    endColumn: UInt32 = 0,
    function: String? = nil, text: String
  ) {
    (self.path, self.side, self.line, self.endLine) = (path, side, line, endLine ?? line)
    (self.column, self.endColumn, self.function, self.text) = (column, endColumn, function, text)
  }

  /// The same place, narrowed to a part of the text; the whole line where it is not there.
  public func narrowed(to part: some StringProtocol) -> Span {
    guard let range = text.firstRange(of: part), !part.isEmpty else { return self }
    var span = self
    span.column = UInt32(text.utf8.distance(from: text.startIndex, to: range.lowerBound) + 1)
    span.endColumn = UInt32(text.utf8.distance(from: text.startIndex, to: range.upperBound) + 1)
    return span
  }
}

/// Another place that belongs to a finding.
public struct RelatedSpan: Hashable, Sendable {
  public var span: Span
  /// What it has to do with it.
  public var label: String

  public init(_ span: Span, label: String) {
    self.span = span
    self.label = label
  }
}

/// Why a finding is true, and where that comes from.
public struct Evidence: Hashable, Sendable {
  public enum Kind: String, Sendable { case kconfig, source, compiler, callgraph, precedent, model, git }

  public var kind: Kind
  public var statement: String
  /// A configuration that shows it: `CONFIG_X=y` without the prefix.
  public var witness: [String]
  /// The C file that does not build in that configuration; nil where nothing of the kind is said.
  public var unit: TreePath?
  /// What the model ran; the statement tells it as text.
  public var execution: Execution?

  public init(
    _ kind: Kind, _ statement: String, witness: [String] = [], unit: TreePath? = nil,
    execution: Execution? = nil
  ) {
    (self.kind, self.statement, self.witness, self.unit) = (kind, statement, witness, unit)
    self.execution = execution
  }
}
