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

  /// What is there of one architecture.
  private final class OneArchitecture: Sendable {
    /// What is read.
    struct Sources: Sendable {
      var kconfigs = LatestVersions<LazyKconfig>()
      var kbuilds = LatestVersions<Kbuild>()
    }

    /// What is made of it, for one thread at a time.
    struct State {
      var solvers = LatestVersions<LazySolver>()
      /// The latest last.
      var builds: [(number: Int, build: ArchitectureBuild)] = []
    }

    let sources = Mutex(Sources())
    let state = SleepingMutex(State())
  }

  private let base: any SourceTree
  private let headers: HeaderFiles
  private let files: KeptFiles
  private let outward: OutwardFolders
  private let common = CommonFolders()
  private let builds: [String: OneArchitecture]
  private let names = Mutex<KconfigNames??>(nil)
  private let decided = Mutex<[String: Bool]>([:])
  private let index: KnownSymbols
  private let kconfigCache: KconfigCache?
  private let isForMany: Bool
  private let numbers = Atomic(0)
  /// The folders of `arch/`, the most used ones first.
  public let architectures: [String]
  /// How many of those are asked about files that are not an architecture's own. The last of them is one with little more
  /// than every architecture has.
  public static let mainArchitectures = 7

  /// Trees of patches that are kept of one architecture, as their graphs are large: two patches are reviewed at a time,
  /// each against the tree before it.
  private static let mostKept = 4

  /// - Parameters:
  ///   - index: where names of the base are.
  ///   - isForMany: whether so many files will be asked about that all that headers declare is better kept by name.
  public init(
    of base: any SourceTree, headers: HeaderFiles, index: KnownSymbols, isForMany: Bool = false
  ) {
    (self.base, self.headers, self.index, self.isForMany) = (base, headers, index, isForMany)
    let kconfigCache = index.cache.map { KconfigCache(folder: $0.folder) }
    self.kconfigCache = kconfigCache
    files = KeptFiles(base) { index.symbols.kconfigDigest.flatMap { kconfigCache?.texts(digest: $0) } }
    outward = OutwardFolders(of: base) { index.symbols.makefilesNamingOthers }
    architectures = Self.architectures(of: base)
    builds = Dictionary(uniqueKeysWithValues: architectures.map { ($0, OneArchitecture()) })
  }

  /// The folders of `arch/`, the most used ones first.
  static func architectures(of tree: any SourceTree) -> [String] {
    let folders = (try? tree.entries(of: TreePath("arch"))) ?? []
    let names = folders.filter { $0.kind == .folder }.map { String(decoding: $0.name, as: UTF8.self) }
    // User-mode Linux takes its headers from another one.
    let first = ["x86", "arm64", "arm", "riscv", "s390", "powerpc", "m68k"]
    return first.filter { names.contains($0) } + names.filter { !first.contains($0) && $0 != "um" }
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
      let made = KconfigNames(of: symbols)
      names = .some(made)
      return made
    }
  }

  /// Asked by every architecture, and the same for all.
  private func isDecidedByArchitectures(_ name: String) -> Bool {
    if let known = decided.withLock({ $0[name] }) { return known }
    let isDecided = kconfigNames?.isDecidedByArchitectures(name) ?? false
    decided.withLock { $0[name] = isDecided }
    return isDecided
  }

  /// A number that no other patch on the base has.
  public func nextNumber() -> Int { numbers.wrappingAdd(1, ordering: .relaxed).oldValue }

  /// Where names of the base are: by the cache where it has the tree, else by searching its files.
  public var symbols: any SymbolLookup { index.symbols }

  /// What a body makes of the build of one of the `architectures`; nil of another. One body of an architecture runs at a
  /// time.
  public func with<Result: Sendable>(
    _ patched: Patched, architecture: String, _ body: (ArchitectureBuild) -> Result
  ) -> Result? {
    guard let found = builds[architecture] else { return nil }
    return found.state.withLock { state in
      if let known = state.builds.firstIndex(where: { $0.number == patched.number }) {
        let build = state.builds[known].build
        if build.graph.turn(to: patched.headers) { return body(build) }
        // Another tree has made it look at what this one changes.
        state.builds.remove(at: known)
      }
      let build = make(patched, found, named: architecture, &state)
      state.builds.append((patched.number, build))
      if state.builds.count > Self.mostKept { state.builds.removeFirst() }
      return body(build)
    }
  }

  private func make(
    _ patched: Patched, _ architecture: OneArchitecture, named name: String,
    _ state: inout OneArchitecture.State
  ) -> ArchitectureBuild {
    let (kconfig, kconfigSource, kbuild) = sources(of: patched, architecture, named: name)
    let solver = state.solvers.value(kconfigSource) {
      LazySolver(kconfig, isDecided: { [weak self] in self?.isDecidedByArchitectures($0) ?? false })
    }
    // What was read last of the headers is most of what is needed next, and mostly all of it.
    let last =
      state.builds.last?.build.graph
      ?? HeaderGraph(IncludeClosure.Source(headers), architecture: name, isIndexed: isForMany)
    let graph = last.turn(to: patched.headers) ? last : last.with(patched.headers)
    return ArchitectureBuild(name, graph, kbuild, solver)
  }

  /// With the hash that Kconfig is kept by.
  private func sources(
    of patched: Patched, _ architecture: OneArchitecture, named name: String
  ) -> (LazyKconfig, kconfigSource: UInt64, Kbuild) {
    let kconfigSource = digest(patched) { $0.isOfKconfig }
    let kbuildSource = digest(patched) {
      $0.name.starts(with: "Makefile".utf8) || $0.name.starts(with: "Kbuild".utf8)
    }
    return architecture.sources.withLock { sources in
      let tree = FilesAbove(patched.tree, touched: patched.touched, files: files)
      let untouched = FilesAbove(base, touched: [], files: files)
      let plainKconfig = sources.kconfigs.value(0) {
        LazyKconfig(of: untouched, architecture: name) { [kconfigCache, index] in
          index.symbols.kconfigDigest.flatMap { kconfigCache?.database(for: name, digest: $0) }
        }
      }
      let kconfig = sources.kconfigs.value(kconfigSource) {
        LazyKconfig(of: tree, architecture: name) {
          plainKconfig.changed(patched.touched.filter(\.isOfKconfig), in: tree)
        }
      }
      let plainKbuild = sources.kbuilds.value(0) {
        Kbuild(of: untouched, architecture: name, outward: outward, common: common)
      }
      guard kbuildSource != 0 else { return (kconfig, kconfigSource, plainKbuild) }
      let kbuild = sources.kbuilds.value(kbuildSource) {
        Kbuild(
          plainKbuild, of: tree, touched: patched.touched,
          outward: OutwardFolders(outward, with: patched.touched, of: tree))
      }
      return (kconfig, kconfigSource, kbuild)
    }
  }

  /// Begins to read what nearly all questions need, on a thread of its own: where names are, what Kconfig files define, and
  /// for the most used architecture its Kconfig and the Makefiles of the files that patches touch.
  ///
  /// Who asks before it is read waits for it, or reads it himself; the answers are the same.
  public func prepare(for patches: [Patched]) {
    guard let name = architectures.first, let architecture = builds[name] else { return }
    let thread = SystemThread { [self] in
      _ = symbols
      _ = kconfigNames
      for patched in patches.prefix(Self.mostPrepared) {
        let (kconfig, _, kbuild) = sources(of: patched, architecture, named: name)
        for path in patched.touched { _ = kbuild.build(of: path) }
        _ = kconfig.database
      }
    }
    thread?.detach()
  }

  private static let mostPrepared = 3

  /// A hash of what patches made of those files whose names are meant; 0 where there are none.
  private func digest(_ patched: Patched, _ isMeant: (TreePath) -> Bool) -> UInt64 {
    let paths = patched.touched.filter(isMeant)
    guard !paths.isEmpty else { return 0 }
    var hash = StableHash()
    for path in paths {
      hash.add(path.bytes)
      hash.add((try? patched.tree.bytes(of: path)) ?? [])
      hash.add(UInt64(0))
    }
    return hash.nonzero
  }
}

