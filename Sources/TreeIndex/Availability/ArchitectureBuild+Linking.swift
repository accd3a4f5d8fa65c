// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
internal import Kconfig
internal import KernelC
public import SourceText

extension ArchitectureBuild {
  /// Where the linker has a name for a file.
  public struct Provision {
    /// When code of the kernel itself may use it.
    public var builtIn = Formula.never
    /// When a module may.
    public var module = Formula.never
    /// When some file that defines it is compiled.
    public var compiled = Formula.never
    /// Whether modules may use it, whatever is built.
    public var isExported = false
    /// What defines it.
    public var places: [(path: TreePath, line: UInt32)] = []

    /// Whether all kernels have it, also for modules.
    public var isAlways: Bool { builtIn == .always && module == .always }
  }

  /// Where the linker has a name for a file; nil where that is not known: no file of this architecture that is understood
  /// defines it, or one does of which no Makefile tells how it is built.
  /// - Parameter build: how the file that uses it is built.
  public func provision(of linkage: Linkage, for build: Build) -> Provision? {
    guard linkage.isComplete else { return nil }
    var provision = Provision()
    for place in linkage.definitions.places where !kbuild.isForeign(place.path.description) {
      guard let facts = kbuild.build(of: place.path) else { return nil }
      if facts.isSeparate { continue }
      // A Makefile may have a rule of its own to compile it once more.
      if kbuild.mentions(place.path, in: build.facts.makefile) { return nil }
      let condition = graph.adopt(place.entry.condition, of: place.table)
      let builtIn = graph.and(graph.table.adopt(facts.builtIn, of: facts.table), condition)
      let module = graph.and(graph.table.adopt(facts.module, of: facts.table), condition)
      provision.places.append((place.path, place.entry.line))
      provision.builtIn = graph.or(provision.builtIn, builtIn)
      provision.compiled = graph.or(provision.compiled, graph.or(builtIn, module))
      if !Set(facts.modules).isDisjoint(with: build.facts.modules) {
        provision.module = graph.or(provision.module, module)
      }
      if linkage.unclear.contains(place.path) {
        provision.isExported = true
        provision.module = graph.or(provision.module, graph.or(builtIn, module))
      }
    }
    guard !provision.places.isEmpty else { return nil }
    for place in linkage.exports.places where !kbuild.isForeign(place.path.description) {
      guard let facts = kbuild.build(of: place.path) else { return nil }
      if facts.isSeparate { continue }
      provision.isExported = true
      // What a macro of unknown kind exports counts as exported.
      let condition =
        place.entry.license == .unknown ? .always : graph.adopt(place.entry.condition, of: place.table)
      let built = graph.or(
        graph.table.adopt(facts.builtIn, of: facts.table), graph.table.adopt(facts.module, of: facts.table))
      provision.module = graph.or(provision.module, graph.and(built, condition))
    }
    return provision
  }
}

extension ArchitectureBuild {
  /// Where the linker has a second definition beside that of a file: what others define that are linked into the same
  /// object. nil where there is none, or where that is not known.
  public func doubles(of linkage: Linkage, from path: TreePath, _ build: Build) -> Provision? {
    guard linkage.isComplete else { return nil }
    var doubles = Provision()
    for place in linkage.definitions.places where place.path != path {
      let entry = place.entry
      guard !kbuild.isForeign(place.path.description), !entry.isWeak,
        [.function, .variable].contains(entry.kind), entry.macro == nil
      else { continue }
      guard let facts = kbuild.build(of: place.path), !facts.isSeparate else { continue }
      let condition = graph.adopt(entry.condition, of: place.table)
      let builtIn = graph.and(graph.table.adopt(facts.builtIn, of: facts.table), condition)
      let module =
        Set(facts.modules).isDisjoint(with: build.facts.modules)
        ? .never : graph.and(graph.table.adopt(facts.module, of: facts.table), condition)
      guard builtIn != .never || module != .never else { continue }
      doubles.builtIn = graph.or(doubles.builtIn, builtIn)
      doubles.module = graph.or(doubles.module, module)
      doubles.places.append((place.path, entry.line))
    }
    return doubles.places.isEmpty ? nil : doubles
  }
}

extension ArchitectureBuild {
  /// A namespace that a module has to import for a name.
  public struct NamespaceNeed {
    public var namespace: String
    /// When the name is exported in it.
    public var condition: Formula
    public var path: TreePath
    public var line: UInt32
  }

  /// The namespaces that a name is exported in, for the modules that a file is part of; empty where they have it without,
  /// and where not all is known.
  /// - Parameter build: how the file that uses it is built.
  public func namespaceNeeds(of linkage: Linkage, for build: Build) -> [NamespaceNeed] {
    guard linkage.isComplete, linkage.unclear.isEmpty else { return [] }
    var needs: [NamespaceNeed] = []
    for place in linkage.exports.places where !kbuild.isForeign(place.path.description) {
      guard place.entry.license != .unknown, let facts = kbuild.build(of: place.path),
        Set(facts.modules).isDisjoint(with: build.facts.modules)
      else { return [] }
      if facts.isSeparate { continue }
      let built = graph.or(
        graph.table.adopt(facts.builtIn, of: facts.table), graph.table.adopt(facts.module, of: facts.table))
      let condition = graph.and(built, graph.adopt(place.entry.condition, of: place.table))
      guard condition != .never else { continue }
      guard let namespace = place.entry.namespace(in: facts) else { return [] }
      needs.append(
        NamespaceNeed(namespace: namespace, condition: condition, path: place.path, line: place.entry.line))
    }
    return needs
  }

  /// When a file is part of the same module as another one.
  /// - Parameter build: how that one is built.
  public func condition(of path: TreePath, inModuleOf other: TreePath, _ build: Build) -> Formula {
    // A module of one object has no other: its Makefile alone says so.
    let isAlone = build.facts.objects.allSatisfy { "\($0).c".utf8.elementsEqual(other.bytes) }
    guard !isAlone, let facts = kbuild.build(of: path),
      !Set(facts.modules).isDisjoint(with: build.facts.modules)
    else { return .never }
    return graph.table.adopt(facts.module, of: facts.table)
  }

  /// The C files below the folder of a file's Makefile that are part of the same module, sorted.
  public func filesOfModule(of build: Build) -> [TreePath] {
    let modules = Set(build.facts.modules)
    guard !modules.isEmpty else { return [] }
    return kbuild.files(below: build.facts.makefile.folder).compactMap { path, facts in
      facts.map { !modules.isDisjoint(with: $0.modules) } == true ? path : nil
    }
  }
}

extension FileSymbols.Export {
  /// Its own namespace, or the one that the Makefile gives all exports of the file; nil for that of all.
  fileprivate func namespace(in facts: FileBuild) -> String? {
    // These say themselves where they export to.
    let isOwn = macro.hasSuffix("FOR_MODULES") || macro.contains("PM_OPS") && !macro.contains("_NS")
    guard !isOwn else { return nil }
    return namespace
      ?? facts.defines.last { $0.hasPrefix(Self.flag) }.map {
        $0.dropFirst(Self.flag.count).filter(\.isOfNamespace)
      }
  }

  private static let flag = "-DDEFAULT_SYMBOL_NAMESPACE="
}

extension Character {
  /// The quotes that a shell needs are no part of the name.
  fileprivate var isOfNamespace: Bool { self != "\"" && self != "'" && self != "\\" }
}
