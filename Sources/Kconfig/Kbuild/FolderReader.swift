// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

/// What `scripts/Makefile.build` and `scripts/Makefile.lib` make of the variables of a folder's Makefile.
struct FolderReader {
  var build: FolderBuild
  var evaluator: MakeEvaluator
  /// Whether no Makefile descends to the folder.
  var isByRecipe = false
  /// Whether a formula of the folder can have an unknown.
  private var hasUnknowns = false
  var mentions: [String: [FolderBuild.Mention]] = [:]
  /// The suffixes that make an object of `obj-y` a composite one, and one of `obj-m`.
  private static let builtInSuffixes = ["-objs", "-y"]
  private static let moduleSuffixes = ["-objs", "-y", "-m"]

  /// - Parameters:
  ///   - evaluator: has read the Makefile; the entry's formulas are of its table.
  ///   - commonName: what the folder is kept by if nothing in it hangs on the architecture.
  init(
    _ evaluator: MakeEvaluator, path: String, architecture: String, entry: FolderBuild.Entry,
    parentFlags: [FolderFlags.Flag], commonName: String? = nil
  ) {
    build = FolderBuild(path: path, table: FormulaTable(), entry: entry)
    build.commonName = commonName
    self.evaluator = evaluator
    if entry.reached == .never, path.hasPrefix("arch/\(architecture)/") {
      // What the architecture builds by a recipe, as the boot wrapper; elsewhere nobody comes here.
      isByRecipe = true
      let unknown = self.evaluator.table.atom(.opaque("\(path) is built by a recipe"))
      build.entry = FolderBuild.Entry(builtIn: unknown, modules: .never, reached: unknown)
    }
    read(parentFlags)
    build.namesOthers = build.objects.keys.contains { !$0.utf8.starts(with: "\(path)/".utf8) }
    build.table = self.evaluator.table
    build.files = self.evaluator.files
    build.gaps = self.evaluator.gaps
    build.exports = self.evaluator.handedOn()
    build.unexported = self.evaluator.unexported
    if !self.evaluator.isCommon { build.commonName = nil }
  }

  private mutating func read(_ parentFlags: [FolderFlags.Flag]) {
    let builtIn = words("obj-y")
    let modules = words("obj-m")
    descend(builtIn, modules)
    readObjects(builtIn, modules)
    readLibrary()
    readOthers()
    build.flags = FolderFlags(evaluator: &evaluator, folder: build.path, inherited: parentFlags)
    readSeparate()
    let entry = [build.entry.builtIn, build.entry.modules, build.entry.reached]
    hasUnknowns =
      evaluator.hasUnknowns
      || entry.contains { !evaluator.table.unknowns(of: $0).isEmpty }
    for (path, mentions) in mentions { build.objects[path] = object(path, mentions) }
  }

  /// What all mentions of an object come to.
  private mutating func object(_ path: String, _ mentions: [FolderBuild.Mention]) -> FolderBuild.Object {
    var builtIn = evaluator.table.or(mentions.map(\.builtIn))
    let module = evaluator.table.or(mentions.map(\.module))
    var separate = evaluator.table.or(mentions.map(\.separate))
    // The Makefile replaces the flags of the kernel: what it adds is code of another kind.
    if evaluator.replacesFlags || isByRecipe {
      separate = evaluator.table.or(separate, builtIn)
      builtIn = .never
    }
    var object = FolderBuild.Object(
      builtIn: builtIn, module: module, separate: separate,
      compiled: evaluator.table.or([builtIn, module, separate]), composites: [], modules: [],
      origin: mentions.first?.origin ?? MakeOrigin(file: 0, line: 0))
    if hasUnknowns { object.unknowns = evaluator.table.unknowns(of: object.compiled) }
    for mention in mentions {
      let composite = mention.composite ?? path
      object.composites.insert(composite)
      if mention.module != .never, let name = composite.split(separator: "/").last {
        object.modules.insert(String(name))
      }
    }
    return object
  }

  mutating func words(_ name: String) -> [MakeWord] {
    guard evaluator.variables[name] != nil else { return [] }
    let words = evaluator.words(of: evaluator.lookup(name))
    for word in words where word.isUnknown {
      evaluator.origin = word.origin
      evaluator.note("\(name) has \(word.text)")
    }
    return words.filter { !$0.isUnknown }
  }

  // MARK: Folders

  private mutating func descend(_ builtIn: [MakeWord], _ modules: [MakeWord]) {
    guard !isByRecipe else { return }
    // One formula a folder, not one a way into it: `(X || X_MODULE) && Y` says more than two conjunctions.
    var ways: [String: Ways] = [:]
    func add(_ word: MakeWord, _ kinds: [WritableKeyPath<Ways, [Formula]>]) {
      guard let path = KbuildPath.normal(word.text, in: build.path), path != build.path else { return }
      for kind in kinds { ways[path, default: Ways()][keyPath: kind].append(word.condition) }
    }
    for word in builtIn where word.text.hasSuffix("/") { add(word, [\.builtIn, \.modules, \.reached]) }
    for word in modules where word.text.hasSuffix("/") { add(word, [\.modules, \.reached]) }
    for word in words("subdir-y") + words("subdir-m") { add(word, [\.reached]) }
    for (path, way) in ways {
      build.descents[path] = FolderBuild.Entry(
        builtIn: evaluator.both(build.entry.builtIn, evaluator.table.or(way.builtIn)),
        modules: evaluator.both(build.entry.modules, evaluator.table.or(way.modules)),
        reached: evaluator.both(build.entry.reached, evaluator.table.or(way.reached)))
    }
  }

  /// Where a folder is named, by what that says.
  private struct Ways {
    var builtIn: [Formula] = []
    var modules: [Formula] = []
    var reached: [Formula] = []
  }

