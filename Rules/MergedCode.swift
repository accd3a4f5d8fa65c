// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Review
internal import SourceText

extension PatchFacts {
  /// The C files beside a file that hold all of some words, as the tree has them before the patch, in the order of their
  /// names. None where there is no tree.
  func mergedFiles(beside path: TreePath, holding words: [String]) -> [SourceUnit] {
    guard let preimage, let entries = try? preimage.entries(of: path.folder) else { return [] }
    let searches = words.map { WordSearch($0) }
    let names = entries.filter { $0.kind == .file && $0.name.suffix(2).elementsEqual(".c".utf8) }.map(\.name)
    return names.sorted { $0.lexicographicallyPrecedes($1) }.prefix(MergedCode.mostFiles).compactMap { name in
      guard let file = try? path.folder?.appending(name) ?? TreePath(validating: name),
        let text = try? preimage.bytes(of: file), text.count <= MergedCode.largest,
        searches.allSatisfy({ $0.isIn(text) })
      else { return nil }
      return mergedFile(file, text)
    }
  }

  /// A file of the tree before the patch; nil where it is not there.
  func mergedFile(at path: TreePath) -> SourceUnit? {
    guard let text = try? preimage?.bytes(of: path), text.count <= MergedCode.largest else { return nil }
    return mergedFile(path, text)
  }

  private func mergedFile(_ path: TreePath, _ text: [UInt8]) -> SourceUnit {
    shared("merged \(path)") { SourceUnit(path: path, text: text) }
  }
}

/// What is read of merged code beside a file: a search must end before the user looks up.
private enum MergedCode {
  static let mostFiles = 400
  static let largest = 1 << 20
}
