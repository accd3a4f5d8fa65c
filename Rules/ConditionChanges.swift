// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

/// Lines of a file that a patch leaves as they are, and that it compiles under another condition: it takes an `#ifdef` away
/// from around them, or writes another one.
struct ConditionChanges: Sendable {
  /// The conditions that lines had, by the line in the new text, 1-based.
  fileprivate let old: [UInt32: Formula]
  /// Of those.
  let table: FormulaTable
  /// The directives that the patch adds or removes, with the line of the new text at which each takes effect.
  fileprivate let directives: [(line: UInt32, span: Span)]

  /// What was the condition of the line on which a token begins; nil where it is what it was.
  func old(ofToken token: Int, in source: SourceUnit) -> Formula? {
    old[source.syntax.buffer.tokens[token].line]
  }

  /// The directive by which the condition of a token is another one: the last before it.
  func cause(ofToken token: Int, in source: SourceUnit) -> Span {
    let line = source.syntax.buffer.tokens[token].line
    return (directives.last { $0.line <= line } ?? directives[0]).span
  }
}

extension PatchFacts {
  /// nil where the conditions of a file are what they were, or where not all of it is known.
  fileprivate func findConditionChanges(of source: SourceUnit) -> ConditionChanges? {
    guard source.isWhole, let file = mail.patch.files.first(where: { $0.newPath == source.path }),
      let old = changedFiles.flatMap(\.old).first(where: { $0.path == file.oldPath && $0.isWhole })
    else { return nil }
    let directives = file.hunks.flatMap { self.directives(in: $0, of: file) }
    guard !directives.isEmpty else { return nil }
    var (before, after) = (Lines(of: old), Lines(of: source))
    var changed: [UInt32: Formula] = [:]
    var newLines: [UInt32: UInt32] = [:]
    while let line = after.next(), let twin = before.next() {
      newLines[source.lines.number(ofLine: line.number)] = line.number
      guard let new = line.condition, let old = twin.condition, new.text != old.text else { continue }
      changed[line.number] = old.formula
    }
    guard !changed.isEmpty else { return nil }
    let placed = directives.map { directive in
      (line: newLines[directive.number] ?? directive.number, span: directive.span)
    }
    return ConditionChanges(
      old: changed, table: old.syntax.conditionals.table, directives: placed.sorted { $0.line < $1.line })
  }

  /// The lines of a file that the patch compiles under another condition, and leaves as they are otherwise.
  func conditionChanges(of source: SourceUnit) -> ConditionChanges? {
    guard source.isWhole else { return nil }
    return shared("condition changes of \(source.path)") { findConditionChanges(of: source) }
  }

  /// The changed `#if`, `#else` and `#endif` lines of a hunk, with the number of the next line that is on both sides.
  private func directives(in hunk: Hunk, of file: FileChange) -> [(number: UInt32, span: Span)] {
    hunk.lines.indices.compactMap { index in
      let line = hunk.lines[index]
      guard line.kind != .context, mail.patch.content(line).isConditional else { return nil }
      let next = hunk.lines[index...].first { $0.kind == .context }
      let last = hunk.lines.last { $0.kind == .context }
      return (next?.newNumber ?? last?.newNumber ?? line.newNumber, span(of: line, in: hunk, of: file))
    }
  }
}

/// The lines of one side of a file that the other side has, too.
private struct Lines: IteratorProtocol {
  private let unit: SourceUnit
  private let firstTokens: [UInt32: Int]
  private let count: UInt32
  private var line: UInt32 = 0
  private var texts: [Formula: String] = [:]

  init(of unit: SourceUnit) {
    self.unit = unit
    let tokens = unit.syntax.buffer.tokens
    firstTokens = Dictionary(tokens.indices.map { (tokens[$0].line, $0) }) { first, _ in first }
    count = UInt32(LineTable(unit.syntax.buffer.text).count)
  }

  /// The number of the next line, 1-based, and when it is compiled; nil for a line on which no token begins.
  mutating func next() -> (number: UInt32, condition: (formula: Formula, text: String)?)? {
    repeat { line += 1 } while line <= count && [.added, .removed].contains(unit.lines.place(ofLine: line))
    guard line <= count else { return nil }
    guard let token = firstTokens[line] else { return (line, nil) }
    let conditionals = unit.syntax.conditionals
    let formula = conditionals.condition(ofTokenAt: token)
    let text = texts[formula] ?? conditionals.table.text(of: formula)
    texts[formula] = text
    return (line, (formula, text))
  }
}

extension ArraySlice<UInt8> {
  /// Whether a line opens, splits or ends a conditional.
  fileprivate var isConditional: Bool {
    var rest = drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard rest.popFirst() == UInt8(ascii: "#") else { return false }
    let word = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.prefix { $0.isOfName }
    return ["if", "ifdef", "ifndef", "elif", "else", "endif"].contains(String(decoding: word, as: UTF8.self))
  }
}
