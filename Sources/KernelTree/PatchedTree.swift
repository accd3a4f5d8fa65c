// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// A tree with patches on top, in memory.
///
/// A value: the tree before and the tree after each patch of a series share what is equal, so every
/// patch can have its own pair.
public struct PatchedTree: SourceTree {
  /// What the patches made of one path.
  enum State: Sendable {
    case file([UInt8], id: ObjectID?)
    case link(ObjectID?)
    case gone
    /// There is a file, and what it holds is not known.
    case unknown(why: String)
  }

  /// The tree under the patches.
  public let base: any SourceTree
  var states: [TreePath: State] = [:]
  var leftOut: [TreePath: [[UInt8]]] = [:]

  public init(base: any SourceTree) { self.base = base }

  /// The paths that the patches changed or removed, sorted.
  public var touched: [TreePath] { states.keys.sorted() }

  /// The lines that hunks would add which do not fit, one text a hunk, in the order of the patches.
  ///
  /// They are not in `bytes(of:)`, and yet count as present: the author has them.
  public func fragments(of path: TreePath) -> [[UInt8]] { leftOut[path] ?? [] }

  /// The paths that have such lines, sorted.
  public var pathsWithFragments: [TreePath] { leftOut.keys.sorted() }

  /// What patches add to files that the tree does not have, as texts of those files: functions that they add whole are
  /// whole there.
  public var additionsAlone: [TreePath: [UInt8]] {
    leftOut.filter { ((try? bytes(of: $0.key)) ?? nil) == nil }.mapValues { Array($0.joined()) }
  }

  public func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    switch states[path] {
    case .file(let bytes, _): return bytes
    case .gone, .link: return nil
    case .unknown(let why): throw .unreadable(path: path.description, why: why)
    case nil: return hasFileAbove(path) ? nil : try base.bytes(of: path)
    }
  }

  public func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? {
    switch states[path] {
    case .file(_, let id), .link(let id):
      guard let id else { throw .unreadable(path: path.description, why: "its id is not known") }
      return id
    case .gone: return nil
    case .unknown(let why): throw .unreadable(path: path.description, why: why)
    case nil: return hasFileAbove(path) ? nil : try base.blobID(of: path)
    }
  }

  public func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    var kinds: [[UInt8]: TreeEntry.Kind] = [:]
    if !(folder.map { isFile($0) || hasFileAbove($0) } ?? false) {
      for entry in try base.entries(of: folder) { kinds[entry.name] = entry.kind }
    }
    let prefix = folder.map { $0.bytes + [UInt8(ascii: "/")] } ?? []
    var thinned: Set<[UInt8]> = []
    for path in states.keys.sorted() where path.bytes.starts(with: prefix) {
      let rest = path.bytes.dropFirst(prefix.count)
      guard let name = rest.split(separator: UInt8(ascii: "/"), maxSplits: 1).first.map({ Array($0) }) else {
        continue
      }
      let isHere = name.count == rest.count
      switch states[path] {
      case .gone where isHere: kinds[name] = kinds[name] == .folder ? .folder : nil
      case .gone: thinned.insert(name)
      case .link where isHere: kinds[name] = .symbolicLink
      default: kinds[name] = isHere ? .file : .folder
      }
    }
    // git has no empty folders: one that lost its last file is gone.
    for name in thinned where kinds[name] == .folder {
      guard let path = try? TreePath(validating: prefix + name) else { continue }
      if try entries(of: path).isEmpty { kinds[name] = nil }
    }
    return kinds.map { TreeEntry(name: $0.key, kind: $0.value) }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Whether there is a file or a link of that name.
  func has(_ path: TreePath) throws(SourceTreeError) -> Bool {
    switch states[path] {
    case .gone: return false
    case .file, .link, .unknown: return true
    case nil: return hasFileAbove(path) ? false : try base.blobID(of: path) != nil
    }
  }

  private func isFile(_ path: TreePath) -> Bool {
    switch states[path] {
    case .file, .link, .unknown: true
    case .gone, nil: false
    }
  }

  /// Whether a patch put a file where a folder of this path was.
  private func hasFileAbove(_ path: TreePath) -> Bool {
    guard !states.isEmpty else { return false }
    var folder = path.folder
    while let above = folder {
      if isFile(above) { return true }
      folder = above.folder
    }
    return false
  }
}
