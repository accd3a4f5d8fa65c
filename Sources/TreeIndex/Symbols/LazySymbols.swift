// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import SourceText
internal import Synchronization

/// The symbols of a tree without an index: files are searched for the word that is asked for, and only those that have
/// it are parsed. Near files come first; each answer says whether all files were searched.
///
/// A class, as it remembers what it listed and parsed; its state is behind locks, and what it holds is a function of the
/// tree.
public final class LazySymbols: SymbolLookup {
  public let tree: any SourceTree
  /// How many files one look-up may read beyond those near by. A directory is searched whole in a second or two, all
  /// blobs of a revision take four times as long to unpack.
  public let budget: Int

  private let listed: [ListedFile]
  private let isListed: Bool
  private let parsed = Mutex<[TreePath: FileSymbols]>([:])
  /// What was found of names that were looked up with others.
  private let linkages = Mutex<[String: Linkage]>([:])
  private let importing = Mutex<FoundFiles?>(nil)
  private let settings = Mutex<(places: [String: [Found<FileSymbols.Setting>.Place]], isWhole: Bool)?>(nil)
  private let includes = Mutex<(files: [[UInt8]: [TreePath]], isWhole: Bool)?>(nil)

  /// - Parameter budget: nil for what suits the tree: all files of a directory, few of a revision.
  public init(of tree: any SourceTree, budget: Int? = nil, indexer: SymbolIndexer = SymbolIndexer()) {
    self.tree = tree
    let isRevision = (tree as? any ListedTree)?.contentID != nil
    self.budget = budget ?? (isRevision ? Self.revisionBudget : Int.max)
    let files = try? indexer.files(of: tree)
    (listed, isListed) = (files ?? [], files != nil)
  }

  private static let revisionBudget = 4000

  public var isIndexed: Bool { false }

  // MARK: Searching

  /// The paths of one kind, without the near ones first.
  private func paths(_ kinds: Set<FileSymbols.Kind>) -> [TreePath] {
    listed.map(\.path).filter { FileSymbols.Kind($0.name).map(kinds.contains) ?? false }
  }

  /// The files that have a word, those not readable, and whether all were searched.
  private func holding(
    _ search: WordSearch, among paths: ArraySlice<TreePath>
  ) -> (paths: [TreePath], isWhole: Bool) {
    let start = paths.startIndex
    let results = inParallel(paths.count) { index -> (isFound: Bool, isRead: Bool) in
      do {
        guard let text = try tree.bytes(of: paths[start + index]) else { return (false, true) }
        return (search.isIn(text), true)
      } catch {
        return (false, false)
      }
    }
    return (zip(paths, results).filter(\.1.isFound).map(\.0), results.allSatisfy(\.isRead))
  }

  /// The files in which to look first, then the others: the same folder, its neighbours, all.
  private func rings(_ all: [TreePath], around path: TreePath?) -> [[TreePath]] {
    guard let path else { return [all] }
    let folder = path.folder
    let above = folder?.folder
    var (same, near, far): ([TreePath], [TreePath], [TreePath]) = ([], [], [])
    for candidate in all {
      if candidate.folder == folder {
        same.append(candidate)
      } else if let above, let of = candidate.folder, of == above || of.folder == above || of.folder == folder
      {
        near.append(candidate)
      } else {
        far.append(candidate)
      }
    }
    return [same, near, far]
  }

  private func found<Entry>(
    _ name: String, in kinds: Set<FileSymbols.Kind>, near path: TreePath?,
    _ entries: (FileSymbols) -> [Entry],
    isEnough: (Entry) -> Bool
  ) -> Found<Entry> {
    let search = WordSearch(name)
    var found = Found<Entry>(isComplete: isListed)
    let rings = rings(paths(kinds), around: path)
    for (number, ring) in rings.enumerated() {
      let isLast = number == rings.count - 1
      let allowed = isLast ? ring.prefix(max(0, budget)) : ring[...]
      let (holding, isWhole) = holding(search, among: allowed)
      found.isComplete = found.isComplete && isWhole && allowed.count == ring.count
      let read = inParallel(holding.count) { symbols(of: holding[$0]) }
      for case (let place, let symbols?) in zip(holding, read) {
        found.add(entries(symbols), of: place, symbols.table)
      }
      if !isLast, found.places.contains(where: { isEnough($0.entry) }) {
        found.isComplete = false
        break
      }
    }
    found.places = found.places.enumerated()
      .sorted { ($0.element.path, $0.offset) < ($1.element.path, $1.offset) }.map(\.element)
    return found
  }

