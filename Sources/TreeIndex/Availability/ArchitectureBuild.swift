// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import Kconfig
public import KernelC
public import SourceText
internal import Synchronization

/// A tree as it can be built for one architecture: what its Kconfig allows, what its Makefiles build, and what its files
/// see.
///
/// It is not for two threads at once.
public final class ArchitectureBuild {
  public let architecture: String
  public let graph: HeaderGraph
  let kbuild: Kbuild
  private let solving: LazySolver
  var kconfig: KconfigDatabase { solving.database }

  private struct UnitKey: Hashable {
    var path: TreePath
    var header: TreePath?
  }

  private var units: [UnitKey: BuiltUnit] = [:]

  init(_ architecture: String, _ graph: HeaderGraph, _ kbuild: Kbuild, _ solving: LazySolver) {
    (self.architecture, self.graph, self.kbuild, self.solving) = (architecture, graph, kbuild, solving)
  }

  /// How a file is built.
  public struct Build {
    /// When it is linked into the kernel.
    public var builtIn: Formula
    /// When it is a part of a module.
    public var module: Formula
    public var facts: FileBuild
  }

  /// How a file is built; nil where no Makefile mentions it, or where it is no part of the kernel proper.
  public func build(of path: TreePath) -> Build? {
    guard let facts = kbuild.build(of: path), !facts.isSeparate else { return nil }
    return Build(
      builtIn: graph.table.adopt(facts.builtIn, of: facts.table),
      module: graph.table.adopt(facts.module, of: facts.table), facts: facts)
  }

  /// The C files below a folder whose build hangs on a CONFIG symbol, sorted.
  public func files(below folder: TreePath?, builtFor symbol: String) -> [TreePath] {
    kbuild.files(below: folder).compactMap { path, facts in
      guard let facts, !facts.isSeparate else { return nil }
      let atoms = facts.table.atoms(of: facts.builtIn) + facts.table.atoms(of: facts.module)
      return atoms.contains(.isBuiltIn(symbol)) || atoms.contains(.isModule(symbol)) ? path : nil
    }
  }

  /// A file with what it sees.
  /// - Parameter header: where only what stands before that is included is meant, and the file is cut there.
  public func unit(_ file: ParsedFile, _ build: Build, upTo header: TreePath? = nil) -> BuiltUnit {
    let key = UnitKey(path: file.path, header: header)
    if let known = units[key] { return known }
    let unit = BuiltUnit(
      file, in: graph, folders: build.facts.includeFolders, defined: build.facts.definedNames)
    units[key] = unit
    return unit
  }

  /// What must hold of a configuration in which a file is compiled, code in it is there, and something is not.
  /// - Parameters:
  ///   - use: when the code is there.
  ///   - builtIn: when what it uses is there for the kernel itself.
  ///   - module: when it is for a module.
  public func question(_ build: Build, use: Formula, builtIn: Formula, module: Formula) -> Formula {
    var question = Formula.never
    for (isModule, built, available) in [(false, build.builtIn, builtIn), (true, build.module, module)]
    where built != .never {
      let needed = certain(graph.and(built, set(use, isModule)))
      guard needed != .never else { continue }
      let there = possible(set(available, isModule))
      question = graph.or(question, graph.and(needed, graph.table.not(there)))
    }
    return question
  }

  /// A configuration in which a formula holds; nil where there is none, or none is known.
  public func witness(of question: Formula) -> Witness? {
    guard question != .never else { return nil }
    if case .possible(let witness) = solving.solver.answer(question, of: graph.table) { return witness }
    return nil
  }

  /// Whether no configuration has it; what is not known may be.
  public func isImpossible(_ question: Formula) -> Bool {
    question == .never || solving.solver.isImpossible(question, of: graph.table)
  }

  /// Whether Kconfig may answer a question in another way on another architecture: it is impossible here only for what
  /// architectures decide.
  public func mayDifferElsewhere(_ question: Formula) -> Bool {
    question != .never && !solving.solver.isImpossible(question, of: graph.table, freeing: solving.isDecided)
  }

  /// `MODULE` is defined where a file is compiled for a module.
  func set(_ formula: Formula, _ isModule: Bool) -> Formula {
    graph.table.substituting(formula) { $0 == .isDefined("MODULE") ? (isModule ? .always : .never) : nil }
  }

  func certain(_ formula: Formula) -> Formula { graph.table.certain(formula) { $0.isOfConfiguration } }
  func possible(_ formula: Formula) -> Formula { graph.table.possible(formula) { $0.isOfConfiguration } }
}

/// The Kconfig of one architecture, read when something is asked that texts alone do not answer.
///
/// A class, as it is a cache; its state is behind a lock.
final class LazyKconfig: Sendable {
  private let tree: any SourceTree
  private let architecture: String
  private let kept: @Sendable () -> KconfigDatabase?
  private let known = Mutex<KconfigDatabase?>(nil)

  /// - Parameter kept: the database, where it can be had without reading all files.
  init(of tree: any SourceTree, architecture: String, kept: @escaping @Sendable () -> KconfigDatabase?) {
    (self.tree, self.architecture, self.kept) = (tree, architecture, kept)
  }

  /// The database of the tree with some files changed, where this one is at hand and can say; nil else.
  func changed(_ files: [TreePath], in patched: any SourceTree) -> KconfigDatabase? {
    let database = known.withLock { known in
      known = known ?? kept()
      return known
    }
    return database.flatMap { KconfigDatabase($0, of: patched, changed: files, from: tree) }
  }

  /// Who comes second waits.
  var database: KconfigDatabase {
    known.withLock { known in
      if let known { return known }
      let read = kept() ?? KconfigDatabase(reading: tree, architecture: architecture)
      known = read
      return read
    }
  }
}

/// What configurations of one architecture can be, for one thread at a time.
final class LazySolver {
  let kconfig: LazyKconfig
  private(set) lazy var database = kconfig.database
  private(set) lazy var solver = ConfigurationSolver(database)
  /// Whether architectures decide a symbol.
  let isDecided: (String) -> Bool

  init(_ kconfig: LazyKconfig, isDecided: @escaping (String) -> Bool) {
    (self.kconfig, self.isDecided) = (kconfig, isDecided)
  }
}

extension ConditionAtom {
  /// Whether a configuration decides it.
  var isOfConfiguration: Bool {
    switch self {
    case .isBuiltIn, .isModule: true
    case .isDefined, .opaque: false
    }
  }
}
