// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
internal import SourceText

/// The rules of one run, with their checks.
public struct RuleBook: Sendable {
  /// A rule and what looks for it.
  public struct Entry: Sendable {
    public var rule: Rule
    /// nil for a rule made of patterns only.
    public var check: (any Check)?
    /// nil for a rule without patterns.
    public var patterns: PatternRule?
    /// Whether the page is a user's.
    public var isBuiltIn: Bool
  }

  /// Sorted by id.
  public private(set) var entries: [Entry] = []
  /// Pages that are no rules.
  public private(set) var problems: [RulePageError] = []
  /// What the rules know of functions by name.
  public let contracts: Contracts
  /// A hash of all pages: reports name it, so that a result can be had again.
  public let digest: String

  /// - Parameters:
  ///   - pages: the built-in ones.
  ///   - checks: the built-in ones; a page names its check by type.
  ///   - userPages: rules of the user. One with the id of a built-in rule takes its place.
  ///   - contracts: what is known of functions by name.
  ///   - readsExamples: whether the examples of the built-in pages are wanted; a review has no use for them.
  public init(
    pages: [RulePage], checks: [any Check], userPages: [RulePage] = [], contracts: Contracts = Contracts(),
    readsExamples: Bool = false
  ) {
    self.contracts = contracts
    let byName = Dictionary(checks.map { ("\(type(of: $0))", $0) }, uniquingKeysWith: { first, _ in first })
    var byID: [RuleID: Entry] = [:]
    let all = pages.map { ($0, true) } + userPages.map { ($0, false) }
    // Reading the pages is what a review begins with, and each is for itself.
    let rules = inParallel(all.count) { number in
      Result { () throws(RulePageError) -> Rule in
        // What a user wrote is looked at whole, to say what is wrong with it.
        try Rule(parsing: all[number].0, readsExamples: readsExamples || !all[number].1)
      }
    }
    for (parsed, (page, isBuiltIn)) in zip(rules, all) {
      do throws(RulePageError) {
        let rule = try parsed.get()
        if let known = byID[rule.id], known.isBuiltIn == isBuiltIn {
          throw RulePageError(
            path: page.path, line: 1, kind: .duplicate(rule.id, firstPath: known.rule.page.path))
        }
        let check = rule.check.flatMap { byName[$0] }
        if let name = rule.check, check == nil {
          throw RulePageError(path: page.path, line: 1, kind: .unknownCheck(name))
        }
        byID[rule.id] = Entry(
          rule: rule, check: check, patterns: PatternRule(rule), isBuiltIn: isBuiltIn)
      } catch {
        problems.append(error)
      }
    }
    entries = byID.values.sorted { $0.rule.id < $1.rule.id }
    var hash = StableHash()
    for entry in entries { hash.add(entry.rule.page.text.utf8) }
    digest = String(hash.value, radix: 16)
  }

  public subscript(id: RuleID) -> Entry? { entries.first { $0.rule.id == id } }
}
