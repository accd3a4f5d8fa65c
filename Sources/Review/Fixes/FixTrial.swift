// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import Mail
internal import SourceText
internal import UnifiedDiff

/// Tries what rules propose: each fix is folded into its patch, the series goes on its tree again, and is reviewed again. What
/// leaves its finding, brings a new one or keeps a patch from fitting does not hold.
///
/// All fixes of a series are tried at once, as they mostly hold; where they do not, patch by patch and then one by one.
struct FixTrial {
  let engine: ReviewEngine
  let facts: SeriesFacts
  let base: Base?
  let known: KnownTree?
  let before: SeriesReview

  /// A finding that can perhaps be mended.
  private struct Candidate {
    var finding: Finding
    var fix: Fix
    /// Of the patch in the series.
    var position: Int
    /// Among the findings that are told; nil where it is held back.
    var index: Int?
  }

  /// Why a set of fixes does not hold.
  private struct Failure: Error {
    var why: String
  }

  /// Trials that one series may cost.
  private static let mostTrials = 64

  func mending() -> Mending {
    var mending = Mending()
    let candidates = candidates(&mending)
    guard !candidates.isEmpty else { return mending }
    let stack = PatchStack(facts, base: base?.tree)
    var (held, trials) = ([Candidate](), 0)
    func attempt(_ more: [Candidate]) -> String? {
      trials += 1
      guard trials <= Self.mostTrials else {
        return "too many fixes of this series had to be tried one by one"
      }
      do throws(Failure) {
        mending.fixups = try fixups(held + more, on: stack)
        held += more
        return nil
      } catch {
        return error.why
      }
    }
    if attempt(candidates) != nil {
      for position in Set(candidates.map(\.position)).sorted() {
        let own = candidates.filter { $0.position == position }
        guard let whole = attempt(own) else { continue }
        for candidate in own {
          let why = own.count == 1 ? whole : attempt([candidate])
          if let why { mending.refusals.append(Mending.Refusal(finding: candidate.finding, why: why)) }
        }
      }
    }
    mending.fixes = held.compactMap { candidate in candidate.index.map { ($0, candidate.fix) } }
    return mending
  }

  private func candidates(_ mending: inout Mending) -> [Candidate] {
    let told = before.findings.enumerated().map { ($0.element, Optional($0.offset)) }
    var candidates: [Candidate] = []
    for (finding, index) in told + before.heldBack.map({ ($0, nil) }) {
      guard let fix = finding.proposal, finding.isShown, let position = before.position(of: finding) else {
        continue
      }
      let isInTheWay = candidates.contains { other in
        other.position == position && other.fix.joined(with: fix) == nil
      }
      if isInTheWay {
        mending.refusals.append(Mending.Refusal(finding: finding, why: "another fix changes the same place"))
      } else {
        candidates.append(Candidate(finding: finding, fix: fix, position: position, index: index))
      }
    }
    return candidates
  }

  // MARK: One set of fixes

  private func fixups(_ candidates: [Candidate], on stack: PatchStack) throws(Failure) -> [Mending.Fixup] {
    var fixups: [Mending.Fixup] = []
    for position in Set(candidates.map(\.position)).sorted() {
      let own = candidates.filter { $0.position == position }
      let mail = facts.series.patches[position]
      guard mail.form != .quoted, !mail.repairs.contains(where: \.losesWhitespace) else {
        throw Failure(why: "the patch did not come as its author sent it")
      }
      guard let folded = mail.patch.folding(own.flatMap(\.fix.edits)) else {
        throw Failure(why: "it goes beyond what the patch shows")
      }
      fixups.append(Mending.Fixup(position: position, findings: own.map(\.finding), diff: [], folded: folded))
    }
    var folded: [Int: Patch] = [:]
    var done = stack.applied(folded)
    for index in fixups.indices {
      let fixup = fixups[index]
      folded[fixup.position] = fixup.folded
      let next = stack.applied(folded)
      if let why = next.misfit(beside: done, from: fixup.position) { throw Failure(why: why) }
      guard let diff = next.difference(from: done), !diff.isEmpty else {
        throw Failure(
          why: "a later part of the series changes the same lines, or hardly anything is known around them")
      }
      // What `git rebase --autosquash` will do: put it right behind its patch.
      let squashed = done.trees[fixup.position + 1].applying(Patch(parsing: diff)).tree
      guard next.trees[fixup.position + 1].agrees(with: squashed) else {
        throw Failure(why: "a later part of the series changes lines beside it")
      }
      fixups[index].diff = diff
      done = next
    }
    try review(folded, mending: candidates)
    return fixups
  }

  private func review(_ folded: [Int: Patch], mending candidates: [Candidate]) throws(Failure) {
    var series = facts.series
    for (position, patch) in folded { series.patches[position].patch = patch }
    let facts = SeriesFacts(
      series: series, inputs: facts.inputs, repository: facts.repository, prerequisites: facts.prerequisites)
    let after = engine.findings(of: facts, base: base, known: known)
    var counts = Dictionary(
      (before.findings + before.heldBack).map { (FindingPlace($0), 1) }, uniquingKeysWith: +)
    for candidate in candidates { counts[FindingPlace(candidate.finding), default: 0] -= 1 }
    for finding in after.findings + after.heldBack {
      let place = FindingPlace(finding)
      counts[place, default: 0] -= 1
      guard counts[place, default: 0] < 0 else { continue }
      let isMeant = candidates.contains { FindingPlace($0.finding) == place }
      throw Failure(
        why: isMeant ? "the finding would stay" : "it would bring another finding: \(finding.message)")
    }
  }
}

/// What tells whether a finding of the second review was there in the first. Not its text, which a fix may change.
private struct FindingPlace: Hashable {
  let rule: RuleID
  let severity: Severity
  let patch: Int?
  let messageID: String
  let path: TreePath?
  let function: String?

  init(_ finding: Finding) {
    (rule, severity, patch) = (finding.rule, finding.severity, finding.patch)
    (messageID, path, function) = (finding.messageID, finding.primary.path, finding.primary.function)
  }
}
