// SPDX-License-Identifier: GPL-2.0-or-later

/// Where the user says the source is: `DIR`, `REPO` or `REPO@REV`.
public enum TreeLocation: Hashable, Sendable {
  /// A repository; without a revision the base is searched, and HEAD is the last resort.
  case repository(String, revision: String?)
  /// A plain directory.
  case directory(String)

  /// Reads the value of `--tree` and looks at what stands there.
  ///
  /// A path may hold an `@` and so may a revision: a whole text that exists is a path, otherwise the
  /// shortest path that exists wins. A folder inside a work tree that is not its top is a plain
  /// directory: the files of a patch are named from the top of the tree.
  public init(parsing text: String) throws(RepositoryError) {
    if Files.kind(of: text) != nil {
      self = try Self.classify(text, revision: nil)
      return
    }
    for at in text.indices where text[at] == "@" && at != text.startIndex {
      let path = String(text[..<at])
      let revision = String(text[text.index(after: at)...])
      guard Files.kind(of: path) != nil else { continue }
      self = try Self.classify(path, revision: revision.isEmpty ? "HEAD" : revision)
      return
    }
    throw .noSuchPath(text)
  }

  /// The repository that a folder lies in, however deep, or else the folder itself: what is meant where
  /// the user names nothing and stands somewhere.
  public init(around folder: String) throws(RepositoryError) {
    do {
      self = .repository(try Repository(opening: folder).path, revision: nil)
    } catch .notARepository {
      self = .directory(folder)
    }
  }

  private static func classify(_ path: String, revision: String?) throws(RepositoryError) -> TreeLocation {
    try Files.requireFolder(path)
    let isTop = Files.kind(of: path + "/.git") != nil
    let isBare = Files.kind(of: path + "/HEAD") == .file && Files.kind(of: path + "/objects") == .folder
    if isTop || isBare { return .repository(path, revision: revision) }
    guard revision == nil else { throw .notARepository(path) }
    return .directory(path)
  }
}
