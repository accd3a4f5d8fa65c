// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The files that a scenario brings with it, over a tree or alone.
public struct OverlayTree: SourceTree {
  private let files: [TreePath: [UInt8]]
  private let base: (any SourceTree)?

  public init(files: [TreePath: [UInt8]], over base: (any SourceTree)?) {
    (self.files, self.base) = (files, base)
  }

  public func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    if let text = files[path] { return text }
    return try base?.bytes(of: path)
  }

  public func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    var kinds: [[UInt8]: TreeEntry.Kind] = [:]
    for entry in try base?.entries(of: folder) ?? [] { kinds[entry.name] = entry.kind }
    let prefix = folder.map { $0.bytes + [UInt8(ascii: "/")] } ?? []
    for path in files.keys where path.bytes.starts(with: prefix) {
      let rest = path.bytes.dropFirst(prefix.count)
      let name = Array(rest.prefix { $0 != UInt8(ascii: "/") })
      kinds[name] = name.count == rest.count ? .file : .folder
    }
    return kinds.map { TreeEntry(name: $0.key, kind: $0.value) }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  public func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? {
    files[path] == nil ? try base?.blobID(of: path) : nil
  }
}