extension TreePath {
  fileprivate var isOfKconfig: Bool { FileSymbols.Kind(name) == .kconfig }
}

/// What is made of files, by a hash of them as patches left them; 0 where they touch none. That one is kept, and of the
/// others those that were made last.
private struct LatestVersions<Value> {
  private var untouched: Value?
  /// The oldest first.
  private var patched: [(hash: UInt64, value: Value)] = []

  /// Each may hold some 10 MB.
  private static var most: Int { 6 }

  mutating func value(_ hash: UInt64, _ make: () -> Value) -> Value {
    if hash == 0 {
      let value = untouched ?? make()
      untouched = value
      return value
    }
    if let known = patched.first(where: { $0.hash == hash }) { return known.value }
    let value = make()
    patched.append((hash, value))
    if patched.count > Self.most { patched.removeFirst() }
    return value
  }
}

extension LatestVersions: Sendable where Value: Sendable {}

/// Files of a tree that are read for every architecture, kept.
private final class KeptFiles: Sendable {
  private struct State {
    var bytes: [TreePath: [UInt8]?] = [:]
    var entries: [TreePath?: [TreeEntry]] = [:]
  }

  private let tree: any SourceTree
  private let kconfig: @Sendable () -> KconfigTexts?
  private let kconfigTexts = Mutex<KconfigTexts??>(nil)
  private let state = Mutex(State())

  /// - Parameter kconfig: the texts of the tree's Kconfig files, where something has them.
  init(_ tree: any SourceTree, kconfig: @escaping @Sendable () -> KconfigTexts?) {
    (self.tree, self.kconfig) = (tree, kconfig)
  }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    if let known = state.withLock({ $0.bytes[path] }) { return known }
    let kept = path.isOfKconfig ? texts?.bytes(of: path) : nil
    let bytes = if let kept { kept } else { try tree.bytes(of: path) }
    state.withLock { $0.bytes[path] = .some(bytes) }
    return bytes
  }

  private var texts: KconfigTexts? {
    kconfigTexts.withLock { texts in
      if let texts { return texts }
      let found = kconfig()
      texts = .some(found)
      return found
    }
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
