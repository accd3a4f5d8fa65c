// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
public import Mail
public import Review

/// One SARIF 2.1.0 log: what code scanning of GitHub and others take.
///
/// Columns are UTF-16 code units, as the log says. Only rules that found something are described.
/// Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
public struct SARIFWriter: ReportWriter {
  private let book: [RuleID: Rule]
  private var tool = ToolFacts(version: "", rules: "")
  private var found: [(Annotation, SARIFLog.Result)] = []
  private var problems: [SARIFLog.Notification] = []

  /// - Parameter rules: those that the review had.
  public init(rules: [Rule]) {
    book = Dictionary(rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public mutating func begin(_ tool: ToolFacts) -> String {
    self.tool = tool
    return ""
  }

  public mutating func write(_ review: SeriesReview, inputs: [MailInput]) -> String {
    for finding in review.findings where finding.origin.isBlamed {
      let annotation = Annotation(finding, in: review, inputs: inputs)
      found.append((annotation, SARIFLog.Result(annotation)))
    }
    problems += JSONFiller.problems(of: review).map { SARIFLog.Notification($0, inputs) }
    return ""
  }

  public mutating func end(_ result: RunResult) -> String {
    let ids = Set(found.map(\.0.finding.rule)).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    let results = found.map { annotation, result in
      var result = result
      result.ruleIndex = numbers[annotation.finding.rule] ?? 0
      return result
    }
    let read = result.problems.map(JSONFiller.problem).map { SARIFLog.Notification($0, result.inputs) }
    let run = SARIFLog.Run(
      tool: SARIFLog.Tool(
        driver: SARIFLog.Driver(
          version: tool.version, rules: ids.map { SARIFLog.Descriptor($0, book[$0]) },
          properties: ["rules": tool.rules])),
      invocations: [
        SARIFLog.Invocation(exitCode: result.exit, toolExecutionNotifications: read + problems)
      ],
      results: results)
    return JSONText.line(SARIFLog(runs: [run]))
  }
}

/// The parts of a SARIF log that we write, under their names there.
private struct SARIFLog: Encodable {
  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let version = "2.1.0"
  var runs: [Run]

  enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  /// What paths are relative to; the name is the one that GitHub knows.
  static let root = "%SRCROOT%"

  struct Run: Encodable {
    var tool: Tool
    var invocations: [Invocation]
    let originalUriBaseIds = [root: Base(description: Message("the top of the source tree"))]
    let columnKind = "utf16CodeUnits"
    var results: [Result]
  }

  struct Tool: Encodable { var driver: Driver }

  struct Driver: Encodable {
    let name = ToolFacts.name
    var version: String
    var rules: [Descriptor]
    var properties: [String: String]
  }

  struct Descriptor: Encodable {
    var id: String
    var shortDescription: Message?
    var help: Help?
    var defaultConfiguration: [String: String]?
    var properties: Tags

    init(_ id: RuleID, _ rule: Rule?) {
      self.id = id.description
      properties = Tags(tags: [id.family.rawValue])
      guard let rule else { return }
      shortDescription = Message(rule.title)
      help = Help(rule.page.body)
      defaultConfiguration = ["level": rule.severity.rawValue]
    }
  }

  struct Tags: Encodable { var tags: [String] }

  struct Help: Encodable {
    var text, markdown: String

    init(_ page: String) { (text, markdown) = (page, page) }
  }

  struct Message: Encodable {
    var text: String

    /// Brackets before a parenthesis would be a link.
    init(_ text: String) {
      let isLink = text.contains("](")
      self.text = isLink ? text.replacing("[", with: "\\[").replacing("]", with: "\\]") : text
    }
  }

  struct Base: Encodable { var description: Message }

  struct Invocation: Encodable {
    let executionSuccessful = true
    var exitCode: Int32
    var toolExecutionNotifications: [Notification]
  }

  struct Notification: Encodable {
    let level = "warning"
    var message: Message
    var locations: [Location]

    init(_ problem: JSONDocument.Problem, _ inputs: [MailInput]) {
      message = Message(problem.text)
      locations = [Location(inputPath: inputs.name(of: problem.input), line: problem.line)]
    }
  }

  struct Result: Encodable {
    var ruleId: String
    var ruleIndex = 0
    var level: String
    var message: Message
    var locations: [Location]
    var relatedLocations: [Location]
    var partialFingerprints: [String: String]
    var suppressions: [Suppression]?
    var fixes: [Fix]?
    var properties: Properties

    init(_ annotation: Annotation) {
      let finding = annotation.finding
      ruleId = finding.rule.description
      level = finding.severity.rawValue
      message = Message(annotation.text)
      locations = [Location(annotation.place, function: finding.primary.function)]
      relatedLocations = annotation.related.enumerated().map { number, other in
        var location = Location(other.place)
        (location.id, location.message) = (number + 1, Message(other.label))
        return location
      }
      partialFingerprints = ["reviewPatch/v1": finding.fingerprint.description]
      suppressions = finding.suppressed.map { [Suppression($0)] }
      fixes = annotation.edits.isEmpty ? nil : [Fix(annotation.edits)]
      properties = Properties(finding)
    }
  }

  struct Fix: Encodable {
    var artifactChanges: [Change]

    init(_ edits: [PlacedEdit]) {
      artifactChanges = Dictionary(grouping: edits, by: \.path).sorted { $0.key < $1.key }.map {
        path, edits in
        Change(
          artifactLocation: Artifact(path: path, isInput: false), replacements: edits.map(Replacement.init))
      }
    }
  }

  struct Change: Encodable {
    var artifactLocation: Artifact
    var replacements: [Replacement]
  }

  struct Replacement: Encodable {
    var deletedRegion: Region
    var insertedContent: Content

    init(_ edit: PlacedEdit) {
      deletedRegion = Region(startLine: edit.start.line, endLine: edit.end.line)
      (deletedRegion.startColumn, deletedRegion.endColumn) = (edit.start.utf16Column, edit.end.utf16Column)
      insertedContent = Content(text: edit.text)
    }
  }

  struct Content: Encodable { var text: String }

  struct Properties: Encodable {
    var confidence, origin, question, messageId: String
    var patch: Int?

    init(_ finding: Finding) {
      (confidence, origin) = (finding.confidence.rawValue, finding.origin.rawValue)
      (question, messageId, patch) = (finding.question, finding.messageID, finding.patch)
    }
  }

  struct Suppression: Encodable {
    var kind: String
    var justification: String

    init(_ reason: Review.Suppression.Reason) {
      if case .mail = reason { kind = "inSource" } else { kind = "external" }
      justification = JSONFiller.text(reason)
    }
  }

  struct Location: Encodable {
    var id: Int?
    var message: Message?
    var physicalLocation: PhysicalLocation
    var logicalLocations: [LogicalLocation]?

    init(_ place: FilePlace, function: String? = nil) {
      physicalLocation = PhysicalLocation(
        artifactLocation: Artifact(path: place.path, isInput: place.isInput), region: Region(place))
      logicalLocations = function.map { [LogicalLocation(name: $0)] }
    }

    init(inputPath: String, line: UInt32) {
      physicalLocation = PhysicalLocation(
        artifactLocation: Artifact(path: inputPath, isInput: true),
        region: line > 0 ? Region(startLine: line, endLine: line) : nil)
    }
  }

  struct LogicalLocation: Encodable {
    var name: String
    let kind = "function"
  }

  struct PhysicalLocation: Encodable {
    var artifactLocation: Artifact
    var region: Region?
  }

  struct Artifact: Encodable {
    var uri: String
    var uriBaseId: String?

    init(path: String, isInput: Bool) {
      uri = path.addingPercentEncoding(withAllowedCharacters: Self.allowed) ?? ""
      uriBaseId = isInput ? nil : root
    }

    /// RFC 3986, `path-noscheme`: without the colon, which would make a scheme of what stands before it.
    private static let allowed = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=@/")
  }

  struct Region: Encodable {
    var startLine, endLine: UInt32
    var startColumn, endColumn: Int?

    init(startLine: UInt32, endLine: UInt32) { (self.startLine, self.endLine) = (startLine, endLine) }

    init?(_ place: FilePlace) {
      guard let lines = place.lines else { return nil }
      (startLine, endLine) = (lines.lowerBound, lines.upperBound)
      (startColumn, endColumn) = (place.utf16Columns?.lowerBound, place.utf16Columns?.upperBound)
    }
  }
}
