// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText

/// The patterns of one page, as what the engine asks for findings.
public struct PatternRule: Sendable {
  let title: String
  private let patterns: [Alternative]

  /// A class, as a pattern is asked of each unit of each patch: to hand a value around would count all that it holds up and
  /// down.
  private final class Alternative: Sendable {
    let pattern: RulePattern
    let isAnywhere: Bool

    init(_ pattern: RulePattern) { (self.pattern, isAnywhere) = (pattern, pattern.isAnywhere) }
  }

  init?(_ rule: Rule) {
    guard !rule.patterns.isEmpty else { return nil }
    (title, patterns) = (rule.title, rule.patterns.map(Alternative.init))
  }

  /// - Parameter most: how many findings are enough; nil for all.
  func review(_ patch: PatchFacts, most: Int? = nil) -> CheckResult {
    var result = CheckResult()
    var found: [Place] = []
    let files = patch.indexedFiles
    for pattern in patterns {
      let places = matches(of: pattern, in: files.new, patch, &result.notChecked)
      guard !places.isEmpty, !pattern.isAnywhere else {
        found += places
        continue
      }
      var ignored: [String] = []
      found += Self.new(places, before: matches(of: pattern, in: files.old, patch, &ignored))
    }
    // Alternatives that fit the same place are one finding, the page's first.
    var marked: Set<Mark> = []
    found = found.filter { marked.insert($0.mark).inserted }
    if let most, found.count > most {
      // Those of the page's first alternatives are its clearest cases.
      result.notChecked.append(
        "\(found.count - most) more of its kind held back: a patch gets \(most) notes of one rule")
      result.heldBack = found[most...].map { draft($0, patch) }
      found.removeLast(found.count - most)
    }
    found.sort {
      ($0.mark.file, $0.line, $0.mark.tokens.lowerBound) < ($1.mark.file, $1.line, $1.mark.tokens.lowerBound)
    }
    result.findings = found.map { draft($0, patch) }
    return result
  }

  /// A match of which the conditions hold.
  private struct Place {
    let match: PatternMatch
    let pattern: RulePattern
    let unit: IndexedUnit
    let mark: Mark
    let line: UInt32
    /// The tokens, and the function that they stand in.
    let text: String
    let function: String?

    init(_ match: PatternMatch, _ pattern: RulePattern, in unit: IndexedUnit, file: Int, number: Int) {
      let syntax = unit.unit.syntax
      let tokens = PatternRule.markedTokens(of: match, pattern, in: unit)
      (self.match, self.pattern, self.unit) = (match, pattern, unit)
      mark = Mark(file: file, unit: number, tokens: tokens)
      line = unit.unit.lineNumber(ofToken: tokens.lowerBound)
      text = syntax.joined(match.tokens)
      function = syntax.functionName(aroundToken: match.tokens.lowerBound)
    }
  }

  /// What a finding points at.
  private struct Mark: Hashable {
    var file: Int
    /// Which of the file's units.
    var unit: Int
    var tokens: Range<Int>
  }

  // MARK: What is new

  /// The matches on one side that involve a changed line, or all of them where the pattern asks for that.
  private func matches(
    of alternative: Alternative, in files: [[IndexedUnit]], _ patch: PatchFacts, _ notChecked: inout [String]
  ) -> [Place] {
    var places: [Place] = []
    for file in files.indices {
      // Most patterns fit no unit: those are not even copied.
      for number in files[file].indices where alternative.pattern.mayFit(files[file][number].words) {
        let matches = alternative.pattern.pattern.matches(
          in: files[file][number].unit.syntax, files[file][number].index)
        guard !matches.isEmpty else { continue }
        let (unit, pattern) = (files[file][number], alternative.pattern)
        for match in matches
        where alternative.isAnywhere || match.fixedTokens.contains(where: { unit.isChanged($0) }) {
          switch Self.facts(match, in: unit, of: patch).answer(pattern.conditions) {
          case .no: continue
          case .unknown(let why): notChecked.append(why)
          case .yes: places.append(Place(match, pattern, in: unit, file: file, number: number))
          }
        }
      }
    }
    return places
  }