  // MARK: Look-ups

  /// Headers define functions seldom; they are searched by `declarations`.
  public func definitions(of name: String, near path: TreePath?) -> Found<FileSymbols.Definition> {
    found(name, in: [.source, .assembly], near: path) {
      $0.definitions.filter { $0.name == name }
    } isEnough: {
      $0.kind != .possible && !$0.isWeak
    }
  }

  public func exports(of name: String, near path: TreePath?) -> Found<FileSymbols.Export> {
    found(name, in: [.source, .assembly], near: path) {
      $0.exports.filter { $0.name == name }
    } isEnough: { _ in
      true
    }
  }

  /// All files are searched once for all the names; another search waits for it, and asks for what is not known then.
  public func linkage(of names: Set<String>) -> [String: Linkage] {
    linkages.withLock { known in
      let wanted = names.filter { known[$0] == nil }
      if !wanted.isEmpty { known.merge(found(wanted)) { $1 } }
      return known.filter { names.contains($0.key) }
    }
  }

  private func found(_ names: Set<String>) -> [String: Linkage] {
    let search = NamesSearch(names)
    let all = paths([.source, .assembly])
    let allowed = all.prefix(max(0, budget))
    let results = inParallel(allowed.count) { index -> (names: Set<String>, isRead: Bool) in
      do {
        guard let text = try tree.bytes(of: allowed[index]) else { return ([], true) }
        return (search.names(in: text, outside: FileSymbols.Kind(allowed[index].name) != .assembly), true)
      } catch {
        return ([], false)
      }
    }
    let isWhole = isListed && allowed.count == all.count && results.allSatisfy(\.isRead)
    let holding = allowed.indices.filter { !results[$0].names.isEmpty }
    let read = inParallel(holding.count) { symbols(of: allowed[holding[$0]]) }
    let none = Linkage(definitions: Found(isComplete: isWhole), exports: Found(isComplete: isWhole))
    var linkages = Dictionary(uniqueKeysWithValues: names.map { ($0, none) })
    for case (let index, let symbols?) in zip(holding, read) {
      for name in results[index].names { linkages[name]?.add(name, from: symbols, at: allowed[index]) }
    }
    return linkages
  }

  public func declarations(of name: String) -> Found<FileSymbols.Declaration> {
    found(name, in: [.header], near: nil) {
      $0.declarations.filter { $0.name == name }
    } isEnough: { _ in
      true
    }
  }

  /// The files that import something are looked for once for all namespaces.
  public func imports(of namespace: String) -> Found<FileSymbols.NamespaceImport> {
    let files = importing.withLock { known in
      let files = known ?? self.files(using: "MODULE_IMPORT_NS")
      known = files
      return files
    }
    // Hundreds of files import something; most do not name this one, and are not parsed.
    let isWord = namespace.utf8.allSatisfy(\.isWordByte)
    let (naming, isWhole) =
      isWord ? holding(WordSearch(namespace), among: files.paths[...]) : (files.paths, true)
    let read = inParallel(naming.count) { symbols(of: naming[$0]) }
    var found = Found<FileSymbols.NamespaceImport>(
      isComplete: files.isComplete && isWhole && !read.contains { $0 == nil })
    for case (let path, let symbols?) in zip(naming, read) {
      found.add(symbols.imports.filter { $0.namespace == namespace }, of: path, symbols.table)
    }
    return found
  }

  /// All Kconfig files are read once for all symbols.
  public func settings(of name: String) -> Found<FileSymbols.Setting> {
    settings.withLock { known in
      let all = known ?? readSettings()
      known = all
      return Found(places: all.places[name] ?? [], isComplete: all.isWhole)
    }
  }

