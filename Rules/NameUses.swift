// SPDX-License-Identifier: GPL-2.0-or-later

internal import KernelC
internal import KernelTree
internal import Mail
internal import Review
internal import SourceText
internal import TreeIndex
internal import UnifiedDiff

extension PatchFacts {
  /// Whether a line that another patch of the series adds, removes or shows has a word, or one of this patch in another file.
  /// What does not fit the tree counts as well.
  func seriesNames(_ name: String, outside path: TreePath) -> Bool {
    seriesNames(name) { isThis, file, _ in !isThis || file.path != path }
  }

  /// Whether a line of the series, or of what it needs, has a word.
  /// - Parameter isMeant: of a line in a file, and whether it is of this patch.
  func seriesNames(_ name: String, where isMeant: (Bool, FileChange, DiffLine) -> Bool) -> Bool {
    let search = WordSearch(name)
    return (series.series.patches + series.prerequisites).contains { other in
      guard search.isIn(other.patch.text) else { return false }
      let isThis = other.envelope.messageID == mail.envelope.messageID && other.index == mail.index
      return other.patch.files.contains { file in
        file.hunks.contains { hunk in
          hunk.lines.contains {
            isMeant(isThis, file, $0) && other.patch.content($0).firstRange(ofWord: name) != nil
          }
        }
      }
    }
  }

  /// Whether a later part of the series has a word on a line that it adds, removes or shows.
  func laterPartNames(_ name: String) -> Bool {
    let search = WordSearch(name)
    return series.series.patches.contains { other in
      other.index > mail.index && search.isIn(other.patch.text)
    }
  }

  /// Whether a macro of a changed file, or of a header that it includes from its own folder, may put a name together.
  func mayPaste(_ name: String, in source: SourceUnit) -> Bool {
    let beside = source.syntax.includes.filter { !$0.isSystem }.compactMap { include in
      try? source.path.folder?.appending(Array(include.path.utf8))
    }
    let units = changedFiles.flatMap(\.new) + beside.compactMap { wholeUnit(at: $0) }
    return units.contains { unit in
      pastedParts(of: unit).contains { name.hasPrefix($0) || name.hasSuffix($0) }
    }
  }

  private func pastedParts(of unit: SourceUnit) -> Set<String> {
    guard unit.isWhole else { return FileNames(of: unit.syntax).pasted }
    return shared("pasted in \(unit.path)") { FileNames(of: unit.syntax).pasted }
  }
}

extension [FindingDraft] {
  /// Of findings of one file that say the same of several names the first, with the places of the others.
  var oneOfAKind: [FindingDraft] { gathered { $0.shape } }

  /// The first of those with the same key, with the places of the others; one without a key stays.
  func gathered(by key: (FindingDraft) -> String?) -> [FindingDraft] {
    var places: [String: Int] = [:]
    var kept: [FindingDraft] = []
    for draft in self {
      let key = key(draft)
      guard let first = key.flatMap({ places[$0] }) else {
        if let key { places[key] = kept.count }
        kept.append(draft)
        continue
      }
      let isRepeated = draft.message == kept[first].message
      kept[first].related.append(RelatedSpan(draft.primary, label: isRepeated ? "and here" : draft.message))
      kept[first].symbols = (kept[first].symbols + draft.symbols).withoutRepeats
      // What mends one of them alone would leave the finding.
      kept[first].fix = draft.fix.flatMap { kept[first].fix?.joined(with: $0) }
    }
    return kept
  }
}

extension FindingDraft {
  /// The message without the names, which are quoted there or called: `name`, name().
  fileprivate var shape: String {
    symbols.reduce(message) { $0.replacing("`\($1)`", with: "").replacing("\($1)()", with: "()") }
  }
}

extension SyntaxTree {
  /// Tokens that read as a name, preprocessor lines included.
  func places(of name: String) -> [Int] {
    let word = Array(name.utf8)[...]
    return buffer.tokens.indices.filter {
      buffer.tokens[$0].kind == .identifier && buffer.bytes(of: buffer.tokens[$0]) == word
    }
  }

  /// Whether a text in quotes has a name as a word: an asm statement, a table of symbols.
  func isQuoted(_ name: String) -> Bool {
    buffer.tokens.contains {
      $0.kind == .string && buffer.bytes(of: $0).firstRange(ofWord: name) != nil
    }
  }

  /// The macros in whose calls outside of functions a name stands.
  func callsOutsideFunctions(with name: String) -> [String] {
    children(of: root).filter { external in
      self[external].kind == .macroCall && self[external].tokens.contains { spelling(ofToken: $0) == name }
    }.map { self.name(of: $0) }
  }
}
