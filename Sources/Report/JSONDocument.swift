// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// The JSON contract `review-patch/1` as values. Names are those of the contract; a change here is a change
/// of the contract.
enum JSONDocument {
  static let schema = "review-patch/1"

  struct Report: Encodable {
    let schema = JSONDocument.schema
    var tool: Tool
    var inputs: [Input] = []
    var series: [Series] = []
    var patches: [Patch] = []
    var problems: [Problem] = []
    var coverage: [Coverage] = []
    var findings: [Finding] = []
    var summary = Summary()
    var exit: Int32 = 0
  }

  struct Tool: Encodable { var version, rules: String }

  struct Input: Encodable {
    var path, kind: String
    var repairs: [String]
  }

  struct Series: Encodable {
    var title: String
    var version, total: Int
    var present, missing: [Int]
    var base: Base
  }

  struct Base: Encodable {
    @NullWhenNil var commit: String?
    var source: String
    var exact: Bool
    var tried: [String]
  }

  struct Patch: Encodable {
    var input, series, index: Int
    var messageId, subject, author, applies: String
    var files: [File]
    var comments: [Comment]
  }

  struct File: Encodable {
    var path: String
    @NullWhenNil var oldPath: String?
    var status: String
    var hunks, added, deleted: Int
  }

  struct Comment: Encodable {
    var author: String
    @NullWhenNil var path: String?
    var side: String
    var line: UInt32
    var text: String
  }

  struct Problem: Encodable {
    var input: Int
    var line: UInt32
    var text: String
  }

  struct Coverage: Encodable {
    var check: String
    @NullWhenNil var patch: Int?
    var state, why: String
  }

  struct Finding: Encodable {
    var id, rule, severity, confidence, origin: String
    @NullWhenNil var patch: Int?
    var messageId, title, message, question: String
    var primary: Primary
    var symbols, config: [String]
    var related: [Related]
    var evidence: [Evidence]
    var fixes: [Fix]
    @NullWhenNil var suppressed: String?
    var fingerprint: String
  }

  /// Edits that were tried, made together.
  struct Fix: Encodable {
    let applicability = "machine"
    var edits: [Edit]
  }

  struct Edit: Encodable {
    var path: String
    var line, column, endLine, endColumn: UInt32
    var text: String
  }

  struct Primary: Encodable {
    @NullWhenNil var path: String?
    var side: String
    var line, endLine, column, endColumn: UInt32
    @NullWhenNil var function: String?
    var text: String
  }

  struct Related: Encodable {
    @NullWhenNil var path: String?
    var line: UInt32
    var label: String
  }

  struct Evidence: Encodable {
    var kind, statement: String
    var witness: [String]
  }

  struct Summary: Encodable {
    var error = 0
    var warning = 0
    var note = 0
  }

  /// A key that is there with `null`, where Swift would leave it out.
  @propertyWrapper
  struct NullWhenNil<Value: Encodable>: Encodable {
    var wrappedValue: Value?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
  }
}

/// Fills the contract's values from what was reviewed.
struct JSONFiller {
  private var seriesCount = 0
  private var findingCount = 0
  private var repairs: [Int: [String]] = [:]

  /// What one series adds to a report.
  struct Part {
    var series: JSONDocument.Series
    var patches: [JSONDocument.Patch]
    var problems: [JSONDocument.Problem]
    var coverage: [JSONDocument.Coverage]
    var findings: [JSONDocument.Finding]
  }

  mutating func part(_ review: SeriesReview) -> Part {
    let number = seriesCount
    seriesCount += 1
    for mail in review.series.patches where !mail.repairs.isEmpty {
      let texts = mail.repairs.map(Sentences.text)
      repairs[mail.input, default: []] += texts.filter { !repairs[mail.input, default: []].contains($0) }
    }
    return Part(
      series: Self.series(review),
      patches: zip(review.series.patches, review.applications).map { Self.patch($0, $1, series: number) },
      problems: Self.problems(of: review),
      coverage: review.coverage.map {
        JSONDocument.Coverage(
          check: $0.check.description, patch: .init(wrappedValue: $0.patch), state: $0.state.rawValue,
          why: $0.why)
      },
      findings: review.findings.map { finding in
        findingCount += 1
        return Self.finding(finding, number: findingCount)
      })
  }

