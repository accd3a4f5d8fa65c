// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The texts of all Kconfig files of a tree, in one file of the cache: who reads Kconfig with a patch on it opens that one in
/// place of a thousand.
struct KconfigTexts: Sendable {
  private let bytes: IndexBytes
  private let places: [TreePath: Range<Int>]

  private static let head = CacheHead(magic: Array("RPKTEXTS".utf8), version: 1)

  /// nil where the bytes are not whole, of another version, or of other files.
  /// - Parameter digest: of the tree's Kconfig files.
  init?(_ bytes: IndexBytes, digest: UInt64) {
    let places = bytes.withSpan { span -> [TreePath: Range<Int>]? in
      guard Self.head.isWhole(span, key: digest) else { return nil }
      var places: [TreePath: Range<Int>] = [:]
      var cursor = ByteCursor(CacheHead.size..<span.count)
      while !cursor.isAtEnd {
        guard let name = cursor.text(in: span), let path = TreePath(span.text(name)),
          let text = cursor.text(in: span)
        else { return nil }
        places[path] = text
      }
      return places
    }
    guard let places else { return nil }
    (self.bytes, self.places) = (bytes, places)
  }

  /// nil of a file that is none of them.
  func bytes(of path: TreePath) -> [UInt8]? {
    places[path].map { place in
      bytes.withSpan { span in
        span.extracting(place).withUnsafeBufferPointer { Array($0) }
      }
    }
  }

  /// What is kept of some files; nil where one cannot be read.
  static func kept(_ paths: [TreePath], of tree: any SourceTree, digest: UInt64) -> [UInt8]? {
    var body: [UInt8] = []
    for path in paths {
      guard let text = (try? tree.bytes(of: path)) ?? nil else { return nil }
      body.append(text: path.bytes)
      body.append(text: text)
    }
    return head.file(body, key: digest)
  }
}
