// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import UnifiedDiff

/// A patch of the old version and what became of it.
public struct PatchPair: Sendable {
  /// Places in `patches` of the two series; nil where the other version has none like it.
  public var old, new: Int?
  /// How much of what they change is the same: 0 to 1, of lines added and removed, white space aside.
  public var similarity: Double

  /// Whether what a reviewer approved of is there no more: a good part of more than a few lines.
  ///
  /// `Documentation/process/submitting-patches.rst`: tags are to be removed from a patch that has changed substantially.
  public var isChangedMuch: Bool { differing >= Self.fewLines && similarity < Self.muchTheSame }

  /// Lines that one of the two has and the other has not.
  public var differing: Int

  private static let muchTheSame = 0.7
  private static let fewLines = 8
}

/// Which patches of two versions are the same patch.
struct PatchPairing {
  private(set) var pairs: [PatchPair] = []

  /// Those of one title first, then those most alike, as `git range-diff` finds them.
  init(_ old: [PatchMail], _ new: [PatchMail]) {
    let (oldLines, newLines) = (old.map(ChangedLines.init), new.map(ChangedLines.init))
    var (freeOld, freeNew) = (Set(old.indices), Set(new.indices))
    func pair(_ i: Int, _ j: Int) {
      freeOld.remove(i)
      freeNew.remove(j)
      let (similarity, differing) = oldLines[i].likeness(of: newLines[j])
      pairs.append(PatchPair(old: i, new: j, similarity: similarity, differing: differing))
    }
    for i in old.indices {
      let title = Self.key(old[i].title)
      if let j = new.indices.first(where: { freeNew.contains($0) && Self.key(new[$0].title) == title }) {
        pair(i, j)
      }
    }
    var candidates: [(score: Double, old: Int, new: Int)] = []
    for i in freeOld.sorted() {
      for j in freeNew.sorted() {
        let score = max(
          oldLines[i].likeness(of: newLines[j]).similarity, Self.likeness(old[i].title, new[j].title))
        if score >= Self.alike { candidates.append((score, i, j)) }
      }
    }
    candidates.sort { ($1.score, $0.old, $0.new) < ($0.score, $1.old, $1.new) }
    for candidate in candidates where freeOld.contains(candidate.old) && freeNew.contains(candidate.new) {
      pair(candidate.old, candidate.new)
    }
    // A single patch that is one again is the same, whatever was done to it.
    if old.count == 1, new.count == 1, let i = freeOld.first, let j = freeNew.first { pair(i, j) }
    pairs += freeOld.sorted().map { PatchPair(old: $0, new: nil, similarity: 0, differing: 0) }
    pairs.sort { ($0.old ?? .max) < ($1.old ?? .max) }
    pairs += freeNew.sorted().map { PatchPair(old: nil, new: $0, similarity: 0, differing: 0) }
  }

  /// From where on two patches of different titles are one.
  private static let alike = 0.5

  private static func key(_ title: String) -> String { title.lowercased().filter { !$0.isWhitespace } }

  /// How many words two titles share, of those that either has.
  private static func likeness(_ a: String, _ b: String) -> Double {
    let (a, b) = (Set(a.lowercased().split(separator: " ")), Set(b.lowercased().split(separator: " ")))
    let all = a.union(b).count
    return all == 0 ? 0 : Double(a.intersection(b).count) / Double(all)
  }
}

/// What a patch adds and removes, as a bag of lines.
private struct ChangedLines {
  private var counts: [[UInt8]: Int] = [:]
  private var total = 0

  init(_ mail: PatchMail) {
    for file in mail.patch.files {
      for line in file.hunks.flatMap(\.lines) where line.kind != .context {
        let text = mail.patch.content(line).filter { $0 > 32 }
        guard !text.isEmpty else { continue }
        counts[[line.kind == .added ? 43 : 45] + text, default: 0] += 1
        total += 1
      }
    }
  }

  func likeness(of other: ChangedLines) -> (similarity: Double, differing: Int) {
    let all = total + other.total
    guard all > 0 else { return (1, 0) }
    let common = counts.reduce(0) { $0 + min($1.value, other.counts[$1.key] ?? 0) }
    return (Double(2 * common) / Double(all), all - 2 * common)
  }
}
