// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import SourceText
internal import UnifiedDiff

/// Lines that a reviewer had before them: one side of a file's hunks, or a log.
///
/// A side and not the diff: how a diff orders what it removes and adds changes from version to version, with nothing changed.
struct ShownLines {
  struct Line {
    var text: [UInt8]
    /// Number in the file, 1-based; 0 in a log.
    var number: UInt32
    /// Whether the patch changes it.
    var isChanged: Bool
    /// Lines of different blocks do not stand next to each other.
    var block: Int

    /// Whether another line has most of its words.
    func isAlike(_ other: Line) -> Bool {
      let words = ShownLines.words(text)
      return words.count >= fewWords && words.likeness(of: ShownLines.words(other.text)) >= alike
    }

    /// Whether it says something: braces and blanks are everywhere.
    var isTelling: Bool { text.count { $0 > 32 } > 2 }
  }

  private(set) var lines: [Line] = []
  /// Whether only lines that a patch removes can be found.
  private let seeksRemoved: Bool
  /// Lines by their text.
  private var places: [[UInt8]: [Int]] = [:]

  /// The hunks of one file, by either of its names.
  init(_ mail: PatchMail, path: TreePath, side: ReviewComment.Side) {
    seeksRemoved = side == .old
    var block = 0
    for file in mail.patch.files where file.newPath == path || file.oldPath == path {
      for hunk in file.hunks {
        block += 1
        for line in hunk.lines where line.kind != (side == .old ? .added : .removed) {
          add(
            Line(
              text: Array(mail.patch.content(line)), number: side == .old ? line.oldNumber : line.newNumber,
              isChanged: line.kind != .context, block: block))
        }
      }
    }
  }

  /// The log of a patch.
  init(log mail: PatchMail) {
    seeksRemoved = false
    for text in mail.log.lines {
      add(Line(text: text.utf8.filter { $0 != 13 }, number: 0, isChanged: false, block: 0))
    }
  }

  private mutating func add(_ line: Line) {
    places[line.text, default: []].append(lines.count)
    lines.append(line)
  }

  func places(of text: [UInt8]) -> [Int] {
    (places[text] ?? []).filter { !seeksRemoved || lines[$0].isChanged }
  }

  /// The place of a line that has most of the words of another, in their order or not.
  func like(_ line: Line) -> Int? {
    let words = Self.words(line.text)
    guard words.count >= fewWords else { return nil }
    var best: (place: Int, score: Double)?
    for (place, other) in lines.enumerated() where !seeksRemoved || other.isChanged {
      let score = words.likeness(of: Self.words(other.text))
      if score >= alike, score > best?.score ?? 0 { best = (place, score) }
    }
    return best?.place
  }

  fileprivate static func words(_ text: [UInt8]) -> Set<ArraySlice<UInt8>> {
    Set(text.split { !$0.isWordByte })
  }

  /// The same lines with new names.
  /// - Parameter index: of a line that stays as it is.
  func renamed(by words: RenamedWords, but index: Int) -> ShownLines {
    var renamed = self
    (renamed.lines, renamed.places) = ([], [:])
    for (place, line) in lines.enumerated() {
      var line = line
      if place != index { line.text = words.applied(to: line.text) }
      renamed.add(line)
    }
    return renamed
  }

  /// The line so many lines away, in the same block.
  func line(_ distance: Int, from index: Int) -> Line? {
    guard lines.indices.contains(index), lines.indices.contains(index + distance),
      lines[index + distance].block == lines[index].block
    else { return nil }
    return lines[index + distance]
  }
}

/// Fewer words are in many lines.
private let fewWords = 3
/// How much of their words lines share that are one in two versions.
private let alike = 0.6

extension Set {
  /// 0 to 1: what two share, of all that they have.
  fileprivate func likeness(of other: Set) -> Double {
    2 * Double(intersection(other).count) / Double(Swift.max(1, count + other.count))
  }
}

/// What became of a line in a later version.
enum LineFate: Hashable {
  /// It and its neighbours are as they were; its place among the later lines.
  case unchanged(Int)
  /// It is another or not there; the place nearest to it.
  case changed(Int?)
  /// It is as it was, but a line next to it is another; its place.
  case changedBeside(Int)
  /// Nothing of what stood around it is there.
  case gone

  /// How far neighbours count, before and after it: people quote what they mean, and write below it.
  private static let before = 4
  private static let after = 4
  /// How far what is left of the place is looked for.
  private static let around = 8

  /// - Parameter others: lines that somebody commented on by itself. Their change says nothing about this one, nor does that
  ///   of a line which is nearer to one of them, and has another form in its place.
  init(of index: Int, in old: ShownLines, now new: ShownLines, besides others: Set<Int> = []) {
    let line = old.lines[index]
    func isOfAnother(_ distance: Int, _ mine: ShownLines.Line, _ theirs: ShownLines.Line) -> Bool {
      guard distance != 0 else { return false }
      if others.contains(index + distance) { return true }
      let near = abs(distance) - 1
      return (-near...near).contains { others.contains(index + distance + $0) } && mine.isAlike(theirs)
    }
    func equalNeighbours(_ place: Int) -> Int {
      (-Self.around...Self.around).count { distance in
        distance != 0
          && old.line(distance, from: index).map { $0.text == new.line(distance, from: place)?.text } ?? false
      }
    }
    let best = new.places(of: line.text).max { equalNeighbours($0) < equalNeighbours($1) }
    if let best, line.isTelling || equalNeighbours(best) > 1 {
      let isSame = (-Self.before...Self.after).allSatisfy { distance in
        guard let mine = old.line(distance, from: index), let theirs = new.line(distance, from: best) else {
          return true  // a hunk ends here, in one of the two
        }
        return mine.text == theirs.text || isOfAnother(distance, mine, theirs)
      }
      self = isSame ? .unchanged(best) : .changedBeside(best)
      return
    }
    let left = (1...Self.around).lazy.flatMap { [-$0, $0] }.compactMap { distance -> Int? in
      guard let line = old.line(distance, from: index), line.isTelling else { return nil }
      return new.places(of: line.text).first
    }.first
    // What the old version did not change has no other form in the new one.
    let form = line.isChanged || line.number == 0 ? new.like(line) : nil
    self = (form ?? left).map { .changed($0) } ?? .gone
  }
}

extension UInt8 {
  /// A letter, a digit or `_`.
  var isWordByte: Bool {
    self == UInt8(ascii: "_") || (48...57).contains(self) || (97...122).contains(self | 0x20)
  }
}
