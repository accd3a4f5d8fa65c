// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex

/// `config/link-error`: a name that is declared, and that in some configuration the linker does not find.
struct ConfigLinkError: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    guard let symbols = patch.symbols else { return result }
    let files = patch.changedFiles.flatMap(\.new).filter(\.path.isTranslationUnit).map { source in
      LinkUses(BuildQuestions(patch: patch, source: source))
    }
    let names = Set(files.flatMap { $0.uses.keys })
    guard !names.isEmpty else { return result }
    let linkages = symbols.linkage(of: names)
    if linkages.values.contains(where: { !$0.isComplete }) {
      result.notChecked.append(
        "what the tree defines is not known: searching all of a revision is slow; `review-patch index` reads it once"
      )
    }
    for file in files {
      let holes = file.holes(linkages)
      result.notChecked += holes.notChecked
      result.findings += file.drafts(holes.found)
    }
    return result
  }
}

/// What the added lines of a file need from the linker.
private struct LinkUses {
  private let questions: BuildQuestions
  /// By the linker's name: the nodes of the names in the text, and those names.
  private(set) var uses: [String: [(node: NodeID, name: String)]] = [:]

  private var patch: PatchFacts { questions.patch }
  private var source: SourceUnit { questions.source }

  init(_ questions: BuildQuestions) {
    self.questions = questions
    guard let architecture = patch.architectures.first, let file = patch.compiledFile(of: source) else {
      return
    }
    let named = Dictionary(grouping: written(), by: \.name)
    let needs = patch.withBuild(for: architecture) { build -> [(name: String, needed: [String])] in
      guard let facts = build.build(of: source.path) else { return [] }
      let unit = build.unit(file, facts)
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
    var written = unit.outerUses { source.place(ofToken: $0) == .added }.map { ($0.node, $0.name) }
    for external in syntax.children(of: syntax.root)
    where syntax[external].kind == .macroCall && source.place(ofToken: Int(syntax[external].main)) == .added {
      written.append((external, syntax.name(of: external)))
    }
    return written.filter { node, name in
      !syntax.isUnevaluated(node) && !syntax.mayDrop(node) && !questions.wasThere(name, node)
    }
  }

  // MARK: Asking

  func holes(_ linkages: [String: Linkage]) -> Holes {
    let needs = uses.map { Need(name: $0.key, nodes: $0.value.map(\.node)) }
      .sorted { source.syntax[$0.nodes[0]].main < source.syntax[$1.nodes[0]].main }
    var holes = questions.holes(in: needs) { (need, built) -> BuildQuestions.Asked? in
      guard let linkage = linkages[need.name],
        let provision = built.build.provision(of: linkage, for: built.file)
      else { return nil }
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
      var condition = source.syntax.liveCondition(of: use.node, in: &graph.table)
      if let owner = source.syntax.owner(of: use.node) {
        condition = graph.and(condition, built.unit.emission(of: owner))
      }
      let needed = built.unit.linkNeeds(of: use.name).first { $0.name == need.name }
      return graph.or(all, graph.and(condition, needed?.condition ?? .never))
    }
  }

  // MARK: Findings

  func drafts(_ holes: [Hole]) -> [FindingDraft] {
    questions.drafts(holes) { hole in
      let through = uses[hole.need.name]?.first?.name
      let name = hole.need.name == through || through == nil ? "" : ", which `\(through ?? "")` uses,"
      return "`\(hole.need.name)`\(name) is declared, but \(Self.failures[hole.number])"
    } origin: { hole in
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
