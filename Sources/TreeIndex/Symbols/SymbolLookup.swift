// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
public import KernelC
public import SourceText

/// Where names of a tree are defined, exported, declared and used. Answers are in the order of the paths, then of the
/// lines, and each says whether all of the tree was searched.
public protocol SymbolLookup: Sendable {
  /// Whether an index answers, without a search through the files.
  var isIndexed: Bool { get }

  /// What the linker sees under a name.
  /// - Parameter path: where the question comes from: a search may end with what it finds near by. nil asks for all.
  func definitions(of name: String, near path: TreePath?) -> Found<FileSymbols.Definition>

  /// The places that export a name to modules.
  /// - Parameter path: as for definitions.
  func exports(of name: String, near path: TreePath?) -> Found<FileSymbols.Export>

  /// What the linker finds under each of some names, in all of the tree.
  func linkage(of names: Set<String>) -> [String: Linkage]

  /// What headers declare under a name outside of functions, macros included.
  func declarations(of name: String) -> Found<FileSymbols.Declaration>

  /// The first files whose code has one of some names as a word: not in comments and texts.
  /// - Parameters:
  ///   - limit: how many, at the most; an index is not searched much beyond the last of them.
  ///   - isWanted: whether a file counts.
  func files(
    usingAny names: Set<String>, atMost limit: Int, where isWanted: @Sendable (TreePath) -> Bool
  ) -> FoundFiles

  /// The files with an `#include` that may lead to a header, in some configuration of some architecture.
  func includers(of header: TreePath) -> FoundFiles

  /// The places that import a namespace of exported names.
  func imports(of namespace: String) -> Found<FileSymbols.NamespaceImport>

  /// What Kconfig files say of a symbol, on whichever architecture, also those that nothing sources.
  func settings(of name: String) -> Found<FileSymbols.Setting>

  /// The short functions whose longest name in their bodies is this one. Only an index knows them: without one none is found.
  func helpers(keyed word: String) -> Found<FileSymbols.Helper>

  /// The Kconfig files.
  var kconfigFiles: FoundFiles { get }

  /// What the state of all Kconfig files is known by; nil where it is not.
  var kconfigDigest: UInt64? { get }

  /// The Makefiles that may name files of other folders; nil where that is not known without reading them all.
  var makefilesNamingOthers: [TreePath]? { get }

  /// All that one file says; nil where there is no such file, or it could not be read.
  func symbols(of path: TreePath) -> FileSymbols?

  /// What is known of a header without its text; nil where nothing is.
  func summary(ofHeader path: TreePath) -> HeaderSummary?

  /// Whether the tree has a file that would be in the index.
  func has(_ path: TreePath) -> Bool
}

extension SymbolLookup {
  public func summary(ofHeader path: TreePath) -> HeaderSummary? { nil }

  /// The files whose code has a name as a word.
  public func files(using name: String) -> FoundFiles { files(usingAny: [name]) }

  /// The files whose code has one of some names as a word.
  public func files(usingAny names: Set<String>) -> FoundFiles {
    files(usingAny: names, atMost: .max) { _ in true }
  }

  public func definitions(of name: String) -> Found<FileSymbols.Definition> {
    definitions(of: name, near: nil)
  }
  public func exports(of name: String) -> Found<FileSymbols.Export> { exports(of: name, near: nil) }
}

/// What a look-up found.
public struct Found<Entry: Sendable>: Sendable {
  /// One entry, where it stands.
  public struct Place: Sendable {
    public var path: TreePath
    public var entry: Entry
    /// What the entry's condition is a number of; `FormulaTable.adopt` takes it over.
    public var table: FormulaTable
  }

  public var places: [Place] = []
  /// Whether all files of the tree were looked at, so that what is not here is not there.
  public var isComplete: Bool

  public init(places: [Place] = [], isComplete: Bool) {
    (self.places, self.isComplete) = (places, isComplete)
  }
}

/// Files that a look-up found.
public struct FoundFiles: Hashable, Sendable {
  /// Sorted.
  public var paths: [TreePath]
  /// Whether all files of the tree were looked at, or all up to the last that was asked for.
  public var isComplete: Bool

  public init(paths: [TreePath], isComplete: Bool) { (self.paths, self.isComplete) = (paths, isComplete) }
}

extension Found {
  /// Adds the entries of one file.
  mutating func add(_ entries: [Entry], of path: TreePath, _ table: FormulaTable) {
    places += entries.map { Place(path: path, entry: $0, table: table) }
  }
}
