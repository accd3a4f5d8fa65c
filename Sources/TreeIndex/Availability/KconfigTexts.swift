// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// The texts of all Kconfig files of a tree, in one file of the cache: who reads Kconfig with a patch on it opens that one in
/// place of a thousand.
struct KconfigTexts: Sendable {
  private let bytes: IndexBytes
  private let places: [TreePath: Range<Int>]

  private static let magic = Array("RPKTEXTS".utf8)
  private static let version: UInt64 = 1
  private static let headSize = 40
  private static let checksumPlace = 32

  /// nil where the bytes are not whole, of another version, or of other files.
  /// - Parameter digest: of the tree's Kconfig files.
  init?(_ bytes: IndexBytes, digest: UInt64) {
    let places = bytes.withSpan { span -> [TreePath: Range<Int>]? in
      guard span.count >= Self.headSize, span.isEqual(0..<8, Self.magic), span.word(at: 8) == Self.version,
        span.word(at: 16) == UInt64(span.count), span.word(at: 24) == digest,
        span.word(at: Self.checksumPlace) == SnapshotFormat.checksum(of: span, from: Self.headSize)
      else { return nil }
      var places: [TreePath: Range<Int>] = [:]
      var cursor = ByteCursor(Self.headSize..<span.count)
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
    var bytes = magic
    for word in [version, 0, digest, 0] { bytes.append(word: word) }
    for path in paths {
      guard let text = (try? tree.bytes(of: path)) ?? nil else { return nil }
      bytes.append(text: path.bytes)
      bytes.append(text: text)
    }
    set(UInt64(bytes.count), at: 16, in: &bytes)
    set(SnapshotFormat.checksum(of: bytes.span, from: headSize), at: checksumPlace, in: &bytes)
    return bytes
  }

  private static func set(_ word: UInt64, at place: Int, in bytes: inout [UInt8]) {
    var text: [UInt8] = []
    text.append(word: word)
    bytes.replaceSubrange(place..<place + 8, with: text)
  }
}
