// SPDX-License-Identifier: GPL-2.0-or-later

/// One token as the parser sees it.
struct Lexeme: Sendable {
  /// Index into the buffer's tokens.
  var token: UInt32
  var symbol: Symbol
  var flags: Flags

  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8

    /// The first on its line.
    static let beginsLine = Flags(rawValue: 1)
    /// In the first column.
    static let beginsColumn = Flags(rawValue: 2)
    /// A line of a conditional stands between it and the token before.
    static let afterConditional = Flags(rawValue: 4)
    /// A name that by custom is a type's: `size_t`, `u32`.
    static let isTypeLike = Flags(rawValue: 8)
    /// Of an opening parenthesis: it holds a semicolon that is in no other bracket.
    static let holdsSemicolon = Flags(rawValue: 16)
    /// In a branch that is not read now.
    static let isLeftOut = Flags(rawValue: 32)
  }
}

/// The tokens of a text without its preprocessor lines, and which bracket belongs to which.
struct TokenStream: Sendable {
  private(set) var lexemes: [Lexeme]
  /// For each bracket the position of its partner; `none` for one that has none, and for all else.
  private(set) var partners: [UInt32]

  static let none = UInt32.max

  /// How many lexemes of the end's kind follow the last, so that looking ahead needs no test.
  static let padding = 4

  /// - Parameter lexemes: with the padding.
  init(_ lexemes: [Lexeme]) {
    self.lexemes = lexemes
    partners = []
    if !pair(resync: false) { _ = pair(resync: true) }
  }

  /// Position of the end.
  var end: Int { lexemes.count - Self.padding }

  /// Finds the partners.
  /// - Parameter resync: whether a `}` in the first column closes all that was opened since a line that began there.
  ///   The kernel's style ends functions so, and a bracket that is missing in one does not spoil the next.
  /// - Returns: whether every bracket has one.
  private mutating func pair(resync: Bool) -> Bool {
    var partners = [UInt32](repeating: Self.none, count: lexemes.count)
    var stack = BracketStack()
    var isWhole = true
    var lineIsOuter = false
    for i in 0..<end {
      let lexeme = lexemes[i]
      if lexeme.flags.contains(.beginsLine) { lineIsOuter = lexeme.flags.contains(.beginsColumn) }
      switch lexeme.symbol {
      case .openParen, .openBracket, .openBrace:
        lexemes[i].flags.remove(.holdsSemicolon)
        if resync, lexeme.symbol == .openBrace, lexeme.flags.contains(.beginsColumn), i > 0,
          lexemes[i - 1].symbol == .closeParen || lexemes[i - 1].symbol == .semicolon, !stack.isEmpty
        {
          // The body of a function: what is open before it was never closed.
          stack.clear()
          isWhole = false
        }
        stack.open(lexeme.symbol, at: i, isOuter: lineIsOuter)
      case .semicolon:
        if let last = stack.last, last.symbol == .openParen {
          lexemes[last.position].flags.insert(.holdsSemicolon)
        }
      case .closeParen, .closeBracket, .closeBrace:
        if resync, lexeme.symbol == .closeBrace, lexeme.flags.contains(.beginsColumn), stack.dropToOuter() {
          isWhole = false
        }
        guard let (opening, isLast) = stack.close(lexeme.symbol) else {
          isWhole = false
          continue
        }
        if !isLast { isWhole = false }
        partners[opening] = UInt32(truncatingIfNeeded: i)
        partners[i] = UInt32(truncatingIfNeeded: opening)
      default: continue
      }
    }
    self.partners = partners
    return isWhole && stack.isEmpty
  }
}

/// The brackets that are open. What an operation looks at it also takes away, so that all together are linear.
private struct BracketStack {
  struct Entry {
    var position: Int
    var symbol: Symbol
    /// On a line that begins in the first column.
    var isOuter: Bool
  }

  private var entries: [Entry] = []
  private var braces = 0
  private var outerBraces = 0

  var isEmpty: Bool { entries.isEmpty }
  var last: Entry? { entries.last }

  mutating func clear() { self = BracketStack() }

  mutating func open(_ symbol: Symbol, at position: Int, isOuter: Bool) {
    entries.append(Entry(position: position, symbol: symbol, isOuter: isOuter))
    if symbol == .openBrace {
      braces += 1
      if isOuter { outerBraces += 1 }
    }
  }

  private mutating func dropLast() {
    guard let entry = entries.popLast(), entry.symbol == .openBrace else { return }
    braces -= 1
    if entry.isOuter { outerBraces -= 1 }
  }

  /// Takes away all above the last brace on an outer line; whether there was anything.
  mutating func dropToOuter() -> Bool {
    guard outerBraces > 0 else { return false }
    var dropped = false
    while let last = entries.last, last.symbol != .openBrace || !last.isOuter {
      dropLast()
      dropped = true
    }
    return dropped
  }

  /// The position of the bracket that a closing one closes, and whether it is the last that was opened. A `}` closes
  /// past other brackets; a `)` or `]` past one wrong bracket at most, and never past a brace.
  mutating func close(_ closing: Symbol) -> (opening: Int, isLast: Bool)? {
    let wanted: Symbol =
      closing == .closeParen ? .openParen : closing == .closeBracket ? .openBracket : .openBrace
    guard let last = entries.last else { return nil }
    if last.symbol == wanted {
      dropLast()
      return (last.position, true)
    }
    if closing == .closeBrace {
      guard braces > 0 else { return nil }
      while let entry = entries.last, entry.symbol != .openBrace { dropLast() }
    } else {
      guard last.symbol != .openBrace, entries.count > 1, entries[entries.count - 2].symbol == wanted else {
        return nil
      }
      dropLast()
    }
    let opening = entries[entries.count - 1].position
    dropLast()
    return (opening, false)
  }
}
