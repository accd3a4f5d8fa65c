// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
public import SourceText
internal import Synchronization

/// What the Makefiles of a tree build of its source files, for all configurations of one architecture.
///
/// Makefiles are read when a file below them is asked for, and kept. Nothing is run.
/// Source: `Documentation/kbuild/makefiles.rst`, `scripts/Makefile.build`, `scripts/Makefile.lib`.
public final class Kbuild: Sendable {
  let tree: any SourceTree
  let architecture: String
  private let outward: OutwardFolders
  private let common: CommonFolders
  /// The Makefiles without a patch, for the folders that it leaves as they are.
  private let base: (kbuild: Kbuild, changes: ChangedMakefiles)?
  private let state = Mutex(State())

  struct State {
    /// By the path of the folder, the top being ""; nil where it has no Makefile.
    var folders: [String: FolderBuild?] = [:]
    /// Folders whose Makefiles name files of other folders, once it is known.
    var strangers: [String]?
  }

  /// - Parameters:
  ///   - architecture: the name of a folder below `arch/`: x86, arm64, …
  ///   - outward: where it is known which Makefiles of the tree name files of other folders.
  ///   - common: what has been read of the same tree for other architectures.
  public init(
    of tree: any SourceTree, architecture: String, outward: OutwardFolders? = nil,
    common: CommonFolders = CommonFolders()
  ) {
    self.tree = tree
    self.architecture = architecture
    self.common = common
    self.outward = outward ?? OutwardFolders(of: tree)
    base = nil
  }

  /// The Makefiles of a tree with patches on top; what they do not change is read from, and kept by, those without.
  /// - Parameter touched: what the patches touch.
  public init(_ base: Kbuild, of tree: any SourceTree, touched: [TreePath], outward: OutwardFolders) {
    (self.tree, architecture, self.outward) = (tree, base.architecture, outward)
    common = CommonFolders()
    self.base = ChangedMakefiles(touched).map { (base, $0) }
  }

  /// What is built of a .c or .S file; nil where no Makefile that this architecture comes to mentions it.
  public func build(of path: TreePath) -> FileBuild? {
    state.withLock { build(of: path, &$0) }
  }

  /// The .c files below a folder (nil means the top), sorted, with what is built of them.
  ///
  /// Those of other architectures, and of folders that hold no part of the kernel, are left out.
  public func files(below folder: TreePath? = nil) -> [(path: TreePath, build: FileBuild?)] {
    state.withLock { state in
      var walk = Walk(tree, below: folder, isForeign)
      if folder == nil {
        // All folders are read anyhow: which of them name files of others is known then.
        for folder in walk.makefiles { read(upTo: folder, &state) }
        let strangers = walk.makefiles.filter { state.folders[$0]??.namesOthers == true }
        state.strangers = strangers
        // arm64 builds some of arch/arm.
        let stems = Set(strangers.flatMap { Array(state.folders[$0]??.objects.keys ?? [:].keys) })
        let foreign = stems.filter(isForeign).compactMap { TreePath("\($0).c") }
        walk.sources += foreign.filter { (try? tree.bytes(of: $0)) ?? nil != nil }
        walk.sources.sort()
      }
      return walk.sources.map { ($0, build(of: $0, &state)) }
    }
  }

  /// The deepest folder of 6.12 has 12 components.
  static let folderDepth = 64

  /// Folders that Kbuild builds nothing of the kernel from, for this architecture.
  public func isForeign(_ path: String) -> Bool {
    let components = path.split(separator: "/", maxSplits: 2)
    switch components.first {
    case "tools", "scripts", "Documentation": return true
    case "arch" where components.count > 1:
      // User-mode Linux takes code from the architecture it runs on, and has a folder of its own there.
      let isUserMode = components[1] == "x86" && (components.last == "um" || path.hasPrefix("arch/x86/um/"))
      if architecture == "um" { return components[1] != "um" && components[1] != "x86" }
      return components[1] != architecture || isUserMode
    default: return false
    }
  }

  /// Whether a Makefile names an object that is called as a source file of another folder is.
  public func mentions(_ path: TreePath, in makefile: TreePath) -> Bool {
    guard let folder = makefile.folder, !path.bytes.starts(with: folder.bytes + [UInt8(ascii: "/")]),
      let text = try? tree.bytes(of: makefile)
    else { return false }
    let object = [UInt8(ascii: "/")] + path.name.dropLast() + [UInt8(ascii: "o")]
    return text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\n") }
      .contains { $0.count >= object.count && $0.suffix(object.count).elementsEqual(object) }
  }

  // MARK: Files

  private func build(of path: TreePath, _ state: inout State) -> FileBuild? {
    let name = path.description
    guard let dot = name.lastIndex(of: "."), ["c", "S", "rs"].contains(name[name.index(after: dot)...]) else {
      return nil
    }
    let stem = String(name[..<dot])
    guard stem.utf8.count(where: { $0 == UInt8(ascii: "/") }) < Self.folderDepth else { return nil }
    var found: [(folder: FolderBuild, object: FolderBuild.Object)] = []
    func look(into folder: String) {
      // The object first: a folder is not copied to find that it has none.
      if let object = state.folders[folder]??.objects[stem], let build = state.folders[folder] ?? nil {
        found.append((build, object))
      }
    }
    var folder = stem.parentFolder
    read(upTo: folder ?? "", &state)
    while let here = folder {
      look(into: here)
      folder = here.isEmpty ? nil : here.parentFolder ?? ""
    }
    if stem.parentFolder == nil { look(into: "") }
    let isLinked = found.contains { $0.object.builtIn != .never || $0.object.module != .never }
    if !isLinked {
      for folder in strangers(&state) {
        read(upTo: folder, &state)
        look(into: folder)
      }
    }
    return FileBuild(stem: stem, found)
  }

