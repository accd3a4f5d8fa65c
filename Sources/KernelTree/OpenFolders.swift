// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText
internal import Synchronization

/// The folders of a directory that were opened last: many files of one are read one after the other.
///
/// A class, as it is a cache; its state is behind a lock. What is open stays the folder that it was, wherever its name
/// leads by now.
final class OpenFolders: Sendable {
  /// A descriptor that several may use.
  final class Shared: Sendable {
    private let descriptor: Descriptor
    var number: Int32 { descriptor.number }

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  private struct State {
    var folders: [TreePath: Shared] = [:]
    /// The oldest first.
    var order: [TreePath] = []
  }

  private let state = Mutex(State())
  /// A process may have 1024 files open.
  private static let most = 64

  subscript(path: TreePath) -> Shared? { state.withLock { $0.folders[path] } }

  func keep(_ folder: Shared, at path: TreePath) {
    state.withLock { state in
      guard state.folders.updateValue(folder, forKey: path) == nil else { return }
      state.order.append(path)
      if state.order.count > Self.most { state.folders[state.order.removeFirst()] = nil }
    }
  }
}
