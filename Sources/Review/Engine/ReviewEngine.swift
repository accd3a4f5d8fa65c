// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import KernelTree
public import Mail
public import Model
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// What a user may set of a review.
public struct ReviewOptions: Sendable {
  /// In place of what the rules' pages say.
  public var levels: [RuleID: RuleLevel] = [:]
  public var suppressions: [Suppression] = []
  public var baseline = Baseline()
  /// The folder where `review-patch index` keeps the symbols of trees; nil where files are searched instead.
  public var symbolCache: String?
  /// What the reference model runs on patches that touch its code.
  public var scenarios = ScenarioBook()
  /// What one scenario may cost. States are the limit that counts: with one of time alone, what is found would depend on
  /// the machine.
  public var modelLimits = SearchLimits(states: 20_000, seconds: 30, bytes: 512 << 20)

  /// Whether what would mend a finding is tried: the series is then reviewed again with it.
  public var mends = false

  public init() {}
}

/// Runs the rules of a book over series.
public struct ReviewEngine: Sendable {
  public let book: RuleBook
  public let options: ReviewOptions

  public init(book: RuleBook, options: ReviewOptions = ReviewOptions()) {
    (self.book, self.options) = (book, options)
  }

  /// Reviews one series, using all cores. The result does not depend on how many there are.
  /// - Parameters:
  ///   - base: the tree the series is for; nil where none was found or wanted.
  ///   - known: what other series have read of their bases; nil where this is the only one.
  public func review(_ facts: SeriesFacts, base: Base?, known: KnownTrees? = nil) -> SeriesReview {
    guard let base else { return review(facts, base: nil, known: nil as KnownTree?) }
    let trees = known ?? KnownTrees(symbolCache: options.symbolCache)
    let presumed = trees.known(of: base)
    let result = review(facts, base: base, known: presumed)
    // A directory that was changed since it was looked at last: once more, with what it is.
    guard let known = trees.corrected(presumed, of: base) else { return result }
    return review(facts, base: base, known: known)
  }

  /// Reviews one series on a tree of which something is known.
  public func review(_ facts: SeriesFacts, base: Base?, known: KnownTree?) -> SeriesReview {
    var result = findings(of: facts, base: base, known: known)
    if options.mends {
      let trial = FixTrial(engine: self, facts: facts, base: base, known: known, before: result)
      result.mending = trial.mending()
      for (index, fix) in result.mending.fixes { result.findings[index].fix = fix }
    }
    return result
  }

  /// The review alone: what it proposes to mend findings is not tried.
  func findings(of facts: SeriesFacts, base: Base?, known: KnownTree?) -> SeriesReview {
    let seen = SeriesOnTree(facts, base: base, known: known, contracts: book.contracts, options)
    let rules = book.entries.compactMap { ActiveRule($0, level: options.levels[$0.rule.id]) }
    let parts = inParallel(seen.patches.count + 1) { index in
      index < seen.patches.count
        ? review(seen.patches[index], rules, base: base) : review(facts, rules, base: base)
    }
    var findings = parts.flatMap(\.findings)
    Self.number(&findings, of: facts.series)
    let problems = suppress(&findings, facts.series)
    return SeriesReview(
      series: facts.series, base: base, applications: seen.applications, trees: seen.trees,
      findings: findings, heldBack: parts.flatMap(\.heldBack), coverage: parts.flatMap(\.coverage),
      problems: problems)
  }

  private struct PartResult {
    var findings: [Finding] = []
    var heldBack: [Finding] = []
    var coverage: [Coverage] = []

    /// Of notes about style a few are enough, whatever rules they are of.
    mutating func quietStyle(of patch: Int) {
      let notes = findings.indices.filter {
        findings[$0].rule.family == .style && findings[$0].severity == .note
      }
      for index in notes.dropFirst(ActiveRule.mostNotes).reversed() {
        let finding = findings.remove(at: index)
        heldBack.append(finding)
        coverage.append(
          Coverage(
            check: finding.rule, patch: patch, state: .skipped,
            why: "held back: a patch gets \(ActiveRule.mostNotes) notes of style"))
      }
    }
  }

  // MARK: One patch, one series