  private func strangers(_ state: inout State) -> [String] {
    if let known = state.strangers { return known }
    let strangers = outward.folders.filter { !isForeign($0) }
    state.strangers = strangers
    return strangers
  }

  // MARK: Folders

  /// Reads the Makefile of a folder; those above are read first, as they say when it is come to.
  private func read(upTo path: String, _ state: inout State) {
    guard state.folders[path] == nil else { return }
    var above: [FolderBuild] = []
    var folder = ""
    for component in [Substring()] + path.split(separator: "/") {
      folder = folder.isEmpty ? String(component) : "\(folder)/\(component)"
      if let known = state.folders[folder] {
        if let known { above.append(known) }
        continue
      }
      let build =
        if let kept = keptFolder(folder) { kept } else if folder.isEmpty { readTop() } else {
          read(folder, above: above)
        }
      state.folders[folder] = .some(build)
      if let build { above.append(build) }
    }
  }

  /// What the Makefiles without the patch say of a folder, nil where they say nothing of it; nil altogether where it may not
  /// be the same with it.
  private func keptFolder(_ path: String) -> FolderBuild?? {
    guard let (kbuild, changes) = base, !changes.reach(path) else { return nil }
    let kept = kbuild.state.withLock { state in
      kbuild.read(upTo: path, &state)
      return state.folders[path] ?? nil
    }
    return kept.map(changes.touch) == true ? nil : .some(kept)
  }

  private func read(_ path: String, above: [FolderBuild]) -> FolderBuild? {
    guard !isForeign(path) else { return nil }
    let callers = Self.callers(of: path, above: above)
    let environment = MakeEnvironment(callers.flatMap(\.exports))
    let commonName = CommonFolders.name(of: path, below: above)
    if let commonName, let known = common.folder(named: commonName, below: environment) { return known }
    var evaluator = MakeEvaluator(tree: tree, environment: environment)
    evaluator.prepare(folder: path, architecture: architecture)
    // "Kbuild has precedence over Makefile": kbuild-file of scripts/Kbuild.include.
    guard evaluator.read("\(path)/Kbuild") || evaluator.read("\(path)/Makefile") else { return nil }
    var entry = FolderBuild.Entry.never
    for build in above {
      guard let descent = build.descents[path] else { continue }
      func or(_ known: Formula, _ more: Formula) -> Formula {
        evaluator.table.or(known, evaluator.table.adopt(more, of: build.table))
      }
      entry = FolderBuild.Entry(
        builtIn: or(entry.builtIn, descent.builtIn), modules: or(entry.modules, descent.modules),
        reached: or(entry.reached, descent.reached))
    }
    var flags: [FolderFlags.Flag] = []
    if let parent = callers.last {
      flags = parent.flags.inherited.map { flag in
        var flag = flag
        flag.condition = evaluator.table.adopt(flag.condition, of: parent.table)
        return flag
      }
    }
    let build = FolderReader(
      evaluator, path: path, architecture: architecture, entry: entry, parentFlags: flags,
      commonName: commonName
    ).build
    common.keep(build)
    return build
  }

  /// The folders whose make calls that of a folder, the outermost first.
  private static func callers(of path: String, above: [FolderBuild]) -> [FolderBuild] {
    var (callers, path, rest): ([FolderBuild], String, ArraySlice<FolderBuild>) = ([], path, above[...])
    while let next = rest.lastIndex(where: { $0.descents[path] != nil }) ?? rest.indices.last {
      callers.append(rest[next])
      (path, rest) = (rest[next].path, rest[..<next])
    }
    return callers.reversed()
  }

  /// The top: `Makefile`, which includes that of the architecture, sets up what `Kbuild` descends into.
  private func readTop() -> FolderBuild? {
    var top = MakeEvaluator(tree: tree)
    top.prepare(folder: "", architecture: architecture)
    _ = top.read("Makefile")
    let exports = top.handedOn()
    var evaluator = MakeEvaluator(tree: tree, environment: MakeEnvironment(exports))
    evaluator.prepare(folder: "", architecture: architecture)
    _ = evaluator.read("Kbuild")
    // Until 6.0 the top Makefile descended by itself.
    for name in ["core-y", "core-m", "drivers-y", "drivers-m", "libs-y", "net-y", "virt-y", "init-y"] {
      guard top.variables[name] != nil else { continue }
      let words = top.words(of: top.lookup(name)).filter { $0.text.hasSuffix("/") }
      let value = MakeEnvironment([
        MakeEnvironment.Layer(values: [name: MakeValue(words: words)], table: top.table, isCommon: false)
      ]).value(of: name, for: &evaluator)?.value
      if let value { evaluator.append(value, to: name.hasSuffix("m") ? "obj-m" : "obj-y", where: .always) }
    }
    let always = FolderBuild.Entry(builtIn: .always, modules: .always, reached: .always)
    var build = FolderReader(
      evaluator, path: "", architecture: architecture, entry: always, parentFlags: []
    ).build
    build.exports = exports + build.exports
    return build
  }
}