  // MARK: Objects

  private mutating func readObjects(_ builtIn: [MakeWord], _ modules: [MakeWord]) {
    let entry = build.entry
    var inKernel: [String: [MakeWord]] = [:]
    var anyOf: [String: Formula] = [:]
    for word in builtIn {
      guard let stem = word.text.objectStem else { continue }
      inKernel[stem, default: []].append(word)
      link(stem, word, Self.builtInSuffixes) { evaluator, mention, condition in
        mention.builtIn = evaluator.both(entry.builtIn, condition)
      }
    }
    for word in modules {
      guard let stem = word.text.objectStem else { continue }
      var word = word
      // "When an object is listed to be built compiled-in and modular, only build the compiled-in version."
      // What the same line adds to the other list excludes itself: a symbol is not both y and m.
      // It is left in where the lists are long.
      let known = inKernel[stem] ?? []
      let others = known.count > 16 ? [] : known.filter { $0.origin != word.origin }.map(\.condition)
      if known.count > 16, anyOf[stem] == nil { anyOf[stem] = evaluator.table.or(known.map(\.condition)) }
      let other = anyOf[stem] ?? evaluator.table.or(others)
      word.condition = evaluator.both(word.condition, evaluator.table.not(other))
      link(stem, word, Self.moduleSuffixes) { evaluator, mention, condition in
        mention.module = evaluator.both(entry.modules, condition)
      }
    }
  }

  /// Adds an object, or the parts of a composite one (`real-search` of `Makefile.lib`: one level).
  private mutating func link(
    _ stem: String, _ word: MakeWord, _ suffixes: [String],
    _ mark: (inout MakeEvaluator, inout FolderBuild.Mention, Formula) -> Void
  ) {
    var isComposite: [Formula] = []
    var parts: [MakeWord] = []
    for suffix in suffixes + ["-"] {
      guard evaluator.variables[stem + suffix] != nil else { continue }
      let words = evaluator.words(of: evaluator.lookup(stem + suffix))
      isComposite += words.map(\.condition)
      if suffix != "-" { parts += words }
    }
    var conditions: [String: [Formula]] = [:]
    for part in parts { conditions[part.text, default: []].append(part.condition) }
    var seen: Set<String> = []
    for part in parts where seen.insert(part.text).inserted {
      guard !part.isUnknown else {
        evaluator.origin = part.origin
        evaluator.note("\(stem).o has \(part.text)")
        continue
      }
      guard let name = part.text.objectStem else { continue }
      var mention = FolderBuild.Mention(
        builtIn: .never, module: .never, composite: path(stem) ?? stem, origin: part.origin)
      let there = evaluator.table.or(conditions[part.text] ?? [])
      mark(&evaluator, &mention, evaluator.both(word.condition, there))
      add(mention, name)
    }
    var condition = word.condition
    if !isComposite.isEmpty {
      let composite = evaluator.table.or(isComposite)
      condition = evaluator.both(condition, evaluator.table.not(composite))
      if evaluator.table.isContradiction(condition) { condition = .never }
    }
    guard condition != .never else { return }
    var mention = FolderBuild.Mention(builtIn: .never, module: .never, origin: word.origin)
    mark(&evaluator, &mention, condition)
    add(mention, stem)
  }

  func path(_ stem: String) -> String? { KbuildPath.normal(stem, in: build.path) }

  private mutating func add(_ mention: FolderBuild.Mention, _ stem: String) {
    guard mention.builtIn != .never || mention.module != .never || mention.separate != .never,
      let path = path(stem)
    else { return }
    mentions[path, default: []].append(mention)
  }

  /// `lib-y` and `lib-m`: parts of the folder's library, except what is in `obj-y` already.
  private mutating func readLibrary() {
    for word in words("lib-y") + words("lib-m") {
      guard let stem = word.text.objectStem else { continue }
      let condition = evaluator.both(build.entry.reached, word.condition)
      add(FolderBuild.Mention(builtIn: condition, module: .never, origin: word.origin), stem)
    }
  }

  /// Objects that are built for their own sake.
  private mutating func readOthers() {
    for name in ["extra-y", "always-y", "always-m", "always"] {
      for word in words(name) {
        guard let stem = word.text.objectStem else { continue }
        let condition = evaluator.both(build.entry.reached, word.condition)
        add(FolderBuild.Mention(builtIn: condition, module: .never, origin: word.origin), stem)
      }
    }
  }
}

extension String {
  /// The name of an object without `.o`; nil where it is none.
  var objectStem: String? {
    guard hasSuffix(".o"), utf8.count > 2 else { return nil }
    return String(dropLast(2))
  }
}

extension FormulaTable {
  /// Where a formula holds, whatever its named unknowns are.
  mutating func possible(_ formula: Formula) -> Formula {
    possible(formula) { atom in
      if case .opaque = atom { false } else { true }
    }
  }

  /// The texts of a formula's named unknowns.
  func unknowns(of formula: Formula) -> [String] {
    atoms(of: formula).compactMap { atom in
      if case .opaque(let text) = atom { text } else { nil }
    }
  }

  /// Whether a small formula holds nowhere; a larger one counts as possible.
  func isContradiction(_ formula: Formula) -> Bool {
    let atoms = atoms(of: formula)
    guard atoms.count <= 6, formula != .never else { return formula == .never }
    for bits in 0..<(1 << atoms.count) {
      let holding = Set(atoms.indices.filter { bits >> $0 & 1 == 1 }.map { atoms[$0] })
      let isPossible = !holding.contains { atom in
        if case .isModule(let name) = atom { holding.contains(.isBuiltIn(name)) } else { false }
      }
      if isPossible, value(of: formula, where: holding.contains) { return false }
    }
    return true
  }
}
