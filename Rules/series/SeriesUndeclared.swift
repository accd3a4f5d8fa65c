// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// `series/undeclared`: a local variable, parameter or label that a changed function uses and does not have.
struct SeriesUndeclared: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for file in patch.changedFiles {
      let before = LocalNames(file.old)
      for unit in file.new {
        let scope = Scope(unit, of: file.change, patch, lost: before)
        let touched = unit.syntax.functions.filter { unit.isTouched($0) || before.isLost(in: $0, of: unit) }
        for function in touched { scope.look(into: function, &result) }
      }
    }
    return result
  }
}

/// What those functions of a file declare from which the patch removes a line, by the function's name.
private struct LocalNames {
  /// Where something was declared.
  struct Place {
    var node: NodeID
    var unit: SourceUnit
  }

  private var names: [String: [String: Place]] = [:]
  private var labels: [String: [String: Place]] = [:]
  private(set) var all: Set<String> = []

  init(_ units: [SourceUnit]) {
    for unit in units {
      for function in unit.syntax.functions where unit.isTouched(function) {
        guard let name = unit.syntax.functionName(of: function) else { continue }
        let found = FunctionNames(of: function, in: unit.syntax)
        guard !found.isCut else { continue }
        for (local, nodes) in found.declared {
          names[name, default: [:]][local] = Place(node: nodes[0], unit: unit)
        }
        for (label, nodes) in found.labels {
          labels[name, default: [:]][label] = Place(node: nodes[0], unit: unit)
        }
        all.formUnion(found.declared.keys)
      }
    }
  }

  func local(_ local: String, in function: String) -> Place? { names[function]?[local] }
  func label(_ label: String, in function: String) -> Place? { labels[function]?[label] }

  /// Whether a function has lost a name: then a line that the patch does not touch may be what is wrong now.
  func isLost(in function: NodeID, of unit: SourceUnit) -> Bool {
    guard let name = unit.syntax.functionName(of: function), names[name] != nil || labels[name] != nil else {
      return false
    }
    let now = FunctionNames(of: function, in: unit.syntax)
    return names[name]?.keys.contains { now.declared[$0] == nil } == true
      || labels[name]?.keys.contains { now.labels[$0] == nil } == true
  }
}

/// One unit of a changed file, with what it takes to judge its functions.
private struct Scope {
  private let source: SourceUnit
  private let change: FileChange
  private let patch: PatchFacts
  private let unit: TranslationUnit
  private let lost: LocalNames
  private let locals: Set<String>
  /// What functions that were read once for each branch of a conditional declare in any of them.
  private let readings: [String: Set<String>]

  init(_ source: SourceUnit, of change: FileChange, _ patch: PatchFacts, lost: LocalNames) {
    (self.source, self.change, self.patch, self.lost) = (source, change, patch, lost)
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
    var seen: Set<String> = []
    for id in unit.missingLabels(in: names) where seen.insert(syntax.name(of: id)).inserted {
      let before = lost.label(syntax.name(of: id), in: name)
      if before != nil || source.place(ofToken: Int(syntax[id].main)) == .added && isMeant(name, at: id) {
        result.findings.append(label(id, name, before))
      }
    }
    let uses = unit.undeclaredUses(in: names) { use in
      locals.contains(use.name) && readings[name]?.contains(use.name) != true
        && (source.place(ofToken: Int(syntax[use.node].main)) == .added
          || lost.local(use.name, in: name) != nil)
    }
    seen = []
    for use in uses where seen.insert(use.name).inserted {
      if let draft = undeclared(use, name, uses.filter { $0.name == use.name }) {
        result.findings.append(draft)
      }
    }
  }

  /// Whether the hunk that adds a line means this function: one whose context is in two functions of a tree that is
  /// only near may have been put into the wrong one, and its header or its lines name another.
  private func isMeant(_ function: String, at id: NodeID) -> Bool {
    let number = source.lineNumber(ofToken: Int(syntax[id].main))
    let text = patch.mail.patch
    let hunk = change.hunks.first { $0.lines.contains { $0.kind == .added && $0.newNumber == number } }
    guard let hunk else { return true }
    let heading = text.text.string(hunk.section)
    guard heading.contains("("), !heading.contains("\(function)(") else { return true }
    return hunk.lines.contains {
      String(decoding: text.content($0), as: UTF8.self).contains("\(function)(")
    }
  }

  // MARK: Labels

  private func label(_ id: NodeID, _ function: String, _ before: LocalNames.Place?) -> FindingDraft {
    let name = syntax.name(of: id)
    var draft = FindingDraft(
      "\(function)() has no label `\(name)`", at: span(of: id),
      evidence: [Evidence(.source, "the whole function is in sight, and `\(name):` is not in it")])
    draft.symbols = [name]
    point(&draft, id, before)
    return draft
  }

  private func span(of id: NodeID) -> Span {
    let token = Int(syntax[id].main)
    return patch.span(ofTokens: token..<token + 1, in: source, side: .new)
  }

  /// What the patch does not show cannot be pointed at: there its removed line is the place, and the tree must be the
  /// author's.
  private func point(_ draft: inout FindingDraft, _ use: NodeID, _ before: LocalNames.Place?) {
    guard source.place(ofToken: Int(syntax[use].main)) == .unshown else { return }
    draft.relies.insert(.touchedFiles)
    guard let before else { return }
    let token = Int(before.unit.syntax[before.node].main)
    draft.related.insert(RelatedSpan(draft.primary, label: "used here"), at: 0)
    draft.primary = patch.span(ofTokens: token..<token + 1, in: before.unit, side: .old)
  }

  // MARK: Variables and parameters

  private func undeclared(
    _ use: FunctionNames.Use, _ function: String, _ uses: [FunctionNames.Use]
  ) -> FindingDraft? {
    let before = lost.local(use.name, in: function)
    let wasThere = before != nil
    // Names of headers that are not in sight may be anything, but for one that the function itself had before.
    guard
      wasThere
        || unit.isComplete && syntax.isSourceFile(source.path) && isMeant(function, at: use.node)
    else { return nil }
    guard !unit.isIncludedByNeighbour, !patch.widened(unit).mayDeclare(use.name) else { return nil }
    let why =
      wasThere
      ? "the patch takes its declaration away, and nothing else declares it: not the function, not the file, not its headers"
      : "nothing declares it: not the function, not the file, not its headers; other functions of the file have a local of that name"
    var draft = FindingDraft(
      wasThere
        ? "`\(use.name)` is used in \(function)(), which declares it no more"
        : "`\(use.name)` is not declared in \(function)()",
      at: span(of: use.node), evidence: [Evidence(.source, why)])
    draft.symbols = [use.name]
    draft.related = uses.dropFirst().prefix(3).map { RelatedSpan(span(of: $0.node), label: "and here") }
    if !wasThere { draft.relies = [.tree, .earlierParts] }
    point(&draft, use.node, before)
    return draft
  }
}

extension SyntaxTree {
  /// Headers have names from those that include them.
  fileprivate func isSourceFile(_ path: TreePath) -> Bool { path.bytes.suffix(2).elementsEqual(".c".utf8) }
}
