// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Synchronization

/// One side of a changed file, with the nodes of what the patch touches.
struct IndexedUnit: Sendable {
  let unit: SourceUnit
  let index: NodeIndex
  /// The identifiers of what the patch touches outside of functions, and of the functions that it touches: a pattern that
  /// names another one fits nowhere.
  let words: Set<String>

  init(_ unit: SourceUnit) {
    (self.unit, index) = (unit, NodeIndex(unit.syntax) { unit.isTouched($0) })
    let syntax = unit.syntax
    var words: Set<String> = []
    for external in syntax.children(of: syntax.root) where unit.isTouched(external) {
      for token in syntax[external].tokens where syntax.buffer.tokens[token].kind == .identifier {
        words.insert(syntax.spelling(ofToken: token))
      }
    }
    self.words = words
  }

  /// Whether a token stands on a line that the patch adds or removes.
  func isChanged(_ token: Int) -> Bool {
    let place = unit.place(ofToken: token)
    return place == .added || place == .removed
  }
}

/// A changed file as patterns look at it.
struct IndexedFile: Sendable {
  let file: ChangedFile
  let old, new: [IndexedUnit]
}

/// The changed files of one patch, indexed when the first pattern asks. A cache, as `ChangedFiles` is.
final class IndexedFiles: Sendable {
  private let files = Mutex<[IndexedFile]?>(nil)

  func files(_ make: () -> [IndexedFile]) -> [IndexedFile] {
    files.withLock { files in
      if let files { return files }
      let made = make()
      files = made
      return made
    }
  }
}

extension PatchFacts {
  var indexedFiles: [IndexedFile] {
    indexed.files {
      changedFiles.map { file in
        IndexedFile(file: file, old: file.old.map { IndexedUnit($0) }, new: file.new.map { IndexedUnit($0) })
      }
    }
  }
}
