// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
public import SourceText
public import TreeIndex

extension PatchFacts {
  /// The architectures of the tree, the most used ones first; none where nothing is known of what can be built.
  public var architectures: [String] { builds?.architectures ?? [] }

  /// What a body makes of the tree with this patch as it is built for one architecture; nil where nothing is known of
  /// that.
  public func withBuild<Result: Sendable>(
    for architecture: String, _ body: (ArchitectureBuild) -> Result
  ) -> Result? {
    guard let builds, let postimage, let headers else { return nil }
    let patched = TreeBuilds.Patched(
      number: mail.index, tree: postimage,
      headers: IncludeClosure.Source(
        headers, changed: parsed.headers(of: postimage), paths: Set(postimage.touched)),
      touched: postimage.touched)
    return builds.with(patched, architecture: architecture, body)
  }

  /// Whether a hunk that does not fit may declare a name: then it is not in the tree, and counts as there.
  public func mayBringElsewhere(_ name: String, to path: TreePath) -> Bool {
    fragments.contains { (other, names) in (other == path || other.isHeader) && names.mayDeclare(name) }
  }

  /// What the lines declare that are in no file of the tree, as their hunks do not fit.
  private var fragments: [(path: TreePath, names: FileNames)] {
    parsed.fragments {
      guard let postimage else { return [] }
      return postimage.pathsWithFragments.flatMap { path in
        postimage.fragments(of: path).map { text in
          (path, FileNames(of: SyntaxTree(parsing: TokenBuffer(lexing: text), as: .fragment)))
        }
      }
    }
  }
}

extension TreePath {
  fileprivate var isHeader: Bool { bytes.suffix(2).elementsEqual(".h".utf8) }
}
