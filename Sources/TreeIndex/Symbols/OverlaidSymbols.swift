// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
public import SourceText

/// Symbols of a tree in which some files are others: those that patches changed, added or removed.
public struct OverlaidSymbols: SymbolLookup {
  private let base: any SymbolLookup
  /// nil for a file that is gone.
  private let replaced: [TreePath: FileSymbols?]
  private let tree: any SourceTree
  private let isComplete: Bool

  /// - Parameters:
  ///   - paths: the files that may differ from the base.
  ///   - tree: where they are read.
  public init(_ base: any SymbolLookup, replacing paths: [TreePath], from tree: any SourceTree) {
    let wanted = Array(Set(paths)).sorted().filter { FileSymbols.Kind($0.name) != nil }
    let read = inParallel(wanted.count) { FileSymbols.reading(wanted[$0], of: tree) }
    var replaced: [TreePath: FileSymbols?] = [:]
    for (path, result) in zip(wanted, read) { replaced.updateValue(result.symbols, forKey: path) }
    (self.base, self.replaced, self.tree) = (base, replaced, tree)
    isComplete = read.allSatisfy(\.isRead)
  }

  public var isIndexed: Bool { base.isIndexed }

  private func overlaid<Entry>(
    _ found: Found<Entry>, _ entries: (FileSymbols) -> [Entry]
  ) -> Found<Entry> {
    var result = Found<Entry>(isComplete: found.isComplete && isComplete)
    result.places = found.places.filter { replaced[$0.path] == nil }
    for (path, symbols) in replaced.sorted(by: { $0.key < $1.key }) {
      if let symbols { result.add(entries(symbols), of: path, symbols.table) }
    }
    // Stable, and so by line in each file.
    result.places = result.places.enumerated()
      .sorted { ($0.element.path, $0.offset) < ($1.element.path, $1.offset) }.map(\.element)
    return result
  }

  private func overlaid(_ found: FoundFiles, _ isFound: (TreePath, FileSymbols) -> Bool) -> FoundFiles {
    var paths = found.paths.filter { replaced[$0] == nil }
    for case (let path, let symbols?) in replaced where isFound(path, symbols) { paths.append(path) }
    return FoundFiles(paths: paths.sorted(), isComplete: found.isComplete && isComplete)
  }

  public func definitions(of name: String, near path: TreePath?) -> Found<FileSymbols.Definition> {
    overlaid(base.definitions(of: name, near: path)) { $0.definitions.filter { $0.name == name } }
  }

  public func exports(of name: String, near path: TreePath?) -> Found<FileSymbols.Export> {
    overlaid(base.exports(of: name, near: path)) { $0.exports.filter { $0.name == name } }
  }

  public func linkage(of names: Set<String>) -> [String: Linkage] {
    var result = base.linkage(of: names)
    for (name, found) in result {
      var linkage = found
      linkage.definitions = overlaid(found.definitions) { $0.definitions.filter { $0.name == name } }
      linkage.exports = overlaid(found.exports) { $0.exports.filter { $0.name == name } }
      for case (let path, let symbols?) in replaced
      where symbols.exportsByMacro && symbols.definitions.contains(where: { $0.name == name }) {
        linkage.unclear.insert(path)
      }
      result[name] = linkage
    }
    return result
  }

  public func declarations(of name: String) -> Found<FileSymbols.Declaration> {
    overlaid(base.declarations(of: name)) { $0.declarations.filter { $0.name == name } }
  }

  public func files(
    usingAny names: Set<String>, atMost limit: Int, where isWanted: @Sendable (TreePath) -> Bool
  ) -> FoundFiles {
    let others = base.files(usingAny: names, atMost: limit) { replaced[$0] == nil && isWanted($0) }
    var found = overlaid(others) { path, symbols in
      guard isWanted(path) else { return false }
      let perhaps = names.filter(symbols.words.mayHold)
      guard !perhaps.isEmpty, let text = try? tree.bytes(of: path) else { return false }
      return perhaps.contains { WordSearch($0).isUsed(in: text) }
    }
    if found.paths.count > limit { found.paths.removeLast(found.paths.count - limit) }
    return found
  }

  public func includers(of header: TreePath) -> FoundFiles {
    let target = IncludeTarget(header)
    return overlaid(base.includers(of: header)) { path, symbols in
      symbols.includes.contains { target.isMet(by: $0, in: path, where: has) }
    }
  }

  public func imports(of namespace: String) -> Found<FileSymbols.NamespaceImport> {
    overlaid(base.imports(of: namespace)) { $0.imports.filter { $0.namespace == namespace } }
  }

  public func settings(of name: String) -> Found<FileSymbols.Setting> {
    overlaid(base.settings(of: name)) { $0.settings.filter { $0.name == name } }
  }

  public func helpers(keyed word: String) -> Found<FileSymbols.Helper> {
    overlaid(base.helpers(keyed: word)) { $0.helpers.filter { $0.words[0] == word } }
  }

  public var kconfigFiles: FoundFiles { overlaid(base.kconfigFiles) { $1.kind == .kconfig } }

  public var kconfigDigest: UInt64? {
    replaced.keys.contains { FileSymbols.Kind($0.name) == .kconfig } ? nil : base.kconfigDigest
  }

  public var makefilesNamingOthers: [TreePath]? {
    guard isComplete, let known = base.makefilesNamingOthers else { return nil }
    return overlaid(FoundFiles(paths: known, isComplete: true)) { $1.namesOthers }.paths
  }

  public func symbols(of path: TreePath) -> FileSymbols? {
    if let replaced = replaced[path] { return replaced }
    return base.symbols(of: path)
  }

  public func summary(ofHeader path: TreePath) -> HeaderSummary? {
    replaced.keys.contains(path) ? nil : base.summary(ofHeader: path)
  }

  public func has(_ path: TreePath) -> Bool {
    if let replaced = replaced[path] { return replaced != nil }
    return base.has(path)
  }
}

extension FileSymbols {
  /// A file of a tree. `isRead` is false where there is one that cannot be read.
  static func reading(
    _ path: TreePath, of tree: any SourceTree, numbers: Numbers = .few
  ) -> (symbols: FileSymbols?, isRead: Bool) {
    guard let kind = Kind(path.name) else { return (nil, true) }
    do {
      guard let text = try tree.bytes(of: path) else { return (nil, true) }
      return (FileSymbols(of: text, as: kind, numbers: numbers), true)
    } catch {
      return (nil, false)
    }
  }
}
