// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Kconfig
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

/// Something that a changed file uses, in all places where it does.
struct Need: Sendable {
  var name: String
  /// Where it is used, by the tokens that say so.
  var tokens: [Int]
  /// Where that is compiled, where the tokens are in a macro's body: its uses.
  var sites: [Int]?
  /// Other names for what fails.
  var alsoNamed: [String] = []
  /// Whether it is defined there, not used.
  var isDefined = false
}

/// Something that a file uses, and that is not declared in a configuration that builds the file.
struct Hole: Sendable {
  var need: Need
  /// Which of the questions found it.
  var number: Int
  /// The file that is compiled, where the name is used in a header that it includes.
  var host: TreePath?
  /// The architecture, where it is not x86, and what to set.
  var witness: [String]
  /// When it is declared, as C writes it.
  var condition: String
  /// Where it is declared, the first ones.
  var places: [String]
  /// The CONFIG symbols that decide.
  var symbols: [String]
  /// What is off wherever it is not declared, where that is one symbol.
  var decider: String?
  /// Whether the header that declares it always does, so that an `#include` is what is missing.
  var isUnincluded: Bool
  /// Whether the file never sees it.
  var isNowhere: Bool
}

extension Hole {
  /// Whether it is a struct or a union.
  var isType: Bool { need.name.contains(" ") && !need.name.contains(".") }

  /// What a report names: a struct with its keyword, a member apart from it.
  var symbolsNamed: [String] {
    need.name.split(separator: ".").map(String.init) + need.alsoNamed
  }

  /// Whether other architectures have it in their own headers, and this one has not.
  var isOfOtherArchitectures: Bool {
    witness.first?.hasPrefix("ARCH=") == true && !places.isEmpty
      && places.allSatisfy { place in HeaderGraph.foldersOfArchitectures.contains { place.hasPrefix($0) } }
  }

  /// The architecture that the witness is for.
  var architecture: String {
    let prefix = "ARCH="
    return witness.first.flatMap { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : nil } ?? "x86"
  }

  /// What the configuration has off.
  var off: [String] { witness.filter { $0.hasSuffix("=n") } }

  /// What the configuration has off, or where the witness need not say that, what decides: it is off by default.
  var offText: String { (off.isEmpty ? decider.map { ["\($0)=n"] } ?? [] : off).joined(separator: ", ") }

  /// One of some symbols that the hole hangs on; nil where it hangs on none of them.
  func deciding(among names: Set<String>) -> String? {
    guard !names.isEmpty else { return nil }
    let deciding =
      symbols.map { String($0.dropFirst("CONFIG_".utf8.count)) } + off.map { String($0.dropLast(2)) }
    return deciding.first { names.contains($0) }
  }

  /// The condition, or where that is long what decides it.
  var conditionText: String {
    condition.utf8.count <= 120 ? condition : "a condition on \(symbols.joined(separator: ", "))"
  }
}

/// What came of asking.
struct Holes: Sendable {
  var found: [Hole] = []
  var notChecked: [String] = []
}

/// Asks for each of a file's needs, one architecture after the other, whether some configuration leaves it without.
struct BuildQuestions: Sendable {
  let patch: PatchFacts
  let source: SourceUnit
  /// Why the file is asked about; nil where the patch changes it, and its added lines are what is asked about.
  let affected: AffectedFile?
  /// The lines that the patch leaves as they are, and compiles when they were not; nil where there are none.
  let changedConditions: ConditionChanges?

  init(patch: PatchFacts, source: SourceUnit) {
    (self.patch, self.source, affected) = (patch, source, nil)
    changedConditions = patch.conditionChanges(of: source)
  }

  init(patch: PatchFacts, affected: AffectedFile) {
    (self.patch, source, self.affected, changedConditions) = (patch, affected.source, affected, nil)
  }

  /// The changed C files of a patch, and those it affects.
  static func all(of patch: PatchFacts) -> [BuildQuestions] {
    changed(by: patch) + AffectedFiles.of(patch).files.map { BuildQuestions(patch: patch, affected: $0) }
  }

  /// What is found out of each of those, on all cores; in their order.
  static func ofEach<Result: Sendable>(
    in patch: PatchFacts, _ body: @Sendable (BuildQuestions) -> Result
  ) -> [Result] {
    let all = all(of: patch)
    return inParallel(all.count) { body(all[$0]) }
  }

