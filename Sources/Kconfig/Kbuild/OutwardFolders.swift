// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText
internal import Synchronization

/// The folders of a tree whose Makefiles may name files that are not below them. They are looked for once, for all
/// architectures, when the first file is asked for that no Makefile beside it builds.
///
/// A class, as it is a cache; its state is behind a lock.
public final class OutwardFolders: Sendable {
  private let tree: any SourceTree
  private let base: OutwardFolders?
  private let touched: [TreePath]
  private let known: @Sendable () -> [TreePath]?
  private let found = Mutex<[String]?>(nil)

  /// - Parameter known: the Makefiles of which it is known, without reading all, that they may name others; nil where that is
  ///   not known.
  public init(of tree: any SourceTree, known: @escaping @Sendable () -> [TreePath]? = { nil }) {
    (self.tree, self.known, base, touched) = (tree, known, nil, [])
  }

  /// Those of a tree with patches on top.
  /// - Parameter touched: what the patches touch.
  public init(_ base: OutwardFolders, with touched: [TreePath], of tree: any SourceTree) {
    (self.tree, self.base, known) = (tree, base, { nil })
    self.touched = touched.filter { Self.isMakefile($0.name) }
  }

  /// Sorted; folders of all architectures.
  var folders: [String] {
    found.withLock { found in
      if let found { return found }
      let folders = base.map { changed($0.folders) } ?? all
      found = folders
      return folders
    }
  }

  private var all: [String] {
    // What these build is no part of the kernel.
    let skipped = Set(["tools", "scripts", "Documentation"].map { Array($0.utf8) })
    guard
      let files = known()
        ?? (try? tree.listed(skipping: skipped, where: { Self.isMakefile($0) }).map(\.path))
    else { return [] }
    let folders = Set(
      files.compactMap { path -> String? in
        let names = path.bytes.split(separator: UInt8(ascii: "/"))
        guard names.count > 1, names.count <= Kbuild.folderDepth, !skipped.contains(Array(names[0])) else {
          return nil
        }
        return path.folder?.description
      }
    ).sorted()
    return zip(folders, inParallel(folders.count) { isOutward(folders[$0]) }).filter(\.1).map(\.0)
  }

  private func changed(_ folders: [String]) -> [String] {
    let changed = Set(touched.compactMap { $0.folder?.description })
    return (folders.filter { !changed.contains($0) } + changed.filter { isOutward($0) }).sorted()
  }

  /// Whether a file of this name says what is built of a folder.
  public static func isMakefile(_ name: some Sequence<UInt8>) -> Bool {
    name.elementsEqual("Kbuild".utf8) || name.elementsEqual("Makefile".utf8)
  }

  /// By the file that Kbuild takes.
  private func isOutward(_ folder: String) -> Bool {
    for name in ["Kbuild", "Makefile"] {
      if let path = TreePath("\(folder)/\(name)"), let text = try? tree.bytes(of: path) {
        return Self.mayNameOthers(text)
      }
    }
    return false
  }

  /// Whether a Makefile may name files that are not below it: a word with `../` in it may be an object's name, or another
  /// Makefile than those below is included.
  public static func mayNameOthers(_ text: [UInt8]) -> Bool {
    let bytes = text.span
    func isHere(_ word: StaticString, at start: Int) -> Bool {
      guard start + word.utf8CodeUnitCount <= bytes.count else { return false }
      return (0..<word.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == word.utf8Start[$0] }
    }
    for i in 0..<bytes.count {
      if bytes[i] == UInt8(ascii: "i"), isHere("include $(", at: i), !isHere("include $(src)/", at: i) {
        return true
      }
      guard bytes[i] == UInt8(ascii: "."), isHere("../", at: i) else { continue }
      var start = i
      while start > 0, !bytes[start - 1].isBlankOrNewline { start -= 1 }
      // Headers are searched for there, or files are named from the top: objects are named from the folder itself.
      let isOther = ["-I", "$(src)/", "$(obj)/", "$(srctree)/", "$(objtree)/"].contains {
        isHere($0, at: start)
      }
      if !isOther { return true }
    }
    return false
  }
}

extension UInt8 {
  fileprivate var isBlankOrNewline: Bool {
    self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\n")
  }
}
