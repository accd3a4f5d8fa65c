// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import SourceText

extension Repository {
  /// What a diff is made for.
  enum DiffPurpose {
    /// To be read, with renames.
    case mail
    /// To be hashed, with renames, and without the heuristic that shifts hunks for readers.
    case patchID
    /// To be counted.
    case names
  }

  /// Lends the diff of a commit against its parent, or against nothing where it has none; nil for a
  /// merge. The options are those that `git format-patch` has by itself, whatever is configured.
  func withDiff<Result>(
    of commit: ObjectID, for purpose: DiffPurpose, _ body: (OpaquePointer) throws(LibraryError) -> Result
  ) throws(RepositoryError) -> Result? {
    try withCommit(commit) { (handle, pointer) throws(RepositoryError) in
      let count = git_commit_parentcount(pointer)
      guard count < 2 else { return nil }
      do throws(LibraryError) {
        let new = try make { git_commit_tree(&$0, pointer) }
        defer { git_tree_free(new) }
        var old: OpaquePointer?
        defer { git_tree_free(old) }
        if count == 1 {
          let parent = try make { git_commit_parent(&$0, pointer, 0) }
          defer { git_commit_free(parent) }
          old = try make { git_commit_tree(&$0, parent) }
        }
        let diff = try Self.diff(old, new, in: handle, for: purpose)
        defer { git_diff_free(diff) }
        if purpose != .names {
          var options = git_diff_find_options()
          try git { git_diff_find_options_init(&options, UInt32(GIT_DIFF_FIND_OPTIONS_VERSION)) }
          options.flags = GIT_DIFF_FIND_RENAMES.rawValue
          options.rename_limit = 1000
          try git { git_diff_find_similar(diff, &options) }
        }
        return try body(diff)
      } catch {
        throw RepositoryError(error, object: commit.hex, in: path)
      }
    }
  }

  private static func diff(
    _ old: OpaquePointer?, _ new: OpaquePointer, in handle: OpaquePointer, for purpose: DiffPurpose
  ) throws(LibraryError) -> OpaquePointer {
    var options = git_diff_options()
    try git { git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)) }
    options.context_lines = 3
    options.interhunk_lines = 0
    options.id_abbrev = 40
    if purpose == .mail {
      options.flags |= GIT_DIFF_SHOW_BINARY.rawValue | GIT_DIFF_INDENT_HEURISTIC.rawValue
    }
    var diff: OpaquePointer?
    let code = "a".withCString { a in
      "b".withCString { b in
        options.old_prefix = a
        options.new_prefix = b
        return git_diff_tree_to_tree(&diff, handle, old, new, &options)
      }
    }
    try git { code }
    guard let diff else { throw LibraryError(code: -1, message: "libgit2 gave nothing") }
    return diff
  }
}
