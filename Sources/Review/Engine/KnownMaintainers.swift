// SPDX-License-Identifier: GPL-2.0-or-later

internal import Maintainers
internal import SourceText
internal import Synchronization

/// The file MAINTAINERS of a tree, read when it is first asked for.
final class KnownMaintainers: Sendable {
  private let tree: any SourceTree
  /// The outer nil: not read yet.
  private let file = Mutex<MaintainersFile??>(nil)

  init(of tree: any SourceTree) { self.tree = tree }

  /// nil where the tree has none.
  var value: MaintainersFile? {
    file.withLock { file in
      if let known = file { return known }
      let bytes = TreePath("MAINTAINERS").flatMap { (try? tree.bytes(of: $0)) ?? nil }
      let read = bytes.map { MaintainersFile(parsing: $0) }
      file = .some(read)
      return read
    }
  }
}
