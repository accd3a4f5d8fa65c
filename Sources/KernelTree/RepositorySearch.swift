// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// One search in one repository.
struct RepositorySearch {
  let repository: Repository
  let search: BaseSearch
  private var tried: [String] = []
  /// The first that is here, and not exact.
  private var near: Base?
  /// Of the commits that were compared, the one with most files that agree.
  private var closest: (tree: RevisionTree, agreement: Agreement)?

  init(repository: Repository, search: BaseSearch) {
    (self.repository, self.search) = (repository, search)
  }

  private var clues: BaseClues { search.clues }

  mutating func base() throws(RepositoryError) -> Base {
    var exact = try baseCommit()
    if exact == nil { exact = try prerequisites() }
    if exact == nil { exact = try blobs() }
    if exact == nil { exact = try prefix() }
    var base: Base
    if let found = exact ?? near {
      base = found
    } else {
      let head = try repository.tree()
      let agreement = Agreement(of: clues.files, with: head)
      base = made(head, agreement, .none, exact: false)
      if let closest, closest.agreement.agreeing > agreement.agreeing {
        base = made(closest.tree, closest.agreement, .blobs, exact: false)
        tried.append(
          "blob ids: \(closest.agreement.sentence) at \(closest.tree.commit.short), the most found")
      }
    }
    base.tried = tried
    return base
  }

  // MARK: The kinds of clue

  private mutating func baseCommit() throws(RepositoryError) -> Base? {
    guard let wanted = clues.baseCommit else { return nil }
    guard case .found(let commit) = try repository.commit(wanted.hex),
      let tree = try treeIfHere(commit.id)
    else {
      tried.append("base-commit \(wanted.short) is not in \(repository.path)")
      return nil
    }
    let agreement = Agreement(of: clues.files, with: tree)
    let isExact = agreement.isFull || agreement.isUncontested && clues.prerequisitePatchIDs.isEmpty
    tried.append("base-commit \(wanted.short) is here, \(agreement.sentence)")
    return take(made(tree, agreement, .baseCommit, exact: isExact))
  }

  private mutating func prerequisites() throws(RepositoryError) -> Base? {
    let wanted = clues.prerequisitePatchIDs
    guard !wanted.isEmpty else { return nil }
    let count = wanted.count == 1 ? "the prerequisite patch" : "\(wanted.count) prerequisite patches"
    let found = try repository.commits(withPatchIDs: wanted)
    guard found.count == wanted.count else {
      tried.append("\(count): \(found.count) found in the local branches and tags")
      return nil
    }
    for commit in found {
      var isTop = true
      for other in found where isTop { isTop = try repository.ancestry(of: other, in: commit) == .ancestor }
      guard isTop, let tree = try treeIfHere(commit) else { continue }
      let agreement = Agreement(of: clues.files, with: tree)
      tried.append("\(count): found up to \(commit.short), \(agreement.sentence)")
      let base = made(tree, agreement, .prerequisite, exact: agreement.isFull)
      if base.exact { return base }
      near = base
      return nil
    }
    tried.append("\(count): found, but no one commit of them has all the others below it")
    return nil
  }

  private mutating func blobs() throws(RepositoryError) -> Base? {
    let blobs = clues.files.compactMap { file -> (TreePath, ObjectID)? in
      if case .blob(let id) = file.expectation { (file.path, id) } else { nil }
    }
    guard !blobs.isEmpty else {
      tried.append("blob ids: the series states none")
      return nil
    }
    let head = try? repository.tree()
    if let head, let base = compare(head, .blobs) {
      tried.append("blob ids: \(Agreement(of: clues.files, with: head).sentence) at HEAD")
      return base
    }
    if let closest { tried.append("blob ids: \(closest.agreement.sentence) at HEAD") }
    let tips = try repository.tips()
    for tip in tips.prefix(Limits.tips) {
      guard let tree = try treeIfHere(tip.commit), let base = compare(tree, .blobs) else { continue }
      tried.append("blob ids: all files agree at \(tip.name)")
      return base
    }
    // Where content is in no commit at all, no history needs to be walked.
    if !repository.isPartial, let absent = blobs.first(where: { !repository.has($0.1) }) {
      tried.append("blob ids: \(absent.1.short) of \(absent.0) is not in \(repository.path)")
      return nil
    }
    guard let head else { return nil }
    let (found, walked) = try history(of: head.commit, .blobs)
    tried.append(
      found.map { "blob ids: all files agree at \($0.commit?.short ?? ""), \(walked) commits below HEAD" }
        ?? "blob ids: neither \(min(tips.count, Limits.tips)) tips nor \(walked) commits below HEAD agree")
    return found
  }

