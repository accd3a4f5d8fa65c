// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
public import SourceText

/// What is known of a commit that a tag names.
public enum CommitLookup: Hashable, Sendable {
  case found(CommitSummary)
  /// More than one object begins with the digits.
  case ambiguous
  /// No commit begins with them; in a shallow or partial clone it may exist all the same.
  case notFound
}

/// A commit by its names.
public struct CommitSummary: Hashable, Sendable {
  public var id: ObjectID
  /// The first paragraph of its log on one line, bytes as they are.
  public var subject: [UInt8]

  public init(id: ObjectID, subject: [UInt8]) {
    (self.id, self.subject) = (id, subject)
  }
}

/// Whether one commit is in the history of another.
public enum Ancestry: Hashable, Sendable {
  case ancestor, notAncestor
  /// The history that is here ends before it could be told.
  case unknown
}

extension Repository {
  /// The message of a commit as it stands in the object.
  public func message(of commit: ObjectID) throws(RepositoryError) -> [UInt8] {
    try withCommit(commit) { (_, pointer) throws(RepositoryError) in
      git_commit_message_raw(pointer).map { Array(String(cString: $0).utf8) } ?? []
    }
  }

  /// Looks up the commit of a `Fixes:` tag.
  /// - Parameter abbreviated: 4 to 40 hexadecimal digits.
  public func commit(_ abbreviated: String) throws(RepositoryError) -> CommitLookup {
    guard let name = ObjectID(abbreviated), name.hex.utf8.count <= 40 else { return .notFound }
    return try withHandle { (handle) throws(RepositoryError) in
      var prefix = git_oid()
      let count = name.hex.utf8.count
      do throws(LibraryError) {
        try git { git_oid_fromstrn(&prefix, name.hex, count) }
        let commit = try make { git_commit_lookup_prefix(&$0, handle, &prefix, count) }
        defer { git_commit_free(commit) }
        guard let id = git_commit_id(commit) else { return .notFound }
        let subject = git_commit_summary(commit).map { Array(String(cString: $0).utf8) }
        return .found(CommitSummary(id: try RawID(id.pointee).objectID(), subject: subject ?? []))
      } catch {
        if error.isAmbiguous { return .ambiguous }
        if error.isNotFound { return .notFound }
        throw .corrupt(path: path, why: error.message)
      }
    }
  }

  /// Whether a commit is in the history of another, or is the same.
  ///
  /// Walks the history: seconds on a whole kernel repository without a commit graph.
  public func ancestry(of commit: ObjectID, in descendant: ObjectID) throws(RepositoryError) -> Ancestry {
    guard commit != descendant else { return .ancestor }
    guard let old = RawID(commit), let new = RawID(descendant) else { return .unknown }
    return try withHandle { (handle) throws(RepositoryError) in
      var (ancestor, head) = (old.git, new.git)
      switch git_graph_descendant_of(handle, &head, &ancestor) {
      case 1: return .ancestor
      case 0: return isShallow ? .unknown : .notAncestor
      default: return .unknown
      }
    }
  }
}
