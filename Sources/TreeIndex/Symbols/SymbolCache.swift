// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// Snapshots of trees in a folder. A file there is written whole under another name and renamed; what is there is
/// checked before it is used, at least once a day and whenever something wrote to it, and what is not whole, not of this
/// version or not there is made again.
///
/// Readers never wait: a file that is replaced or removed while they have it mapped stays theirs.
public struct SymbolCache: Sendable {
  /// The folder; made where it is not there.
  public let folder: String
  /// Snapshots that are kept, those written last.
  public static let kept = 3

  public init(folder: String) { self.folder = folder }

  /// What became of a build.
  public struct Build: Sendable {
    public var symbols: TreeSymbols
    public var work: SymbolIndexer.Work
    /// Bytes of the snapshot and of what is kept of Kconfig.
    public var bytes: Int
    /// Why the snapshot is not in the cache; nil where it is.
    public var problem: String?
  }

  // MARK: Reading

  /// The symbols of a tree as the cache has them; nil where it has none, or others. Nothing is read but the cache and,
  /// of a directory, what the file system says of its files.
  ///
  /// Where no more than `changes` files are others than in the cache, those are read, and lie on top.
  public func symbols(
    of tree: any SourceTree, changes: Int = 1000, indexer: SymbolIndexer = SymbolIndexer()
  ) -> (any SymbolLookup)? {
    guard let listed = tree as? any ListedTree else { return nil }
    let own = name(of: listed, indexer)
    if listed.contentID != nil, let snapshot = snapshot(named: own) { return TreeSymbols(snapshot, of: tree) }
    let names = [own] + names().filter { $0 != own }
    var content: Content?
    var best: (name: String, snapshot: Snapshot, differing: [TreePath])?
    for name in names {
      guard let snapshot = snapshot(named: name) else { continue }
      if content == nil { content = Content(of: listed, indexer) }
      guard let content else { return nil }
      let limit = min(changes, (best?.differing.count ?? Int.max) - 1)
      if let differing = content.differing(from: snapshot, atMost: limit) {
        best = (name, snapshot, differing)
      }
      // Another one could save less than it costs to look at.
      if let best, best.differing.count <= Self.fewChanges { break }
    }
    note(whetherAgreed: best?.name == own && best?.differing.isEmpty == true, own)
    guard let best else { return nil }
    let symbols = TreeSymbols(best.snapshot, of: tree)
    return best.differing.isEmpty ? symbols : OverlaidSymbols(symbols, replacing: best.differing, from: tree)
  }

  /// The symbols of a directory as the cache has them, where it was found as the cache says not long ago: it is mostly so
  /// still, which takes long to see. nil where that is not noted.
  func presumed(of tree: any SourceTree, indexer: SymbolIndexer = SymbolIndexer()) -> TreeSymbols? {
    guard let listed = tree as? any FolderStampedTree else { return nil }
    let own = name(of: listed, indexer)
    guard let bytes = files.bytes(named: own), files.isNoted(.agreed, of: bytes, named: own) else {
      return nil
    }
    return snapshot(named: own).map { TreeSymbols($0, of: tree) }
  }

  private func note(whetherAgreed hasAgreed: Bool, _ name: String) {
    guard hasAgreed else { return files.forget(.agreed, of: name) }
    guard let bytes = files.bytes(named: name), !files.isNoted(.agreed, of: bytes, named: name) else {
      return
    }
    files.note(.agreed, of: bytes, named: name)
  }

  /// Files that are read while one would look at another snapshot.
  private static let fewChanges = 20

  /// What a tree holds now, as it says it at the least cost.
  private enum Content {
    case files([ListedFile])
    case folders([FolderStamp], any FolderStampedTree, SymbolIndexer)

    /// nil where a folder cannot be read.
    init?(of tree: any ListedTree, _ indexer: SymbolIndexer) {
      if let stamped = tree as? any FolderStampedTree {
        guard let folders = try? indexer.folders(of: stamped) else { return nil }
        self = .folders(folders, stamped, indexer)
      } else {
        guard let files = try? indexer.files(of: tree) else { return nil }
        self = .files(files)
      }
    }

