// SPDX-License-Identifier: GPL-2.0-or-later

public import KernelC
public import SourceText

/// The symbols of all files of a tree. Look-ups touch the files that have the name, and no others.
public struct TreeSymbols: SymbolLookup {
  let snapshot: Snapshot
  public let tree: any SourceTree
  /// Files that could not be read; where there are any, no answer is complete.
  public let unread: [TreePath]
  /// Headers whose numbers are not in the index.
  private let numberFiles: [Int]
  public let makefilesNamingOthers: [TreePath]?

  init(_ snapshot: Snapshot, of tree: any SourceTree) {
    (self.snapshot, self.tree) = (snapshot, tree)
    unread = (0..<snapshot.fileCount).filter { snapshot.isUnread($0) }.compactMap { snapshot.path(of: $0) }
    numberFiles = (0..<snapshot.fileCount).filter { snapshot.omitsNumbers($0) }
    makefilesNamingOthers =
      Self.hasAll(.makefile, unread)
      ? (0..<snapshot.fileCount).filter { snapshot.namesOthers($0) }.compactMap { snapshot.path(of: $0) }
      : nil
  }

  public var isIndexed: Bool { true }
  public var fileCount: Int { snapshot.fileCount }
  /// Of the index, in memory or mapped.
  public var byteCount: Int { snapshot.bytes.count }
  private var isComplete: Bool { unread.isEmpty }

  /// Whether two indices are of the same files with the same content.
  func hasSameFiles(as other: TreeSymbols) -> Bool { snapshot.checksum == other.snapshot.checksum }

  /// How many names there are in how many files: pairs of both.
  public var counts: (definitions: Int, exports: Int, declarations: Int) {
    (snapshot.count(of: .definition), snapshot.count(of: .export), snapshot.count(of: .declaration))
  }

  public func definitions(of name: String, near path: TreePath?) -> Found<FileSymbols.Definition> {
    found(name, .definition, .definitions, \.definitions)
  }

  public func exports(of name: String, near path: TreePath?) -> Found<FileSymbols.Export> {
    found(name, .export, .exports, \.exports)
  }

  public func declarations(of name: String) -> Found<FileSymbols.Declaration> {
    var found = found(name, .declaration, .declarations, \.declarations)
    // Headers full of numbers are read themselves where the word may be there.
    let hash = WordSet.hash(of: name)
    let files = numberFiles.filter { snapshot.mayUse(hash, $0) }
    let search = WordSearch(name)
    let read = inParallel(files.count) { numbers(search, named: name, in: files[$0]) }
    for case (let path, let symbols)? in read { found.add(symbols.declarations, of: path, symbols.table) }
    if !files.isEmpty { found.places.sort { ($0.path, $0.entry.line) < ($1.path, $1.entry.line) } }
    return found
  }

  private func numbers(_ search: WordSearch, named name: String, in file: Int) -> (TreePath, FileSymbols)? {
    guard let path = snapshot.path(of: file), let text = try? tree.bytes(of: path),
      search.isIn(text)
    else { return nil }
    return (path, FileSymbols(numbersNamed: name, in: text))
  }

  private func found<Entry>(
    _ name: String, _ category: SnapshotFormat.Category, _ part: SymbolRecord.Part,
    _ entries: KeyPath<FileSymbols, [Entry]>
  ) -> Found<Entry> {
    var found = Found<Entry>(isComplete: isComplete)
    let bytes = Array(name.utf8)
    for file in snapshot.files(with: bytes, category) {
      guard let path = snapshot.path(of: file),
        let symbols = snapshot.symbols(of: file, [part], named: bytes)
      else { continue }
      found.add(symbols[keyPath: entries], of: path, symbols.table)
    }
    return found
  }

  /// Each file is read once.
  public func files(
    usingAny names: Set<String>, atMost limit: Int, where isWanted: @Sendable (TreePath) -> Bool
  ) -> FoundFiles {
    let wanted = names.sorted().map { (hash: WordSet.hash(of: $0), search: WordSearch($0)) }
    var found = FoundFiles(paths: [], isComplete: isComplete)
    var next = 0
    while next < snapshot.fileCount, found.paths.count < limit {
      let files = next..<min(next + Self.filesAtOnce, snapshot.fileCount)
      let paths = inParallel(files.count) { index -> TreePath? in
        let file = files.lowerBound + index
        let perhaps = wanted.filter { snapshot.mayUse($0.hash, file) }
        guard !perhaps.isEmpty, let path = snapshot.path(of: file), isWanted(path),
          let text = try? tree.bytes(of: path)
        else { return nil }
        return perhaps.contains { $0.search.isUsed(in: text) } ? path : nil
      }
      found.paths += paths.lazy.compactMap { $0 }.prefix(limit - found.paths.count)
      next = files.upperBound
    }
    return found
  }

  /// Files that are looked at before it is asked whether enough are found: each time the threads wait for the last of them.
  private static let filesAtOnce = 16_384

  public func includers(of header: TreePath) -> FoundFiles {
    let target = IncludeTarget(header)
    let files = snapshot.files(with: header.name, .include)
    let paths = inParallel(files.count) { index -> TreePath? in
      guard let path = snapshot.path(of: files[index]),
        let symbols = snapshot.symbols(of: files[index], [.includes])
      else { return nil }
      return symbols.includes.contains { target.isMet(by: $0, in: path, where: has) } ? path : nil
    }
    return FoundFiles(paths: paths.compactMap { $0 }, isComplete: isComplete)
  }

  public func imports(of namespace: String) -> Found<FileSymbols.NamespaceImport> {
    found(namespace, .namespace, .imports, \.imports)
  }

  public func settings(of name: String) -> Found<FileSymbols.Setting> {
    var found = found(name, .setting, .settings, \.settings)
    found.isComplete = Self.hasAll(.kconfig, unread)
    return found
  }

  public func helpers(keyed word: String) -> Found<FileSymbols.Helper> {
    found(word, .helper, .helpers, \.helpers)
  }

  public var kconfigFiles: FoundFiles {
    FoundFiles(
      paths: (0..<snapshot.fileCount).compactMap { file in
        snapshot.path(of: file).flatMap { FileSymbols.Kind($0.name) == .kconfig ? $0 : nil }
      }, isComplete: Self.hasAll(.kconfig, unread))
  }

  public var kconfigDigest: UInt64? { snapshot.kconfigDigest }

  private static func hasAll(_ kind: FileSymbols.Kind, _ unread: [TreePath]) -> Bool {
    !unread.contains { FileSymbols.Kind($0.name) == kind }
  }

  public func symbols(of path: TreePath) -> FileSymbols? {
    guard let file = snapshot.file(at: path),
      var symbols = snapshot.symbols(of: file, Set(SymbolRecord.Part.allCases))
    else { return nil }
    symbols.words = snapshot.words(of: file)
    return symbols
  }

  public func summary(ofHeader path: TreePath) -> HeaderSummary? {
    guard let file = snapshot.file(at: path) else { return nil }
    let words = snapshot.headerWords(of: file)
    guard !words.isEmpty, let symbols = snapshot.symbols(of: file, [.includes]) else { return nil }
    return HeaderSummary(
      includes: symbols.includes.map {
        HeaderSummary.Include(
          name: $0.name, isSystem: $0.form == .system, isOfMacro: $0.form == .macro, condition: $0.condition)
      }, table: symbols.table, words: words, pastes: snapshot.pastes(file))
  }

  public func has(_ path: TreePath) -> Bool { snapshot.file(at: path) != nil }
}
