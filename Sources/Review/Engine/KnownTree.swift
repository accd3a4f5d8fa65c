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

  /// - Parameters:
  ///   - symbolCache: the folder where `review-patch index` keeps the symbols of trees; nil where files are searched.
  ///   - isForMany: whether hundreds of files will be asked about.
  public init(_ tree: any SourceTree, symbolCache: String?, isForMany: Bool = false) {
    maintainers = KnownMaintainers(of: tree)
    let index = KnownSymbols(of: tree, cache: symbolCache.map { SymbolCache(folder: $0) })
    headers = HeaderFiles(of: tree) { index.symbols.summary(ofHeader: $0) }
    let builds = TreeBuilds(of: tree, headers: headers, index: index, isForMany: isForMany)
    self.builds = builds.isWhole ? builds : nil
  }
}
