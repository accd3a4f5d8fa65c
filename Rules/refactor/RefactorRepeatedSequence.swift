// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Review
internal import SourceText

/// `refactor/repeated-sequence`: a run of statements that the patch adds twice or more, the same up to the names of
/// variables.
struct RefactorRepeatedSequence: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let runs = patch.newUnits.filter { !$0.path.isTest && $0.path.isTranslationUnit }.flatMap { unit in
      unit.syntax.functions.filter { unit.isTouched($0) }.flatMap { function in
        StatementRun.all(in: function, of: unit.syntax) { unit.place(ofToken: $0) == .added }
          .map { (unit, $0) }
      }
    }
    guard runs.count > 1 || runs.contains(where: { $0.1.statements.count >= 2 * SequenceSearch.shortest })
    else {
      return result
    }
    var search = SequenceSearch()
    for (unit, run) in runs { search.add(run, of: unit) }
    guard search.isWithinLimit else {
      result.notChecked.append("the patch adds more than \(SequenceSearch.mostStatements) statements")
      return result
    }
    for group in search.groups() where Self.isWorthAHelper(group[0], patch) {
      result.findings.append(draft(group, patch))
    }
    return result
  }

  /// Two calls make a step of its own; less is a habit of the language.
  private static func isWorthAHelper(_ sequence: RepeatedRun, _ patch: PatchFacts) -> Bool {
    let syntax = sequence.unit.syntax
    let calls = sequence.statements.flatMap { syntax.namedCalls(in: $0) }.filter { !isOfNoWeight($0.name) }
    // A row of one function's calls is a table in the form of statements; a lock that is only taken, or only released, is
    // not what a helper can hold.
    return calls.count >= 2 && isBalanced(calls) && Set(calls.map(\.name)).count >= 2
      && sequence.statements.reduce(0) { $0 + syntax[$1].tokens.count } >= fewestTokens
  }

  private static let fewestTokens = 20

  private static func isBalanced(_ calls: [NamedCall]) -> Bool {
    let releases = calls.count { $0.name.holds("unlock") }
    return calls.count { isOfLock($0.name) } == 2 * releases
  }

  /// `mutex_lock`, not `unblock` or `clock_get`.
  private static func isOfLock(_ name: String) -> Bool {
    name.replacing("block", with: "").replacing("clock", with: "").contains("lock")
  }

  /// Macros that look like calls, messages, delays, and registers that are read and written back: drivers do that in rows.
  private static func isOfNoWeight(_ name: String) -> Bool {
    guard name.contains(where: \.isLowercase), name != "likely", name != "unlikely" else { return true }
    return !isOfLock(name) && lightWords.contains { name.contains($0) }
  }

  private static let lightWords = [
    "read", "write", "delay", "sleep", "update_bits", "cpu_to_", "_to_cpu", "printk", "pr_", "_dbg", "_debug",
    "_info",
    "_warn", "_err", "memset",
  ]

  // MARK: The finding

  private func draft(_ group: [RepeatedRun], _ patch: PatchFacts) -> FindingDraft {
    let first = group[0]
    let merged = mergedPlaces(of: first, patch)
    let others = group.dropFirst().map {
      "\($0.unit.path == first.unit.path ? "" : "\($0.unit.path):")\($0.lines)"
    }
    var message =
      "these \(first.statements.count) statements are added \(Self.times(group.count)): here and at "
      + others.joined(separator: ", ")
    if !merged.isEmpty { message += ", and stand \(Self.times(merged.count)) in merged code of the folder" }
    var draft = FindingDraft(
      message, at: patch.span(ofTokens: first.tokens, in: first.unit, side: .new),
      evidence: [
        Evidence(
          .source,
          "the same statements up to the names of variables, in "
            + Self.listed(group.compactMap(\.function).map { "\($0)()" }))
      ])
    if !merged.isEmpty {
      draft.evidence.append(
        Evidence(
          .precedent,
          "the same in "
            + Self.listed(
              merged.map { "\($0.function ?? "?")() (\($0.place))" })))
    }
    draft.related =
      group.dropFirst().map {
        RelatedSpan(patch.span(ofTokens: $0.tokens, in: $0.unit, side: .new), label: "the same")
      } + merged.map { RelatedSpan($0, label: "the same, merged") }
    draft.symbols =
      first.statements.flatMap { first.unit.syntax.namedCalls(in: $0).map(\.name) }.withoutRepeats
    draft.help = HelperSketch(group, merged: merged, patch)?.text ?? "make it one function"
    return draft
  }

  private func mergedPlaces(of sequence: RepeatedRun, _ patch: PatchFacts) -> [Span] {
    let syntax = sequence.unit.syntax
    let calls = sequence.statements.flatMap { syntax.namedCalls(in: $0) }.map(\.name)
    let files = patch.mergedFiles(
      beside: sequence.unit.path, holding: calls.filter { !Self.isOfNoWeight($0) }.withoutRepeats)
    var places: [Span] = []
    for file in files {
      for function in file.syntax.functions {
        for run in StatementRun.all(in: function, of: file.syntax, where: { _ in true }) {
          for start in run.statements.indices.dropLast(sequence.statements.count - 1) {
            let window = Array(run.statements[start..<start + sequence.statements.count])
            guard
              Renaming.matches(
                (syntax, sequence.statements, sequence.locals), (file.syntax, window, run.locals))
            else { continue }
            let tokens = Int(file.syntax[window[0]].first)..<Int(file.syntax[window[window.count - 1]].end)
            places.append(patch.span(ofTokens: tokens, in: file, side: .tree))
          }
        }
      }
    }
    return Array(places.prefix(Self.mostPlaces))
  }

  private static let mostPlaces = 8

  private static func times(_ count: Int) -> String {
    switch count {
    case 1: "once"
    case 2: "twice"
    default: "\(count) times"
    }
  }

  private static func listed(_ words: [String]) -> String {
    let words = words.withoutRepeats
    return words.count < 2
      ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }

}

