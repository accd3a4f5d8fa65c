// SPDX-License-Identifier: GPL-2.0-or-later

/// Why a repository, or something in it, cannot be had. Paths are as they were given.
public enum RepositoryError: Error, Hashable, Sendable {
  /// There is nothing at the path.
  case noSuchPath(String)
  /// A file stands where a repository or folder is meant.
  case notAFolder(String)
  /// The system does not let us read it; its words.
  case unreadable(path: String, why: String)
  /// No git repository at the path or above it.
  case notARepository(String)
  /// The repository belongs to another user and `safe.directory` does not name it.
  case otherOwner(String)
  /// The branch of HEAD has no commit yet.
  case unbornHead(String)
  /// Nothing here has that name.
  case noSuchRevision(String)
  /// More than one object has that name.
  case ambiguous(String)
  /// There is such an object, and it is no commit.
  case notACommit(String)
  /// An object is known but not here, as in a shallow or partial clone.
  case objectMissing(String)
  /// A file, by its id, that is over the limit.
  case tooLarge(String, bytes: Int)
  /// Damaged, or of a format that libgit2 does not read; its words.
  case corrupt(path: String, why: String)
  /// `A...B`, `^A` or another set of commits that is not one run of them.
  case rangeNotSupported(String)
  /// A range without commits that could be sent.
  case emptyRange(String)
  /// More commits or bytes than the limit.
  case rangeTooLong(String, limit: Int)
}

extension RepositoryError: CustomStringConvertible {
  /// One sentence without a full stop.
  public var description: String {
    switch self {
    case .noSuchPath(let path): "\(path): no such file or folder"
    case .notAFolder(let path): "\(path): not a folder"
    case .unreadable(let path, let why): "\(path): cannot be read: \(why)"
    case .notARepository(let path): "\(path): not a git repository"
    case .otherOwner(let path):
      "\(path): the repository belongs to another user; "
        + "`git config --global --add safe.directory` would allow it"
    case .unbornHead(let path): "\(path): HEAD has no commit yet"
    case .noSuchRevision(let name): "\(name): no such revision"
    case .ambiguous(let name): "\(name): more than one object has this name"
    case .notACommit(let name): "\(name): not a commit"
    case .objectMissing(let name): "object \(name) is not here (a shallow or partial clone?)"
    case .tooLarge(let id, let bytes): "\(id): \(bytes) bytes are over the limit of \(Limits.fileBytes)"
    case .corrupt(let path, let why): "\(path): \(why)"
    case .rangeNotSupported(let range): "\(range): give one commit or a range `A..B`"
    case .emptyRange(let range): "\(range): no commit that could be sent"
    case .rangeTooLong(let range, let limit): "\(range): more than the limit of \(limit)"
    }
  }
}
