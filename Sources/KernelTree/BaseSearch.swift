// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

/// The tree that a series is reviewed on.
public struct Base: Sendable {
  /// What led to it; the words of the JSON contract.
  public enum Source: String, Hashable, Sendable {
    /// The user named the revision or the directory.
    case given
    case baseCommit = "base-commit"
    /// The commits with the patch ids that the series asks for.
    case prerequisite
    /// The files that the series touches are there as its `index` lines say.
    case blobs
    /// The tree configured for a prefix of the subject.
    case prefix
    /// Nothing: HEAD of the repository.
    case none
  }

  public var tree: any SourceTree
  /// nil for a plain directory.
  public var commit: ObjectID?
  public var source: Source
  /// Whether the blob ids of all touched files agree; of a given revision, that none speaks against it.
  public var exact: Bool
  /// Whether files that the series does not touch are as its author had them, too: blob ids speak of those that it
  /// touches only.
  public var isExactBeyondPatch: Bool {
    switch source {
    case .baseCommit, .prerequisite: exact
    case .given: exact && commit != nil
    case .blobs, .prefix, .none: false
    }
  }
  /// Sentences for people: what was looked at, and what came of it.
  public var tried: [String]
  /// The touched files that are not as the series says that they were, sorted; also of a given revision.
  public var disagreeing: [TreePath] = []

  public init(
    tree: any SourceTree, commit: ObjectID?, source: Source, exact: Bool, tried: [String],
    disagreeing: [TreePath] = []
  ) {
    (self.tree, self.commit, self.source, self.exact) = (tree, commit, source, exact)
    (self.tried, self.disagreeing) = (tried, disagreeing)
  }
}

/// Finds the revision that a series was made for, or says what it tried.
///
/// The first that fits exactly wins: the given revision, the base-commit, the commit on top of the
/// prerequisite patches, a commit in which all old blob ids agree, the tree of a subject prefix. Where
/// none does, the first of them that is here is near; HEAD is the last resort.
public struct BaseSearch: Sendable {
  /// Where to search.
  public enum Place: Sendable {
    case repository(Repository, revision: String?)
    case directory(DirectoryTree)

    /// Opens what the user named.
    public init(opening location: TreeLocation) throws(RepositoryError) {
      switch location {
      case .repository(let path, let revision):
        self = .repository(try Repository(opening: path), revision: revision)
      case .directory(let path): self = .directory(try DirectoryTree(opening: path))
      }
    }
  }

  public var place: Place
  public var clues: BaseClues
  /// The revision to look at for a word of the subject prefix: `bpf-next` → `bpf/master`.
  public var prefixes: [String: String]
  /// How many commits of a first-parent history are compared.
  public var historyLimit = Limits.history

  public init(in place: Place, clues: BaseClues, prefixes: [String: String] = [:]) {
    (self.place, self.clues, self.prefixes) = (place, clues, prefixes)
  }

  /// The base.
  /// - Throws: where the given revision, or without any clue HEAD, is not to be had.
  public func base() throws(RepositoryError) -> Base {
    switch place {
    case .directory(let tree):
      let agreement = Agreement(of: clues.files, with: tree)
      return Base(
        tree: tree, commit: nil, source: .given, exact: agreement.isFull,
        tried: ["blob ids: \(agreement.sentence) in \(tree.path)"], disagreeing: agreement.disagreeing)
    case .repository(let repository, let revision?):
      let tree = try repository.tree(at: revision)
      let agreement = Agreement(of: clues.files, with: tree)
      return Base(
        tree: tree, commit: tree.commit, source: .given, exact: agreement.isUncontested,
        tried: ["blob ids: \(agreement.sentence) at \(revision)"], disagreeing: agreement.disagreeing)
    case .repository(let repository, nil):
      var run = RepositorySearch(repository: repository, search: self)
      return try run.base()
    }
  }
}
