// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import Synchronization

/// One side of a changed file, with the nodes of what the patch touches.
struct IndexedUnit: Sendable {
  let unit: SourceUnit
  let index: NodeIndex

  init(_ unit: SourceUnit) {
    (self.unit, index) = (unit, NodeIndex(unit.syntax) { unit.isTouched($0) })
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