  private func review(_ patch: PatchFacts, _ rules: [ActiveRule], base: Base?) -> PartResult {
    var result = PartResult()
    let judge = Judge(series: patch.series, mail: patch.mail, base: base, application: patch.application)
    for rule in rules where rule.seriesCheck == nil {
      let coverage = { (state: Coverage.State, why: String) in
        Coverage(check: rule.entry.rule.id, patch: patch.mail.index, state: state, why: why)
      }
      if let why = rule.obstacle(for: patch) {
        result.coverage.append(coverage(.skipped, why))
        continue
      }
      let drafts = rule.drafts(of: patch)
      let outcome = judge.judge(drafts, by: rule)
      result.findings += outcome.findings
      result.heldBack += judge.judge(CheckResult(drafts.heldBack), by: rule).findings
      result.coverage += outcome.skipped.map { coverage(.skipped, $0) }
      if outcome.skipped.isEmpty { result.coverage.append(coverage(.done, "")) }
    }
    result.findings.sort { ($0.primary.sortKey, $0.rule) < ($1.primary.sortKey, $1.rule) }
    result.quietStyle(of: patch.mail.index)
    patch.parsed.forget()
    return result
  }

  private func review(_ series: SeriesFacts, _ rules: [ActiveRule], base: Base?) -> PartResult {
    var result = PartResult()
    let judge = Judge(series: series, mail: nil, base: base)
    for rule in rules {
      guard let check = rule.seriesCheck else { continue }
      let outcome = judge.judge(check.review(series), by: rule)
      result.findings += outcome.findings
      result.coverage += outcome.skipped.map {
        Coverage(check: rule.entry.rule.id, patch: nil, state: .skipped, why: $0)
      }
      if outcome.skipped.isEmpty {
        result.coverage.append(Coverage(check: rule.entry.rule.id, patch: nil, state: .done, why: ""))
      }
    }
    return result
  }

  // MARK: The series as a whole

  /// Gives equal findings their occurrence, in the order of the report.
  private static func number(_ findings: inout [Finding], of series: Series) {
    var seen: [Fingerprint: Int] = [:]
    for index in findings.indices {
      let finding = findings[index]
      let subject =
        series.patches.first { $0.index == finding.patch }.map(\.title) ?? series.title
      func fingerprint(_ occurrence: Int) -> Fingerprint {
        Fingerprint(rule: finding.rule, span: finding.primary, subject: subject, occurrence: occurrence)
      }
      let first = fingerprint(0)
      findings[index].fingerprint = fingerprint(seen[first, default: 0])
      seen[first, default: 0] += 1
    }
  }

  /// Marks what is suppressed, and says which suppressions are wrong or do nothing.
  private func suppress(_ findings: inout [Finding], _ series: Series) -> [SeriesReview.Problem] {
    var problems: [SeriesReview.Problem] = []
    for index in findings.indices {
      let finding = findings[index]
      if options.baseline.fingerprints.contains(finding.fingerprint) {
        findings[index].suppressed = .baseline
      } else if let wish = options.suppressions.first(where: { $0.covers(finding) }) {
        findings[index].suppressed = wish.reason
      }
    }
    for mail in series.patches {
      let wishes = MailSuppressions(in: mail.notes)
      problems += wishes.problems.map {
        SeriesReview.Problem(input: mail.input, line: $0.line, kind: $0.problem)
      }
      for (wish, line) in wishes.wanted {
        let covered = findings.indices.filter {
          findings[$0].patch == mail.index && wish.covers(findings[$0])
        }
        for index in covered { findings[index].suppressed = wish.reason }
        if covered.isEmpty {
          problems.append(SeriesReview.Problem(input: mail.input, line: line, kind: .unused(wish.rule)))
        }
      }
    }
    return problems
  }
}

/// What came of reviewing one series.
public struct SeriesReview: Sendable {
  /// Something wrong with a suppression, and where.
  public struct Problem: Hashable, Sendable {
    public var input: Int
    public var line: UInt32
    public var kind: SuppressionProblem
  }

  public var series: Series
  public var base: Base?
  /// How each patch fits the tree, by its place in `series.patches`; nil without a tree.
  public var applications: [PatchApplication?]
  /// The tree before each patch, and after the last; empty without a tree.
  public var trees: [PatchedTree]
  /// In the order of the series, and in each patch in that of its files.
  public var findings: [Finding]
  /// Notes that are right and not told, as a patch has enough of them. They are not numbered.
  var heldBack: [Finding] = []
  public var coverage: [Coverage]
  public var problems: [Problem]
  /// What mends findings, each tried; empty where the engine was not asked to mend.
  public var mending = Mending()

  /// Which of the series' patches a finding is about, as an index; nil where it is about the series.
  public func position(of finding: Finding) -> Int? {
    series.patches.firstIndex { $0.index == finding.patch && $0.envelope.messageID == finding.messageID }
  }
}

