// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import KernelTree
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// `config/redefinition`: something that in some configuration is defined a second time.
struct ConfigRedefinition: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    var result = CheckResult()
    let files = BuildQuestions.changed(by: patch).filter(\.source.isWhole).map { NewDefinitions($0) }
    let global = Set(files.flatMap { $0.definitions.filter(\.isGlobal).map(\.name) })
    let hidden = Set(files.flatMap { $0.stubs.map(\.name) })
    let linkages = global.isEmpty && hidden.isEmpty ? nil : patch.symbols?.linkage(of: global.union(hidden))
    result.notChecked += linkages?.notChecked ?? []
    let parts = inParallel(files.count) { index in
      let file = files[index]
      var part = file.clashesOfFile()
      guard let linkages else { return part }
      if !file.questions.isIncluded { part.add(file.clashesOfObjects(linkages)) }
      for host in file.hosts(linkages) { part.add(host.clashesOfFile()) }
      return part
    }
    for part in parts { result.add(part) }
    return result
  }
}

/// What the added lines of a file define; of a file that the patch does not touch, what it has all along.
private struct NewDefinitions {
  let questions: BuildQuestions
  let definitions: [Definition]
  private let byToken: [Int: Definition]

  private var patch: PatchFacts { questions.patch }
  private var source: SourceUnit { questions.source }

  init(_ questions: BuildQuestions, named names: Set<String>? = nil) {
    self.questions = questions
    let source = questions.source
    let old = names == nil ? Self.known(before: source, questions.patch) : [:]
    definitions = source.syntax.definitions { questions.concerns($0) }.filter { definition in
      if let names { return names.contains(definition.name) }
      return old[definition.name]?.contains(Self.condition(of: definition, source.syntax)) != true
    }
    byToken = Dictionary(definitions.map { ($0.token, $0) }) { first, _ in first }
  }

  /// What the file defined before, and under which conditions.
  private static func known(before source: SourceUnit, _ patch: PatchFacts) -> [String: Set<String>] {
    var known: [String: Set<String>] = [:]
    for old in patch.changedFiles.flatMap(\.old) where old.path == source.path {
      for definition in old.syntax.definitions(where: { _ in true }) {
        known[definition.name, default: []].insert(condition(of: definition, old.syntax))
      }
    }
    return known
  }

  private static func condition(of definition: Definition, _ syntax: SyntaxTree) -> String {
    syntax.conditionals.table.text(of: syntax.conditionals.condition(ofTokenAt: definition.token))
  }

  // MARK: Within a file

  /// What the file itself and its headers have under the same name.
  func clashesOfFile() -> CheckResult {
    let own = ParsedFile(path: source.path, syntax: source.syntax)
    var types: [Int: [String]] = [:]
    let holes = holes(definitions) { definition, built in
      let clash = built.unit.clashes(with: definition, in: own)
      types[definition.token] = definition.types.filter {
        !built.unit.availability(of: $0).declarations.isEmpty
      }
      return (clash, clash.condition, clash.condition)
    }
    var made = holes
    made.found = made.found.map { hole in
      var hole = hole
      // A compiler that takes the name for something else complains about the type before it.
      hole.need.alsoNamed = types[hole.need.tokens[0]] ?? []
      return hole
    }
    let twice = twiceMade()
    var result = result(made) { hole in
      "`\(hole.need.name)` is defined here and at \(hole.places.joined(separator: ", "))"
    }
    // Another version of the file may be one with the patch in it.
    let twins = spans(of: made) { $0.places.contains(where: isInFile) }
    for index in result.findings.indices where twins.contains(result.findings[index].primary) {
      result.findings[index].relies.insert(.touchedFiles)
    }
    result.add(
      self.result(twice) { hole in
        "`\(hole.need.name)` is defined by `\(source.syntax.spelling(ofToken: hole.need.tokens[0]))` and at \(hole.places.joined(separator: ", "))"
      })
    return result
  }

  /// Functions that two calls of macros make: a module has one `module_init()`.
  private func twiceMade() -> Holes {
    let syntax = source.syntax
    let calls = syntax.children(of: syntax.root).filter { syntax[$0].kind == .macroCall }
    let added = calls.filter { questions.affected == nil && questions.concerns(Int(syntax[$0].main)) }
    guard source.path.isTranslationUnit, !added.isEmpty, calls.count > 1 else { return Holes() }
    let needs = added.map { Need(name: syntax.name(of: $0), tokens: [Int(syntax[$0].main)], isDefined: true) }
    var names: [Int: String] = [:]
    var holes = questions.holes(in: needs) {
      (need: Need, built: BuildQuestions.Built) -> BuildQuestions.Asked? in
      let graph = built.unit.graph
      let token = need.tokens[0]
      for own in built.unit.functionsMade(byCallTo: need.name) {
        var clash = BuiltUnit.Availability(condition: .never)
        for call in calls where Int(syntax[call].main) != token {
          for other in built.unit.functionsMade(byCallTo: syntax.name(of: call)) where other.name == own.name
          {
            let condition = graph.and(
              graph.and(own.condition, other.condition),
              built.unit.condition(ofTokenAt: Int(syntax[call].main)))
            guard condition != .never else { continue }
            clash.condition = graph.or(clash.condition, condition)
            clash.declarations.append(
              BuiltUnit.Declaration(
                path: source.path, line: syntax.buffer.tokens[Int(syntax[call].main)].line,
                condition: condition, conditionInFile: .always))
          }
        }
        guard !clash.declarations.isEmpty else { continue }
        names[token] = own.name
        return Self.asked(clash, clash.condition, clash.condition, built)
      }
      return nil
    }
    // Two that are both new are one cause.
    var seen: Set<String> = []
    holes.found = holes.found.compactMap { hole in
      guard let name = names[hole.need.tokens[0]], seen.insert(name).inserted else { return nil }
      var hole = hole
      hole.need.name = name
      return hole
    }
    return holes
  }

