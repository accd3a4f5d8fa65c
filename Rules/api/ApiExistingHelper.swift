// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex

/// `api/existing-helper`, the part that the tree teaches: added code that is the body of a short function, which the file could
/// call.
struct ApiExistingHelper: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    for unit in patch.newUnits
    where unit.path.isTranslationUnit && !unit.path.isOfTools && !unit.path.isTest {
      let added = AddedCode(unit, patch)
      guard !added.words.isEmpty, let symbols = patch.symbols else { continue }
      if !symbols.isIndexed {
        result.notChecked.append(
          "helpers outside of the headers that the file names itself: there is no index")
      }
      let uses = added.uses(of: added.helpers(symbols) + added.ownHelpers)
      result.findings += uses.map { added.draft($0) }.gathered { $0.symbols.first }
    }
    return result
  }
}

/// A helper that the file could call.
private struct KnownHelper {
  var unit: SourceUnit
  var body: HelperBody
}

/// A place where a helper's body stands.
private struct HelperUse {
  var helper: KnownHelper
  var match: PatternMatch
  /// What is passed, in order.
  var arguments: [Range<Int>]
}

/// What a patch adds to the functions of a file.
private struct AddedCode {
  let unit: SourceUnit
  let patch: PatchFacts
  /// The names on added lines of functions.
  let words: Set<String>

  private var syntax: SyntaxTree { unit.syntax }

  init(_ unit: SourceUnit, _ patch: PatchFacts) {
    (self.unit, self.patch) = (unit, patch)
    let syntax = unit.syntax
    var words: Set<String> = []
    for function in syntax.functions where unit.isTouched(function) {
      for index in syntax[function].tokens where unit.place(ofToken: index) == .added && syntax.isName(index)
      {
        words.insert(syntax.spelling(ofToken: index))
      }
    }
    self.words = words
  }

  // MARK: Helpers

  /// Those whose bodies spell out nothing but names that are added, and that the file knows.
  func helpers(_ symbols: any SymbolLookup) -> [KnownHelper] {
    let typed = patch.typedUnit(of: unit)
    guard let closure = typed.closure else { return [] }
    var places: [(path: TreePath, helper: FileSymbols.Helper)] = []
    if symbols.isIndexed {
      for word in words.sorted() {
        for place in symbols.helpers(keyed: word).places where words.isSuperset(of: place.entry.words) {
          places.append((place.path, place.entry))
        }
      }
    } else {
      for path in closure.named {
        for helper in symbols.symbols(of: path)?.helpers ?? [] where words.isSuperset(of: helper.words) {
          places.append((path, helper))
        }
      }
    }
    guard !places.isEmpty else { return [] }
    let reached = Set(closure.paths)
    return places.filter { path, helper in
      path.isTranslationUnit
        ? path != unit.path && !typed.ordinary(named: helper.name).isEmpty : reached.contains(path)
    }.compactMap { known($0.helper, at: $0.path) }
  }

  /// The functions of the file itself that stand above what is added. What is short there is seldom meant for others.
  var ownHelpers: [KnownHelper] {
    guard unit.isWhole else { return [] }
    return syntax.functions.compactMap { function in
      guard !unit.isTouched(function), let body = HelperBody(of: function, in: syntax),
        body.weight >= Self.lightestOwn, words.isSuperset(of: body.words)
      else { return nil }
      return KnownHelper(unit: unit, body: body)
    }
  }

  private static let lightestOwn = 6

  private func known(_ helper: FileSymbols.Helper, at path: TreePath) -> KnownHelper? {
    let header = patch.shared("helpers of \(path)") { patch.wholeUnit(at: path) }
    guard let header,
      let function = header.syntax.functions.first(where: {
        header.syntax.functionName(of: $0) == helper.name
      }), let body = HelperBody(of: function, in: header.syntax),
      !header.syntax.isDiscouraged(function), !isLock(body, header.syntax)
    else { return nil }
    return KnownHelper(unit: header, body: body)
  }

  /// Whether a body only takes or releases a lock: the other half stands beside it, and is written the same way.
  private func isLock(_ body: HelperBody, _ syntax: SyntaxTree) -> Bool {
    guard let call = body.onlyValue(in: syntax).flatMap({ syntax.namedCall($0) }) else { return false }
    return patch.contracts.locks.contains { lock in
      [lock.acquire, lock.acquireOnZero, lock.acquireOnNonzero, lock.release].contains {
        $0.contains(call.name)
      }
    }
  }

  // MARK: Uses

  /// The places where bodies stand; of those that share tokens the one with the most.
  func uses(of helpers: [KnownHelper]) -> [HelperUse] {
    guard !helpers.isEmpty else { return [] }
    let index = NodeIndex(syntax) { unit.isTouched($0) }
    let before = patch.changedFiles.first { $0.new.contains { $0.path == unit.path } }?.old.map {
      old in (old.syntax, NodeIndex(old.syntax) { old.isTouched($0) })
    }
    var uses = helpers.flatMap { helper -> [HelperUse] in
      guard let pattern = helper.body.pattern(in: helper.unit.syntax) else { return [] }
      let found = pattern.matches(in: syntax, index).compactMap { use(of: helper, $0) }
      guard !found.isEmpty else { return [] }
      // A line that only changes beside it has it from before.
      let known = Set(
        (before ?? []).flatMap { tree, nodes in
          pattern.matches(in: tree, nodes).map { tree.joined($0.tokens) }
        })
      return found.filter { !known.contains(syntax.joined($0.match.tokens)) }
    }
    uses.sort {
      ($1.match.tokens.count, $0.helper.unit.path, $0.helper.body.name) < (
        $0.match.tokens.count, $1.helper.unit.path, $1.helper.body.name
      )
    }
    var kept: [HelperUse] = []
    for use in uses where !kept.contains(where: { $0.match.tokens.overlaps(use.match.tokens) }) {
      kept.append(use)
    }
    return kept.sorted { $0.match.tokens.lowerBound < $1.match.tokens.lowerBound }
  }

