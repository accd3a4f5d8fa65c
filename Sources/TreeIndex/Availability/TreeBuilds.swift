// SPDX-License-Identifier: GPL-2.0-or-later

internal import Kconfig
public import KernelC
public import SourceText
internal import Synchronization

/// What can be built of a tree and of the trees that patches make of it, by architecture. What is read is kept, and
/// what patches do not change is read once.
///
/// A class, as it is a cache; its state is behind a lock.
public final class TreeBuilds: Sendable {
  /// A tree with patches on top.
  public struct Patched: Sendable {
    /// Different for each that is asked about.
    public var number: Int
    public var tree: any SourceTree
    public var headers: IncludeClosure.Source
    public var touched: [TreePath]

    public init(number: Int, tree: any SourceTree, headers: IncludeClosure.Source, touched: [TreePath]) {
      (self.number, self.tree, self.headers, self.touched) = (number, tree, headers, touched)
    }
  }

  private struct Key: Hashable {
    var number: Int
    var architecture: String
  }

  /// What is read for an architecture: the files as patches left them, by a hash; 0 where they touch none.
  private struct Source: Hashable {
    var architecture: String
    var patched: UInt64
  }

  private struct State {
    var kconfigs: [Source: LazyKconfig] = [:]
    var kbuilds: [Source: Kbuild] = [:]
    /// The latest last.
    var builds: [(key: Key, build: ArchitectureBuild)] = []
  }

  private let base: any SourceTree
  private let headers: HeaderFiles
  private let files: KeptFiles
  private let state = Mutex(State())
  private let names = Mutex<KconfigNames??>(nil)
  private let cache: SymbolCache?
  private let lookup = Mutex<(any SymbolLookup)?>(nil)
  /// The folders of `arch/`, the most used ones first.
  public let architectures: [String]
  /// How many of those are asked about files that are not an architecture's own. The last of them is one with little more
  /// than every architecture has.
  public static let mainArchitectures = 7

  /// Trees of patches that are kept: their graphs are large.
  private static let mostKept = 12

  /// - Parameter symbolCache: where the symbols of the base may be; nil for nowhere.
  public init(of base: any SourceTree, headers: HeaderFiles, symbolCache: SymbolCache? = nil) {
    (self.base, self.headers, files, cache) = (base, headers, KeptFiles(base), symbolCache)
    let folders = (try? base.entries(of: TreePath("arch"))) ?? []
    let names = folders.filter { $0.kind == .folder }.map { String(decoding: $0.name, as: UTF8.self) }
    // User-mode Linux takes its headers from another one.
    let first = ["x86", "arm64", "arm", "riscv", "s390", "powerpc", "m68k"]
    architectures = first.filter { names.contains($0) } + names.filter { !first.contains($0) && $0 != "um" }
  }

  /// Whether the tree can say what is built: it has a Kconfig and architectures.
  public var isWhole: Bool {
    !architectures.isEmpty
      && (try? base.entries(of: nil))?.contains { $0.name.elementsEqual("Kconfig".utf8) } == true
  }

  /// The names that Kconfig files define without any patch; nil where the files cannot be read.
  public var kconfigNames: KconfigNames? {
    names.withLock { names in
      if let names { return names }
      let made = KconfigNames(of: base)
      names = .some(made)
      return made
    }
  }

  /// Where names of the base are: by the cache where it has the tree, else by searching its files.
  public var symbols: any SymbolLookup {
    lookup.withLock { lookup in
      if let lookup { return lookup }
      let made = cache?.symbols(of: base) ?? LazySymbols(of: base)
      lookup = made
      return made
    }
  }

