// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
public import SourceText

/// Snapshots of trees in a folder. A file there is written whole under another name and renamed; what is there is
/// checked before it is used, and what is not whole, not of this version or not there is made again.
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
    /// Bytes of the snapshot.
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
    let snapshots = names.compactMap { snapshot(named: $0) }
    guard !snapshots.isEmpty, let files = try? indexer.files(of: tree) else { return nil }
    var best: (snapshot: Snapshot, differing: [TreePath])?
    for snapshot in snapshots {
      let limit = min(changes, (best?.differing.count ?? Int.max) - 1)
      if let differing = snapshot.differing(from: files, atMost: limit) { best = (snapshot, differing) }
      if best?.differing.isEmpty == true { break }
    }
    guard let best else { return nil }
    let symbols = TreeSymbols(best.snapshot, of: tree)
    return best.differing.isEmpty ? symbols : OverlaidSymbols(symbols, replacing: best.differing, from: tree)
  }

  // MARK: Writing

  /// Makes the symbols of a tree, taking over what the cache has, and puts them there. One build at a time; a second
  /// one waits, and then finds most of its work done.
  /// - Throws: `SourceTreeError` where the tree cannot be listed.
  public func build(
    _ tree: any SourceTree, indexer: SymbolIndexer = SymbolIndexer()
  ) throws(SourceTreeError) -> Build {
    var problem: String?
    if mkdir(folder, 0o700) != 0, errno != EEXIST { problem = "\(folder): \(Self.systemWords())" }
    let lock = Lock(at: "\(folder)/\(Self.prefix)lock")
    defer { lock?.release() }
    var indexer = indexer
    let key = (tree as? any ListedTree).map { name(of: $0, indexer) }
    indexer.known = ([key].compactMap { $0 } + names().filter { $0 != key }).compactMap {
      snapshot(named: $0)
    }
    let (bytes, work) = try indexer.snapshot(of: tree)
    if lock == nil, problem == nil { problem = "\(folder): \(Self.systemWords())" }
    if let key, problem == nil { problem = store(bytes, named: key) }
    guard let snapshot = Snapshot(IndexBytes(bytes)) else {
      throw .unreadable(path: "index", why: "larger than its format allows")
    }
    return Build(symbols: TreeSymbols(snapshot, of: tree), work: work, bytes: bytes.count, problem: problem)
  }

  /// Writes under another name, renames, and removes what is more than is kept, with what writers left that ended
  /// early.
  func store(_ bytes: [UInt8], named name: String) -> String? {
    for left in names(Self.temporarySuffix) { unlink("\(folder)/\(left)") }
    let path = "\(folder)/\(name)"
    let temporary = "\(path).\(getpid())\(Self.temporarySuffix)"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return "\(temporary): \(Self.systemWords())" }
    var isWritten = true
    var place = 0
    while isWritten, place < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + place }, $0.count - place) }
      if count < 0, errno == EINTR { continue }
      isWritten = count > 0
      place += max(count, 0)
    }
    isWritten = isWritten && fsync(file) == 0
    close(file)
    guard isWritten, rename(temporary, path) == 0 else {
      let why = Self.systemWords()
      unlink(temporary)
      return "\(path): \(why)"
    }
    for old in names().filter({ $0 != name }).dropFirst(Self.kept - 1) { unlink("\(folder)/\(old)") }
    return nil
  }

  // MARK: Files

  private static let prefix = "symbols-"
  private static let suffix = ".index"
  private static let temporarySuffix = ".new"

  func name(of tree: any ListedTree, _ indexer: SymbolIndexer) -> String {
    var hash = StableHash()
    hash.add(tree.cacheKey.utf8)
    for folder in indexer.skipped.sorted(by: { $0.lexicographicallyPrecedes($1) }) { hash.add(folder + [0]) }
    let digits = String(hash.value, radix: 16)
    return Self.prefix + String(repeating: "0", count: 16 - digits.count) + digits + Self.suffix
  }

  func snapshot(named name: String) -> Snapshot? {
    IndexBytes(mapping: "\(folder)/\(name)").flatMap { Snapshot($0) }
  }

  /// The snapshots here, those written last first.
  func names(_ suffix: String = suffix) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var found: [(name: String, time: Int)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(Self.prefix), name.hasSuffix(suffix) else { continue }
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      found.append((name, status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec))
    }
    return found.sorted { ($1.time, $0.name) < ($0.time, $1.name) }.map(\.name)
  }

  private static func systemWords() -> String { String(cString: strerror(errno)) }
}

/// The lock of the writers, which the system takes back when a process ends.
private struct Lock {
  private let file: Int32

  /// Waits for it. nil where there can be none.
  init?(at path: String) {
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return nil }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else {
        close(file)
        return nil
      }
    }
  }

  func release() { close(file) }
}

extension Snapshot {
  /// The files that are others in a list than here, or in one of the two only; nil where they are more than a number.
  func differing(from files: [ListedFile], atMost limit: Int) -> [TreePath]? {
    var (differing, place): ([TreePath], Int) = ([], 0)
    func note(_ path: TreePath?) -> Bool {
      if let path { differing.append(path) }
      return differing.count <= limit
    }
    for file in files {
      while place < fileCount, isBefore(place, file.path) {
        guard note(path(of: place)) else { return nil }
        place += 1
      }
      guard place < fileCount, self.isAt(place, file.path) else {
        guard note(file.path) else { return nil }
        continue
      }
      if !isSame(place, file.stamp) { guard note(file.path) else { return nil } }
      place += 1
    }
    while place < fileCount {
      guard note(path(of: place)) else { return nil }
      place += 1
    }
    return differing
  }

  private func isSame(_ file: Int, _ stamp: FileStamp?) -> Bool {
    switch stamp {
    case .blob(let id): blob(of: file) == ContentKey(id)
    case .status(let size, let modified, let changed, let inode):
      self.stamp(of: file) == ContentKey(size: size, modified: modified, changed: changed, inode: inode)
    case nil: false
    }
  }
}
