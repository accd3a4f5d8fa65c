// SPDX-License-Identifier: GPL-2.0-or-later

/// The value of `F:` or `X:`: the name of a file or folder with `*`, `?` and `[abc]`.
///
/// Source: `scripts/get_maintainer.pl`, `read_maintainer_file()`, `file_match_pattern()`. A `*` fits slashes as well; a
/// pattern is held against the beginning of a name, and where it does not name a folder, both must have as many slashes.
struct FilePattern {
  private let pattern: [UInt8]
  private let slashes: Int
  private let isFolder: Bool

  init(_ value: ArraySlice<UInt8>) {
    pattern = Array(value)
    slashes = value.count { $0 == UInt8(ascii: "/") }
    isFolder = value.last == UInt8(ascii: "/")
  }

  func fits(_ path: [UInt8]) -> Bool {
    guard let end = Self.end(of: pattern[...], in: path[...]) else { return false }
    if isFolder { return true }
    // Without a slash at its end it may name a folder all the same, if it has no character that the script escapes.
    let isPlain = !pattern.contains {
      [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: ".")].contains($0)
    }
    if isPlain, end < path.endIndex, path[end] == UInt8(ascii: "/") { return true }
    return path.count { $0 == UInt8(ascii: "/") } == slashes
  }

  /// Where the shortest beginning of a text ends that a pattern fits; nil where none does.
  ///
  /// What stands between two `*` is taken where it first fits: as nothing is asked of the end, no other place is better.
  private static func end(of pattern: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Int? {
    let parts = pattern.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    guard let head = parts.first, var end = end(ofPart: head, in: text) else { return nil }
    for part in parts.dropFirst() {
      let places = (end...text.endIndex).lazy
      guard let next = places.compactMap({ self.end(ofPart: part, in: text[$0...]) }).first else {
        return nil
      }
      end = next
    }
    return end
  }

  /// The same for a pattern without `*`, which fits as many bytes as it has.
  private static func end(ofPart part: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Int? {
    var (part, text) = (part, text)
    while let next = part.popFirst() {
      guard let byte = text.popFirst() else { return nil }
      if next == UInt8(ascii: "["), let close = part.firstIndex(of: UInt8(ascii: "]")) {
        guard set(part[..<close], holds: byte) else { return nil }
        part = part[(close + 1)...]
      } else if next != UInt8(ascii: "?"), next != byte {
        return nil
      }
    }
    return text.startIndex
  }

  /// `abc`, `a-z`, `^abc`.
  private static func set(_ set: ArraySlice<UInt8>, holds byte: UInt8) -> Bool {
    var rest = set
    let isNegated = rest.first == UInt8(ascii: "^")
    if isNegated { rest.removeFirst() }
    while let low = rest.popFirst() {
      var high = low
      if rest.first == UInt8(ascii: "-"), let last = rest.dropFirst().first {
        high = last
        rest.removeFirst(2)
      }
      if low <= byte, byte <= high { return !isNegated }
    }
    return isNegated
  }
}
