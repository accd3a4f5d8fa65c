// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// Reads a stream of tokens as C, by recursive descent.
///
/// A construct that fails gives nil and is made an `opaque` node by the nearest caller that knows where it ends: an
/// argument, a statement, a member, an element, an external declaration. So each error costs its own construct.
///
/// Source: ISO C11 §6.5–6.9 and annex A; GCC manual, "Extensions to the C Language Family"; the macros of
/// `include/linux`.
struct Parser {
  private(set) var lexemes: [Lexeme]
  private(set) var partners: [UInt32]
  /// Position of the lexeme that is next.
  var p = 0
  var nodes: [SyntaxNode]
  let text: [UInt8]
  let tokens: [Token]
  /// Where the last construct failed, and why.
  var failure = Failure(position: 0, reason: .none)
  /// Statements and expressions around the one that is read.
  var depth = 0
  /// Position at which a statement may end without a semicolon: the end of a macro's argument, a fragment or a pattern.
  var looseEnd = -1
  /// Lexemes that may still be read a second time: what fails in one way and is tried in another stays linear.
  var budget: Int
  /// How many opaque nodes were made.
  var opaqueCount = 0
  /// Positions where a conditional begins between a head and its statement: `if (x)` `#ifdef`.
  var splits: [Int] = []
  /// Spellings of the types that the text has named so far, by hash.
  var typeNames: Set<UInt64> = []
  let form: SyntaxForm

  struct Failure {
    var position: Int
    var reason: OpaqueReason
  }

  /// Statements and parentheses within each other that are followed.
  let deepest: Int
  /// Whether something was left out for being deeper than that.
  private(set) var isTooDeep = false

  /// What fits into 512 kB of stack, which is what Dispatch gives a thread: a level takes up to 13 kB in a debug
  /// build, and 2.5 kB in a release build.
  static let shallow = 32
  /// What fits into `DeepStack.size`. The kernel needs 40, but for the generated code of `lib/crypto`.
  static let deep = 160

  init(_ stream: TokenStream, of buffer: TokenBuffer, as form: SyntaxForm, nodes: [SyntaxNode], deepest: Int)
  {
    self.deepest = deepest
    (lexemes, partners) = (stream.lexemes, stream.partners)
    (text, tokens) = (buffer.text, buffer.tokens)
    self.form = form
    self.nodes = nodes
    budget = 4 * stream.lexemes.count
  }

  /// Whether some lexemes may be read a second time.
  mutating func spend(_ count: Int) -> Bool {
    budget -= count
    return budget > 0
  }

  /// Reads another stream of the same text from now on.
  mutating func read(_ stream: TokenStream) {
    (lexemes, partners) = (stream.lexemes, stream.partners)
    p = 0
  }

  /// Goes back to the stream that was read before.
  mutating func restore(_ lexemes: [Lexeme], _ partners: [UInt32], _ position: Int) {
    (self.lexemes, self.partners, p) = (lexemes, partners, position)
  }

  // MARK: Tokens

  var symbol: Symbol {
    @inline(__always) get { lexemes[p].symbol }
  }

  /// The symbol some places further; at most `TokenStream.padding`, or where what is between is no end.
  @inline(__always)
  func ahead(_ places: Int) -> Symbol { lexemes[p + places].symbol }

  /// Position of the bracket that belongs to the one at a position; nil where it has none.
  @inline(__always)
  func partner(_ position: Int) -> Int? {
    let partner = partners[position]
    return partner == TokenStream.none ? nil : Int(partner)
  }

  /// Where the contents of the brace at a position end, and what follows. In a fragment one that is not closed reaches
  /// as far as what is around it. nil where it has no end.
  func contents(of brace: Int) -> (limit: Int, next: Int, isCut: Bool)? {
    if let close = partner(brace) { return (close, close + 1, false) }
    guard form == .fragment else { return nil }
    let end = regionEnd(from: brace)
    return (end, end, true)
  }

  @inline(__always)
  mutating func take(_ wanted: Symbol) -> Bool {
    guard lexemes[p].symbol == wanted else { return false }
    p += 1
    return true
  }

  /// Takes a symbol, or fails.
  @inline(__always)
  mutating func expect(_ wanted: Symbol, _ reason: OpaqueReason) -> Bool {
    if take(wanted) { return true }
    fail(reason)
    return false
  }

  @inline(never)
  mutating func fail(_ reason: OpaqueReason) {
    if reason == .tooDeep { isTooDeep = true }
    failure = Failure(position: p, reason: reason)
  }