  func inputs(_ inputs: [MailInput]) -> [JSONDocument.Input] {
    inputs.enumerated().map {
      JSONDocument.Input(path: $1.path, kind: $1.kind.rawValue, repairs: repairs[$0] ?? [])
    }
  }

  /// What is wrong with the mail of a series, and with the wishes in it.
  static func problems(of review: SeriesReview) -> [JSONDocument.Problem] {
    (review.series.problems + review.series.patches.flatMap(\.problems)).map(problem)
      + review.problems.map {
        JSONDocument.Problem(input: $0.input, line: $0.line, text: Sentences.text($0.kind))
      }
  }

  static func problem(_ problem: MailProblem) -> JSONDocument.Problem {
    JSONDocument.Problem(input: problem.input, line: problem.line, text: Sentences.text(problem.kind))
  }

  static func summary(_ tally: Tally) -> JSONDocument.Summary {
    JSONDocument.Summary(error: tally.errors, warning: tally.warnings, note: tally.notes)
  }

  // MARK: Parts

  private static func series(_ review: SeriesReview) -> JSONDocument.Series {
    let series = review.series
    return JSONDocument.Series(
      title: series.title, version: series.version, total: series.total, present: series.present,
      missing: series.missing,
      base: JSONDocument.Base(
        commit: .init(wrappedValue: review.base?.commit?.hex), source: review.base?.source.rawValue ?? "none",
        exact: review.base?.exact ?? false, tried: review.base?.tried ?? []))
  }

  private static func patch(_ mail: PatchMail, _ application: PatchApplication?, series: Int)
    -> JSONDocument.Patch
  {
    JSONDocument.Patch(
      input: mail.input, series: series, index: mail.index, messageId: mail.envelope.messageID,
      subject: mail.envelope.subject, author: text(mail.author),
      applies: application?.applies.rawValue ?? "unknown",
      files: mail.patch.files.map { file in
        JSONDocument.File(
          path: file.path?.description ?? "",
          oldPath: .init(wrappedValue: file.oldPath == file.newPath ? nil : file.oldPath?.description),
          status: "\(file.status)", hunks: file.hunks.count, added: file.added, deleted: file.deleted)
      },
      comments: mail.comments.map {
        JSONDocument.Comment(
          author: text($0.author), path: .init(wrappedValue: $0.path?.description), side: $0.side.rawValue,
          line: $0.line, text: $0.text)
      })
  }

  static func finding(_ finding: Review.Finding, number: Int) -> JSONDocument.Finding {
    JSONDocument.Finding(
      id: "F\(number)", rule: finding.rule.description, severity: finding.severity.rawValue,
      confidence: finding.confidence.rawValue, origin: finding.origin.rawValue,
      patch: .init(wrappedValue: finding.patch), messageId: finding.messageID, title: finding.title,
      message: finding.message, question: finding.question,
      primary: JSONDocument.Primary(
        path: .init(wrappedValue: finding.primary.path?.description), side: finding.primary.side.rawValue,
        line: finding.primary.line, endLine: finding.primary.endLine, column: finding.primary.column,
        endColumn: finding.primary.endColumn, function: .init(wrappedValue: finding.primary.function),
        text: finding.primary.text),
      symbols: finding.symbols, config: finding.config,
      related: finding.related.map {
        JSONDocument.Related(
          path: .init(wrappedValue: $0.span.path?.description), line: $0.span.line, label: $0.label)
      },
      evidence: finding.evidence.map {
        JSONDocument.Evidence(kind: $0.kind.rawValue, statement: $0.statement, witness: $0.witness)
      },
      fixes: finding.fix.map { [JSONDocument.Fix(edits: $0.edits.map(edit))] } ?? [],
      suppressed: .init(wrappedValue: finding.suppressed.map(text)),
      fingerprint: finding.fingerprint.description)
  }

  private static func edit(_ edit: TextEdit) -> JSONDocument.Edit {
    JSONDocument.Edit(
      path: edit.path.description, line: edit.start.line, column: edit.start.column, endLine: edit.end.line,
      endColumn: edit.end.column, text: String(decoding: edit.text, as: UTF8.self))
  }

  static func text(_ reason: Suppression.Reason) -> String {
    switch reason {
    case .mail(let reason, _): reason
    case .option: "--ignore"
    case .baseline: "baseline"
    }
  }

  static func text(_ person: Person?) -> String {
    guard let person else { return "" }
    return person.name.isEmpty ? person.address : "\(person.name) <\(person.address)>"
  }
}
