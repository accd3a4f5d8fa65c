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
      && places.allSatisfy { $0.hasPrefix("arch/") || $0.hasPrefix("include/asm-generic/") }
  }

  /// What the configuration has off.
  var off: [String] { witness.filter { $0.hasSuffix("=n") } }

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
struct BuildQuestions {
  let patch: PatchFacts
  let source: SourceUnit
  /// Why the file is asked about; nil where the patch changes it, and its added lines are what is asked about.
  let affected: AffectedFile?

  init(patch: PatchFacts, source: SourceUnit) {
    (self.patch, self.source, affected) = (patch, source, nil)
  }

  init(patch: PatchFacts, affected: AffectedFile) {
    (self.patch, source, self.affected) = (patch, affected.source, affected)
  }

  /// The changed C files of a patch, and those it affects.
  static func all(of patch: PatchFacts) -> [BuildQuestions] {
    changed(by: patch) + AffectedFiles.of(patch).files.map { BuildQuestions(patch: patch, affected: $0) }
  }

  /// The changed C files and headers of a patch. What stands in a header is asked of files that include it.
  static func changed(by patch: PatchFacts) -> [BuildQuestions] {
    patch.changedFiles.flatMap(\.new).filter { $0.path.isTranslationUnit || $0.isWhole }
      .map { BuildQuestions(patch: patch, source: $0) }
  }

  /// Whether the file is compiled as a part of others: a header, or a C file that another one includes.
  var isIncluded: Bool { !source.path.isTranslationUnit || patch.isOnlyIncluded(source.path) }

