// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The difference of two texts of one file, as `git diff` prints it, without an `index` line.
///
/// For texts that differ in a few lines: both are gone through by Myers' algorithm between their first and their last
/// difference.
public struct FileDifference {
  /// The diff; empty where the texts are equal.
  public private(set) var text: [UInt8] = []
  /// Whether every hunk has a line of context at each end, unless the file begins or ends there: without one, git takes the
  /// place for the end of the file.
  public private(set) var isAnchored = true

  private typealias Line = ArraySlice<UInt8>

  /// Lines of context at each end of a hunk.
  private static let context = 3

  /// - Parameter isKnown: whether a line may be shown; one that may not ends the context.
  /// - Returns: nil where the name is one that git would quote, or a line changes that no newline ends.
  public init?(
    of path: TreePath, from old: [UInt8], to new: [UInt8],
    isKnown: (ArraySlice<UInt8>) -> Bool = { _ in true }
  ) {
    // What stands behind the last newline is at most a line without one, and is left out.
    let before = old.split(separator: 10, omittingEmptySubsequences: false)
    let after = new.split(separator: 10, omittingEmptySubsequences: false)
    let isPlain = path.bytes.allSatisfy {
      (33...126).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    guard isPlain, before.last == after.last else { return nil }
    (self.before, self.after) = (Array(before.dropLast()), Array(after.dropLast()))
    endsPlainly = before.last?.isEmpty != false
    let runs = Self.changes(self.before, self.after)
    guard !runs.isEmpty else { return }
    text = Array("diff --git a/\(path) b/\(path)\n--- a/\(path)\n+++ b/\(path)\n".utf8)
    for group in groups(runs, isKnown) { write(group) }
  }

  private let before, after: [Line]
  private let endsPlainly: Bool

  /// Lines of the old text, and those of the new one that stand in their place.
  private struct Run {
    var old, new: Range<Int>
  }

  /// A hunk: its runs, and the old lines that it goes over.
  private struct Group {
    var runs: [Run]
    var old: Range<Int>
  }

  private static func changes(_ before: [Line], _ after: [Line]) -> [Run] {
    let low = zip(before, after).prefix { $0 == $1 }.count
    let most = min(before.count, after.count) - low
    let tail = min(most, zip(before.reversed(), after.reversed()).prefix { $0 == $1 }.count)
    let (oldMiddle, newMiddle) = (before[low..<before.count - tail], after[low..<after.count - tail])
    let difference = Array(newMiddle).difference(from: Array(oldMiddle))
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var runs: [Run] = []
    var (i, j) = (0, 0)
    while i < oldMiddle.count || j < newMiddle.count {
      let (a, b) = (i, j)
      while removed.contains(i) { i += 1 }
      while inserted.contains(j) { j += 1 }
      if i > a || j > b {
        runs.append(Run(old: low + a..<low + i, new: low + b..<low + j))
      } else {
        (i, j) = (i + 1, j + 1)
      }
    }
    return runs
  }

  private func groups(_ runs: [Run], _ isKnown: (Line) -> Bool) -> [Group] {
    var groups: [Group] = []
    for run in runs {
      var (low, high) = (run.old.lowerBound, run.old.upperBound)
      while low > 0, run.old.lowerBound - low < Self.context, isKnown(before[low - 1]) { low -= 1 }
      while high < before.count, high - run.old.upperBound < Self.context, isKnown(before[high]) { high += 1 }
      if let last = groups.last, low <= last.old.upperBound {
        groups[groups.count - 1].runs.append(run)
        groups[groups.count - 1].old = last.old.lowerBound..<max(high, last.old.upperBound)
      } else {
        groups.append(Group(runs: [run], old: low..<high))
      }
    }
    return groups
  }

  private mutating func write(_ group: Group) {
    guard let first = group.runs.first, let last = group.runs.last else { return }
    let start = first.new.lowerBound - (first.old.lowerBound - group.old.lowerBound)
    let end = last.new.upperBound + (group.old.upperBound - last.old.upperBound)
    func side(_ range: Range<Int>) -> LineRange {
      LineRange(
        start: UInt32(range.isEmpty ? range.lowerBound : range.lowerBound + 1), count: UInt32(range.count))
    }
    func lines(_ kind: DiffLine.Kind, _ lines: ArraySlice<Line>) -> [UInt8] {
      lines.reduce(into: []) { $0 += [kind.marker] + $1 + [10] }
    }
    text += Array("\(HunkHeader(old: side(group.old), new: side(start..<end)))\n".utf8)
    var at = group.old.lowerBound
    for run in group.runs {
      text += lines(.context, before[at..<run.old.lowerBound])
      text += lines(.removed, before[run.old])
      text += lines(.added, after[run.new])
      at = run.old.upperBound
    }
    text += lines(.context, before[at..<group.old.upperBound])
    let hasHead = first.old.lowerBound > group.old.lowerBound || group.old.lowerBound == 0
    let hasTail =
      group.old.upperBound > last.old.upperBound || group.old.upperBound == before.count && endsPlainly
    isAnchored = isAnchored && hasHead && hasTail
  }
}
