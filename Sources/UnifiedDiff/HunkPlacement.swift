// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Finds the place of a hunk in a text, in the order in which GNU `patch` looks for it: at the line
/// that the header names (moved by what the hunks before it were moved), then ever further away, and
/// all that again with context left out at both ends.
///
/// Source: `patch(1)`, "-F"; the rules for hunks at the begin and end of a file as in GNU patch 2.7.
struct HunkPlacement {
  var target: TargetText
  /// The pre-image lines of the hunk.
  let pattern: TargetText.Pattern
  /// Context lines before the first and behind the last change.
  let leading, trailing: Int
  /// Places that are tried, the nearest first.
  let tries: Int

  struct Found {
    /// Index of the target line where the pattern's first line lies.
    var index: Int
    var fuzz: Int
  }

  /// - Parameters:
  ///   - guess: index of the line where the hunk should be; may lie outside the text.
  ///   - floor: index of the first line that no earlier hunk has used.
  ///   - begins: whether the header names the first line of the file.
  func find(guess: Int, floor: Int, begins: Bool, fuzz limit: Int) -> Found? {
    guard pattern.count > 0 else {
      return Found(index: min(max(guess, floor), target.count), fuzz: 0)
    }
    if isWhereStated(guess: guess, floor: floor, begins: begins) { return Found(index: guess, fuzz: 0) }
    for fuzz in 0...max(0, min(limit, max(leading, trailing))) {
      if let index = find(guess: guess, floor: floor, begins: begins, atFuzz: fuzz) {
        return Found(index: index, fuzz: fuzz)
      }
    }
    return nil
  }

  /// Whether `find` would answer with `guess` itself, told without an index.
  func isWhereStated(guess: Int, floor: Int, begins: Bool) -> Bool {
    guard pattern.count > 0, guess >= floor, guess >= 0 else { return false }
    if leading < trailing, begins, guess > 0 { return false }
    if trailing < leading, guess != target.count - pattern.count { return false }
    return matches(at: guess, 0, 0)
  }

  private func find(guess: Int, floor: Int, begins: Bool, atFuzz fuzz: Int) -> Int? {
    // Less context on one side means that the file begins or ends there.
    let context = max(leading, trailing)
    var skipsHead = fuzz + leading - context
    let skipsTail = fuzz + trailing - context
    if skipsHead < 0, begins {
      guard skipsTail >= 0 || pattern.count == target.count else { return nil }
      return floor == 0 && matches(at: 0, 0, max(0, skipsTail)) ? 0 : nil
    }
    skipsHead = max(0, skipsHead)
    if skipsTail < 0 {
      let index = target.count - pattern.count
      return index >= floor && matches(at: index, skipsHead, 0) ? index : nil
    }
    let last = target.count - (pattern.count - skipsTail)
    let first = max(floor, 0)
    guard first <= last else { return nil }
    let candidates = Candidates(of: self, head: skipsHead, tail: skipsTail, first...last, near: guess)
    return candidates.prefix(tries).first { matches(at: $0, skipsHead, skipsTail) }
  }

  /// The places where the rarest line of a pattern fits, ever further away from a guess; below comes
  /// before above at the same distance.
  private struct Candidates: Sequence, IteratorProtocol {
    /// Lines that equal the rarest one, and where it stands in the pattern; nil where any line will do.
    private let places: [Int]?
    private let offset: Int
    private let guess: Int
    private let bounds: ClosedRange<Int>
    /// The next ones, in `places` or among the lines.
    private var below, above: Int

    init(of hunk: HunkPlacement, head: Int, tail: Int, _ bounds: ClosedRange<Int>, near guess: Int) {
      let lines = head..<Swift.max(head, hunk.pattern.count - tail)
      let rarest = lines.min {
        hunk.target.indices(of: hunk.pattern, $0).count < hunk.target.indices(of: hunk.pattern, $1).count
      }
      (self.guess, self.bounds, offset) = (guess, bounds, rarest ?? 0)
      places = rarest.map { hunk.target.indices(of: hunk.pattern, $0) }
      let start = Swift.min(Swift.max(guess, bounds.lowerBound), bounds.upperBound + 1)
      below = places?.partition(at: start + offset) ?? start
      above = below - 1
    }

    mutating func next() -> Int? {
      let (down, up) = (place(below), place(above))
      if let down, up.map({ abs(down - guess) <= abs(guess - $0) }) ?? true {
        below += 1
        return down
      }
      above -= 1
      return up
    }

    /// nil outside the bounds: all that is further away is there as well.
    private func place(_ index: Int) -> Int? {
      guard let places else { return bounds.contains(index) ? index : nil }
      guard places.indices.contains(index), bounds.contains(places[index] - offset) else { return nil }
      return places[index] - offset
    }
  }

  private func matches(at index: Int, _ head: Int, _ tail: Int) -> Bool {
    let end = pattern.count - tail
    guard head < end else { return index + head <= target.count }
    for i in head..<end where !target.line(index + i, equals: pattern, i) { return false }
    return true
  }

  /// Where the hunk would lie best, though it does not fit: the place that most of its lines point to.
  func nearest(to guess: Int) -> Int {
    var votes: [Int: Int] = [:]
    for i in 0..<pattern.count where pattern.isTelling(i) {
      for index in target.indices(of: pattern, i).prefix(Self.mostVotes) { votes[index - i, default: 0] += 1 }
    }
    let best = votes.min { a, b in
      (b.value, abs(a.key - guess), a.key) < (a.value, abs(b.key - guess), b.key)
    }
    return best?.key ?? guess
  }

  /// Places that one line may vote for; a line that stands everywhere tells nothing.
  private static let mostVotes = 64

  /// The first line of the pattern that differs from the text at `index`.
  func mismatch(at index: Int) -> Int? {
    (0..<pattern.count).first { !target.line(index + $0, equals: pattern, $0) }
  }
}

extension [Int] {
  /// The place of the first number that is not below another, in numbers that rise.
  fileprivate func partition(at number: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