  // MARK: Among objects

  /// What other files define for the linker under the same name, and are linked together with.
  func clashesOfObjects(_ linkages: [String: Linkage]) -> CheckResult {
    let unfit = Set(patch.postimage?.pathsWithFragments ?? [])
    let holes = holes(definitions.filter { $0.isGlobal }) {
      definition, built in
      guard let linkage = linkages[definition.name],
        let other = built.build.doubles(of: linkage, from: source.path, built.file),
        !other.places.contains(where: { unfit.contains($0.path) })
      else { return nil }
      var clash = BuiltUnit.Availability(condition: built.unit.graph.or(other.builtIn, other.module))
      clash.declarations = other.places.map {
        BuiltUnit.Declaration(path: $0.path, line: $0.line, condition: .always, conditionInFile: .always)
      }
      return (clash, other.builtIn, other.module)
    }
    var result = result(holes) {
      "`\($0.need.name)` is defined here and at \($0.places.joined(separator: ", ")), which is linked with it"
    }
    // Of another version of the tree it mostly says that the patch is merged there already.
    for index in result.findings.indices { result.findings[index].relies.insert(.exactTree) }
    return result
  }

  /// The static functions of a header, which files that define a function of that name cannot include.
  var stubs: [Definition] {
    source.path.isTranslationUnit ? [] : definitions.filter { $0.kind == .function && $0.isLocal }
  }

  private static let mostHosts = 4

  /// Files that the patch does not touch and that define what the header defines now.
  func hosts(_ linkages: [String: Linkage]) -> [NewDefinitions] {
    stubs.flatMap { stub -> [NewDefinitions] in
      let places = (linkages[stub.name]?.definitions.places ?? []).filter { $0.path.isTranslationUnit }
      return places.prefix(Self.mostHosts).compactMap { place in
        guard let host = patch.wholeUnit(at: place.path) else { return nil }
        let cause = patch.span(ofTokens: stub.token..<stub.token + 1, in: source, side: .new)
        let questions = BuildQuestions(patch: patch, affected: AffectedFile(source: host, cause: cause))
        return NewDefinitions(questions, named: [stub.name])
      }
    }
  }

  // MARK: Asking

  /// - Parameter clash: where and when there is another of that name, for code of the kernel and for that of a module.
  private func holes(
    _ definitions: [Definition],
    _ clash: (Definition, BuildQuestions.Built) -> (BuiltUnit.Availability, Formula, Formula)?
  ) -> Holes {
    let needs = definitions.map { definition in
      Need(
        name: definition.kind == .tag
          ? "\(source.syntax.keyword(of: definition)) \(definition.name)" : definition.name,
        tokens: [definition.token], isDefined: true)
    }
    return questions.holes(in: needs) { (need: Need, built: BuildQuestions.Built) -> BuildQuestions.Asked? in
      guard let definition = byToken[need.tokens[0]], let (found, builtIn, module) = clash(definition, built),
        found.condition != .never
      else { return nil }
      return Self.asked(found, builtIn, module, built)
    }
  }

  private static func asked(
    _ found: BuiltUnit.Availability, _ builtIn: Formula, _ module: Formula, _ built: BuildQuestions.Built
  ) -> BuildQuestions.Asked {
    let graph = built.unit.graph
    var asked = BuildQuestions.Asked(found, isCommon: true)
    asked.there = [(graph.table.not(builtIn), graph.table.not(module))]
    return asked
  }

  private func result(_ holes: Holes, _ message: @escaping (Hole) -> String) -> CheckResult {
    var result = CheckResult(notChecked: holes.notChecked)
    result.findings = questions.drafts(holes.found, message) { hole in
      "the other one is at \(hole.places.joined(separator: ", "))"
        + (hole.isAlwaysThere ? "" : ", which is there under \(hole.conditionText)")
    }
    // Its author would have seen it at once: on another version of the tree it says that this is another version.
    let plain = spans(of: holes) {
      $0.isAlwaysThere && $0.architecture == "x86" && !$0.places.contains(where: isInFile)
    }
    for index in result.findings.indices {
      result.findings[index].relies.insert(.earlierParts)
      if plain.contains(result.findings[index].primary) { result.findings[index].relies.insert(.exactTree) }
    }
    return result
  }

  private func isInFile(_ place: String) -> Bool { place.hasPrefix("\(source.path):") }

  private func spans(of holes: Holes, where isMeant: (Hole) -> Bool) -> Set<Span> {
    Set(holes.found.filter(isMeant).map { questions.span($0.need.tokens[0]) })
  }
}

extension Hole {
  /// Whether the other definition is there wherever the file is built.
  fileprivate var isAlwaysThere: Bool { condition == "1" }
}

extension SyntaxTree {
  /// `struct`, `union` or `enum` of a definition.
  fileprivate func keyword(of definition: Definition) -> String {
    definition.token > 0 ? spelling(ofToken: definition.token - 1) : "struct"
  }
}