  /// The changed C files and headers of a patch. What stands in a header is asked of files that include it.
  static func changed(by patch: PatchFacts) -> [BuildQuestions] {
    patch.changedFiles.flatMap(\.new).filter { $0.path.isTranslationUnit || $0.isWhole }
      .map { BuildQuestions(patch: patch, source: $0) }
  }

  /// What is new of the condition of a token.
  func fresh(_ condition: Formula, ofToken token: Int, _ graph: HeaderGraph) -> Formula {
    guard condition != .never, let changes = changedConditions,
      let old = changes.old(ofToken: token, in: source)
    else { return condition }
    return graph.and(condition, graph.table.not(graph.adopt(old, of: changes.table)))
  }

  /// Whether the file is compiled as a part of others: a header, or a C file that another one includes.
  var isIncluded: Bool { !source.path.isTranslationUnit || patch.isOnlyIncluded(source.path) }

  /// Whether what a token stands for is asked about.
  func concerns(_ token: Int) -> Bool {
    guard let affected else {
      guard !source.isUnderUnseenCondition(token) else { return false }
      return source.place(ofToken: token) == .added
        || changedConditions?.old(ofToken: token, in: source) != nil
    }
    guard source.place(ofToken: token) != .added else { return false }
    return affected.lost.map { $0[source.syntax.spelling(ofToken: token)] != nil } ?? true
  }

  /// What was found out for one architecture.
  private struct Answer: Sendable {
    var holes: [Hole] = []
    /// What another architecture may miss.
    var open: [Need] = []
    /// The headers that architectures have in their own way and that have what is needed, by its name.
    var headers: [String: [TreePath]] = [:]
    /// Whether a Makefile has the file.
    var isBuilt = true
  }

  /// What is asked of a need in a file as it is built.
  struct Asked {
    /// When what is needed is there, for code of the kernel itself and for that of modules. What the first of these leaves
    /// open is the hole; the others are asked where it leaves none.
    var there: [(builtIn: Formula, module: Formula)]
    /// Where it comes from, and when, in a word for people.
    var places: BuiltUnit.Availability
    /// When it matters, besides the lines themselves.
    var use = Formula.always
    /// Whether it is the same on all architectures, where it is always there.
    var isCommon: Bool

    init(_ found: BuiltUnit.Availability, isCommon: Bool) {
      (there, places, self.isCommon) = ([(found.condition, found.condition)], found, isCommon)
    }

    var isAlwaysThere: Bool { there.allSatisfy { $0.builtIn == .always && $0.module == .always } }
  }

  /// A file as one architecture builds it.
  struct Built {
    var unit: BuiltUnit
    var file: ArchitectureBuild.Build
    var build: ArchitectureBuild
    /// Whether it is the tree without the patch.
    var isBefore = false
  }

  /// - Parameter availability: of a need in the file as it is built; nil where nothing is known of it. Where it is always
  ///   there, `declarations` decide whether other architectures are asked.
  func holes(
    in needs: [Need], _ availability: (Need, BuiltUnit) -> BuiltUnit.Availability?
  ) -> Holes {
    holes(in: needs) { (need: Need, built: Built) -> Asked? in
      availability(need, built.unit).map { Asked($0, isCommon: built.unit.isCommon($0)) }
    }
  }

  /// Of an affected file only the holes that were not there before the patch.
  /// - Parameter asking: nil where nothing is known of a need.
  func holes(in needs: [Need], asking: (Need, Built) -> Asked?) -> Holes {
    guard !needs.isEmpty else { return Holes() }
    if isIncluded { return holes(inIncluded: needs, asking: asking) }
    guard let file = patch.compiledFile(of: source) else {
      return Holes(notChecked: ["\(source.path) is not in the tree"])
    }
    var holes = holes(in: needs, of: file, isBefore: false, asking: asking)
    guard affected != nil, !holes.found.isEmpty else { return holes }
    let before = self.holes(in: holes.found.map(\.need), of: file, isBefore: true, asking: asking)
    let known = Set(before.found.map(\.need.name))
    holes.found.removeAll { known.contains($0.need.name) }
    return holes
  }

  /// The first file with a hole is enough.
  private func holes(inIncluded needs: [Need], asking: (Need, Built) -> Asked?) -> Holes {
    var (open, holes) = (needs, Holes())
    for path in hosts(for: needs, asking: asking) where !open.isEmpty {
      guard let host = patch.file(path, upTo: source.path) else { continue }
      let found = self.holes(in: open, of: host, isBefore: false, asking: asking).found
      let names = Set(found.map(\.need.name))
      open.removeAll { names.contains($0.name) }
      holes.found += found.map { hole in
        var hole = hole
        hole.host = path
        return hole
      }
    }
    return holes
  }