  /// Whether what a token stands for is asked about.
  func concerns(_ token: Int) -> Bool {
    guard let affected else { return source.place(ofToken: token) == .added }
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
      includers.filter { path in
        guard let facts = build.build(of: path) else { return false }
        let alone = Built(unit: build.unit(header, facts), file: facts, build: build)
        return needs.contains { need in
          guard let asked = asking(need, alone), let there = asked.there.first else { return false }
          let question = build.question(
            facts, use: alone.unit.condition(ofTokenAt: 0), builtIn: there.builtIn, module: there.module)
          return !build.isImpossible(question)
        }
      }
    }
    let chosen = Array((likely ?? []).prefix(Self.mostHosts))
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
      holes.found += answer.holes
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
        if place == nil, !isIncluded { return graph.or(use, unit.condition(ofTokenAt: token)) }
        let conditionals = source.syntax.conditionals
        let shown = graph.adopt(conditionals.condition(ofTokenAt: token), of: conditionals.table)
        let around = place.map { unit.condition(ofTokenAt: $0) } ?? unit.condition(reaching: source.path)
        return graph.or(use, graph.and(shown, around))
      }
    }
    let here = condition(need.tokens)
    // Where the macro is defined, and used.
    return need.sites.map { graph.and(here, condition($0)) } ?? here
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
      isUnincluded: found.declarations.contains { $0.conditionInFile == .always },
      isNowhere: found.condition == .never)
  }

  /// A token of the file as a span.
  func span(_ token: Int) -> Span {
    patch.span(ofTokens: token..<token + 1, in: source, side: .new)
  }

  /// Findings for holes, each at its first use. Where the same options that are off make more than a few, those are one
  /// finding.
  /// - Parameters:
  ///   - isAlways: whether each configuration that builds the file as the message says it has the hole.
  ///   - origin: says of a hole where what is needed comes from.
  func drafts(
    _ holes: [Hole], isAlways: Bool = false, _ message: (Hole) -> String,
    origin: (Hole) -> String = Self.declaration
  ) -> [FindingDraft] {
    var drafts: [FindingDraft] = []
    var places: [String: Int] = [:]
    let holes = holes.filter { !wasThere($0) }
    func cause(_ hole: Hole) -> String {
      let off = hole.off.isEmpty ? "\(hole.condition) \(hole.witness)" : hole.off.joined(separator: " ")
      return "\(hole.number) \(off) \(hole.isNowhere ? hole.need.name : "")"
    }
    let counts = Dictionary(grouping: holes, by: cause).mapValues(\.count)
    for hole in holes {
      let cause = cause(hole)
      if counts[cause, default: 0] > Self.few, let known = places[cause] {
        drafts[known].symbols += hole.symbolsNamed
        drafts[known].related.append(RelatedSpan(span(hole.need.tokens[0]), label: message(hole)))
        continue
      }
      places[cause] = drafts.count
      var draft = draft(hole, message(hole), origin(hole), isAlways)
      if hole.isNowhere { draft.relies.insert(.earlierParts) }
      blameRemovedInclude(&draft, hole)
      if let affected {
        draft.related.insert(RelatedSpan(draft.primary, label: FindingDraft.usedHere), at: 0)
        let name = names(hole).last
        draft.primary = affected.cause(of: name)
        if let name, affected.lost?[name]?.isGone == true { draft.relies.insert(.exactTree) }
      }
      drafts.append(draft)
    }
    return drafts
  }

  private static let few = 3

  private func wasThere(_ hole: Hole) -> Bool {
    guard !hole.need.isDefined, let name = names(hole).last, let token = hole.need.tokens.first else {
      return false
    }
    return hole.isType ? wasComplete(name) : wasThere(name, token)
  }

  /// Whether the file needed the members of a struct before.
  private func wasComplete(_ tag: String) -> Bool {
    guard affected == nil, patch.changesOnlySources else { return false }
    return patch.changedFiles.flatMap(\.old).contains { old in
      guard old.path == source.path else { return false }
      let unit = TranslationUnit(ParsedFile(path: old.path, syntax: old.syntax), closure: nil)
      return old.syntax.children(of: old.syntax.root).contains { external in
        unit.completeTypeUses(in: external) { _ in true }.contains { $0.tag == tag }
      }
    }
  }

  /// Whether the file used the same before under the same condition, so that the patch, which changes C files only, is not
  /// what breaks it.
  func wasThere(_ name: String, _ token: Int) -> Bool {
    guard affected == nil, patch.changesOnlySources else { return false }
    let here = condition(ofToken: token, in: source.syntax)
    return patch.changedFiles.flatMap(\.old).contains { old in
      old.path == source.path
        && old.syntax.buffer.tokens.indices.contains { index in
          old.syntax.buffer.tokens[index].kind == .identifier && old.syntax.spelling(ofToken: index) == name
            && condition(ofToken: index, in: old.syntax) == here
        }
    }
  }

  private func condition(ofToken index: Int, in syntax: SyntaxTree) -> String {
    syntax.conditionals.table.text(of: syntax.conditionals.condition(ofTokenAt: index))
  }

  /// The identifiers of a need: `struct a.b` has two.
  func names(_ hole: Hole) -> [String] {
    hole.need.name.split { $0 == " " || $0 == "." }.map(String.init).filter {
      !["struct", "union", "enum"].contains($0)
    }
  }

  /// Where a name is declared, and when.
  static func declaration(_ hole: Hole) -> String {
    let places = "it is declared at \(hole.places.joined(separator: ", "))"
    return hole.isNowhere
      ? "\(places), which the file does not reach"
      : "\(places), which is seen only under \(hole.conditionText)"
  }

  /// A finding for a hole, at the first use.
  private func draft(
    _ hole: Hole, _ message: String, _ origin: String, _ isAlways: Bool
  ) -> FindingDraft {
    let off = isAlways ? "" : hole.off.joined(separator: ", ")
    let place =
      affected == nil
      ? (off.isEmpty && !isAlways ? " in a configuration that builds this file" : "") : " for \(source.path)"
    var draft = FindingDraft(
      message + place + (off.isEmpty ? "" : " with \(off)"),
      at: span(hole.need.tokens[0]),
      evidence: [
        Evidence(
          .kconfig, "Kconfig allows this configuration, and it builds the file", witness: hole.witness,
          unit: hole.host ?? source.path),
        Evidence(.source, origin),
      ])
    draft.symbols = hole.symbolsNamed
    draft.config = hole.symbols
    draft.related = hole.need.tokens.dropFirst().prefix(4).map { RelatedSpan(span($0), label: "and here") }
    if let host = hole.host {
      draft.evidence.append(Evidence(.source, "\(host) includes it, and nothing that has the name before it"))
    }
    draft.relies = [.tree]
    return draft
  }
}

extension TreePath {
  /// Whether it is a C file, not a header: those are compiled by themselves.
  var isTranslationUnit: Bool { bytes.suffix(2).elementsEqual(".c".utf8) }
  /// Whether it belongs to one architecture.
  var isOfOneArchitecture: Bool { bytes.starts(with: "arch/".utf8) }
}

extension FormulaTable {
  /// The CONFIG symbols of a formula, sorted, as people write them.
  func symbols(of formula: Formula) -> [String] {
    let names = atoms(of: formula).compactMap { atom -> String? in
      switch atom {
      case .isBuiltIn(let name), .isModule(let name): "CONFIG_\(name)"
      case .isDefined, .opaque: nil
      }
    }
    return Set(names).sorted()
  }
}

extension PatchFacts {
  /// Whether the patch changes no header, Kconfig or Makefile, and takes no line of the preprocessor away.
  fileprivate var changesOnlySources: Bool {
    mail.patch.files.allSatisfy { file in
      let isSource =
        file.path.map { $0.isTranslationUnit || $0.bytes.starts(with: "Documentation/".utf8) } ?? false
      return isSource
        && !file.hunks.contains { hunk in
          hunk.lines.contains { $0.kind == .removed && mail.patch.content($0).starts(with: "#".utf8) }
        }
    }
  }
}