    func differing(from snapshot: Snapshot, atMost limit: Int) -> [TreePath]? {
      switch self {
      case .files(let files): snapshot.differing(from: files, atMost: limit)
      case .folders(let folders, let tree, let indexer):
        (try? snapshot.differing(from: folders, atMost: limit) { folder throws(SourceTreeError) in
          try indexer.files(of: tree, in: folder)
        }) ?? nil
      }
    }
  }

  // MARK: Writing

  /// Makes the symbols of a tree, taking over what the cache has, and puts them there. One build at a time; a second
  /// one waits, and then finds most of its work done.
  /// - Throws: `SourceTreeError` where the tree cannot be listed.
  public func build(
    _ tree: any SourceTree, indexer: SymbolIndexer = SymbolIndexer()
  ) throws(SourceTreeError) -> Build {
    var problem = files.make()
    let lock = CacheFolder.Lock(at: "\(folder)/\(Self.prefix)lock")
    defer { lock?.release() }
    var indexer = indexer
    let key = (tree as? any ListedTree).map { name(of: $0, indexer) }
    indexer.known = ([key].compactMap { $0 } + names().filter { $0 != key }).compactMap {
      snapshot(named: $0)
    }
    let (bytes, work) = try indexer.snapshot(of: tree)
    if lock == nil, problem == nil { problem = "\(folder): \(CacheFolder.systemWords())" }
    if let key, problem == nil { problem = files.store(bytes, named: key) }
    guard let snapshot = Snapshot(IndexBytes(bytes)) else {
      throw .unreadable(path: "index", why: "larger than its format allows")
    }
    let symbols = TreeSymbols(snapshot, of: tree)
    var kconfig = (bytes: 0, problem: problem)
    if problem == nil { kconfig = buildKconfig(tree, symbols) }
    return Build(
      symbols: symbols, work: work, bytes: bytes.count + kconfig.bytes, problem: kconfig.problem)
  }

  /// The Kconfig of all architectures, beside the symbols.
  private func buildKconfig(_ tree: any SourceTree, _ symbols: TreeSymbols) -> (bytes: Int, problem: String?)
  {
    guard let digest = symbols.kconfigDigest else { return (0, nil) }
    let cache = KconfigCache(folder: folder)
    let (bytes, problem) = cache.build(tree, for: TreeBuilds.architectures(of: tree), digest: digest) {
      FileSymbols.Kind($0.name) == .kconfig && symbols.has($0)
    }
    guard problem == nil else { return (bytes, problem) }
    let texts = cache.buildTexts(symbols.kconfigFiles.paths, of: tree, digest: digest)
    return (bytes + texts.bytes, texts.problem)
  }

  // MARK: Files

  private static let prefix = "symbols-"
  private var files: CacheFolder { CacheFolder(path: folder, prefix: Self.prefix, kept: Self.kept) }

  func name(of tree: any ListedTree, _ indexer: SymbolIndexer) -> String {
    var hash = StableHash()
    hash.add(tree.cacheKey.utf8)
    for folder in indexer.skipped.sorted(by: { $0.lexicographicallyPrecedes($1) }) { hash.add(folder + [0]) }
    return files.name(of: hash.value)
  }

  func snapshot(named name: String) -> Snapshot? {
    guard let bytes = files.bytes(named: name) else { return nil }
    if files.isNoted(.whole, of: bytes, named: name) { return Snapshot(bytes, isWhole: true) }
    bytes.willReadAll()
    let snapshot = Snapshot(bytes)
    if snapshot != nil { files.note(.whole, of: bytes, named: name) }
    return snapshot
  }

  /// The snapshots here, those written last first.
  func names(_ suffix: String = CacheFolder.suffix) -> [String] { files.names(suffix) }
}
