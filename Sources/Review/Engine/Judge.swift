// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import SourceText

/// Decides what the drafts of a check are worth: what is not known is never guessed.
struct Judge {
  let series: SeriesFacts
  /// nil for rules about a series as a whole.
  let mail: PatchMail?
  let base: Base?
  /// Whether most of the patch does not fit a tree that is not the author's.
  let isFar: Bool

  /// - Parameter application: how the patch fits the tree; nil where there is none.
  init(series: SeriesFacts, mail: PatchMail?, base: Base?, application: PatchApplication? = nil) {
    (self.series, self.mail, self.base) = (series, mail, base)
    isFar = base?.exact != true && application?.isMostlyUnfit == true
  }

  struct Outcome {
    var findings: [Finding] = []
    /// What was not checked, each reason once.
    var skipped: [String] = []

    private var seen: Set<String> = []

    mutating func skip(_ why: String) {
      if seen.insert(why).inserted { skipped.append(why) }
    }
  }

  func judge(_ result: CheckResult, by rule: ActiveRule) -> Outcome {
    var outcome = Outcome()
    for why in result.notChecked { outcome.skip(why) }
    for draft in result.findings {
      if let why = missingFoundation(of: draft) {
        outcome.skip(why)
        continue
      }
      var finding = finished(draft, by: rule)
      if rule.asksForPrecedent, let shape = draft.precedent {
        guard consider(shape, for: &finding, &outcome) else { continue }
      }
      outcome.findings.append(finding)
    }
    return outcome
  }

  /// What a draft relies on and this review does not have; nil where it has it all.
  private func missingFoundation(of draft: FindingDraft) -> String? {
    let index = mail?.index ?? 0
    if draft.relies.contains(.earlierParts) {
      let missing = series.missing(before: index)
      if !missing.isEmpty { return "\(Self.parts(missing)) missing, and may bring what is used here" }
    }
    if draft.relies.contains(.laterParts) {
      let missing = series.missing(behind: index)
      if !missing.isEmpty { return "\(Self.parts(missing)) missing, and may use what is added here" }
    }
    if draft.relies.contains(.whitespace), mail?.repairs.contains(where: \.losesWhitespace) == true {
      return "the white space of the patch is lost"
    }
    let isAboutTree = !draft.relies.isDisjoint(with: [.tree, .touchedFiles, .exactTree])
    if isAboutTree, base == nil { return "no tree" }
    if isAboutTree, isFar {
      return "\(draft.message), but most of the patch does not fit the tree"
    }
    if draft.relies.contains(.touchedFiles) && base?.exact != true
      || draft.relies.contains(.exactTree) && base?.isExactBeyondPatch != true
    {
      return "\(draft.message), but the tree is perhaps not the one that the patch is for"
    }
    return nil
  }

  private func finished(_ draft: FindingDraft, by rule: ActiveRule) -> Finding {
    let page = rule.entry.rule
    var confidence = min(draft.confidence ?? page.confidence, page.confidence)
    if draft.relies.contains(.tree), base?.exact != true { confidence = min(confidence, .strong) }
    return Finding(
      rule: page.id, severity: min(draft.severity ?? rule.severity, rule.severity), confidence: confidence,
      origin: draft.origin, patch: mail?.index,
      messageID: mail?.envelope.messageID ?? series.series.cover?.envelope.messageID
        ?? series.series.patches.first?.envelope.messageID ?? "",
      title: page.title, message: draft.message, question: draft.question ?? page.question,
      primary: draft.primary, symbols: draft.symbols, config: draft.config, related: draft.related,
      evidence: draft.evidence, help: draft.help, proposal: draft.fix, suppressed: nil,
      fingerprint: Fingerprint(rule: page.id, span: draft.primary, subject: "", occurrence: 0))
  }

  /// What merged code beside the file does twice or more is no finding, or a note.
  private func consider(_ shape: PrecedentShape, for finding: inout Finding, _ outcome: inout Outcome) -> Bool
  {
    guard let base, let path = finding.primary.path else { return true }
    let places: [PrecedentSearch.Precedent]
    do throws(SourceTreeError) {
      places = try PrecedentSearch(tree: base.tree).places(of: shape, beside: path)
    } catch {
      outcome.skip("precedents could not be read")
      return true
    }
    guard places.count >= Self.enoughPrecedents else { return true }
    let list = places.prefix(3).map { "\($0.path):\($0.line)" }.joined(separator: ", ")
    guard finding.severity > .note else {
      outcome.skip("withdrawn at line \(finding.primary.line): merged code does the same (\(list))")
      return false
    }
    finding.severity = .note
    finding.evidence.append(Evidence(.precedent, "merged code beside it does the same: \(list)"))
    return true
  }

  /// So many places make a habit.
  private static let enoughPrecedents = 2

  private static func parts(_ numbers: [Int]) -> String {
    numbers.count == 1 ? "part \(numbers[0]) is" : "parts \(NumberRuns(numbers)) are"
  }
}

extension ActiveRule {
  /// The families in which a folder's habit outweighs a rule.
  var asksForPrecedent: Bool {
    switch entry.rule.id.family {
    case .value, .errno, .refactor, .api, .uapi: true
    default: false
    }
  }
}

/// Numbers as people write them: `1, 3 to 17`.
public struct NumberRuns: CustomStringConvertible, Sendable {
  public let description: String

  public init(_ numbers: [Int]) {
    var runs: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = runs.last, number <= last.upperBound + 1 {
        runs[runs.count - 1] = last.lowerBound...max(number, last.upperBound)
      } else {
        runs.append(number...number)
      }
    }
    description = runs.map { run in
      switch run.count {
      case 1: "\(run.lowerBound)"
      case 2: "\(run.lowerBound), \(run.upperBound)"
      default: "\(run.lowerBound) to \(run.upperBound)"
      }
    }.joined(separator: ", ")
  }
}
