// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// How far a tree is what the patches of a series say that it was.
struct Agreement {
  private(set) var agreeing = 0
  /// Sorted by path.
  private(set) var disagreeing: [TreePath] = []
  /// Files of which the series or the tree does not tell.
  private(set) var unknown = 0
  /// Whether at least one file's content was compared.
  private var hasContent = false

  init(of files: [BaseClues.Touched], with tree: some SourceTree) {
    for file in files {
      switch Self.check(file, in: tree) {
      case true:
        agreeing += 1
        if case .blob = file.expectation { hasContent = true }
      case false: disagreeing.append(file.path)
      case nil: unknown += 1
      }
    }
    disagreeing.sort()
  }

  /// Every file agrees, and at least one by its content.
  var isFull: Bool { disagreeing.isEmpty && unknown == 0 && hasContent }
  /// Nothing speaks against the tree.
  var isUncontested: Bool { disagreeing.isEmpty }
  /// How many files could be compared.
  var compared: Int { agreeing + disagreeing.count }

  /// For people: `5 of 7 files agree`.
  var sentence: String {
    if compared == 0 { return "no file could be compared" }
    let count = compared == 1 ? "1 file agrees" : "\(compared) files agree"
    let known = disagreeing.isEmpty && compared > 1 ? "all \(count)" : "\(agreeing) of \(count)"
    return unknown == 0 ? known : "\(known), \(unknown) not known"
  }

  /// Whether one file is as expected; nil where that cannot be told.
  static func check(_ file: BaseClues.Touched, in tree: some SourceTree) -> Bool? {
    if file.expectation == .unknown { return nil }
    let blob: ObjectID?
    do {
      blob = try tree.blobID(of: file.path)
    } catch {
      return nil
    }
    switch file.expectation {
    case .blob(let expected): return blob.map { $0.agrees(with: expected) } ?? false
    case .absent: return blob == nil
    case .present: return blob != nil
    case .unknown: return nil
    }
  }
}
