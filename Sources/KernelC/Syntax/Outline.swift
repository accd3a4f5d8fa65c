// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// A text before it is parsed: its tokens without the preprocessor's lines, and what those lines say.
struct Outline {
  /// One `#if` … `#endif`.
  struct Group {
    /// Positions of the lexemes of each branch.
    var branches: [Range<Int>] = []
    /// The condition of each branch, those around it included.
    var conditions: [Formula] = []
    /// Whether a branch closes a bracket that it did not open, or the other way round.
    var isSplit = false
  }

  /// With the padding of `TokenStream`.
  private(set) var lexemes: [Lexeme] = []
  /// In the order of their ends.
  private(set) var groups: [Group] = []
  private(set) var macros: [MacroDefinition] = []
  private(set) var includes: [Include] = []

  /// Conditionals nested deeper than `ConditionalReader` follows, which are counted only.
  private var ignored = 0
  private var languages: OtherLanguages

  private struct Open {
    var group: Group
    var start: Int
  }

  init(_ buffer: TokenBuffer, _ conditionals: ConditionalMap) {
    let tokens = buffer.tokens
    let text = buffer.text.span
    let words = WordTable.shared
    languages = OtherLanguages(conditionals.table)
    var open: [Open] = []
    var flags: Lexeme.Flags = []
    var isC = true
    lexemes.reserveCapacity(tokens.count + TokenStream.padding)
    var i = 0
    while i < tokens.count - 1 {
      let token = tokens[i]
      if token.kind == .directive {
        var end = i + 1
        while tokens[end].flags.contains(.inDirective), tokens[end].kind != .directive { end += 1 }
        directive(i..<end, buffer, conditionals, &open)
        flags = .afterConditional
        i = end
        isC = languages.mayBeC(conditionals.condition(ofTokenAt: end))
        continue
      }
      guard isC else {
        i += 1
        continue
      }
      var symbol = Symbol(rawValue: token.kind.rawValue) ?? .other
      if token.flags.contains(.beginsLine) {
        flags.insert(.beginsLine)
        if token.start == 0 || text[Int(token.start) - 1] == UInt8(ascii: "\n") {
          flags.insert(.beginsColumn)
        }
      }
      if symbol == .identifier {
        let word = text.extracting(Int(token.start)..<Int(token.end))
        symbol = words.symbol(of: word)
        if symbol == .identifier, word.namesType { flags.insert(.isTypeLike) }
      }
      lexemes.append(Lexeme(token: UInt32(truncatingIfNeeded: i), symbol: symbol, flags: flags))
      flags = []
      i += 1
    }
    // A conditional that is not closed ends with the text.
    while let last = open.popLast() { finish(last, isClosed: false) }
    for _ in 0..<TokenStream.padding {
      lexemes.append(
        Lexeme(
          token: UInt32(truncatingIfNeeded: tokens.count - 1), symbol: .endOfText,
          flags: [.beginsLine, .beginsColumn]))
    }
  }

  // MARK: Preprocessor lines

  private mutating func directive(
    _ line: Range<Int>, _ buffer: TokenBuffer, _ conditionals: ConditionalMap, _ open: inout [Open]
  ) {
    let at = line.lowerBound + 1
    guard at < line.upperBound else { return }
    switch DirectiveName(buffer.bytes(of: buffer.tokens[at])) {
    case .if, .ifdef, .ifndef:
      guard open.count < ConditionalReader.deepest else {
        ignored += 1
        return
      }
      let condition = conditionals.condition(ofTokenAt: line.upperBound)
      open.append(Open(group: Group(conditions: [condition]), start: lexemes.count))
    case .elif, .elifdef, .elifndef, .else:
      guard ignored == 0, !open.isEmpty else { return }
      let last = open.count - 1
      open[last].group.branches.append(open[last].start..<lexemes.count)
      open[last].start = lexemes.count
      open[last].group.conditions.append(conditionals.condition(ofTokenAt: line.upperBound))
    case .endif:
      if ignored > 0 {
        ignored -= 1
      } else if let last = open.popLast() {
        finish(last, isClosed: true)
      }
    case .define: define(at + 1..<line.upperBound, buffer)
    case .include, .includeNext: include(at + 1..<line.upperBound, buffer)
    case nil: break
    }
  }

