// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex

/// `config/link-error`: a name that is declared, and that in some configuration the linker does not find.
struct ConfigLinkError: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult(notChecked: AffectedFiles.of(patch).notChecked)
    let files = BuildQuestions.all(of: patch).map { LinkUses($0) }
    let names = Set(files.flatMap { $0.uses.keys })
    guard !names.isEmpty, let symbols = patch.symbols else { return result }
    let linkages = symbols.linkage(of: names)
    if linkages.values.contains(where: { !$0.isComplete }) {
      result.notChecked.append(
        "what the tree defines is not known: searching all of a revision is slow; `review-patch index` reads it once"
      )
    }
    let taken = Set(files.flatMap { $0.questions.affected?.lost?.keys.map { $0 } ?? [] })
    let before = taken.isEmpty ? linkages : patch.symbolsBefore?.linkage(of: names) ?? linkages
    for file in files {
      var holes = file.holes(linkages, before: before)
      // What is not even declared there is said already.
      let said = Set(file.questions.undeclaredNames().found.map(\.need.name))
      holes.found.removeAll { file.isNamed($0, only: said) }
      result.notChecked += holes.notChecked
      result.findings += file.drafts(holes.found)
    }
    result.gatherAffected()
    return result
  }
}

/// What the added lines of a file need from the linker.
private struct LinkUses {
  let questions: BuildQuestions
  /// By the linker's name: the nodes of the names in the text, and those names.
  private(set) var uses: [String: [(node: NodeID, name: String)]] = [:]

  private var patch: PatchFacts { questions.patch }
  private var source: SourceUnit { questions.source }

  init(_ questions: BuildQuestions) {
    self.questions = questions
    guard source.path.isTranslationUnit, let architecture = patch.architectures.first,
      let file = questions.isIncluded
        ? patch.includers(of: source.path).first.flatMap({ patch.file($0, upTo: source.path) })
        : patch.compiledFile(of: source)
    else { return }
    let named = Dictionary(grouping: written(), by: \.name)
    let needs = patch.withBuild(for: architecture) { build -> [(name: String, needed: [String])] in
      guard let facts = build.build(of: file.path) else { return [] }
      let unit = build.unit(file, facts, upTo: questions.isIncluded ? source.path : nil)
      return named.keys.map { ($0, unit.linkNeeds(of: $0).map(\.name)) }
    }
    for (name, needed) in needs ?? [] {
      for need in needed { uses[need, default: []] += (named[name] ?? []).map { ($0.node, name) } }
    }
    let syntax = source.syntax
    uses = uses.mapValues { $0.sorted { syntax[$0.node].main < syntax[$1.node].main } }
  }

  /// Names on added lines that may be others' functions and variables.
  private func written() -> [(node: NodeID, name: String)] {
    let syntax = source.syntax
    let unit = patch.translationUnit(of: source)
    var written = unit.outerUses { questions.concerns($0) }.map { ($0.node, $0.name) }
    for external in syntax.children(of: syntax.root)
    where syntax[external].kind == .macroCall && questions.concerns(Int(syntax[external].main)) {
      written.append((external, syntax.name(of: external)))
    }
    return written.filter { node, name in
      !syntax.isUnevaluated(node) && !syntax.mayDrop(node)
        && !questions.wasThere(name, Int(syntax[node].main))
    }
  }

  // MARK: Asking

  func holes(_ linkages: [String: Linkage], before: [String: Linkage]) -> Holes {
    let needs = uses.map { name, uses in
      Need(name: name, tokens: uses.map { Int(source.syntax[$0.node].main) })
    }.sorted { $0.tokens[0] < $1.tokens[0] }
    var holes = questions.holes(in: needs) { (need, built) -> BuildQuestions.Asked? in
      guard let linkage = (built.isBefore ? before : linkages)[need.name] else { return nil }
      guard let provision = built.build.provision(of: linkage, for: built.file) else {
        // Known to be nowhere: the patch takes it away.
        guard linkage.isComplete, linkage.definitions.places.isEmpty,
          questions.affected?.lost?[need.name]?.isGone == true
        else { return nil }
        var asked = BuildQuestions.Asked(BuiltUnit.Availability(condition: .never), isCommon: true)
        asked.use = use(need, built)
        return asked
      }
      // A macro of the file's own may export it.
      if !provision.isExported, provision.places.contains(where: { patch.mayExport(need.name, at: $0.path) })
      {
        return nil
      }
      let graph = built.build.graph
      var found = BuiltUnit.Availability(condition: graph.or(provision.builtIn, provision.module))
      found.declarations = provision.places.map {
        BuiltUnit.Declaration(path: $0.path, line: $0.line, condition: .always, conditionInFile: .always)
      }
      var asked = BuildQuestions.Asked(
        found, isCommon: provision.places.contains { !$0.path.isOfOneArchitecture })
      // Not built at all; in a module, and the file in the kernel; in the kernel, and the file in a module.
      asked.there = [
        (provision.compiled, provision.compiled), (provision.builtIn, .always), (.always, provision.module),
      ]
      asked.use = use(need, built)
      return asked
    }
    holes.found.removeAll { patch.mayBringElsewhere($0.need.name, to: source.path) }
    return holes
  }

  /// When the lines are left in the object, and need the name.
  private func use(_ need: Need, _ built: BuildQuestions.Built) -> Formula {
    let graph = built.build.graph
    return (uses[need.name] ?? []).reduce(Formula.never) { all, use in
      var condition = built.unit.liveCondition(of: use.node, in: source.syntax)
      if let owner = source.syntax.owner(of: use.node) {
        condition = graph.and(condition, built.unit.emission(of: owner))
      }
      let needed = built.unit.linkNeeds(of: use.name).first { $0.name == need.name }
      return graph.or(all, graph.and(condition, needed?.condition ?? .never))
    }
  }

  /// Whether all that leads to a hole are names of a set.
  func isNamed(_ hole: Hole, only names: Set<String>) -> Bool {
    uses[hole.need.name]?.allSatisfy { names.contains($0.name) } ?? false
  }

  // MARK: Findings

  func drafts(_ holes: [Hole]) -> [FindingDraft] {
    questions.drafts(holes) { hole in
      let through = uses[hole.need.name]?.first?.name
      let name = hole.need.name == through || through == nil ? "" : ", which `\(through ?? "")` uses,"
      return "`\(hole.need.name)`\(name) is declared, but \(Self.failures[hole.number])"
    } origin: { hole in
      guard !hole.places.isEmpty else { return "nothing in the tree defines it" }
      let places = "it is defined at \(hole.places.joined(separator: ", "))"
      return switch hole.number {
      case 0: "\(places), which is built only under \(hole.conditionText)"
      case 1: "\(places), which is then a module, and this file is in the kernel"
      default: "\(places); no EXPORT_SYMBOL gives it to the module that this file is then part of"
      }
    }
  }

  private static let failures = ["not linked", "in a module", "not exported"]
}

extension SyntaxTree {
  /// Whether only the type of an expression is asked for.
  fileprivate func isUnevaluated(_ node: NodeID) -> Bool {
    var id = parent(of: node)
    while let here = id {
      if self[here].kind == .sizeof || self[here].kind == .typeof { return true }
      id = parent(of: here)
    }
    return false
  }
}