  /// What a body makes of the build of one architecture. One body runs at a time.
  public func with<Result: Sendable>(
    _ patched: Patched, architecture: String, _ body: (ArchitectureBuild) -> Result
  ) -> Result {
    state.withLock { state in
      let key = Key(number: patched.number, architecture: architecture)
      if let known = state.builds.firstIndex(where: { $0.key == key }) {
        return body(state.builds[known].build)
      }
      let build = make(patched, architecture, &state)
      state.builds.append((key, build))
      if state.builds.count > Self.mostKept { state.builds.removeFirst() }
      return body(build)
    }
  }

  private func make(_ patched: Patched, _ architecture: String, _ state: inout State) -> ArchitectureBuild {
    let tree = FilesAbove(patched.tree, touched: patched.touched, files: files)
    let kconfigSource = Source(
      architecture: architecture, patched: digest(patched) { $0.starts(with: "Kconfig".utf8) })
    let kconfig =
      state.kconfigs[kconfigSource]
      ?? LazyKconfig(
        of: tree, architecture: architecture,
        decided: { [weak self] in self?.kconfigNames?.decidedByArchitectures ?? [] })
    state.kconfigs[kconfigSource] = kconfig
    let kbuildSource = Source(
      architecture: architecture,
      patched: digest(patched) { $0.starts(with: "Makefile".utf8) || $0.starts(with: "Kbuild".utf8) })
    let kbuild = state.kbuilds[kbuildSource] ?? Kbuild(of: tree, architecture: architecture)
    state.kbuilds[kbuildSource] = kbuild
    // What was read last of the headers is most of what is needed next.
    let graph =
      state.builds.last { $0.key.architecture == architecture }?.build.graph
      ?? HeaderGraph(IncludeClosure.Source(headers), architecture: architecture)
    return ArchitectureBuild(
      architecture, graph.with(patched.headers), kbuild, kconfig)
  }

  /// A hash of what patches made of those files whose names are meant; 0 where there are none.
  private func digest(_ patched: Patched, _ isMeant: (ArraySlice<UInt8>) -> Bool) -> UInt64 {
    let paths = patched.touched.filter { isMeant($0.name[...]) }
    guard !paths.isEmpty else { return 0 }
    var hash = StableHash()
    for path in paths {
      hash.add(path.bytes)
      hash.add((try? patched.tree.bytes(of: path)) ?? [])
      hash.add(UInt64(0))
    }
    return hash.value | 1
  }
}

/// Files of a tree that are read for every architecture, kept.
private final class KeptFiles: Sendable {
  private struct State {
    var bytes: [TreePath: [UInt8]?] = [:]
    var entries: [TreePath?: [TreeEntry]] = [:]
  }

  private let tree: any SourceTree
  private let state = Mutex(State())

  init(_ tree: any SourceTree) { self.tree = tree }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    if let known = state.withLock({ $0.bytes[path] }) { return known }
    let bytes = try tree.bytes(of: path)
    state.withLock { $0.bytes[path] = .some(bytes) }
    return bytes
  }

  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    if let known = state.withLock({ $0.entries[folder] }) { return known }
    let entries = try tree.entries(of: folder)
    state.withLock { $0.entries[folder] = entries }
    return entries
  }
}

/// A patched tree whose unpatched files are read once.
private struct FilesAbove: SourceTree {
  private let patched: any SourceTree
  private let touched: Set<TreePath>
  private let folders: Set<TreePath>
  private let files: KeptFiles

  init(_ patched: any SourceTree, touched: [TreePath], files: KeptFiles) {
    (self.patched, self.touched, self.files) = (patched, Set(touched), files)
    var folders: Set<TreePath> = []
    for path in touched {
      var folder = path.folder
      while let above = folder, folders.insert(above).inserted { folder = above.folder }
    }
    self.folders = folders
  }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    touched.contains(path) ? try patched.bytes(of: path) : try files.bytes(of: path)
  }

  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    let isChanged = folder.map { folders.contains($0) } ?? !touched.isEmpty
    return isChanged ? try patched.entries(of: folder) : try files.entries(of: folder)
  }

  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { try patched.blobID(of: path) }
}
