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

  private struct State {
    var kconfigs: [String: (database: KconfigDatabase, solver: ConfigurationSolver)] = [:]
    var kbuilds: [String: Kbuild] = [:]
    var graphs: [String: HeaderGraph] = [:]
    /// The latest last.
    var builds: [(key: Key, build: ArchitectureBuild)] = []
  }

  private let base: any SourceTree
  private let headers: HeaderFiles
  private let state = Mutex(State())
  /// The folders of `arch/`, the most used ones first.
  public let architectures: [String]

  /// Trees of patches that are kept: their graphs are large.
  private static let mostKept = 12

  public init(of base: any SourceTree, headers: HeaderFiles) {
    (self.base, self.headers) = (base, headers)
    let folders = (try? base.entries(of: TreePath("arch"))) ?? []
    let names = folders.filter { $0.kind == .folder }.map { String(decoding: $0.name, as: UTF8.self) }
    // User-mode Linux takes its headers from another one.
    let first = ["x86", "arm64", "arm", "riscv", "s390", "powerpc"]
    architectures = first.filter { names.contains($0) } + names.filter { !first.contains($0) && $0 != "um" }
  }

  /// Whether the tree can say what is built: it has a Kconfig and architectures.
  public var isWhole: Bool {
    !architectures.isEmpty
      && (try? base.entries(of: nil))?.contains { $0.name.elementsEqual("Kconfig".utf8) } == true
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
    let names = patched.touched.map { String(decoding: $0.name, as: UTF8.self) }
    let kconfig: (database: KconfigDatabase, solver: ConfigurationSolver)
    if names.contains(where: { $0.hasPrefix("Kconfig") }) {
      kconfig = read(patched.tree, architecture)
    } else {
      kconfig = state.kconfigs[architecture] ?? read(base, architecture)
      state.kconfigs[architecture] = kconfig
    }
    let kbuild: Kbuild
    if names.contains(where: { $0.hasPrefix("Makefile") || $0.hasPrefix("Kbuild") }) {
      kbuild = Kbuild(of: patched.tree, architecture: architecture)
    } else {
      kbuild = state.kbuilds[architecture] ?? Kbuild(of: base, architecture: architecture)
      state.kbuilds[architecture] = kbuild
    }
    let graph =
      state.graphs[architecture]
      ?? HeaderGraph(IncludeClosure.Source(headers), architecture: architecture)
    state.graphs[architecture] = graph
    return ArchitectureBuild(
      architecture, graph.with(patched.headers), kbuild, kconfig.database, kconfig.solver)
  }

  private func read(
    _ tree: any SourceTree, _ architecture: String
  ) -> (database: KconfigDatabase, solver: ConfigurationSolver) {
    let database = KconfigDatabase(reading: tree, architecture: architecture)
    return (database, ConfigurationSolver(database))
  }
}
