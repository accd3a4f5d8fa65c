// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import Synchronization

/// Folders that are built alike for every architecture, read for the first that asks.
///
/// A folder is one where those above it are and where its own Makefile looked at nothing that architectures differ in.
///
/// A class, as it is a cache; its state is behind a lock.
public final class CommonFolders: Sendable {
  private let known = Mutex<[String: FolderBuild]>([:])

  public init() {}

  /// What is kept by a name; nil too where the Makefiles above export what was asked for in vain when it was read.
  func folder(named name: String, below environment: MakeEnvironment) -> FolderBuild? {
    known.withLock { $0[name] }.flatMap { environment.mayHold($0.unexported) ? nil : $0 }
  }

  func keep(_ build: FolderBuild) {
    guard let name = build.commonName else { return }
    known.withLock { $0[name] = build }
  }

  /// What a folder is kept by: its path, and how make comes to it. nil where architectures may differ in that.
  /// - Parameter above: the folders above it, the top first.
  static func name(of path: String, below above: [FolderBuild]) -> String? {
    guard !path.isBelowArch, let top = above.first, top.path.isEmpty else { return nil }
    guard above.count > 1 else {
      let entry = top.descents[path] ?? .never
      guard path.parentFolder == nil, top.flags.inherited.isEmpty else { return nil }
      let texts = [entry.builtIn, entry.modules, entry.reached].map { top.table.text(of: $0) }
      return texts.contains { $0.contains("…") } ? nil : (texts + [path]).joined(separator: "\n")
    }
    guard top.descents[path] == nil, above.dropFirst().allSatisfy({ $0.commonName != nil }),
      let parent = above.last?.commonName
    else { return nil }
    return "\(parent)\n\(path)"
  }
}

extension String {
  fileprivate var isBelowArch: Bool { self == "arch" || hasPrefix("arch/") }
}
