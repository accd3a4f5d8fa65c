// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Model
internal import Review
internal import SourceText
internal import UnifiedDiff

/// What the reference model says of a patch: rules that some interleaving breaks with it and none without it.
struct ModelledRun: Sendable {
  /// A rule that is broken, and where the finding stands.
  struct Case: Sendable {
    var scenario: String
    /// Events that a specification does not have: what asserts something says it more plainly.
    var isOfSpecification: Bool
    var violation: Violation
    var primary: Span

    /// Of several the first is told.
    var rank: (Int, Int) { (isOfSpecification ? 1 : 0, violation.trace.count) }
  }

  private(set) var cases: [Case] = []
  /// Scenarios that gave no answer, with the reason.
  private(set) var notChecked: [String] = []

  /// Runs the scenarios whose code the patch touches.
  fileprivate init(of patch: PatchFacts) {
    guard patch.modelLimits.states > 0, let preimage = patch.preimage, let postimage = patch.postimage else {
      return
    }
    let place = TouchedCode(patch)
    let scenarios = patch.scenarios.scenarios(on: place.paths).scenarios.filter {
      !place.names.isDisjoint(with: $0.reachedNames(in: postimage, of: patch.scenarios))
    }
    let (old, new) = (CodeOfPatch(preimage), CodeOfPatch(postimage))
    let runs = inParallel(scenarios.count) { number -> (cases: [Case], notChecked: [String]) in
      let scenario = scenarios[number]
      if let path = scenario.code.first(where: { place.pathsInPart.contains($0) }) {
        return ([], ["\(scenario.id): not every hunk fits \(path)"])
      }
      let after = Self.check(scenario, new, patch)
      guard case .success(let after) = after else {
        return ([], ["\(scenario.id) cannot run on this code; model check says why"])
      }
      let reasons = after.reasons.sorted().map { "\(scenario.id): not all interleavings were tried: \($0)" }
      guard !after.violations.isEmpty else { return ([], reasons) }
      // Code that the scenario cannot run yet has none of it.
      let before = try? Self.check(scenario, old, patch).get()
      let new = after.violations.filter { before?.has($0) != true }
      let cases = new.compactMap { violation in
        place.cause(of: violation).map { primary in
          Case(
            scenario: scenario.id,
            isOfSpecification: scenario.refines != nil && violation.kind == .assertion,
            violation: place.numbered(violation), primary: primary)
        }
      }
      return (cases, reasons)
    }
    cases = runs.flatMap(\.cases)
    notChecked = runs.flatMap(\.notChecked)
  }

  /// A tree as scenarios read it, and what they have read.
  private struct CodeOfPatch: Sendable {
    let tree: OverlayTree
    let cache: CodeCache

    init(_ patched: PatchedTree) {
      tree = OverlayTree(files: patched.additionsAlone, over: patched)
      cache = CodeCache(tree)
    }
  }

  private static func check(_ scenario: Scenario, _ code: CodeOfPatch, _ patch: PatchFacts) -> Result<
    Exploration, ScenarioError
  > {
    let start = ContinuousClock.now
    return Result { () throws(ScenarioError) in
      try scenario.check(in: code.tree, of: patch.scenarios, limits: patch.modelLimits, cache: code.cache) {
        (ContinuousClock.now - start) / .seconds(1)
      }
    }
  }

  /// What is to be said of some kinds of violations. What comes of the same line, or happens to the same object in the same
  /// function, is said with the shortest of them.
  func result(for kinds: Set<ViolationKind>) -> CheckResult {
    var result = CheckResult(notChecked: notChecked)
    let wanted = cases.filter { kinds.contains($0.violation.kind) }
      .sorted { $0.rank < $1.rank }
    var groups: [(key: Key, cases: [Case])] = []
    for item in wanted {
      let key = Key(item)
      if let index = groups.firstIndex(where: { $0.key == key || $0.cases[0].primary == item.primary }) {
        groups[index].cases.append(item)
      } else {
        groups.append((key, [item]))
      }
    }
    result.findings = groups.map { Self.draft($0.cases[0], also: $0.cases.dropFirst()) }
    return result
  }

  private struct Key: Hashable {
    var kind: ViolationKind
    var object: String
    var function: String?
    var text: String

    init(_ item: Case) {
      (kind, object, function) = (item.violation.kind, item.violation.whole, item.primary.function)
      text = kind == .assertion ? item.violation.text : ""
    }
  }

  private static func draft(_ item: Case, also others: ArraySlice<Case>) -> FindingDraft {
    let violation = item.violation
    let object = violation.object.isEmpty ? "" : ": \(violation.object)"
    let stubs = violation.stubs.map { "\($0)()" }.joined(separator: ", ")
    let reliance = stubs.isEmpty ? "" : "; stubs on the way: \(stubs)"
    var draft = FindingDraft(
      "\(violation.text)\(object)\(reliance)", at: item.primary,
      evidence: [evidence(of: item)])
    var more: [String] = []
    for text in others.map({ said($0.violation) }) where text != said(violation) && !more.contains(text) {
      more.append(text)
    }
    if more.count > mostOthers {
      more[mostOthers...] = ["and \(more.count - mostOthers) more"]
    }
    if !more.isEmpty {
      draft.evidence.append(
        Evidence(.model, "other interleavings of the same:\n" + more.joined(separator: "\n")))
    }
    draft.question = question(violation)
    draft.symbols = [violation.function]
    draft.relies = [.tree]
    draft.help =
      "see each step: review-patch model trace \(item.scenario) \(violation.replay) --tree … --patch …"
    return draft
  }

