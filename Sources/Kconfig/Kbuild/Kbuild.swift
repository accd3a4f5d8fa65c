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
  private let state = Mutex(State())

  struct State {
    /// By the path of the folder, the top being ""; nil where it has no Makefile.
    var folders: [String: FolderBuild?] = [:]
    /// Folders whose Makefiles name files of other folders, once they are known.
    var strangers: [String]?
  }

  /// - Parameter architecture: the name of a folder below `arch/`: x86, arm64, …
  public init(of tree: any SourceTree, architecture: String) {
    self.tree = tree
    self.architecture = architecture
  }

  /// What is built of a .c or .S file; nil where no Makefile that this architecture comes to mentions it.
  public func build(of path: TreePath) -> FileBuild? {
    state.withLock { build(of: path, &$0) }
  }

  /// The .c files below a folder (nil means the top), sorted, with what is built of them.
  ///
  /// Those of other architectures, and of folders that hold no part of the kernel, are left out.
  public func files(below folder: TreePath? = nil) -> [(path: TreePath, build: FileBuild?)] {
    let paths = sources(below: folder)
    return state.withLock { state in paths.map { ($0, build(of: $0, &state)) } }
  }

  private func sources(below folder: TreePath?) -> [TreePath] {
    var found: [TreePath] = []
    var open = [(folder, 0)]
    while let (folder, depth) = open.popLast() {
      guard depth < Self.folderDepth, let entries = try? tree.entries(of: folder) else { continue }
      for entry in entries {
        guard let path = (try? folder?.appending(entry.name)) ?? (try? TreePath(validating: entry.name))
        else {
          continue
        }
        switch entry.kind {
        case .folder where !isForeign(path.description): open.append((path, depth + 1))
        case .file where entry.name.suffix(2) == Array(".c".utf8)[...]: found.append(path)
        default: break
        }
      }
    }
    return found.sorted()
  }

  /// The deepest folder of 6.12 has 12 components.
  static let folderDepth = 64

  /// Folders that Kbuild builds nothing of the kernel from, for this architecture.
  func isForeign(_ path: String) -> Bool {
    let components = path.split(separator: "/", maxSplits: 2)
    switch components.first {
    case "tools", "scripts", "Documentation": return true
    case "arch" where components.count > 1:
      // User-mode Linux takes code from the architecture it runs on; nobody else takes from a whole one.
      return components[1] != architecture && !(architecture == "um" && components[1] == "x86")
    default: return false
    }
  }

  // MARK: Files

  private func build(of path: TreePath, _ state: inout State) -> FileBuild? {
    let name = path.description
    guard let dot = name.lastIndex(of: "."), ["c", "S", "rs"].contains(name[name.index(after: dot)...]) else {
      return nil
    }
    let stem = String(name[..<dot])
    let components = stem.split(separator: "/").map(String.init)
    guard components.count <= Self.folderDepth else { return nil }
    var found: [(folder: FolderBuild, object: FolderBuild.Object)] = []
    for count in (0..<components.count).reversed() {
      let folder = components.prefix(count).joined(separator: "/")
      if let build = self.folder(folder, &state), let object = build.objects[stem] {
        found.append((build, object))
      }
    }
    let isLinked = found.contains { $0.object.builtIn != .never || $0.object.module != .never }
    if !isLinked {
      for folder in strangers(&state) {
        if let build = self.folder(folder, &state), let object = build.objects[stem] {
          found.append((build, object))
        }
      }
    }
    return FileBuild(stem: stem, found)
  }

  /// The folders whose Makefiles may name files that are not below them.
  private func strangers(_ state: inout State) -> [String] {
    if let known = state.strangers { return known }
    var found: [String] = []
    var open: [(TreePath?, Int)] = [(nil, 0)]
    while let (folder, depth) = open.popLast() {
      guard depth < Self.folderDepth, let entries = try? tree.entries(of: folder) else { continue }
      let names = Set(entries.lazy.filter { $0.kind == .file }.map(\.name))
      for name in ["Kbuild", "Makefile"] where names.contains(Array(name.utf8)) {
        if let folder, let path = try? folder.appending(name.utf8), let bytes = try? tree.bytes(of: path),
          mayNameOthers(bytes)
        {
          found.append(folder.description)
        }
        break
      }
      for entry in entries where entry.kind == .folder {
        guard let path = (try? folder?.appending(entry.name)) ?? (try? TreePath(validating: entry.name)),
          !isForeign(path.description)
        else { continue }
        open.append((path, depth + 1))
      }
    }
    state.strangers = found.sorted()
    return found.sorted()
  }

  private func mayNameOthers(_ bytes: [UInt8]) -> Bool {
    let text = bytes[...]
    for index in text.indices {
      if text[index] == UInt8(ascii: "."), text[index...].hasPrefix("../") { return true }
      if text[index] == UInt8(ascii: "i"), text[index...].hasPrefix("include $(") { return true }
    }
    return false
  }

  // MARK: Folders

  /// What a folder's Makefile adds; those above are read first, as they say when it is come to.
  func folder(_ path: String, _ state: inout State) -> FolderBuild? {
    if let known = state.folders[path] { return known }
    var folders = [""]
    for component in path.split(separator: "/") {
      let last = folders.last ?? ""
      folders.append(last.isEmpty ? String(component) : "\(last)/\(component)")
    }
    var above: [FolderBuild] = []
    for folder in folders {
      if let known = state.folders[folder] {
        if let known { above.append(known) }
        continue
      }
      let build = folder.isEmpty ? readTop() : read(folder, above: above)
      state.folders[folder] = .some(build)
      if let build { above.append(build) }
    }
    return state.folders[path] ?? nil
  }

  private func read(_ path: String, above: [FolderBuild]) -> FolderBuild? {
    guard !isForeign(path) else { return nil }
    let parent = above.last { $0.descents[path] != nil } ?? above.last
    var evaluator = MakeEvaluator(tree: tree, environment: parent?.environment)
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
    if let parent {
      flags = parent.flags.inherited.map { flag in
        var flag = flag
        flag.condition = evaluator.table.adopt(flag.condition, of: parent.table)
        return flag
      }
    }
    return FolderReader(evaluator, path: path, entry: entry, parentFlags: flags).build
  }

  /// The top: `Makefile`, which includes that of the architecture, sets up what `Kbuild` descends into.
  private func readTop() -> FolderBuild? {
    var top = MakeEvaluator(tree: tree, environment: nil)
    top.prepare(folder: "", architecture: architecture)
    _ = top.read("Makefile")
    var evaluator = MakeEvaluator(tree: tree, environment: top.handedOn())
    evaluator.prepare(folder: "", architecture: architecture)
    _ = evaluator.read("Kbuild")
    // Until 6.0 the top Makefile descended by itself.
    for name in ["core-y", "core-m", "drivers-y", "drivers-m", "libs-y", "net-y", "virt-y", "init-y"] {
      guard top.variables[name] != nil else { continue }
      let words = top.words(of: top.lookup(name)).filter { $0.text.hasSuffix("/") }
      let value = MakeEnvironment(
        values: [name: MakeValue(words: words)], table: top.table, outer: nil
      ).value(of: name, for: &evaluator)
      if let value { evaluator.append(value, to: name.hasSuffix("m") ? "obj-m" : "obj-y", where: .always) }
    }
    let always = FolderBuild.Entry(builtIn: .always, modules: .always, reached: .always)
    return FolderReader(evaluator, path: "", entry: always, parentFlags: []).build
  }
}
