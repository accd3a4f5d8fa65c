// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Finds the place of a hunk in a text, in the order in which GNU `patch` looks for it: at the line
/// that the header names (moved by what the hunks before it were moved), then ever further away, and
/// all that again with context left out at both ends.
///
/// Source: `patch(1)`, "-F"; the rules for hunks at the begin and end of a file as in GNU patch 2.7.
struct HunkPlacement {
  let target: TargetText
  /// The pre-image lines of the hunk.
  let pattern: TargetText.Pattern
  /// Context lines before the first and behind the last change.
  let leading, trailing: Int

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
    for fuzz in 0...max(0, min(limit, max(leading, trailing))) {
      if let index = find(guess: guess, floor: floor, begins: begins, atFuzz: fuzz) {
        return Found(index: index, fuzz: fuzz)
      }
    }
    return nil
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
    for distance in 0...max(abs(last - guess), abs(guess - first)) {
      let below = guess + distance
      if below >= first, below <= last, matches(at: below, skipsHead, skipsTail) { return below }
      let above = guess - distance
      if distance > 0, above >= first, above <= last, matches(at: above, skipsHead, skipsTail) {
        return above
      }
    }
    return nil
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
