// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelTree
internal import SourceText

/// A patched tree whose files also include what hunks add that do not fit: the author has those lines, and the headers
/// that they name. They stand at the end, so that no line changes its number.
struct MeantTree: SourceTree {
  private let patched: PatchedTree

  init(_ patched: PatchedTree) { self.patched = patched }

  func bytes(of path: TreePath) throws(SourceTreeError) -> [UInt8]? {
    guard let text = try patched.bytes(of: path) else { return nil }
    let includes = patched.fragments(of: path).flatMap { fragment in
      fragment.split(separator: UInt8(ascii: "\n")).filter(\.isInclude)
    }
    return includes.isEmpty
      ? text : text + [UInt8(ascii: "\n")] + Array(includes.joined(separator: "\n".utf8))
  }

  func entries(of folder: TreePath?) throws(SourceTreeError) -> [TreeEntry] {
    try patched.entries(of: folder)
  }

  func blobID(of path: TreePath) throws(SourceTreeError) -> ObjectID? { try patched.blobID(of: path) }
}

extension ArraySlice<UInt8> {
  fileprivate var isInclude: Bool {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let text = drop(while: isBlank)
    return text.first == UInt8(ascii: "#")
      && text.dropFirst().drop(while: isBlank).starts(with: "include".utf8)
  }
}