  private func readSettings() -> (places: [String: [Found<FileSymbols.Setting>.Place]], isWhole: Bool) {
    let files = kconfigFiles
    let read = inParallel(files.paths.count) { FileSymbols.reading(files.paths[$0], of: tree) }
    var places: [String: [Found<FileSymbols.Setting>.Place]] = [:]
    for (path, result) in zip(files.paths, read) {
      guard let symbols = result.symbols else { continue }
      for setting in symbols.settings {
        places[setting.name, default: []].append(
          Found.Place(path: path, entry: setting, table: symbols.table))
      }
    }
    return (places, files.isComplete && read.allSatisfy(\.isRead))
  }

  public var kconfigDigest: UInt64? { nil }

  public var kconfigFiles: FoundFiles { FoundFiles(paths: paths([.kconfig]), isComplete: isListed) }

  public var makefilesNamingOthers: [TreePath]? { nil }

  /// All files are searched once for all the names.
  public func files(
    usingAny names: Set<String>, atMost limit: Int, where isWanted: @Sendable (TreePath) -> Bool
  ) -> FoundFiles {
    let search = NamesSearch(names)
    let all = paths(FileSymbols.Kind.code).filter(isWanted)
    let allowed = all.prefix(max(0, budget))
    let results = inParallel(allowed.count) { index -> (isFound: Bool, isRead: Bool) in
      do {
        guard let text = try tree.bytes(of: allowed[index]) else { return (false, true) }
        let found = search.names(in: text, outside: false)
        return (found.contains { WordSearch($0).isUsed(in: text) }, true)
      } catch {
        return (false, false)
      }
    }
    return FoundFiles(
      paths: Array(zip(allowed, results).lazy.filter(\.1.isFound).map(\.0).prefix(limit)),
      isComplete: isListed && allowed.count == all.count && results.allSatisfy(\.isRead))
  }

  public func includers(of header: TreePath) -> FoundFiles {
    let target = IncludeTarget(header)
    let (files, isWhole) = including
    let candidates = files[Array(header.name)] ?? []
    let isFound = inParallel(candidates.count) { index in
      symbols(of: candidates[index])?.includes
        .contains { target.isMet(by: $0, in: candidates[index], where: has) } ?? false
    }
    return FoundFiles(paths: zip(candidates, isFound).filter(\.1).map(\.0), isComplete: isWhole)
  }

  /// The files that include something, by the last component of its name; read once for all headers.
  private var including: (files: [[UInt8]: [TreePath]], isWhole: Bool) {
    includes.withLock { known in
      if let known { return known }
      let all = paths(FileSymbols.Kind.code)
      let allowed = all.prefix(max(0, budget))
      let read = inParallel(allowed.count) { index -> Set<[UInt8]>? in
        do {
          return try tree.bytes(of: allowed[index]).map { IncludeTarget.lastComponents(in: $0) } ?? []
        } catch {
          return nil
        }
      }
      var files: [[UInt8]: [TreePath]] = [:]
      for (path, names) in zip(allowed, read) {
        for name in names ?? [] { files[name, default: []].append(path) }
      }
      let isWhole = isListed && allowed.count == all.count && !read.contains { $0 == nil }
      known = (files, isWhole)
      return (files, isWhole)
    }
  }

  /// To find them all of the tree would have to be parsed.
  public func helpers(keyed word: String) -> Found<FileSymbols.Helper> { Found(isComplete: false) }

  public func symbols(of path: TreePath) -> FileSymbols? {
    if let known = parsed.withLock({ $0[path] }) { return known }
    guard has(path), let symbols = FileSymbols.reading(path, of: tree, numbers: .all).symbols else {
      return nil
    }
    parsed.withLock { $0[path] = symbols }
    return symbols
  }

  public func has(_ path: TreePath) -> Bool {
    var (low, high) = (0, listed.count)
    while low < high {
      let middle = (low + high) / 2
      if listed[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low < listed.count && listed[low].path == path
  }
}
