// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// A text that holds diffs of files, as it came: usually what stands below the log of a mail.
///
/// Source: POSIX.1-2017 `diff`, "Diff -u or -U Output Format"; `git-diff(1)`, "Generating patch text
/// with -p"; `git-apply(1)`.
public struct Patch: Hashable, Sendable {
  /// The whole text, diffs and what stands between them.
  public let text: [UInt8]
  /// The changes, in the order of the text.
  public internal(set) var files: [FileChange] = []
  /// What is wrong with the text, in its order.
  public internal(set) var problems: [DiffProblem] = []

  init(text: [UInt8]) { self.text = text }

  /// The bytes of one line of a hunk, without marker and line ending.
  public func content(_ line: DiffLine) -> ArraySlice<UInt8> { text[line.content] }

  public var added: Int { files.reduce(0) { $0 + $1.added } }
  public var deleted: Int { files.reduce(0) { $0 + $1.deleted } }
  public var hunkCount: Int { files.reduce(0) { $0 + $1.hunks.count } }
}

/// What one diff of a patch does to one file.
public struct FileChange: Hashable, Sendable {
  public enum Status: Hashable, Sendable { case modified, added, deleted, renamed, copied, mode }

  /// How the diff is written.
  public enum Form: Hashable, Sendable {
    /// `diff --git`, with or without hunks.
    case git
    /// `---` and `+++` alone, perhaps with `Index:` or another program's lines before them.
    case plain
    /// `diff --cc` or `diff --combined`: kept and shown, not analysed.
    case combined
  }

  /// What a binary diff says about its content, which is skipped.
  public enum Binary: Hashable, Sendable {
    /// `Binary files a/x and b/x differ`.
    case differs
    /// `GIT binary patch`: the sizes that its literal or delta forms give, in bytes.
    case content(forward: Int, reverse: Int?)
  }

  public var form: Form
  public var status: Status
  /// The name in the pre-image; nil where the file is new.
  public var oldPath: TreePath?
  /// The name in the post-image; nil where the file is deleted.
  public var newPath: TreePath?
  /// Modes as git prints them (octal), 0 where the diff does not say.
  public var oldMode: UInt32 = 0
  public var newMode: UInt32 = 0
  /// Percent, of a rename or copy.
  public var similarity: Int?
  public var oldBlob: ObjectID?
  public var newBlob: ObjectID?
  public var binary: Binary?
  /// The header lines, up to the first hunk or binary content.
  public var header: ByteRange
  /// Line of the text (1-based) where the diff begins.
  public var line: UInt32
  public var hunks: [Hunk] = []
  /// Whether its names came with `a/` and `b/` (or other one-letter prefixes), which were cut.
  public var hasPrefixes: Bool

  /// The name to show: that of the post-image, unless the file is gone.
  public var path: TreePath? { newPath ?? oldPath }
  public var added: Int { hunks.reduce(0) { $0 + $1.added } }
  public var deleted: Int { hunks.reduce(0) { $0 + $1.deleted } }
}

/// Something wrong in a diff, and where.
public struct DiffProblem: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The hunk's lines are not as many as its header says; the lines were counted instead.
    case countsLie(stated: HunkHeader, found: HunkHeader)
    /// The text ends inside a hunk.
    case truncatedHunk(missingOld: UInt32, missingNew: UInt32)
    /// `@@` that is no hunk header.
    case malformedHunkHeader
    /// A name that cannot name a file of a tree.
    case badPath(String, TreePathError)
    /// The names of a `diff --git` line stand on two lines.
    case wrappedHeader
    /// A header that names no file that could be told.
    case noPath
    /// A hunk that has no file header before it.
    case hunkWithoutFile
    /// The diff of a merge: shown, not analysed.
    case combined
    /// Binary content that breaks off or is damaged.
    case truncatedBinary
    /// More than the limit of this program.
    case tooMany(String, limit: Int)
  }

  public var kind: Kind
  /// Line of the text, 1-based.
  public var line: UInt32
}
