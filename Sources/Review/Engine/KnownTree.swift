// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
public import SourceText
internal import TreeIndex

/// What is read of a tree, kept for all the series that are reviewed on it.
public struct KnownTree: Sendable {
  /// The headers of the tree, read once.
  let headers: HeaderFiles
  /// What can be built of it; nil where it has no Kconfig or no architectures.
  let builds: TreeBuilds?
  let maintainers: KnownMaintainers
  private let index: KnownSymbols

  /// - Parameters:
  ///   - symbolCache: the folder where `review-patch index` keeps the symbols of trees; nil where files are searched.
  ///   - isForMany: whether hundreds of files will be asked about.
  public init(_ tree: any SourceTree, symbolCache: String?, isForMany: Bool = false) {
    self.init(
      tree, KnownSymbols(of: tree, cache: symbolCache.map { SymbolCache(folder: $0) }), isForMany: isForMany)
  }

  /// A tree that is taken to be as it was when it was last looked at: `isRight` tells whether it is.
  init(presuming tree: any SourceTree, symbolCache: String?) {
    let cache = symbolCache.map { SymbolCache(folder: $0) }
    self.init(tree, KnownSymbols(of: tree, cache: cache, presumes: true), isForMany: false)
  }

  private init(_ tree: any SourceTree, _ index: KnownSymbols, isForMany: Bool) {
    maintainers = KnownMaintainers(of: tree)
    self.index = index
    headers = HeaderFiles(of: tree) { index.symbols.summary(ofHeader: $0) }
    let builds = TreeBuilds(of: tree, headers: headers, index: index, isForMany: isForMany)
    self.builds = builds.isWhole ? builds : nil
  }

  /// Whether all that was said of the tree is true of it. Waits where that is not known yet.
  var isRight: Bool { index.isRight }

  func isSame(as other: KnownTree) -> Bool { index === other.index }

  /// The tree as it is, with nothing of what was read before.
  func corrected(_ tree: any SourceTree) -> KnownTree { KnownTree(tree, index.corrected(), isForMany: false) }
}