  private func use(of helper: KnownHelper, _ match: PatternMatch) -> HelperUse? {
    guard let first = match.nodes.first, let function = syntax.function(around: first),
      syntax.functionName(of: function) != helper.body.name,
      match.tokens.allSatisfy({ unit.place(ofToken: $0) == .added }),
      isOnlyInside(match, helper.body),
      helper.unit.path != unit.path || isPart(match, of: function, below: helper)
    else { return nil }
    let reader = TypeReader(
      patch.typedUnit(of: unit), names: FunctionNames(of: function, in: syntax))
    let declared = TypeReader(
      TranslationUnit(ParsedFile(path: helper.unit.path, syntax: helper.unit.syntax), closure: nil))
    let nodes = helper.unit.syntax.parameters(ofFunction: helper.body.function)
    var arguments: [Range<Int>] = []
    var hasStruct = false
    for (place, parameter) in nodes.enumerated() {
      guard let binding = match.bindings[HelperBody.variable(ofParameter: place)] else { return nil }
      let wanted = declared.type(
        declaredAt: NamedPlace(
          file: ParsedFile(path: helper.unit.path, syntax: helper.unit.syntax), node: parameter))
      // What is passed is worked out once.
      guard let node = binding.node, helper.body.uses[place] == 1 || !syntax.changes(node) else { return nil }
      switch wanted.takes(reader.type(of: node)) {
      case .no: return nil
      case .perhaps: break
      case .structure: hasStruct = true
      }
      arguments.append(binding.tokens)
    }
    return hasStruct ? HelperUse(helper: helper, match: match, arguments: arguments) : nil
  }

  /// Whether a function below a helper of the same file does more than the helper: two of the same body are called by different
  /// names on purpose.
  private func isPart(_ match: PatternMatch, of function: NodeID, below helper: KnownHelper) -> Bool {
    syntax[function].first > syntax[helper.body.function].first
      && HelperBody(of: function, in: syntax)?.weight ?? Int.max > helper.body.weight
  }

  /// Whether what the body declares is the code's own there, too: nothing else in the block has its name.
  private func isOnlyInside(_ match: PatternMatch, _ body: HelperBody) -> Bool {
    body.locals.indices.allSatisfy { place in
      guard let name = match.bindings[HelperBody.variable(ofLocal: place)]?.tokens.first,
        let block = match.nodes.first.flatMap({ syntax.parent(of: $0) })
      else { return true }
      let spelling = syntax.spelling(ofToken: name)
      return !syntax[block].tokens.contains {
        !match.tokens.contains($0) && syntax.isSpelled(spelling, atToken: $0) && syntax.mayBeVariable($0)
      }
    }
  }

  // MARK: Findings

  func draft(_ use: HelperUse) -> FindingDraft {
    let (helper, syntax) = (use.helper, use.helper.unit.syntax)
    let arguments = use.arguments.map { self.syntax.quoted($0) }.joined(separator: ", ")
    let line = helper.unit.lineNumber(ofToken: Int(syntax[helper.body.function].main))
    var draft = FindingDraft(
      "this is `\(helper.body.name)(\(arguments))`, from \(helper.unit.path):\(line)",
      at: patch.span(ofTokens: use.match.tokens, in: unit, side: .new),
      evidence: [
        Evidence(
          .source,
          "\(helper.unit.path):\(line) has the same body: `\(syntax.quoted(syntax[helper.body.function].tokens))`"
        )
      ])
    draft.help = "\(helper.body.name)(\(arguments))"
    draft.symbols = [helper.body.name]
    draft.relies = [.tree]
    return draft
  }
}

extension SyntaxTree {
  /// Whether the comment above a function says that new code should not call it.
  fileprivate func isDiscouraged(_ function: NodeID) -> Bool {
    let tokens = buffer.tokens
    let first = Int(self[function].first)
    let end = Int(tokens[first].start)
    let start = first == 0 ? 0 : Int(tokens[first - 1].end)
    let above = String(decoding: buffer.text[start..<end], as: UTF8.self).lowercased()
    return ["deprecated", "obsolete", "legacy", "do not use", "don't use"].contains { above.contains($0) }
  }

  /// Whether an expression does something besides having a value.
  fileprivate func changes(_ id: NodeID) -> Bool {
    descendants(of: id).contains {
      switch self[$0].kind {
      case .call, .assignment, .postfix, .statementExpression, .opaque: return true
      case .unary: return isOperator(.plusPlus, $0) || isOperator(.minusMinus, $0)
      default: return false
      }
    }
  }
}

extension CType {
  /// Whether a parameter of this type may get an argument.
  fileprivate enum Fit { case no, perhaps, structure }

  fileprivate func takes(_ argument: CType) -> Fit {
    switch (self, argument) {
    case (.pointer(.tagged(let wanted)), .pointer(.tagged(let given))),
      (.pointer(.tagged(let wanted)), .array(.tagged(let given))):
      return wanted.tag != nil && wanted.tag == given.tag ? .structure : .no
    case (.pointer(.tagged), _), (.tagged, _): return .no
    case (.arithmetic(.narrow), .arithmetic(.wide)), (.arithmetic, .pointer), (.arithmetic, .tagged),
      (.arithmetic, .array), (.pointer, .arithmetic), (.pointer, .tagged):
      return .no
    default: return .perhaps
    }
  }
}
