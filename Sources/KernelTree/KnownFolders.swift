// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText
internal import Synchronization

/// What is known of the folders of a directory: those that were opened last, as many files of one are read one after the
/// other, and what each that was asked for holds.
///
/// A class, as it is a cache; its state is behind a lock. What is open stays the folder that it was, wherever its name
/// leads by now.
final class KnownFolders: Sendable {
  /// A descriptor that several may use.
  final class Shared: Sendable {
    private let descriptor: Descriptor
    var number: Int32 { descriptor.number }

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  /// By path; nil is the top.
  private struct State {
    var open: [TreePath?: Shared] = [:]
    /// The oldest first.
    var order: [TreePath?] = []
    var entries: [TreePath?: [TreeEntry]] = [:]
  }

  private let state = Mutex(State())
  private let walk = Mutex(())
  /// A process may have 1024 files open.
  private static let mostOpen = 64

  subscript(path: TreePath?) -> Shared? { state.withLock { $0.open[path] } }

  func keep(_ folder: Shared, at path: TreePath?) {
    // What is closed is closed outside of the lock.
    _ = state.withLock { state -> Shared? in
      if let replaced = state.open.updateValue(folder, forKey: path) { return replaced }
      state.order.append(path)
      return state.order.count > Self.mostOpen
        ? state.open.removeValue(forKey: state.order.removeFirst()) : nil
    }
  }

  /// Lets one walk through all folders at a time: the next finds what they hold.
  func walking<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    try walk.withLock { (_) throws(Failure) in try body() }
  }

  func entries(of path: TreePath?) -> [TreeEntry]? { state.withLock { $0.entries[path] } }
  func keep(_ entries: [TreeEntry], of path: TreePath?) { state.withLock { $0.entries[path] = entries } }
}
