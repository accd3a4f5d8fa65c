// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
public import SourceText

/// Commits as the mail that `git format-patch --stdout` would make of them.
public struct RangeMail: Hashable, Sendable {
  /// An mbox; a line of a log that begins with `From ` has a `>` before it (mboxrd).
  public var bytes: [UInt8]
  /// The commits that became mail, the oldest first.
  public var commits: [ObjectID]
  /// The parent of the first, which stands as `base-commit` in the last mail; nil for a root commit.
  public var base: ObjectID?
  /// Sentences about commits that were left out.
  public var notes: [String]
}

extension Repository {
  /// Turns commits into mail.
  /// - Parameter range: `A..B`, `A..` (to HEAD), or one commit, which is sent alone.
  public func mail(range: String) throws(RepositoryError) -> RangeMail {
    let all = try commits(in: range)
    var notes: [String] = []
    var commits: [ObjectID] = []
    for commit in all {
      let changes = try withDiff(of: commit, for: .names) { (diff) throws(LibraryError) in
        git_diff_num_deltas(diff)
      }
      switch changes {
      case nil: notes.append("\(commit.short) is a merge and is left out")
      case 0: notes.append("\(commit.short) changes no file and is left out")
      default: commits.append(commit)
      }
    }
    guard let first = commits.first else { throw .emptyRange(range) }
    let base = try parent(of: first)
    var bytes: [UInt8] = []
    for (index, commit) in commits.enumerated() {
      let isLast = index + 1 == commits.count
      bytes += try mail(
        of: commit, number: index + 1, total: commits.count, base: isLast ? base : nil)
      guard bytes.count <= Limits.rangeBytes else { throw .rangeTooLong(range, limit: Limits.rangeBytes) }
    }
    return RangeMail(bytes: bytes, commits: commits, base: base, notes: notes)
  }

  /// The commits of a range, the oldest first.
  private func commits(in range: String) throws(RepositoryError) -> [ObjectID] {
    if range.contains("...") || range.hasPrefix("^") || range.contains(" ") {
      throw .rangeNotSupported(range)
    }
    guard let dots = range.firstRange(of: "..") else { return [try resolve(range)] }
    let (from, to) = (String(range[..<dots.lowerBound]), String(range[dots.upperBound...]))
    let old = try resolve(from.isEmpty ? "HEAD" : from)
    let new = try resolve(to.isEmpty ? "HEAD" : to)
    let commits: [ObjectID]
    do {
      commits = try walk(from: old, to: new)
    } catch {
      // libgit2 1.5 does not know where a shallow clone ends; a line of commits can be walked all the same.
      guard isShallow, case .objectMissing = error else { throw error }
      commits = try line(from: old, to: new, of: range)
    }
    guard !commits.isEmpty else { throw .emptyRange(range) }
    guard commits.count <= Limits.rangeCommits else {
      throw .rangeTooLong(range, limit: Limits.rangeCommits)
    }
    return commits
  }

  private func walk(from old: ObjectID, to new: ObjectID) throws(RepositoryError) -> [ObjectID] {
    guard let oldID = RawID(old), let newID = RawID(new) else { throw .objectMissing(new.hex) }
    return try reading(new.hex) { (handle) throws(LibraryError) in
      let walk = try make { git_revwalk_new(&$0, handle) }
      defer { git_revwalk_free(walk) }
      var (from, to, next) = (oldID.git, newID.git, git_oid())
      try git { git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_REVERSE.rawValue) }
      try git { git_revwalk_push(walk, &to) }
      try git { git_revwalk_hide(walk, &from) }
      var commits: [ObjectID] = []
      while commits.count <= Limits.rangeCommits {
        let code = git_revwalk_next(&next, walk)
        if code == GIT_ITEROVER.rawValue { break }
        try git { code }
        commits.append(try RawID(next).objectID())
      }
      return commits
    }
  }

  private func line(
    from old: ObjectID, to new: ObjectID, of range: String
  ) throws(RepositoryError) -> [ObjectID] {
    var commits: [ObjectID] = []
    var commit = new
    while commit != old {
      commits.append(commit)
      guard commits.count <= Limits.rangeCommits else {
        throw .rangeTooLong(range, limit: Limits.rangeCommits)
      }
      guard let parent = try firstParent(of: commit) else { throw .objectMissing("below \(commit.hex)") }
      commit = parent
    }
    return commits.reversed()
  }

  /// The first parent by its id, whether it is here or not.
  private func parent(of commit: ObjectID) throws(RepositoryError) -> ObjectID? {
    let id = try withCommit(commit) { (_, pointer) throws(RepositoryError) in
      git_commit_parentcount(pointer) > 0 ? git_commit_parent_id(pointer, 0).map { RawID($0.pointee) } : nil
    }
    return id.flatMap { ObjectID($0.hex) }
  }

  private func mail(
    of commit: ObjectID, number: Int, total: Int, base: ObjectID?
  ) throws(RepositoryError) -> [UInt8] {
    let diff = try withDiff(of: commit, for: .mail) { (diff) throws(LibraryError) in
      (try DiffText.text(of: diff), try Self.statistics(of: diff))
    }
    guard let (patch, statistics) = diff else { throw .emptyRange(commit.hex) }
    return try withCommit(commit) { (_, pointer) throws(RepositoryError) in
      guard let message = CommitMessage(pointer) else {
        throw .corrupt(path: path, why: "commit \(commit.hex) cannot be read")
      }
      var mail = Array("From \(commit.hex) Mon Sep 17 00:00:00 2001\n".utf8)
      mail += message.headers(prefix: total > 1 ? "[PATCH \(number)/\(total)] " : "[PATCH] ")
      mail += message.body
      mail += Array("---\n".utf8) + statistics + Array("\n".utf8) + patch
      if let base { mail += Array("\nbase-commit: \(base.hex)\n".utf8) }
      return mail + Array("-- \nreview-patch\n\n".utf8)
    }
  }

  private static func statistics(of diff: OpaquePointer) throws(LibraryError) -> [UInt8] {
    let statistics = try make { git_diff_get_stats(&$0, diff) }
    defer { git_diff_stats_free(statistics) }
    let format = GIT_DIFF_STATS_FULL.rawValue | GIT_DIFF_STATS_INCLUDE_SUMMARY.rawValue
    return try DiffText.written {
      git_diff_stats_to_buf(&$0, statistics, git_diff_stats_format_t(format), 80)
    }
  }
}
