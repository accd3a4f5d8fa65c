// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import KernelC
internal import Review
internal import SourceText

/// `include/order`: an `#include` that breaks the order its block had, or that is there twice.
struct IncludeOrder: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    CheckResult(
      patch.changedFiles.flatMap(\.new).flatMap { source -> [FindingDraft] in
        let lines = IncludeLine.all(in: source)
        guard lines.contains(where: \.isAdded) else { return [] }
        let twice = repeated(lines, source, patch)
        let moved = IncludeLine.blocks(of: lines).flatMap { unsorted($0, source, patch) }
        let left = moved.filter { draft in !twice.contains { $0.primary.line == draft.primary.line } }
        return (twice + left).oneOfAKind
      })
  }

  private func unsorted(_ block: [IncludeLine], _ source: SourceUnit, _ patch: PatchFacts) -> [FindingDraft] {
    let before = block.filter { !$0.isAdded }
    guard before.count >= Self.shortest, before.count < block.count else { return [] }
    // Some sort with the suffix, some without, some put folders first: what one of these allows is no break.
    let orders = IncludeLine.Order.allCases.filter { $0.sorts(before) }
    guard !orders.isEmpty, Set(before.map(\.path)).count == before.count else { return [] }
    var found: [FindingDraft] = []
    for (index, line) in block.enumerated() where line.isAdded {
      let above = block[..<index].last { !$0.isAdded }
      let below = block[(index + 1)...].first { !$0.isAdded }
      let fits = orders.contains { order in
        (above.map { order.sorts([$0, line]) } ?? true) && (below.map { order.sorts([line, $0]) } ?? true)
      }
      guard !fits, let order = orders.first else { continue }
      let next = before.first { order.sorts([line, $0]) }
      var draft = FindingDraft(
        "`\(line.path)` is out of the order that the other includes are in",
        at: patch.span(ofToken: line.token, in: source),
        evidence: [Evidence(.source, "the \(before.count) others of the block are sorted")])
      draft.help =
        next.map { "put it before <\($0.path)>" } ?? before.last.map { "put it behind <\($0.path)>" }
      draft.fix =
        next.flatMap { Fix(movingLineOf: line.token, toLineOf: $0.token, behind: false, of: source) }
        ?? before.last.flatMap { Fix(movingLineOf: line.token, toLineOf: $0.token, behind: true, of: source) }
      found.append(draft)
    }
    return found
  }

  private static let shortest = 4

  private func repeated(_ lines: [IncludeLine], _ source: SourceUnit, _ patch: PatchFacts) -> [FindingDraft] {
    lines.enumerated().compactMap { index, line in
      guard line.isAdded, line.path.hasSuffix(".h"), line.condition == .always else { return nil }
      let other = lines.enumerated().first {
        $0.offset != index && $0.element.path == line.path && $0.element.isSystem == line.isSystem
          && $0.element.condition == .always && ($0.offset < index || !$0.element.isAdded)
          && source.hasOnlyIncludes(between: $0.element.token, line.token)
      }
      guard let other = other?.element else { return nil }
      var draft = FindingDraft(
        "`\(line.path)` is included already", at: patch.span(ofToken: line.token, in: source),
        evidence: [Evidence(.source, "line \(source.lineNumber(ofToken: other.token)) has the same")])
      draft.related = [RelatedSpan(patch.span(ofToken: other.token, in: source), label: "here")]
      draft.symbols = [line.path]
      draft.fix = Fix(removingLineOf: line.token, of: source)
      return draft
    }
  }
}

/// One `#include` of a file.
private struct IncludeLine {
  var path: String
  var token: Int
  /// Of the text.
  var line: UInt32
  var isSystem: Bool
  var isAdded: Bool
  var condition: Formula

  static func all(in source: SourceUnit) -> [IncludeLine] {
    source.syntax.includes.map { include in
      IncludeLine(
        path: include.path, token: include.name, line: source.syntax.buffer.tokens[include.name].line,
        isSystem: include.isSystem, isAdded: source.place(ofToken: include.name) == .added,
        condition: source.syntax.conditionals.condition(ofTokenAt: include.name))
    }
  }

  /// Folders are groups, in an order of their own: `linux`, then `uapi`, then `asm`.
  private var folder: Substring { path.prefix { $0 != "/" } }

  /// Runs of lines of one folder that stand directly below each other.
  static func blocks(of lines: [IncludeLine]) -> [[IncludeLine]] {
    var blocks: [[IncludeLine]] = []
    for line in lines {
      if let last = blocks.last?.last, last.line + 1 == line.line, last.isSystem == line.isSystem,
        last.folder == line.folder
      {
        blocks[blocks.count - 1].append(line)
      } else {
        blocks.append([line])
      }
    }
    return blocks
  }

  /// The orders in use.
  enum Order: CaseIterable {
    case bytes, withoutSuffix, ignoringCase, folderFirst, underscoresFirst

    func key(_ line: IncludeLine) -> [UInt8] {
      let path = line.path
      switch self {
      case .bytes: return Array(path.utf8)
      case .withoutSuffix: return Array((path.hasSuffix(".h") ? String(path.dropLast(2)) : path).utf8)
      case .ignoringCase: return Array(path.lowercased().utf8)
      case .folderFirst: return path.utf8.map { $0 == UInt8(ascii: "/") ? 1 : $0 }
      case .underscoresFirst:
        let stem = path.hasSuffix(".h") ? String(path.dropLast(2)) : path
        return stem.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
      }
    }

    func sorts(_ lines: [IncludeLine]) -> Bool {
      zip(lines, lines.dropFirst()).allSatisfy { !key($1).lexicographicallyPrecedes(key($0)) }
    }
  }
}

extension SourceUnit {
  /// Whether nothing that an included file could look at stands between two lines.
  fileprivate func hasOnlyIncludes(between first: Int, _ second: Int) -> Bool {
    let (low, high) = (min(first, second), max(first, second))
    return (low + 1..<high).allSatisfy { index in
      let token = syntax.buffer.tokens[index]
      guard token.flags.contains(.inDirective) || token.kind == .directive else { return false }
      return syntax.spelling(ofToken: index) != "define" && syntax.spelling(ofToken: index) != "undef"
    }
  }
}
