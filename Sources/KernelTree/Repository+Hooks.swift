// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2

extension Repository {
  /// Where git looks for hooks: `core.hooksPath`, which may be relative to where hooks are run, else the folder that all
  /// work trees share. It need not be there.
  ///
  /// Source: `git-config(1)`, `core.hooksPath`; `githooks(5)`.
  public func hooksFolder() throws(RepositoryError) -> String {
    try withHandle { (handle) throws(RepositoryError) in
      if let set = Self.hooksPath(handle) {
        guard !set.hasPrefix("/") else { return set }
        // Hooks run at the top of the work tree, or in a bare repository itself.
        return (git_repository_workdir(handle).map { String(cString: $0) } ?? folder) + set
      }
      var shared = git_buf()
      defer { git_buf_dispose(&shared) }
      guard git_repository_item_path(&shared, handle, GIT_REPOSITORY_ITEM_HOOKS) == 0, let text = shared.ptr
      else { throw .corrupt(path: path, why: "it has no place for hooks") }
      return String(cString: text)
    }
  }

  /// The configured folder, with `~` resolved; nil where none is set.
  private static func hooksPath(_ handle: OpaquePointer) -> String? {
    var configuration: OpaquePointer?
    guard git_repository_config_snapshot(&configuration, handle) == 0 else { return nil }
    defer { git_config_free(configuration) }
    var value = git_buf()
    defer { git_buf_dispose(&value) }
    guard git_config_get_path(&value, configuration, "core.hookspath") == 0, value.size > 0,
      let text = value.ptr
    else { return nil }
    return String(cString: text)
  }
}
