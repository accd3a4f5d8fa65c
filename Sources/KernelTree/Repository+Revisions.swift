// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
public import SourceText

extension Repository {
  /// The files of a commit; `HEAD` where no revision is given.
  /// - Parameter revision: any name that git knows: a branch, a tag, `HEAD~3`, an abbreviated id.
  public func tree(at revision: String = "HEAD") throws(RepositoryError) -> RevisionTree {
    try tree(of: resolve(revision))
  }

  /// The files of a commit by its whole id.
  public func tree(of commit: ObjectID) throws(RepositoryError) -> RevisionTree {
    let root = try withCommit(commit) { (_, pointer) throws(RepositoryError) in
      git_commit_tree_id(pointer).map { RawID($0.pointee) }
    }
    guard let root else { throw .corrupt(path: path, why: "commit \(commit.hex) has no tree") }
    return RevisionTree(repository: self, commit: commit, root: root)
  }

  /// The commit that a name stands for.
  public func resolve(_ revision: String) throws(RepositoryError) -> ObjectID {
    try withHandle { (handle) throws(RepositoryError) in
      if revision == "HEAD", git_repository_head_unborn(handle) == 1 { throw .unbornHead(path) }
      let object: OpaquePointer
      do throws(LibraryError) {
        object = try make { git_revparse_single(&$0, handle, revision) }
      } catch {
        // GIT_ERROR_INVALID: a form of name that the library does not know.
        if error.isAmbiguous { throw .ambiguous(revision) }
        let isUnknown = error.isNotFound || error.code == GIT_EINVALIDSPEC.rawValue
        guard isUnknown || error.part == GIT_ERROR_INVALID.rawValue else {
          throw .corrupt(path: path, why: error.message)
        }
        throw .noSuchRevision(revision)
      }
      defer { git_object_free(object) }
      do throws(LibraryError) {
        let commit = try make { git_object_peel(&$0, object, GIT_OBJECT_COMMIT) }
        defer { git_object_free(commit) }
        guard let id = git_object_id(commit) else { throw LibraryError(code: -1, message: "no id") }
        return try RawID(id.pointee).objectID()
      } catch {
        throw error.isNotFound ? .objectMissing(revision) : .notACommit(revision)
      }
    }
  }

  /// Lends a commit to `body`.
  func withCommit<Result>(
    _ id: ObjectID,
    _ body: (_ handle: OpaquePointer, _ commit: OpaquePointer) throws(RepositoryError) -> Result
  ) throws(RepositoryError) -> Result {
    guard let raw = RawID(id) else { throw .noSuchRevision(id.hex) }
    return try withHandle { (handle) throws(RepositoryError) in
      var id = raw.git
      let commit: OpaquePointer
      do throws(LibraryError) {
        commit = try make { git_commit_lookup(&$0, handle, &id) }
      } catch {
        throw RepositoryError(error, object: raw.hex, in: path)
      }
      defer { git_commit_free(commit) }
      return try body(handle, commit)
    }
  }

  /// The first parent; nil where there is none, or a shallow clone ends.
  public func firstParent(of commit: ObjectID) throws(RepositoryError) -> ObjectID? {
    let parent = try withCommit(commit) { (handle, pointer) throws(RepositoryError) -> RawID? in
      guard git_commit_parentcount(pointer) > 0, let id = git_commit_parent_id(pointer, 0) else { return nil }
      var raw = id.pointee
      var found: OpaquePointer?
      guard git_commit_lookup(&found, handle, &raw) == 0 else { return nil }
      git_commit_free(found)
      return RawID(raw)
    }
    return parent.flatMap { ObjectID($0.hex) }
  }

  /// Branches, remote branches and tags, newest commit first, each commit once.
  ///
  /// A ref that is broken or does not lead to a commit is left out.
  func tips() throws(RepositoryError) -> [Tip] {
    try withHandle { (handle) throws(RepositoryError) in
      var iterator: OpaquePointer?
      guard git_reference_iterator_new(&iterator, handle) == 0 else { return [] }
      defer { git_reference_iterator_free(iterator) }
      var tips: [Tip] = []
      for _ in 0..<Limits.references {
        var reference: OpaquePointer?
        let code = git_reference_next(&reference, iterator)
        if code == GIT_ITEROVER.rawValue { break }
        guard code == 0, let reference else { continue }
        defer { git_reference_free(reference) }
        var commit: OpaquePointer?
        guard git_reference_peel(&commit, reference, GIT_OBJECT_COMMIT) == 0, let commit else { continue }
        defer { git_object_free(commit) }
        guard let id = git_object_id(commit), let object = ObjectID(RawID(id.pointee).hex),
          let name = git_reference_name(reference)
        else { continue }
        tips.append(Tip(name: String(cString: name), commit: object, time: git_commit_time(commit)))
      }
      var seen: Set<ObjectID> = []
      return tips.sorted { ($1.time, $0.name) < ($0.time, $1.name) }.filter {
        seen.insert($0.commit).inserted
      }
    }
  }

  /// Where a ref leads.
  struct Tip {
    var name: String
    var commit: ObjectID
    /// Seconds since 1970, as the committer says.
    var time: Int64
  }
}