  private mutating func prefix() throws(RepositoryError) -> Base? {
    for word in clues.treePrefixes {
      guard let revision = search.prefixes[word] else { continue }
      let tree: RevisionTree
      do {
        tree = try repository.tree(at: revision)
      } catch {
        tried.append("prefix \(word): \(error)")
        continue
      }
      let agreement = Agreement(of: clues.files, with: tree)
      tried.append("prefix \(word): \(revision), \(agreement.sentence)")
      if let base = take(made(tree, agreement, .prefix, exact: agreement.isFull)) { return base }
      guard clues.files.contains(where: { repository.isPartial || $0.isIn(repository) }) else { continue }
      let (found, walked) = try history(of: tree.commit, .prefix)
      if let found {
        tried.append("prefix \(word): all files agree \(walked) commits below \(revision)")
        return found
      }
    }
    return nil
  }

  // MARK: Steps

  /// The first commit below `commit`, by first parents, in which all files agree, and how many were seen.
  private func history(of commit: ObjectID, _ source: Base.Source) throws(RepositoryError) -> (Base?, Int) {
    var files = clues.files
    guard !files.contains(where: { $0.expectation == .unknown }) else { return (nil, 0) }
    var commit = commit
    for walked in 0..<search.historyLimit {
      guard let parent = try repository.firstParent(of: commit) else { return (nil, walked) }
      commit = parent
      guard let tree = try treeIfHere(commit) else { return (nil, walked) }
      // The file that did not agree last is asked first: it has most likely not changed since.
      if let index = files.firstIndex(where: { Agreement.check($0, in: tree) != true }) {
        files.swapAt(0, index)
        continue
      }
      return (made(tree, Agreement(of: files, with: tree), source, exact: true), walked + 1)
    }
    return (nil, search.historyLimit)
  }

  private mutating func compare(_ tree: RevisionTree, _ source: Base.Source) -> Base? {
    let agreement = Agreement(of: clues.files, with: tree)
    if agreement.isFull { return made(tree, agreement, source, exact: true) }
    if agreement.agreeing > (closest?.agreement.agreeing ?? -1) { closest = (tree, agreement) }
    return nil
  }

  /// Gives an exact base back; keeps another where it is the first.
  private mutating func take(_ base: Base) -> Base? {
    if base.exact { return base }
    if near == nil { near = base }
    return nil
  }

  private func made(_ tree: RevisionTree, _ agreement: Agreement, _ source: Base.Source, exact: Bool) -> Base
  {
    Base(
      tree: tree, commit: tree.commit, source: source, exact: exact, tried: [],
      disagreeing: agreement.disagreeing)
  }

  /// The tree of a commit; nil where its objects are not here.
  private func treeIfHere(_ commit: ObjectID) throws(RepositoryError) -> RevisionTree? {
    do {
      return try repository.tree(of: commit)
    } catch {
      if case .objectMissing = error { return nil }
      throw error
    }
  }
}

extension BaseClues.Touched {
  /// Whether the repository has the content that is expected, in any commit or none.
  fileprivate func isIn(_ repository: Repository) -> Bool {
    if case .blob(let id) = expectation { repository.has(id) } else { true }
  }
}
