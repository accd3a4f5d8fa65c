// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText
internal import TreeIndex

/// What the added lines of a file need from the linker.
struct LinkUses: Sendable {
  let questions: BuildQuestions
  /// By the linker's name: the nodes of the names in the text, and those names.
  private(set) var uses: [String: [(node: NodeID, name: String)]] = [:]
  /// Of those the names that only some architectures come down to, and not the first.
  private(set) var ofOthers: Set<String> = []

  var patch: PatchFacts { questions.patch }
  var source: SourceUnit { questions.source }

  init(_ questions: BuildQuestions) {
    self.questions = questions
    guard source.path.isTranslationUnit,
      let file = questions.isIncluded
        ? patch.includers(of: source.path).first.flatMap({ patch.file($0, upTo: source.path) })
        : patch.compiledFile(of: source)
    else { return }
    let named = Dictionary(grouping: written(), by: \.name)
    var open = Set(named.keys)
    let architectures = patch.architectures(for: source.path).prefix(patch.mainArchitectures)
    for (number, architecture) in architectures.enumerated() where !open.isEmpty {
      let found = patch.withBuild(for: architecture) {
        build -> (needs: [(String, [String])], open: Set<String>) in
        guard let facts = build.build(of: file.path) else { return ([], open) }
        let unit = build.unit(file, facts, upTo: questions.isIncluded ? source.path : nil)
        let needs = open.sorted().map { ($0, unit.linkNeeds(of: $0).map(\.name)) }
        return (needs, open.filter { unit.linkNeedsMayDiffer(of: $0) })
      }
      for (name, needed) in found?.needs ?? [] {
        for need in needed where uses[need]?.contains(where: { $0.name == name }) != true {
          if number > 0, uses[need] == nil { ofOthers.insert(need) }
          uses[need, default: []] += (named[name] ?? []).map { ($0.node, name) }
        }
      }
      open = found?.open ?? []
    }
    let syntax = source.syntax
    uses = uses.mapValues { $0.sorted { syntax[$0.node].main < syntax[$1.node].main } }
  }

  /// Of the changed C files of a patch, and of those it affects.
  static func all(of patch: PatchFacts) -> [LinkUses] {
    patch.shared("link uses") { BuildQuestions.ofEach(in: patch) { LinkUses($0) } }
  }

  /// What the linker finds under all those names; nil where nothing is known of what can be built.
  static func linkages(of patch: PatchFacts) -> [String: Linkage]? {
    patch.shared("linkage of uses") {
      let names = Set(all(of: patch).flatMap { $0.uses.keys })
      return names.isEmpty ? nil : patch.symbols?.linkage(of: names)
    }
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

  /// Names with the places of their uses, in the order of those.
  var needs: [Need] {
    uses.map { name, uses in
      Need(name: name, tokens: uses.map { Int(source.syntax[$0.node].main) })
    }.sorted { $0.tokens[0] < $1.tokens[0] }
  }

  /// When the lines are left in the object, and need the name.
  func use(_ need: Need, _ built: BuildQuestions.Built) -> Formula {
    let graph = built.build.graph
    return (uses[need.name] ?? []).reduce(Formula.never) { all, use in
      var condition = built.unit.liveCondition(of: use.node, in: source.syntax)
      condition = questions.fresh(condition, ofToken: Int(source.syntax[use.node].main), graph)
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

extension [String: Linkage] {
  /// Why not all is known of what the linker finds under those names.
  var notChecked: [String] {
    values.allSatisfy(\.isComplete)
      ? []
      : [
        "what the tree defines is not known: searching all of a revision is slow; `review-patch index` reads it once"
      ]
  }
}
