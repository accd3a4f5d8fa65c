// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText
public import UnifiedDiff

/// What came of putting a patch on a tree.
public struct PatchApplication: Hashable, Sendable {
  /// How well a patch fits, in one word of the JSON contract.
  public enum Verdict: String, Hashable, Sendable {
    case yes, offset, fuzz, partly, no
    /// There is no diff, or a file could not be read.
    case unknown
  }

  /// What became of one file.
  public enum Outcome: Hashable, Sendable {
    /// Its hunks went on as far as they fit; see `fits`.
    case applied
    /// The file that the patch changes is not there.
    case notThere
    /// The file that the patch makes is there; its content was replaced, but where the patch makes it of a file that is not
    /// there.
    case existsAlready
    /// The patch deletes the file and does not remove all that it holds; it counts as deleted.
    case contentLeft
    /// Binary: what the file holds afterwards is not known.
    case binary
    /// The diff of a merge or of a submodule.
    case notAnalysed
    /// The file is there and cannot be read.
    case unreadable(SourceTreeError)
  }

  public struct File: Hashable, Sendable {
    /// The names as the tree has them, where the patch's own needed cutting (`-p0`, `-p1`).
    public var oldPath, newPath: TreePath?
    public var outcome: Outcome
    /// One for each hunk; empty where nothing could be tried.
    public var fits: [Application.Fit] = []
    /// For each hunk: how far its lines of the post-image lie from the patch's own numbers.
    public var newOffsets: [Int?] = []
    /// Whether the file was, before the patch, what the patch's `index` line says; nil where unsaid.
    public var hadStatedBlob: Bool?
    /// Whether the file is as the patch leaves it without the patch.
    public var isDoneAlready = false

    /// The name to show.
    public var path: TreePath? { newPath ?? oldPath }
  }

  /// One for each file of the patch.
  public var files: [File]
  /// Sentences for people, one for each thing that does not fit, in the order of the patch.
  public var reasons: [String]

  /// The whole patch in one word.
  public var applies: Verdict {
    let count = counts
    if count.failed > 0 { return count.fitted > 0 ? .partly : .no }
    return count.unknown > 0 || files.isEmpty ? .unknown : count.worst
  }

  /// Whether more of the patch does not fit than does: the tree is a much older or newer one, or has the patch already.
  public var isMostlyUnfit: Bool {
    let count = counts
    return count.failed > count.fitted
  }

  /// How many hunks, and files without any, fit or not, and how well the worst of those does that fit.
  private var counts: (fitted: Int, failed: Int, unknown: Int, worst: Verdict) {
    var (fitted, failed, unknown) = (0, 0, 0)
    var worst = Verdict.yes
    for file in files {
      switch file.outcome {
      case .applied where file.fits.isEmpty, .binary: fitted += 1
      case .applied: break
      case .notThere, .existsAlready, .contentLeft: failed += 1
      case .notAnalysed, .unreadable: unknown += 1
      }
      guard file.outcome == .applied else { continue }
      for fit in file.fits {
        switch fit {
        case .exact: fitted += 1
        case .offset:
          fitted += 1
          if worst == .yes { worst = .offset }
        case .fuzz:
          fitted += 1
          worst = .fuzz
        case .failed: failed += 1
        }
      }
    }
    return (fitted, failed, unknown, worst)
  }
}

extension PatchApplication {
  /// The lines (1-based) of the files after the patch that it adds, or before which it takes lines away, as far as its hunks
  /// fit.
  /// - Parameter patch: the one that was applied.
  public func touchedLines(of patch: Patch) -> [TreePath: Set<Int>] {
    var touched: [TreePath: Set<Int>] = [:]
    for (change, file) in zip(patch.files, files) {
      guard let path = file.newPath else { continue }
      for (hunk, offset) in zip(change.hunks, file.newOffsets) {
        guard let offset else { continue }
        touched[path, default: []].formUnion(hunk.touchedLines.map { $0 + offset })
      }
    }
    return touched
  }
}

extension Hunk {
  /// By its own numbers.
  fileprivate var touchedLines: [Int] {
    var (next, touched) = (Int(header.new.start), [] as [Int])
    for line in lines {
      if line.kind != .context { touched.append(next) }
      if line.kind != .removed { next = Int(line.newNumber) + 1 }
    }
    return touched
  }
}
