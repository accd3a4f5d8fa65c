// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// A tree whose files a test writes down.
public struct MemoryTree: SourceTree {
  var files: [TreePath: [UInt8]] = [:]

  public init(_ texts: [String: String]) {
    for (name, text) in texts {
      if let path = TreePath(name) { files[path] = Array(text.utf8) }
    }
  }

  public func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? { files[path] }

  public func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    var kinds: [[UInt8]: TreeEntry.Kind] = [:]
    let prefix = folder.map { $0.bytes + [UInt8(ascii: "/")] } ?? []
    for path in files.keys where path.bytes.starts(with: prefix) {
      let rest = path.bytes.dropFirst(prefix.count)
      let name = rest.prefix { $0 != UInt8(ascii: "/") }
      kinds[Array(name)] = name.count == rest.count ? .file : .folder
    }
    return kinds.map { TreeEntry(name: $0.key, kind: $0.value) }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  public func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { nil }
}
