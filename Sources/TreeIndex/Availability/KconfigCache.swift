// SPDX-License-Identifier: GPL-2.0-or-later

internal import Kconfig
internal import SourceText

/// What the Kconfig files of trees say, by architecture, in the folder of the cache: no text of Kconfig is read for a
/// tree whose Kconfig files are as they were, whatever its other files are.
///
/// Kept by the paths and blob ids of all Kconfig files. What is not whole, of another version or of other files is not
/// there.
struct KconfigCache: Sendable {
  private let folder: CacheFolder
  private let texts: CacheFolder

  /// Three trees of what Linux has of architectures.
  private static let kept = 3 * 24
  private static let keptTexts = 3
  private static let head = CacheHead(magic: Array("RPKCONFG".utf8), version: KconfigDatabase.keptVersion)

  init(folder: String) {
    self.folder = CacheFolder(path: folder, prefix: "kconfig-", kept: Self.kept)
    texts = CacheFolder(path: folder, prefix: "texts-", kept: Self.keptTexts)
  }

  /// - Parameter digest: of the tree's Kconfig files.
  private func key(_ architecture: String, _ digest: UInt64) -> UInt64 {
    let toolchain = Toolchain.current
    return StableHash.of(
      digest, StableHash.of(architecture.utf8), UInt64(toolchain.gcc), UInt64(toolchain.binutils))
  }

  /// nil where it is not there.
  func database(for architecture: String, digest: UInt64) -> KconfigDatabase? {
    let key = key(architecture, digest)
    return folder.bytes(named: folder.name(of: key))?.withSpan { span in
      Self.head.isWhole(span, key: key)
        ? KconfigDatabase(
          kept: span.extracting(CacheHead.size..<span.count), architecture: architecture) : nil
    }
  }

  /// The texts of the files; nil where they are not there.
  func texts(digest: UInt64) -> KconfigTexts? {
    texts.bytes(named: texts.name(of: digest)).flatMap { KconfigTexts($0, digest: digest) }
  }

  /// Puts the texts there, where they are not.
  /// - Returns: as `build` does.
  func buildTexts(_ paths: [TreePath], of tree: any SourceTree, digest: UInt64) -> (
    bytes: Int, problem: String?
  ) {
    let name = texts.name(of: digest)
    if let there = texts.bytes(named: name), KconfigTexts(there, digest: digest) != nil {
      return (there.count, nil)
    }
    // What cannot be read now is read again by who needs it.
    guard let bytes = KconfigTexts.kept(paths, of: tree, digest: digest) else { return (0, nil) }
    let problem = texts.store(bytes, named: name)
    return (problem == nil ? bytes.count : 0, problem)
  }

  /// Reads what is not there and puts it there. Only who has the lock of the writers does.
  /// - Parameters:
  ///   - isKnown: whether a file is one of those that the digest is of.
  /// - Returns: bytes that are there now, and why something is not.
  func build(
    _ tree: any SourceTree, for architectures: [String], digest: UInt64,
    where isKnown: @Sendable (TreePath) -> Bool
  ) -> (bytes: Int, problem: String?) {
    let read = inParallel(architectures.count) { index -> (there: Int, bytes: [UInt8]) in
      let key = key(architectures[index], digest)
      let there =
        folder.bytes(named: folder.name(of: key))?.withSpan { Self.head.isWhole($0, key: key) ? $0.count : 0 }
        ?? 0
      guard there == 0 else { return (there, []) }
      let read = KconfigDatabase(reading: tree, architecture: architectures[index])
      return (0, read.kept(where: isKnown).map { Self.head.file($0, key: key) } ?? [])
    }
    var (count, problem): (Int, String?) = (0, nil)
    // One after the other: who stores removes what writers left that ended early.
    for (architecture, (there, bytes)) in zip(architectures, read) {
      count += there
      guard !bytes.isEmpty else { continue }
      let failure = folder.store(bytes, named: folder.name(of: key(architecture, digest)))
      count += failure == nil ? bytes.count : 0
      problem = problem ?? failure
    }
    return (count, problem)
  }
}