  /// Files that include the header, and that may be built where what it includes itself is not enough.
  private func hosts(for needs: [Need], asking: (Need, Built) -> Asked?) -> [TreePath] {
    guard let architecture = patch.architectures.first, let header = patch.compiledFile(of: source) else {
      return []
    }
    // On other architectures any file may be the one.
    let includers = patch.includers(of: source.path)
    let likely = patch.withBuild(for: architecture) { build -> [TreePath] in
      var (likely, open): ([TreePath], [Need]) = ([], needs)
      for path in includers where likely.count < Self.mostHosts && !open.isEmpty {
        guard let facts = build.build(of: path) else { continue }
        let alone = Built(unit: build.unit(header, facts), file: facts, build: build)
        var always: Set<String> = []
        let isLikely = open.contains { need in
          guard let asked = asking(need, alone), let there = asked.there.first else { return false }
          if asked.isAlwaysThere { always.insert(need.name) }
          let question = build.question(
            facts, use: alone.unit.condition(ofTokenAt: 0), builtIn: there.builtIn, module: there.module)
          return !build.isImpossible(question)
        }
        if isLikely { likely.append(path) }
        // What the header always has by itself it has for all that include it, but for what their Makefiles define.
        open.removeAll { always.contains($0.name) }
      }
      return likely
    }
    let chosen = likely ?? []
    return chosen
      + Array(includers.lazy.filter { !chosen.contains($0) }.prefix(min(2, Self.mostHosts - chosen.count)))
  }

  private static let mostHosts = 12

  private func holes(
    in needs: [Need], of file: ParsedFile, isBefore: Bool, asking: (Need, Built) -> Asked?
  ) -> Holes {
    // Where conditionals are around a hunk is not known without a line that both have.
    let place = source.isWhole ? nil : source.place(in: file.syntax)
    guard source.isWhole || place != nil else {
      return Holes(notChecked: ["where the lines of \(source.path) stand in the tree's file is not known"])
    }
    var (open, holes, isBuilt) = (needs, Holes(), false)
    var headers: [String: [TreePath]] = [:]
    for (number, architecture) in patch.architectures.enumerated() {
      // Makefiles outside of arch/ are the same for all.
      guard number == 0 || isBuilt || file.path.isOfOneArchitecture else { break }
      var asked = open
      if number >= patch.mainArchitectures, !file.path.isOfOneArchitecture {
        asked = open.filter { patch.lacks($0.name, where: headers[$0.name] ?? [], on: architecture) }
      }
      guard !asked.isEmpty else { continue }
      let answer = patch.withBuild(for: architecture, isBefore: isBefore) { build -> Answer in
        guard let facts = build.build(of: file.path) else {
          return Answer(open: asked, isBuilt: false)
        }
        let built = Built(
          unit: build.unit(file, facts, upTo: isIncluded ? source.path : nil), file: facts, build: build,
          isBefore: isBefore)
        var answer = Answer()
        for need in asked {
          guard let asked = asking(need, built) else { continue }
          ask(need, asked, place, built, &answer)
        }
        return answer
      }
      guard let answer else { break }
      for hole in answer.holes {
        if !isBefore, let symbol = hole.deciding(among: patch.symbolsOfUnfitKconfig) {
          holes.notChecked.append("a line of Kconfig with \(symbol) does not fit the tree")
        } else {
          holes.found.append(hole)
        }
      }
      headers.merge(answer.headers) { first, _ in first }
      if number < patch.mainArchitectures { open = answer.open }
      open.removeAll { need in answer.holes.contains { $0.need.name == need.name } }
      isBuilt = isBuilt || answer.isBuilt
    }
    if !isBuilt { holes.notChecked.append("no Makefile that is understood builds \(file.path)") }
    return holes
  }

