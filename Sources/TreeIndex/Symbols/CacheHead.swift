// SPDX-License-Identifier: GPL-2.0-or-later

/// What a file of the cache begins with: what it is, its version, its size, what it is kept by, and a checksum of the rest.
struct CacheHead: Sendable {
  static let size = 40
  private static let checksumPlace = 32

  /// Eight bytes.
  let magic: [UInt8]
  let version: UInt64

  /// A whole file.
  func file(_ body: [UInt8], key: UInt64) -> [UInt8] {
    var bytes = magic
    bytes.reserveCapacity(Self.size + body.count)
    for word in [version, UInt64(Self.size + body.count), key, 0] { bytes.append(word: word) }
    bytes += body
    var checksum: [UInt8] = []
    checksum.append(word: SnapshotFormat.checksum(of: bytes.span, from: Self.size))
    bytes.replaceSubrange(Self.checksumPlace..<Self.checksumPlace + 8, with: checksum)
    return bytes
  }

  /// Whether a file is whole, of this kind and version, and kept by that.
  func isWhole(_ span: Span<UInt8>, key: UInt64) -> Bool {
    span.count >= Self.size && span.isEqual(0..<8, magic) && span.word(at: 8) == version
      && span.word(at: 16) == UInt64(span.count) && span.word(at: 24) == key
      && span.word(at: Self.checksumPlace) == SnapshotFormat.checksum(of: span, from: Self.size)
  }
}
