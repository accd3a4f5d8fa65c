// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
public import SourceText

extension Repository {
  /// The stable patch id of a commit, as `git format-patch --base` lists it; nil for a merge.
  public func patchID(of commit: ObjectID) throws(RepositoryError) -> ObjectID? {
    let id = try withDiff(of: commit, for: .patchID) { (diff) throws(LibraryError) in
      try PatchID(of: diff).bytes
    }
    return id.flatMap { ObjectID(RawID(bytes: $0).hex) }
  }

  /// The commits with these patch ids, newest first, among the newest of HEAD, branches and tags.
  func commits(withPatchIDs wanted: [ObjectID]) throws(RepositoryError) -> [ObjectID] {
    var missing = Set(wanted)
    var found: [ObjectID] = []
    var starts = try tips().prefix(Limits.tips).map(\.commit)
    if let head = try? resolve("HEAD") { starts.append(head) }
    for commit in try newestCommits(from: starts, limit: Limits.patchIDCommits) {
      guard let id = try patchID(of: commit), missing.contains(id) else { continue }
      missing.remove(id)
      found.append(commit)
      if missing.isEmpty { break }
    }
    return found
  }

  /// Whether an object with this id, or one that begins so, is here.
  func has(_ id: ObjectID) -> Bool {
    let answer = try? reading(id.hex) { (handle) throws(LibraryError) -> Bool in
      let odb = try make { git_repository_odb(&$0, handle) }
      defer { git_odb_free(odb) }
      let count = id.hex.utf8.count
      var (prefix, whole) = (git_oid(), git_oid())
      guard git_oid_fromstrn(&prefix, id.hex, min(count, 40)) == 0 else { return false }
      let code = git_odb_exists_prefix(&whole, odb, &prefix, min(count, 40))
      return code == 0 || code == GIT_EAMBIGUOUS.rawValue
    }
    return answer ?? false
  }

  /// Commits and their ancestors, newest first; a parent that is not here is left out.
  ///
  /// Not libgit2's own walk: 1.5 fails as a whole where a shallow clone ends.
  private func newestCommits(from starts: [ObjectID], limit: Int) throws(RepositoryError) -> [ObjectID] {
    try withHandle { (handle) throws(RepositoryError) in
      var seen: Set<RawID> = []
      /// Sorted, the newest last.
      var waiting: [(time: Int64, id: RawID, parents: [RawID])] = []
      func add(_ id: RawID) {
        guard seen.insert(id).inserted else { return }
        var raw = id.git
        var commit: OpaquePointer?
        guard git_commit_lookup(&commit, handle, &raw) == 0, let commit else { return }
        defer { git_commit_free(commit) }
        let parents = (0..<git_commit_parentcount(commit)).compactMap { index in
          git_commit_parent_id(commit, index).map { RawID($0.pointee) }
        }
        let time = git_commit_time(commit)
        let place = waiting.firstIndex { $0.time > time } ?? waiting.count
        waiting.insert((time, id, parents), at: place)
      }
      for start in starts { if let id = RawID(start) { add(id) } }
      var commits: [ObjectID] = []
      while commits.count < limit, let next = waiting.popLast() {
        if let id = ObjectID(next.id.hex) { commits.append(id) }
        for parent in next.parents { add(parent) }
      }
      return commits
    }
  }
}