  func spelling(at position: Int) -> ArraySlice<UInt8> { text[tokens[Int(lexemes[position].token)].range] }

  func isSpelled(_ word: StaticString, at position: Int) -> Bool {
    let token = tokens[Int(lexemes[position].token)]
    guard Int(token.end - token.start) == word.utf8CodeUnitCount else { return false }
    for i in 0..<word.utf8CodeUnitCount where text[Int(token.start) + i] != word.utf8Start[i] { return false }
    return true
  }

  /// Whether a pattern's variable of a kind stands at a position: `$S…`, `$T…`.
  @inline(__always)
  func isVariable(_ kind: Unicode.Scalar, at position: Int) -> Bool {
    guard form == .pattern else { return false }
    let token = tokens[Int(lexemes[position].token)]
    return token.end - token.start > 1 && text[Int(token.start)] == UInt8(ascii: "$")
      && text[Int(token.start) + 1] == UInt8(ascii: kind)
  }

  // MARK: Nodes

  /// A node from a position on, without children yet. It ends before the lexeme that is next.
  @inline(__always)
  mutating func node(_ kind: NodeKind, from start: Int, main: Int) -> NodeID {
    let id = NodeID(UInt32(truncatingIfNeeded: nodes.count))
    nodes.append(
      SyntaxNode(
        kind: kind, flags: [], reason: .none, first: lexemes[start].token, end: endToken,
        main: lexemes[main].token, parent: .none, firstChild: .none, nextSibling: .none))
    return id
  }

  /// Index of the token behind the last that was taken.
  var endToken: UInt32 {
    @inline(__always) get { p > 0 ? lexemes[p - 1].token + 1 : lexemes[0].token }
  }

  /// A node without tokens, before the lexeme that is next.
  mutating func missing(_ kind: NodeKind = .missing) -> NodeID {
    let id = node(kind, from: p, main: p)
    nodes[Int(id.number)].end = nodes[Int(id.number)].first
    return id
  }

  /// Ends a node before the lexeme that is next.
  @inline(__always)
  mutating func end(_ id: NodeID) { nodes[Int(id.number)].end = endToken }

  /// The only child, or the first.
  @inline(__always)
  mutating func adopt(_ child: NodeID, by parent: NodeID) {
    nodes[Int(parent.number)].firstChild = child
    nodes[Int(child.number)].parent = parent
  }

  /// The next child; `last` is the one before, or `.none`.
  @inline(__always)
  mutating func append(_ child: NodeID, to parent: NodeID, after last: inout NodeID) {
    nodes[Int(child.number)].parent = parent
    if last == .none {
      nodes[Int(parent.number)].firstChild = child
    } else {
      nodes[Int(last.number)].nextSibling = child
    }
    last = child
  }

  mutating func setFlag(_ flag: SyntaxNode.Flags, of id: NodeID) { nodes[Int(id.number)].flags.insert(flag) }

  func kind(of id: NodeID) -> NodeKind { nodes[Int(id.number)].kind }

  // MARK: What is not understood

  /// Makes the lexemes from a position up to another one opaque, and goes on there.
  /// - Parameter mark: how many nodes there were before; those since then are dropped.
  mutating func opaque(from start: Int, to stop: Int, since mark: Int) -> NodeID {
    nodes.removeLast(nodes.count - mark)
    opaqueCount += 1
    let failed = failure
    p = max(stop, start)
    let id = node(.opaque, from: start, main: min(max(failed.position, start), max(stop, start)))
    nodes[Int(id.number)].reason = failed.reason
    return id
  }

  /// The position behind a statement or declaration that cannot be read: behind its semicolon or its block, or at what
  /// closes the block around it. `limit` is where to stop at the latest.
  func recovery(from start: Int, limit: Int) -> Int {
    var i = max(start, 0)
    while i < limit {
      switch lexemes[i].symbol {
      case .semicolon: return i + 1
      case .openBrace:
        guard let close = partner(i), close < limit else { return max(i + 1, start + 1) }
        // What follows a block and goes on with it: `} while (x);`, `} name;`, `}, …`.
        i = close + 1
        switch lexemes[i].symbol {
        case .semicolon: return i + 1
        case .comma, .closeParen, .equal, .elseWord, .whileWord: continue
        default: return i
        }
      case .openParen, .openBracket:
        if let close = partner(i), close < limit { i = close + 1 } else { i += 1 }
      case .closeBrace: return i
      case .endOfText: return i
      default: i += 1
      }
    }
    return limit
  }
}