/// Statements that follow each other in one block, and that a helper could take over: no declarations, and no jump out of
/// them.
struct StatementRun {
  var statements: [NodeID]
  /// The parameters and variables of the function.
  var locals: Set<String>
  var function: String?

  static func all(in function: NodeID, of syntax: SyntaxTree, where isWanted: (Int) -> Bool) -> [StatementRun]
  {
    let locals = syntax.declaredNames(in: function)
    let name = syntax.functionName(of: function)
    var runs: [StatementRun] = []
    for block in syntax.descendants(of: function) where syntax[block].kind == .block {
      var run: [NodeID] = []
      func end() {
        if run.count >= SequenceSearch.shortest {
          runs.append(StatementRun(statements: run, locals: locals, function: name))
        }
        run = []
      }
      for statement in syntax.children(of: block) {
        let isRun =
          syntax[statement].kind != .declaration && syntax[statement].kind.isStatement
          && syntax[statement].tokens.allSatisfy {
            isWanted($0) && !syntax.buffer.tokens[$0].flags.contains(.inDirective)
          }
          && syntax.staysInside(statement) && !syntax.isTestedByNext(statement)
        if isRun { run.append(statement) } else { end() }
      }
      end()
    }
    return runs
  }
}

/// A part of a run that is found more than once.
struct RepeatedRun {
  var unit: SourceUnit
  var statements: [NodeID]
  var locals: Set<String>
  var function: String?

  var tokens: Range<Int> {
    Int(unit.syntax[statements[0]].first)..<Int(unit.syntax[statements[statements.count - 1]].end)
  }

  /// `1246-1249`
  var lines: String {
    "\(unit.lineNumber(ofToken: tokens.lowerBound))-\(unit.lineNumber(ofToken: tokens.upperBound - 1))"
  }
}

/// Finds the runs of added statements that are there more than once.
private struct SequenceSearch {
  /// Statements that make a sequence.
  static let shortest = 3
  /// Added statements that are compared with each other.
  static let mostStatements = 3000

  private struct Item {
    var run: Int
    var place: Int
    /// The tokens with the names of variables left out.
    var key: String
  }

  private var runs: [(run: StatementRun, unit: SourceUnit)] = []
  private var items: [Item] = []
  private var first: [Int] = []

  var isWithinLimit: Bool { items.count <= Self.mostStatements }

  mutating func add(_ run: StatementRun, of unit: SourceUnit) {
    first.append(items.count)
    for (place, statement) in run.statements.enumerated() {
      items.append(Item(run: runs.count, place: place, key: unit.syntax.key(of: statement, run.locals)))
    }
    runs.append((run, unit))
  }

  /// The longest sequences first; none shares a statement with another.
  func groups() -> [[RepeatedRun]] {
    let byKey = Dictionary(grouping: items.indices) { items[$0].key }
    var candidates: [(start: Int, length: Int)] = []
    for index in items.indices {
      for other in byKey[items[index].key] ?? [] where other > index {
        let length = commonLength(index, other)
        if length >= Self.shortest { candidates.append((index, length)) }
      }
    }
    candidates.sort { ($1.length, $0.start) < ($0.length, $1.start) }
    var taken: Set<Int> = []
    var groups: [[RepeatedRun]] = []
    for (start, length) in candidates where taken.isDisjoint(with: start..<start + length) {
      var places: [Int] = []
      for other in byKey[items[start].key] ?? [] where other >= start {
        guard items[other].place + length <= runs[items[other].run].run.statements.count,
          taken.isDisjoint(with: other..<other + length),
          places.last.map({ $0 + length <= other }) ?? true,
          other == start || matches(start, other, length)
        else { continue }
        places.append(other)
      }
      guard places.count > 1 else { continue }
      for place in places { taken.formUnion(place..<place + length) }
      groups.append(places.map { sequence($0, length) })
    }
    return groups.sorted {
      ($0[0].unit.path, $0[0].tokens.lowerBound) < ($1[0].unit.path, $1[0].tokens.lowerBound)
    }
  }