  private static func facts(_ match: PatternMatch, in unit: IndexedUnit, of patch: PatchFacts) -> PatternFacts
  {
    PatternFacts(
      match, in: unit, contracts: patch.contracts,
      shown: { patch.translationUnit(of: unit.unit).shownContract(of: $0) },
      typed: { patch.typedUnit(of: unit.unit) })
  }

  /// Without those that were there before: with the same text on a removed line of the patch, or with another text in
  /// the same function.
  private static func new(_ places: [Place], before: [Place]) -> [Place] {
    var before = before
    func isNew(_ isKnown: (Place) -> Bool) -> Bool {
      guard let known = before.firstIndex(where: isKnown) else { return true }
      before.remove(at: known)
      return false
    }
    return places.filter { place in isNew { $0.text == place.text } }
      .filter { place in isNew { $0.mark.file == place.mark.file && $0.function == place.function } }
  }

  // MARK: Findings

  /// What `mark:` names, else the part of the match on its first added line; of several lines the first.
  private static func markedTokens(of match: PatternMatch, _ pattern: RulePattern, in unit: IndexedUnit)
    -> Range<
      Int
    >
  {
    let tokens = unit.unit.syntax.buffer.tokens
    let candidates: [Int]
    switch pattern.mark {
    case .variable(let name): candidates = match.bindings[name].map { Array($0.tokens) } ?? []
    case .end: candidates = [match.tokens.upperBound - 1]
    case nil: candidates = Array(match.fixedTokens.drop { !unit.isChanged($0) })
    }
    guard let first = candidates.first else { return match.tokens.prefix(1) }
    let line = candidates.prefix { tokens[$0].line == tokens[first].line }
    return first..<(line.last ?? first) + 1
  }

  private func draft(_ place: Place, _ patch: PatchFacts) -> FindingDraft {
    let (match, pattern, tree) = (place.match, place.pattern, place.unit.unit.syntax)
    let value = { (name: String) in
      Self.shortened(match.bindings[name].map { tree.quoted($0.tokens) } ?? name)
    }
    var draft = FindingDraft(
      pattern.message?.filled(value) ?? title,
      at: patch.span(ofTokens: place.mark.tokens, in: place.unit.unit, side: .new),
      evidence: [Evidence(.source, evidence(pattern, value))])
    draft.help = pattern.help?.filled(value)
    draft.fix = fix(of: place, patch)
    draft.precedent = pattern.precedent
    let bound = match.bindings.sorted { $0.key < $1.key }.flatMap { tree.names(in: $0.value.tokens) }
    for name in pattern.pattern.words + bound where !draft.symbols.contains(name) {
      draft.symbols.append(name)
    }
    return draft
  }

  /// The first of the page's that fits here.
  private func fix(of place: Place, _ patch: PatchFacts) -> Fix? {
    guard !place.pattern.fixes.isEmpty else { return nil }
    let facts = Self.facts(place.match, in: place.unit, of: patch)
    let fixer = PatternFixer(match: place.match, unit: place.unit.unit)
    return place.pattern.fixes.lazy.filter { facts.answer($0.conditions) == .yes }.compactMap {
      fixer.fix($0)
    }.first
  }

  /// The shape, and what is known of the functions that it asks about.
  private func evidence(_ pattern: RulePattern, _ value: (String) -> String) -> String {
    let shape = pattern.pattern.text.split { $0 == "\n" || $0 == "\t" || $0 == " " }.joined(separator: " ")
    let known = pattern.conditions.compactMap { condition -> String? in
      guard case .contract(let name, let contract) = condition.fact, !condition.isNegated else { return nil }
      return "; the contracts say of \(value(name))() that it \(contract.sentence)"
    }
    return "the code has the shape `\(shape)`\(known.joined())"
  }

  /// What a message quotes stays on a line.
  private static func shortened(_ text: String) -> String {
    text.count <= longestQuote ? text : "\(text.prefix(longestQuote - 1))…"
  }

  private static let longestQuote = 60
}

extension PatternCondition.Contract {
  fileprivate var sentence: String {
    switch self {
    case .nullSafe: "does nothing with NULL"
    case .failsWithNull: "returns NULL where it fails"
    case .failsWithErrorPointer: "returns an error pointer where it fails"
    }
  }
}
