// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// A text that hunks are put on: its lines with a hash each, so that looking for a place is cheap.
struct TargetText {
  let text: [UInt8]
  private let lines: LineTable
  private let hashes: [UInt64]
  private let ignoresWhitespace: Bool
  /// The lines of each hash, in order; made when a hunk is not where it says.
  private var places: [UInt64: [Int]] = [:]

  var count: Int { lines.count }
  /// Whether the first line ends with CR LF, and so, one may take it, all of them.
  let usesCRLF: Bool

  init(_ text: [UInt8], ignoresWhitespace: Bool) {
    self.text = text
    self.ignoresWhitespace = ignoresWhitespace
    let lines = LineTable(text)
    let hashes = (0..<lines.count).map {
      LineHash.of(text[lines.content($0)], ignoresWhitespace: ignoresWhitespace)
    }
    usesCRLF = lines.count > 0 && text[lines.content(0)].last == UInt8(ascii: "\r")
    (self.lines, self.hashes) = (lines, hashes)
  }

  /// The bytes of some lines, with their endings.
  func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> {
    guard !range.isEmpty else { return [] }
    return text[ByteRange(lines.whole(range.lowerBound).start, lines.whole(range.upperBound - 1).end)]
  }

  func content(_ index: Int) -> ArraySlice<UInt8> { text[lines.content(index)] }
  func hasNewline(_ index: Int) -> Bool { lines.hasNewline(index) }

  /// Whether line `index` stands there and equals line `i` of a pattern.
  func line(_ index: Int, equals pattern: Pattern, _ i: Int) -> Bool {
    guard index >= 0, index < count, hashes[index] == pattern.hashes[i],
      lines.hasNewline(index) != pattern.lacksNewline[i]
    else { return false }
    return LineHash.equal(content(index), pattern.contents[i], ignoresWhitespace: ignoresWhitespace)
  }

  /// Makes `indices(of:_:)` know the lines.
  mutating func index() {
    if places.isEmpty { places = Dictionary(grouping: hashes.indices, by: { hashes[$0] }) }
  }

  /// The lines that may equal line `i` of a pattern. Needs `index()`.
  func indices(of pattern: Pattern, _ i: Int) -> [Int] { places[pattern.hashes[i]] ?? [] }

  /// The lines that a hunk expects to find.
  struct Pattern {
    var contents: [ArraySlice<UInt8>] = []
    var hashes: [UInt64] = []
    var lacksNewline: [Bool] = []
    var count: Int { contents.count }

    init(of hunk: Hunk, in patch: Patch, ignoresWhitespace: Bool) {
      for line in hunk.lines where line.kind != .added {
        contents.append(patch.content(line))
        hashes.append(LineHash.of(patch.content(line), ignoresWhitespace: ignoresWhitespace))
        lacksNewline.append(line.noNewline != nil)
      }
    }

    /// Whether a line is long enough to point to its place.
    func isTelling(_ i: Int) -> Bool { contents[i].drop(while: \.isBlank).count > 3 }
  }
}

/// Equality of lines, with or without their white space. A CR at the end never counts: it is the mail's.
enum LineHash {
  static func of(_ line: ArraySlice<UInt8>, ignoresWhitespace: Bool) -> UInt64 {
    var hash = StableHash()
    for byte in line where byte != UInt8(ascii: "\r") && !(ignoresWhitespace && byte.isBlank) {
      hash.add(byte)
    }
    return hash.value
  }

  static func equal(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>, ignoresWhitespace: Bool) -> Bool {
    func counts(_ byte: UInt8) -> Bool { byte != UInt8(ascii: "\r") && !(ignoresWhitespace && byte.isBlank) }
    var (i, j) = (a.startIndex, b.startIndex)
    while true {
      while i < a.endIndex, !counts(a[i]) { i += 1 }
      while j < b.endIndex, !counts(b[j]) { j += 1 }
      guard i < a.endIndex, j < b.endIndex else { return i == a.endIndex && j == b.endIndex }
      guard a[i] == b[j] else { return false }
      (i, j) = (i + 1, j + 1)
    }
  }
}
