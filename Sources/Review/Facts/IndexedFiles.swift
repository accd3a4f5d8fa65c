// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import SourceText
internal import Synchronization

/// One side of a changed file, with the nodes of what the patch touches.
struct IndexedUnit: Sendable {
  let unit: SourceUnit
  let index: NodeIndex
  /// Hashes of the identifiers of what the patch touches outside of functions, and of the functions that it touches: a
  /// pattern that names another one fits nowhere.
  let words: Set<UInt64>

  init(_ unit: SourceUnit) {
    (self.unit, index) = (unit, NodeIndex(unit.syntax) { unit.isTouched($0) })
    let syntax = unit.syntax
    var words: Set<UInt64> = []
    for external in syntax.children(of: syntax.root) where unit.isTouched(external) {
      for token in syntax[external].tokens where syntax.buffer.tokens[token].kind == .identifier {
        words.insert(StableHash.of(syntax.buffer.spelling(of: syntax.buffer.tokens[token])))
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

/// The changed files of a patch as patterns look at them: for each file its units, on both sides.
struct IndexedSides: Sendable {
  var old: [[IndexedUnit]] = []
  var new: [[IndexedUnit]] = []
}

/// The changed files of one patch, indexed when the first pattern asks. A cache, as `ChangedFiles` is.
final class IndexedFiles: Sendable {
  private let sides = Mutex<IndexedSides?>(nil)

  func sides(_ make: () -> IndexedSides) -> IndexedSides {
    sides.withLock { sides in
      if let sides { return sides }
      let made = make()
      sides = made
      return made
    }
  }
}

extension PatchFacts {
  var indexedFiles: IndexedSides {
    indexed.sides {
      IndexedSides(
        old: changedFiles.map { $0.old.map { IndexedUnit($0) } },
        new: changedFiles.map { $0.new.map { IndexedUnit($0) } })
    }
  }
}
