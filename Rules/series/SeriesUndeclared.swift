// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `series/undeclared`: a local variable, parameter or label that a changed function uses and does not have.
struct SeriesUndeclared: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for file in patch.changedFiles {
      for unit in file.new {
        let before = LocalNames(file.old)
        let scope = Scope(unit, patch, lost: before)
        let touched = unit.syntax.functions.filter { unit.isTouched($0) || before.isLost(in: $0, of: unit) }
        for function in touched { scope.look(into: function, &result) }
      }
    }
    return result
  }
}

/// What those functions of a file declare from which the patch removes a line, by the function's name.
private struct LocalNames {
  private var functions: [String: Set<String>] = [:]
  private(set) var all: Set<String> = []

  init(_ units: [SourceUnit]) {
    for unit in units {
      for function in unit.syntax.functions where unit.isTouched(function) {
        guard let name = unit.syntax.functionName(of: function) else { continue }
        let declared = FunctionNames(of: function, in: unit.syntax).declared.keys
        functions[name, default: []].formUnion(declared)
        all.formUnion(declared)
      }
    }
  }

  func has(_ local: String, in function: String) -> Bool { functions[function]?.contains(local) ?? false }

  /// Whether a function has lost a name: then a line that the patch does not touch may be what is wrong now.
  func isLost(in function: NodeID, of unit: SourceUnit) -> Bool {
    guard let name = unit.syntax.functionName(of: function), let before = functions[name] else {
      return false
    }
    return !before.isSubset(of: FunctionNames(of: function, in: unit.syntax).declared.keys)
  }
}

/// One unit of a changed file, with what it takes to judge its functions.
private struct Scope {
  private let source: SourceUnit
  private let patch: PatchFacts
  private let unit: TranslationUnit
  private let lost: LocalNames
  private let locals: Set<String>
  /// What functions that were read once for each branch of a conditional declare in any of them.
  private let readings: [String: Set<String>]

  init(_ source: SourceUnit, _ patch: PatchFacts, lost: LocalNames) {
    (self.source, self.patch, self.lost) = (source, patch, lost)
    unit = patch.translationUnit(of: source)
    locals = unit.localNames.union(lost.all)
    let syntax = source.syntax
    readings = Dictionary(grouping: syntax.functions) { syntax.name(of: $0) }.filter { $1.count > 1 }
      .mapValues { Set($0.flatMap { FunctionNames(of: $0, in: syntax).declared.keys }) }
  }

  private var syntax: SyntaxTree { source.syntax }

  /// Why names that the function never had are not looked for.
  private var blindness: String? {
    guard unit.closure != nil else { return "no tree: only what the patch takes away is looked for" }
    guard let lost = unit.closure?.missing.min() else { return nil }
    return "\(source.path) includes \(lost), which the tree does not have"
  }

  func look(into function: NodeID, _ result: inout CheckResult) {
    guard let name = syntax.functionName(of: function) else {
      result.notChecked.append("the head of the function is not in sight")
      return
    }
    if let why = blindness { result.notChecked.append(why) }
    let names = FunctionNames(of: function, in: syntax)
    if let gap = names.gap {
      result.notChecked.append(gap)
      return
    }
    for id in unit.missingLabels(in: names) where isNews(label: id, function, names) {
      result.findings.append(label(id, name))
    }
    let uses = unit.undeclaredUses(in: names) { use in
      locals.contains(use.name) && readings[name]?.contains(use.name) != true
        && (source.place(ofToken: Int(syntax[use.node].main)) == .added || lost.has(use.name, in: name))
    }
    var seen: Set<String> = []
    for use in uses where seen.insert(use.name).inserted {
      if let draft = undeclared(use, name, uses.filter { $0.name == use.name }) {
        result.findings.append(draft)
      }
    }
  }

  // MARK: Labels

  /// Whether the jump is new, or the label was there before.
  private func isNews(label id: NodeID, _ function: NodeID, _ names: FunctionNames) -> Bool {
    source.isTouched(function)
      && (source.place(ofToken: Int(syntax[id].main)) == .added || !names.labels.isEmpty || source.isWhole)
  }

  private func label(_ id: NodeID, _ function: String) -> FindingDraft {
    let name = syntax.name(of: id)
    let token = Int(syntax[id].main)
    var draft = FindingDraft(
      "\(function)() has no label `\(name)`",
      at: patch.span(ofTokens: token..<token + 1, in: source, side: .new),
      evidence: [Evidence(.source, "the whole function is in sight, and `\(name):` is not in it")])
    draft.symbols = [name]
    return draft
  }

  // MARK: Variables and parameters

  private func undeclared(
    _ use: FunctionNames.Use, _ function: String, _ uses: [FunctionNames.Use]
  ) -> FindingDraft? {
    let wasThere = lost.has(use.name, in: function)
    // Names of headers that are not in sight may be anything, but for one that the function itself had before.
    guard wasThere || unit.isComplete && syntax.isSourceFile(source.path) else { return nil }
    guard !unit.isIncludedByNeighbour, !patch.widened(unit).mayDeclare(use.name) else { return nil }
    let token = Int(syntax[use.node].main)
    let why =
      wasThere
      ? "the patch takes its declaration away, and nothing else declares it: not the function, not the file, not its headers"
      : "nothing declares it: not the function, not the file, not its headers; other functions of the file have a local of that name"
    var draft = FindingDraft(
      wasThere
        ? "`\(use.name)` is used in \(function)(), which declares it no more"
        : "`\(use.name)` is not declared in \(function)()",
      at: patch.span(ofTokens: token..<token + 1, in: source, side: .new), evidence: [Evidence(.source, why)])
    draft.symbols = [use.name]
    draft.related = uses.dropFirst().prefix(3).map { other in
      let token = Int(syntax[other.node].main)
      return RelatedSpan(
        patch.span(ofTokens: token..<token + 1, in: source, side: .new), label: "and here")
    }
    if !wasThere { draft.relies = [.tree, .earlierParts] }
    return draft
  }
}

extension SyntaxTree {
  /// Headers have names from those that include them.
  fileprivate func isSourceFile(_ path: TreePath) -> Bool { path.bytes.suffix(2).elementsEqual(".c".utf8) }
}