  /// What a reviewer would ask; nil, for the page's question, where one thread alone does it.
  private static func question(_ violation: Violation) -> String? {
    var threads: [String] = []
    for step in violation.trace where !threads.contains(step.thread) { threads.append(step.thread) }
    guard threads.count > 1, let last = threads.popLast() else { return nil }
    return "Can \(threads.joined(separator: ", ")) and \(last) run at the same time, in this order?"
  }

  /// Others that are told with a finding.
  private static let mostOthers = 4

  private static func said(_ violation: Violation) -> String {
    let object = violation.object.isEmpty ? "" : ": \(violation.object)"
    return "\(violation.text)\(object), \(violation.path):\(violation.line) in \(violation.function)()"
  }

  /// The execution, a turn for each time that another thread runs: what this one did last before that.
  private static func evidence(of item: Case) -> Evidence {
    let violation = item.violation
    var turns: [Execution.Turn] = []
    for step in violation.trace {
      let before = turns.last?.thread == step.thread ? turns.removeLast().steps : 0
      turns.append(
        Execution.Turn(
          thread: step.thread, steps: before + 1, path: step.path, line: step.line, function: step.function,
          text: step.text))
    }
    if var end = turns.popLast() {
      (end.path, end.line, end.function) = (violation.path, violation.line, violation.function)
      end.text = violation.source
      turns.append(end)
    }
    let object = violation.object.isEmpty ? "" : ": \(violation.object)"
    let execution = Execution(turns: turns, outcome: violation.text + object)
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    let counts =
      "\(count(violation.trace.count, "step")), \(count(violation.preemptions, "preemption"))"
    return Evidence(
      .model,
      "\(item.scenario) runs the code; \(counts); what each thread does last before another runs:\n\(execution.text)",
      execution: execution)
  }
}

extension PatchFacts {
  /// What the scenarios show whose code the patch touches, run once for all rules.
  var modelled: ModelledRun { shared("modelled") { ModelledRun(of: self) } }
}

/// The functions, variables and lines that a patch touches.
private struct TouchedCode: Sendable {
  /// The C files of the patch, and those of which not every hunk fits.
  var paths: Set<TreePath> = []
  var pathsInPart: Set<TreePath> = []
  var names: Set<String> = []
  private var units: [TreePath: SourceUnit] = [:]
  private var old: [TreePath: SourceUnit] = [:]

  init(_ patch: PatchFacts) {
    for file in patch.changedFiles {
      guard let path = file.change.path else { continue }
      paths.insert(path)
      // A hunk that does not fit names its function all the same: then the scenario is said to be left out.
      for unit in file.new + file.old {
        for external in unit.syntax.children(of: unit.syntax.root) where unit.isTouched(external) {
          names.formUnion(unit.syntax.declaredNames(of: external))
          names.formUnion(
            unit.syntax.functionName(aroundToken: unit.syntax[external].tokens.lowerBound).map { [$0] } ?? [])
        }
      }
      guard file.isWhole else {
        pathsInPart.insert(path)
        continue
      }
      units[path] = file.new.first
      old[path] = file.old.first
    }
  }

  /// A violation with the lines' numbers of the mail, which the tree's differ from where hunks fit elsewhere.
  func numbered(_ violation: Violation) -> Violation {
    func number(_ path: String, _ line: Int) -> Int {
      guard let unit = TreePath(path).flatMap({ units[$0] }) else { return line }
      return Int(unit.lines.number(ofLine: UInt32(line)))
    }
    var violation = violation
    violation.line = number(violation.path, violation.line)
    for index in violation.trace.indices {
      violation.trace[index].line = number(violation.trace[index].path, violation.trace[index].line)
    }
    return violation
  }

  /// The line of the patch that a violation comes of: where it happens, else the last one of the execution that is added, else one
  /// of the function that it runs through. nil where the execution meets nothing of the patch.
  func cause(of violation: Violation) -> Span? {
    let end = (violation.path, violation.line, violation.function)
    let places = [end] + violation.trace.reversed().map { ($0.path, $0.line, $0.function) }
    for (path, line, function) in places {
      guard let path = TreePath(path), let unit = units[path],
        unit.lines.place(ofLine: UInt32(line)) == .added
      else { continue }
      return unit.span(ofLine: UInt32(line), in: function, side: .new)
    }
    for (path, _, function) in places {
      guard let path = TreePath(path) else { continue }
      if let span = units[path]?.firstTouched(in: function, side: .new) { return span }
      if let span = old[path]?.firstTouched(in: function, side: .old) { return span }
    }
    return nil
  }
}

extension SourceUnit {
  fileprivate func span(ofLine line: UInt32, in function: String, side: Span.Side) -> Span {
    let lines = syntax.buffer.text.split(
      separator: UInt8(ascii: "\n"), maxSplits: Int(line), omittingEmptySubsequences: false)
    let text =
      lines.indices.contains(Int(line) - 1) ? String(decoding: lines[Int(line) - 1], as: UTF8.self) : ""
    return Span(path: path, side: side, line: self.lines.number(ofLine: line), function: function, text: text)
  }

  /// The first line of a function that the patch adds or removes.
  fileprivate func firstTouched(in function: String, side: Span.Side) -> Span? {
    for id in syntax.functions where syntax.name(of: id) == function {
      let token = syntax[id].tokens.first { place(ofToken: $0) == .added || place(ofToken: $0) == .removed }
      if let token {
        return span(ofLine: syntax.buffer.tokens[token].line, in: function, side: side)
      }
    }
    return nil
  }
}

extension SyntaxTree {
  /// The names that an external declaration declares.
  fileprivate func declaredNames(of external: NodeID) -> [String] {
    switch self[external].kind {
    case .function: [name(of: external)]
    case .declaration: children(of: external).filter { self[$0].kind == .initDeclarator }.map { name(of: $0) }
    default: []
    }
  }
}