  /// - Parameter isClosed: whether there was an `#endif`: a conditional without one is a fragment's, and not split.
  private mutating func finish(_ open: Open, isClosed: Bool) {
    var group = open.group
    group.branches.append(open.start..<lexemes.count)
    group.isSplit = isClosed && group.branches.contains { !isBalanced($0) }
    groups.append(group)
    // For the conditionals around it only its first branch counts.
    if group.isSplit {
      for branch in group.branches.dropFirst() {
        for i in branch { lexemes[i].flags.insert(.isLeftOut) }
      }
    }
  }

  private func isBalanced(_ branch: Range<Int>) -> Bool {
    var (parens, brackets, braces) = (0, 0, 0)
    for i in branch where !lexemes[i].flags.contains(.isLeftOut) {
      switch lexemes[i].symbol {
      case .openParen: parens += 1
      case .closeParen: parens -= 1
      case .openBracket: brackets += 1
      case .closeBracket: brackets -= 1
      case .openBrace: braces += 1
      case .closeBrace: braces -= 1
      default: continue
      }
      if parens < 0 || brackets < 0 || braces < 0 { return false }
    }
    return parens == 0 && brackets == 0 && braces == 0
  }

  private mutating func define(_ line: Range<Int>, _ buffer: TokenBuffer) {
    guard let name = line.first, buffer.tokens[name].kind == .identifier else { return }
    var macro = MacroDefinition(name: name, parameters: nil, body: name + 1..<line.upperBound)
    let next = name + 1
    if next < line.upperBound, buffer.tokens[next].kind == .openParen,
      buffer.tokens[next].start == buffer.tokens[name].end
    {
      let close = line.dropFirst(2).first { buffer.tokens[$0].kind == .closeParen } ?? line.upperBound - 1
      macro.parameters = (next + 1..<max(close, next + 1)).filter {
        buffer.tokens[$0].kind == .identifier || buffer.tokens[$0].kind == .ellipsis
      }
      macro.body = min(close + 1, line.upperBound)..<line.upperBound
    }
    macros.append(macro)
  }

  private mutating func include(_ line: Range<Int>, _ buffer: TokenBuffer) {
    guard let name = line.first else { return }
    let token = buffer.tokens[name]
    let text = String(decoding: buffer.spelling(of: token), as: UTF8.self)
    let isQuoted = token.kind == .string || token.kind == .headerName
    includes.append(
      Include(
        name: name, path: isQuoted ? String(text.dropFirst().dropLast()) : text,
        isSystem: token.kind == .headerName))
  }
}

extension Span<UInt8> {
  /// Whether a word is a type's name by custom: `…_t`, and the kernel's integer types.
  fileprivate var namesType: Bool {
    guard count > 1 else { return false }
    if self[count - 1] == UInt8(ascii: "t"), self[count - 2] == UInt8(ascii: "_") { return true }
    var i = 0
    while i < count, self[i] == UInt8(ascii: "_") { i += 1 }
    // u8 … u64, s8 … s64, le16 … be64 with underscores before.
    let rest = count - i
    guard rest >= 2, rest <= 4 else { return count == 6 && self[0] == UInt8(ascii: "_") && isSum }
    let first = self[i]
    if first == UInt8(ascii: "u") || first == UInt8(ascii: "s") { return isWidth(from: i + 1) }
    if i == 2, rest == 4, self[i + 1] == UInt8(ascii: "e"),
      first == UInt8(ascii: "l") || first == UInt8(ascii: "b")
    {
      return isWidth(from: i + 2)
    }
    return false
  }

  private func isWidth(from start: Int) -> Bool {
    if count - start == 1 { return self[start] == UInt8(ascii: "8") }
    guard count - start == 2 else { return false }
    switch (self[start], self[start + 1]) {
    case (UInt8(ascii: "1"), UInt8(ascii: "6")), (UInt8(ascii: "3"), UInt8(ascii: "2")),
      (UInt8(ascii: "6"), UInt8(ascii: "4")):
      return true
    default: return false
    }
  }

  /// `__wsum`
  private var isSum: Bool {
    self[2] == UInt8(ascii: "w") && self[3] == UInt8(ascii: "s") && self[4] == UInt8(ascii: "u")
  }
}
