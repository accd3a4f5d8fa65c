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
