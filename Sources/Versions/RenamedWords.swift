// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import UnifiedDiff

/// Names that a new version has in the place of old ones, everywhere: a line that only follows says nothing about a comment.
struct RenamedWords: Hashable {
  /// By the old word.
  private var new: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]

  /// Lines in which a word must have been replaced.
  private static let fewLines = 3

  init() {}

  init(from old: Series, to new: Series) {
    let (before, after) = (Self.lines(of: old), Self.lines(of: new))
    let words = Set(after.joined())
    let known = Set(after)
    // What the lines are without one of their words finds those in which that word is another.
    var shapes: [[ArraySlice<UInt8>]: Set<ArraySlice<UInt8>>] = [:]
    for line in known where line.count <= Self.longest {
      for word in Set(line) { shapes[Self.shape(line, word), default: []].insert(word) }
    }
    var counts: [ArraySlice<UInt8>: [ArraySlice<UInt8>: Int]] = [:]
    for line in before where line.count <= Self.longest && !known.contains(line) {
      for word in Set(line) where !words.contains(word) && !Self.isNumber(word) {
        guard let others = shapes[Self.shape(line, word)], others.count == 1,
          let other = others.first
        else {
          continue
        }
        counts[word, default: [:]][other, default: 0] += 1
      }
    }
    for (word, others) in counts where others.count == 1 {
      if let (other, count) = others.first, count >= Self.fewLines { self.new[word] = other }
    }
  }

  /// Without the names that a comment speaks of.
  func without(thoseIn text: String) -> RenamedWords {
    let said = Set(Self.pieces(Array(text.utf8)[...]))
    var rest = self
    for (old, new) in new where said.contains(old) || said.contains(new) { rest.new[old] = nil }
    return rest
  }

  /// A line with its new names.
  func applied(to line: [UInt8]) -> [UInt8] {
    guard !new.isEmpty else { return line }
    return Self.pieces(line[...]).reduce(into: []) { $0 += new[$1] ?? $1 }
  }

  // MARK: Words

  private static let longest = 24

  /// Another number is another value.
  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    word.first.map { (48...57).contains($0) } ?? false
  }

  /// A line without one of its words, and where that stood.
  private static func shape(_ line: [ArraySlice<UInt8>], _ word: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.map { $0 == word ? [] : $0 }
  }

  /// The lines that a version shows, as words.
  private static func lines(of series: Series) -> [[ArraySlice<UInt8>]] {
    series.patches.flatMap { mail in
      mail.patch.files.flatMap(\.hunks).flatMap(\.lines).filter { $0.kind == .added }.map { line in
        mail.patch.content(line).split { !$0.isWordByte }
      }
    }.filter { $0.count > 1 }
  }

  /// Words, and what stands between them.
  private static func pieces(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    for index in text.indices where index > start && text[index].isWordByte != text[index - 1].isWordByte {
      pieces.append(text[start..<index])
      start = index
    }
    if start < text.endIndex { pieces.append(text[start...]) }
    return pieces
  }
}
