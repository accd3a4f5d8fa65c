// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2

/// What git-config says below some sections: the files of the system, of the user, and of a repository, then `git -c`.
public struct GitConfiguration: Hashable, Sendable {
  /// One value, with its key in the order of the files and of the command line; the last of a key wins.
  public struct Entry: Hashable, Sendable {
    /// As git normalises it: section and variable in lower case, the subsection as it stands.
    public var key: String
    public var value: String
  }

  public private(set) var entries: [Entry] = []

  /// Reads what is there; files that are missing hold nothing.
  /// - Parameters:
  ///   - sections: `reviewpatch`, `color`
  ///   - path: a folder in the repository whose configuration counts too; nil for none.
  ///   - variable: looks up a variable of the environment, in which `git -c` hands on what it was given.
  /// - Throws: `.corrupt` where a file is no configuration.
  public init(
    sections: [String], repositoryAt path: String?, variable: (String) -> String? = { _ in nil }
  ) throws(RepositoryError) {
    var repository: OpaquePointer?
    defer { git_repository_free(repository) }
    let configuration: OpaquePointer
    do throws(LibraryError) {
      try startLibrary()
      if let path, git_repository_open_ext(&repository, path, 0, nil) == 0, let repository {
        configuration = try make { git_repository_config_snapshot(&$0, repository) }
      } else {
        let whole = try make { git_config_open_default(&$0) }
        defer { git_config_free(whole) }
        configuration = try make { git_config_snapshot(&$0, whole) }
      }
    } catch {
      throw .corrupt(path: "git configuration", why: error.message)
    }
    defer { git_config_free(configuration) }
    var iterator: OpaquePointer?
    func isWanted(_ key: String) -> Bool { sections.contains { key.hasPrefix($0 + ".") } }
    defer { entries += CommandConfiguration(variable).entries.filter { isWanted($0.key) } }
    // Not the one with a pattern: libgit2 1.5 leaks memory for every key that does not match.
    guard git_config_iterator_new(&iterator, configuration) == 0 else { return }
    defer { git_config_iterator_free(iterator) }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator) == 0, let found = entry?.pointee {
      guard let name = found.name else { continue }
      let key = String(cString: name)
      guard isWanted(key) else { continue }
      entries.append(Entry(key: key, value: found.value.map { String(cString: $0) } ?? "true"))
    }
  }

  /// The value that wins for a key in git's normal form.
  public subscript(key: String) -> String? { entries.last { $0.key == key }?.value }

  /// All values of a key, in the order of the files.
  public func all(_ key: String) -> [String] { entries.filter { $0.key == key }.map(\.value) }
}