  private func statements(_ start: Int, _ length: Int) -> [NodeID] {
    let item = items[start]
    return Array(runs[item.run].run.statements[item.place..<item.place + length])
  }

  private func sequence(_ start: Int, _ length: Int) -> RepeatedRun {
    let (run, unit) = runs[items[start].run]
    return RepeatedRun(
      unit: unit, statements: statements(start, length), locals: run.locals, function: run.function)
  }

  private func matches(_ a: Int, _ b: Int, _ length: Int) -> Bool {
    let (one, other) = (runs[items[a].run], runs[items[b].run])
    return Renaming.matches(
      (one.unit.syntax, statements(a, length), one.run.locals),
      (other.unit.syntax, statements(b, length), other.run.locals))
  }

  /// How many statements from two places on are the same.
  private func commonLength(_ a: Int, _ b: Int) -> Int {
    func left(_ index: Int) -> Int { runs[items[index].run].run.statements.count - items[index].place }
    var most = min(left(a), left(b))
    if items[a].run == items[b].run { most = min(most, b - a) }
    var length = 0
    while length < most, items[a + length].key == items[b + length].key { length += 1 }
    while length >= Self.shortest, !matches(a, b, length) { length -= 1 }
    return length
  }
}

/// Whether statements are the same where each variable of one stands for one of the other.
enum Renaming {
  typealias Side = (syntax: SyntaxTree, statements: [NodeID], locals: Set<String>)

  static func matches(_ a: Side, _ b: Side) -> Bool {
    var there: [String: String] = [:]
    var back: [String: String] = [:]
    for (one, other) in zip(a.statements, b.statements) {
      let (left, right) = (a.syntax.words(of: one), b.syntax.words(of: other))
      guard left.count == right.count else { return false }
      for (x, y) in zip(left, right) {
        guard a.locals.contains(x), b.locals.contains(y) else {
          guard x == y else { return false }
          continue
        }
        guard there[x, default: y] == y, back[y, default: x] == x else { return false }
        (there[x], back[y]) = (y, x)
      }
    }
    return true
  }
}

extension SyntaxTree {
  /// Whether the result that a statement stores decides in the next one whether the function goes on: the two belong together.
  fileprivate func isTestedByNext(_ statement: NodeID) -> Bool {
    let next = self[statement].nextSibling
    guard self[statement].kind == .expressionStatement, next != .none, self[next].kind == .ifStatement,
      let (target, _) = child(0, of: statement).flatMap({ assigned($0) }), self[target].kind == .identifier,
      let test = child(0, of: next)
    else { return false }
    return uses(name(of: target), in: test) && !staysInside(next)
  }

  /// The tokens of a node; the names of members are marked, so that they are not taken for variables.
  fileprivate func words(of node: NodeID) -> [String] {
    var words: [String] = []
    var isMember = false
    for index in self[node].tokens where !buffer.tokens[index].flags.contains(.inDirective) {
      words.append((isMember ? "." : "") + spelling(ofToken: index))
      isMember = buffer.tokens[index].kind == .dot || buffer.tokens[index].kind == .arrow
    }
    return words
  }

  fileprivate func key(of statement: NodeID, _ locals: Set<String>) -> String {
    words(of: statement).map { locals.contains($0) ? "$" : $0 }.joined(separator: " ")
  }

  /// Whether no jump leads out of a statement, or into it.
  fileprivate func staysInside(_ statement: NodeID) -> Bool {
    descendants(of: statement).allSatisfy { id in
      switch self[id].kind {
      case .returnStatement, .gotoStatement, .label, .caseLabel, .defaultLabel, .opaque, .asmStatement:
        return false
      case .breakStatement, .continueStatement:
        var next = parent(of: id)
        while let node = next, node != parent(of: statement) {
          switch self[node].kind {
          case .whileStatement, .doStatement, .forStatement, .macroLoop: return true
          case .switchStatement where self[id].kind == .breakStatement: return true
          default: next = parent(of: node)
          }
        }
        return false
      default: return true
      }
    }
  }

  /// The parameters and variables of a function.
  func declaredNames(in function: NodeID) -> Set<String> {
    Set(descendants(of: function).filter { self[$0].kind == .nameDeclarator }.map { name(of: $0) })
  }
}

extension TreePath {
  /// Tests repeat themselves on purpose.
  var isTest: Bool {
    let text = description.lowercased()
    return text.holds("test") || text.holds("kunit") || text.holds("samples/")
  }
}