/// Every patch of a series on top of those before it.
private struct SeriesOnTree {
  var patches: [PatchFacts] = []
  var applications: [PatchApplication?] = []
  var trees: [PatchedTree] = []

  init(
    _ facts: SeriesFacts, base: Base?, known: KnownTree?, contracts: Contracts, _ settings: ReviewOptions
  ) {
    var tree = base.map { PatchedTree(base: $0.tree) }
    for mail in facts.prerequisites { tree = tree?.applying(mail.patch).tree }
    if let tree { trees.append(tree) }
    for mail in facts.series.patches {
      var options = Patch.ApplyOptions()
      options.ignoresWhitespace = mail.repairs.contains(where: \.losesWhitespace)
      let applied = tree?.applying(mail.patch, options: options)
      patches.append(
        PatchFacts(
          mail, of: facts, on: tree, applied: applied, isOnExactBase: base?.isExactBeyondPatch ?? false,
          contracts: contracts, settings, known: known))
      applications.append(applied?.application)
      tree = applied?.tree
      if let tree { trees.append(tree) }
    }
    let building = patches.filter { $0.mail.patch.files.contains { $0.path?.isOfBuild == true } }
    if !building.isEmpty { known?.builds?.prepare(for: building.compactMap { $0.patchedTree() }) }
  }
}

extension TreePath {
  /// Whether a change of the file can change what is built.
  fileprivate var isOfBuild: Bool {
    isC || ["Kconfig", "Kbuild", "Makefile"].contains { name.starts(with: $0.utf8) }
  }
}

/// A rule that is switched on, at the severity it has in this run.
///
/// A class, as each is asked of each patch; what kind of check it has is found out once.
final class ActiveRule: Sendable {
  let entry: RuleBook.Entry
  let severity: Severity
  let seriesCheck: (any SeriesCheck)?
  private let patchCheck: (any PatchCheck)?

  init?(_ entry: RuleBook.Entry, level: RuleLevel?) {
    let standard: RuleLevel = entry.rule.isOnByDefault ? RuleLevel(entry.rule.severity) : .off
    guard let severity = (level ?? standard).severity else { return nil }
    (self.entry, self.severity) = (entry, severity)
    switch entry.check?.kind {
    case .patch(let check): (patchCheck, seriesCheck) = (check, nil)
    case .series(let check): (patchCheck, seriesCheck) = (nil, check)
    case nil: (patchCheck, seriesCheck) = (nil, nil)
    }
  }

  /// What the rule has to say of a patch. Of notes by patterns a few are enough to make the point.
  func drafts(of patch: PatchFacts) -> CheckResult {
    var result = patchCheck?.review(patch) ?? CheckResult()
    guard let patterns = entry.patterns else { return result }
    let found = patterns.review(patch, most: severity == .note ? Self.mostNotes : nil)
    result.findings += found.findings
    result.heldBack += found.heldBack
    result.notChecked += found.notChecked
    return result
  }

  /// Notes that one rule of patterns gives a patch.
  static let mostNotes = 3

  /// Why the rule cannot look at a patch; nil where it can.
  func obstacle(for patch: PatchFacts) -> String? {
    let mail = patch.mail
    for need in entry.rule.needs {
      switch need {
      case .patch where mail.patch.files.isEmpty: return "the mail holds no diff"
      case .message where mail.form == .diff: return "a diff without its mail"
      case .message where mail.form == .quoted: return "quoted by a reply, perhaps not whole"
      case .whitespace where !patch.whitespaceIsKept: return "the white space of the patch is lost"
      case .tree where patch.preimage == nil: return "no tree"
      case .kconfig where patch.preimage == nil: return "no tree, so no Kconfig"
      case .kconfig where patch.builds == nil: return "the tree has no Kconfig, or no architectures"
      default: continue
      }
    }
    return nil
  }
}

extension RuleLevel {
  init(_ severity: Severity) {
    switch severity {
    case .note: self = .note
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}

extension Span {
  /// Mail first, then files by name: the order of a review.
  fileprivate var sortKey: SpanKey { SpanKey(path: path, line: line, column: column) }
}

private struct SpanKey: Comparable {
  var path: TreePath?
  var line, column: UInt32

  static func < (a: SpanKey, b: SpanKey) -> Bool {
    switch (a.path, b.path) {
    case (nil, nil): (a.line, a.column) < (b.line, b.column)
    case (nil, _): true
    case (_, nil): false
    case (let p?, let q?): p == q ? (a.line, a.column) < (b.line, b.column) : p < q
    }
  }
}
