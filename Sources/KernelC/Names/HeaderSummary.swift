// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions

/// What is looked up in a header before its text is: what it includes, and its words. A thousand headers are asked for
/// each file, and a few of them have to be read.
public struct HeaderSummary: Sendable {
  let includes: ConditionalIncludes
  /// Of `words(of:)`.
  let words: WordHashes
  /// Whether it holds `##`.
  let pastes: Bool

  /// One `#include` line.
  public struct Include: Sendable {
    /// As written, without the quotes; a macro's name where one stands there.
    public var name: String
    public var isSystem: Bool
    public var isOfMacro: Bool
    public var condition: Formula

    public init(name: String, isSystem: Bool, isOfMacro: Bool, condition: Formula) {
      (self.name, self.isSystem, self.isOfMacro) = (name, isSystem, isOfMacro)
      self.condition = condition
    }
  }

  /// A summary as it was kept.
  /// - Parameters:
  ///   - table: that of the includes' conditions.
  ///   - words: what `words(of:)` returned.
  public init(includes: [Include], table: FormulaTable, words: [UInt32], pastes: Bool) {
    self.includes = ConditionalIncludes(
      includes.map { include in
        ConditionalIncludes.Include(
          name: IncludeName(
            name: Array(include.name.utf8), isSystem: include.isSystem || include.isOfMacro,
            isOfMacro: include.isOfMacro), end: 0, condition: include.condition)
      }, table: table)
    (self.words, self.pastes) = (WordHashes(slots: words), pastes)
  }

  /// The words of a header with what they may be there, to be kept, and whether it holds `##`.
  public static func words(of syntax: SyntaxTree) -> (words: [UInt32], pastes: Bool) {
    var (words, pastes) = WordHashes.reading(syntax.buffer.text)
    let names = FileNames(of: syntax)
    for name in [names.ordinary.keys.map { $0 }, names.macros.keys.map { $0 }, Array(names.uncertain)]
      .joined()
    {
      words.insert(WordHashes.hash(of: Array(name.utf8)), as: .declared)
    }
    for tag in [names.tags.keys, names.groupTags.keys].joined() {
      words.insert(WordHashes.hash(of: Array(tag.utf8)), as: .declared)
    }
    return (words.slots, pastes)
  }
}
