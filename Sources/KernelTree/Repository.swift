// SPDX-License-Identifier: GPL-2.0-or-later

import CLibgit2
import SourceText
import Synchronization

/// A git repository that is read, and only read: no fetch, no git program, no file touched.
///
/// libgit2 is twice as fast with one handle a thread as with a shared one, so calls borrow a handle
/// from a pool and several threads may ask at once.
public final class Repository: Sendable {
  /// Where it was opened, as it was given.
  public let path: String
  /// Whether its history ends early, so that a commit not found may exist all the same.
  public let isShallow: Bool
  /// Whether objects may be left at a remote, so that a file not read may exist all the same.
  public let isPartial: Bool
  /// Whether it has no work tree.
  public let isBare: Bool

  /// The `.git` folder that the path led to, which further handles open; that of the work tree, where there are several.
  public let folder: String
  private let idle: Mutex<[Handle]>
  private let cache = Mutex(Cache())

  private struct Cache {
    var folders: [RawID: Folder] = [:]
    var names = 0
  }

  /// Opens the repository that a work tree, a folder in it, a `.git` folder or a bare repository is.
  public init(opening path: String) throws(RepositoryError) {
    try Files.requireFolder(path)
    let handle: Handle
    do {
      try startLibrary()
      handle = Handle(try make { git_repository_open_ext(&$0, path, 0, nil) })
      try LooseGuard.install(in: handle.pointer)
    } catch {
      throw switch error.code {
      case GIT_EOWNER.rawValue: .otherOwner(path)
      // So says libgit2 1.5 where the user has no `safe.directory` that could allow it.
      case GIT_ENOTFOUND.rawValue where error.part == GIT_ERROR_CONFIG.rawValue: .otherOwner(path)
      case GIT_ENOTFOUND.rawValue: .notARepository(path)
      default: .corrupt(path: path, why: error.message)
      }
    }
    self.path = path
    folder = git_repository_path(handle.pointer).map { String(cString: $0) } ?? path
    isShallow = git_repository_is_shallow(handle.pointer) == 1
    isBare = git_repository_is_bare(handle.pointer) == 1
    isPartial = Self.hasPromisor(handle.pointer)
    idle = Mutex([handle])
  }

  deinit {
    for handle in idle.withLock({ $0 }) { git_repository_free(handle.pointer) }
  }

  /// A handle that one call at a time uses.
  ///
  /// The unchecked conformance holds as a handle is either in the pool, behind its lock, or with the
  /// one call that took it out; libgit2 lets a handle move between threads.
  struct Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
  }

  /// Lends a handle to `body`; what the body makes with it must not outlive it.
  func withHandle<Result>(
    _ body: (OpaquePointer) throws(RepositoryError) -> Result
  ) throws(RepositoryError) -> Result {
    let handle: Handle
    if let waiting = idle.withLock({ $0.popLast() }) {
      handle = waiting
    } else {
      do {
        handle = Handle(try make { git_repository_open(&$0, folder) })
        try LooseGuard.install(in: handle.pointer)
      } catch {
        throw .corrupt(path: path, why: error.message)
      }
    }
    defer {
      let isKept = idle.withLock { pool in
        guard pool.count < Limits.idleHandles else { return false }
        pool.append(handle)
        return true
      }
      if !isKept { git_repository_free(handle.pointer) }
    }
    return try body(handle.pointer)
  }

  /// Reads an object; `name` is its id, for errors.
  func reading<Result>(
    _ name: String, _ body: (OpaquePointer) throws(LibraryError) -> Result
  ) throws(RepositoryError) -> Result {
    try withHandle { (handle) throws(RepositoryError) in
      do throws(LibraryError) {
        return try body(handle)
      } catch {
        throw RepositoryError(error, object: name, in: path)
      }
    }
  }

  /// The entries of a tree object, from memory where it was read before.
  func folder(_ id: RawID) throws(RepositoryError) -> Folder {
    if let known = cache.withLock({ $0.folders[id] }) { return known }
    let folder = try withHandle { (handle) throws(RepositoryError) in
      try Folder(reading: id, from: handle, of: path)
    }
    cache.withLock {
      if $0.names + folder.count > Limits.cachedNames { $0 = Cache() }
      if $0.folders.updateValue(folder, forKey: id) == nil { $0.names += folder.count + 1 }
    }
    return folder
  }

  /// Whether the configuration says that a remote has objects which are not here.
  private static func hasPromisor(_ handle: OpaquePointer) -> Bool {
    var config: OpaquePointer?
    guard git_repository_config_snapshot(&config, handle) == 0 else { return false }
    defer { git_config_free(config) }
    // Not the iterator by pattern: libgit2 1.5 leaks 20 kB for each name that does not match.
    var iterator: OpaquePointer?
    guard git_config_iterator_new(&iterator, config) == 0 else { return false }
    defer { git_config_iterator_free(iterator) }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator) == 0 {
      guard let entry = entry?.pointee, let name = entry.name.map({ String(cString: $0) }) else { continue }
      let isRemote = name.hasPrefix("remote.") && name.hasSuffix(".promisor")
      guard isRemote || name == "extensions.partialclone" else { continue }
      if entry.value.map({ String(cString: $0) }) != "false" { return true }
    }
    return false
  }
}

extension RepositoryError {
  /// What a failed look-up of an object means.
  init(_ error: LibraryError, object name: String, in path: String) {
    self =
      switch error.code {
      case GIT_ENOTFOUND.rawValue: .objectMissing(error.missingID ?? name)
      case GIT_EAMBIGUOUS.rawValue: .ambiguous(name)
      default: .corrupt(path: path, why: error.message)
      }
  }
}