  private func ask(_ need: Need, _ asked: Asked, _ place: Int?, _ built: Built, _ answer: inout Answer) {
    let build = built.build
    guard !asked.isAlwaysThere else {
      if !asked.isCommon {
        answer.open.append(need)
        answer.headers[need.name] = asked.places.declarations.filter { $0.conditionInFile == .always }.map(
          \.path)
      }
      return
    }
    let use = build.graph.and(use(of: need, place, built.unit), asked.use)
    let questions = asked.there.map {
      build.question(built.file, use: use, builtIn: $0.builtIn, module: $0.module)
    }
    guard questions.contains(where: { $0 != .never }) else {
      // What the texts decide they decide for all, but for those of one architecture.
      if asked.places.declarations.contains(where: { $0.path.isOfOneArchitecture }) {
        answer.open.append(need)
      }
      return
    }
    for (number, question) in questions.enumerated() {
      guard let witness = build.witness(of: question) else { continue }
      answer.holes.append(Self.hole(need, asked, number, witness, build))
      return
    }
    if questions.contains(where: { build.mayDifferElsewhere($0) }) { answer.open.append(need) }
  }

  /// When the lines are compiled that need it.
  private func use(of need: Need, _ place: Int?, _ unit: BuiltUnit) -> Formula {
    let graph = unit.graph
    func condition(_ tokens: [Int]) -> Formula {
      tokens.reduce(Formula.never) { use, token in
        if place == nil, !isIncluded {
          return graph.or(use, fresh(unit.condition(ofTokenAt: token), ofToken: token, graph))
        }
        let conditionals = source.syntax.conditionals
        let shown = graph.adopt(conditionals.condition(ofTokenAt: token), of: conditionals.table)
        let around = place.map { unit.condition(ofTokenAt: $0) } ?? unit.condition(reaching: source.path)
        return graph.or(use, fresh(graph.and(shown, around), ofToken: token, graph))
      }
    }
    let here = condition(need.tokens)
    // Where the macro is defined, and used.
    return need.sites.map { graph.and(here, condition($0)) } ?? here
  }

  /// The symbol that a condition is that it is on; nil where the condition is another one.
  private static func decider(_ condition: Formula, _ build: ArchitectureBuild) -> String? {
    guard case .isBuiltIn(let symbol)? = build.graph.table.atoms(of: condition).first(where: { $0.isBuiltIn })
    else { return nil }
    let builtIn = build.graph.table.atom(.isBuiltIn(symbol))
    let module = build.graph.table.atom(.isModule(symbol))
    if condition == build.graph.or(builtIn, module) { return symbol }
    return condition == builtIn && build.isBool(symbol) ? symbol : nil
  }

  private static func hole(
    _ need: Need, _ asked: Asked, _ number: Int, _ witness: Witness, _ build: ArchitectureBuild
  ) -> Hole {
    let found = asked.places
    let prefix = build.architecture == "x86" ? [] : ["ARCH=\(build.architecture)"]
    return Hole(
      need: need, number: number, witness: prefix + witness.lines,
      condition: build.graph.text(of: found.condition),
      places: found.declarations.prefix(3).map { "\($0.path):\($0.line)" },
      symbols: build.graph.table.symbols(of: found.condition),
      decider: number == 0 ? decider(found.condition, build) : nil,
      isUnincluded: found.declarations.contains { $0.conditionInFile == .always },
      isNowhere: found.condition == .never)
  }
}

extension TreePath {
  /// Whether it is a C file, not a header: those are compiled by themselves.
  var isTranslationUnit: Bool { bytes.suffix(2).elementsEqual(".c".utf8) }
  var isHeader: Bool { bytes.suffix(2).elementsEqual(".h".utf8) }
  /// Whether it belongs to one architecture.
  var isOfOneArchitecture: Bool { bytes.starts(with: "arch/".utf8) }
}

extension FormulaTable {
  /// The CONFIG symbols of a formula, sorted, as people write them.
  func symbols(of formula: Formula) -> [String] {
    let names = atoms(of: formula).compactMap { $0.symbol.map { "CONFIG_\($0)" } }
    return Set(names).sorted()
  }
}

extension ConditionAtom {
  fileprivate var isBuiltIn: Bool { if case .isBuiltIn = self { true } else { false } }
}

extension SourceUnit {
  /// Whether a token of a hunk may stand under a condition that the hunk does not show: an `#else`, `#elif` or `#endif` whose
  /// `#if` is above it says so.
  fileprivate func isUnderUnseenCondition(_ token: Int) -> Bool {
    guard !isWhole, let last = syntax.conditionals.problems.last(where: { $0.kind == .withoutIf }) else {
      return false
    }
    let words = [last.token, last.token + 1].filter { $0 < syntax.buffer.tokens.count }
    return token < last.token || !words.contains { syntax.spelling(ofToken: $0) == "endif" }
  }
}
