// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2

/// What git-config files say below one section: those of the system, of the user, and of a repository.
public struct GitConfiguration: Hashable, Sendable {
  /// One value, with its key in the order of the files; the last of a key wins.
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
  /// - Throws: `.corrupt` where a file is no configuration.
  public init(sections: [String], repositoryAt path: String?) throws(RepositoryError) {
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
    // Not the one with a pattern: libgit2 1.5 leaks memory for every key that does not match.
    guard git_config_iterator_new(&iterator, configuration) == 0 else { return }
    defer { git_config_iterator_free(iterator) }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator) == 0, let found = entry?.pointee {
      guard let name = found.name else { continue }
      let key = String(cString: name)
      guard sections.contains(where: { key.hasPrefix($0 + ".") }) else { continue }
      entries.append(Entry(key: key, value: found.value.map { String(cString: $0) } ?? "true"))
    }
  }

  /// The value that wins for a key in git's normal form.
  public subscript(key: String) -> String? { entries.last { $0.key == key }?.value }

  /// All values of a key, in the order of the files.
  public func all(_ key: String) -> [String] { entries.filter { $0.key == key }.map(\.value) }
}
