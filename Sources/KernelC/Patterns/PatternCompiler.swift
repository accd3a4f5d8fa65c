// SPDX-License-Identifier: GPL-2.0-or-later

/// Makes the syntax of a pattern's text into the nodes that are matched.
struct PatternCompiler {
  private let tree: SyntaxTree
  private(set) var nodes: [PatternNode] = []
  private(set) var variables: [String] = []
  private(set) var words: [String] = []

  init(_ tree: SyntaxTree) { self.tree = tree }

  mutating func roots() throws(PatternError) -> [Int] {
    if let directive = tree.buffer.directives.first {
      throw PatternError(line: Int(tree.buffer.tokens[Int(directive)].line), kind: .directive)
    }
    let children = Array(tree.children(of: tree.root))
    guard let first = children.first, let last = children.last else {
      throw PatternError(line: 1, kind: .empty)
    }
    for node in tree.descendants(of: tree.root) where tree[node].kind == .opaque {
      throw PatternError(line: line(of: node), kind: .notUnderstood(tree.construct(ofOpaque: node)))
    }
    for edge in [first, last] where tree[edge].kind == .patternGap {
      throw PatternError(line: line(of: edge), kind: children.count > 1 ? .gapAtEnd : .matchesEverything)
    }
    let roots = children.map { compile($0) }
    if roots.count == 1, nodes[roots[0]].variable != nil {
      throw PatternError(line: line(of: first), kind: .matchesEverything)
    }
    return roots
  }

  private func line(of node: NodeID) -> Int { Int(tree.buffer.tokens[Int(tree[node].first)].line) }

  private mutating func compile(_ id: NodeID) -> Int {
    let node = tree[id]
    let number = nodes.count
    nodes.append(
      PatternNode(
        kind: node.kind, hasInitialiser: node.flags.contains(.hasInitialiser), variable: nil, tokens: [],
        children: []))
    if let name = variableName(of: id) {
      nodes[number].variable = variable(name)
      return number
    }
    nodes[number].tokens = tree.ownTokens(of: id).map { token($0) }
    var children: [Int] = []
    for child in tree.children(of: id) { children.append(compile(child)) }
    nodes[number].children = children
    return number
  }

  /// The variable that a node is as a whole: an expression, a statement of nothing else, a type.
  private func variableName(of id: NodeID) -> String? {
    let node = tree[id]
    switch node.kind {
    case .identifier, .typeName: break
    case .expressionStatement:
      guard let child = tree.child(0, of: id), tree[child].kind == .identifier,
        Pattern.kind(ofVariable: tree.name(of: child)) == .statement
      else { return nil }
      return variableName(of: child)
    default: return nil
    }
    let name = tree.name(of: id)
    return name.hasPrefix("$") && node.tokens.count == 1 ? name : nil
  }

  private mutating func token(_ index: Int) -> PatternToken {
    let spelling = tree.spelling(ofToken: index)
    if spelling.hasPrefix("$") { return .variable(variable(spelling)) }
    if !words.contains(spelling), tree.isName(index) { words.append(spelling) }
    return .spelled(Array(spelling.utf8))
  }

  private mutating func variable(_ name: String) -> Int {
    if let number = variables.firstIndex(of: name) { return number }
    variables.append(name)
    return variables.count - 1
  }
}

extension SyntaxTree {
  /// The tokens of a node that are in none of its children, without those that its kind implies: brackets around lists,
  /// commas, semicolons.
  func ownTokens(of id: NodeID) -> [Int] {
    var own: [Int] = []
    var next = self[id].tokens.lowerBound
    for child in children(of: id) where self[child].end > self[child].first {
      add(next..<max(next, Int(self[child].first)), to: &own)
      next = max(next, Int(self[child].end))
    }
    add(next..<max(next, Int(self[id].end)), to: &own)
    return own
  }

  private func add(_ range: Range<Int>, to own: inout [Int]) {
    for index in range where buffer.tokens[index].isMeaningful { own.append(index) }
  }

  /// Whether a token is a name, and no word of C's or of the compiler's.
  public func isName(_ index: Int) -> Bool {
    let (token, text) = (buffer.tokens[index], buffer.text)
    return token.kind == .identifier
      && WordTable.shared.symbol(of: text.span.extracting(Int(token.start)..<Int(token.end))) == .identifier
  }

  /// The names among the tokens of a range, each once, in the order of the text.
  public func names(in range: Range<Int>) -> [String] {
    var names: [String] = []
    for index in range where isName(index) && !buffer.tokens[index].flags.contains(.inDirective) {
      let name = spelling(ofToken: index)
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The tokens of a range, with one blank where two words would run together.
  public func joined(_ range: Range<Int>) -> String {
    var text = ""
    for spelling in spellings(of: range) {
      let word = String(decoding: spelling, as: UTF8.self)
      if let last = text.unicodeScalars.last, let first = word.unicodeScalars.first, last.isWord, first.isWord
      {
        text += " "
      }
      text += word
    }
    return text
  }

  /// The tokens of a range on one line, with a blank where white space or a comment stands.
  public func quoted(_ range: Range<Int>) -> String {
    var text = ""
    for index in range where !buffer.tokens[index].flags.contains(.inDirective) {
      if !text.isEmpty, buffer.tokens[index].flags.contains(.afterSpace) { text += " " }
      text += spelling(ofToken: index)
    }
    return text
  }

  /// The tokens of a range that are no preprocessor lines, each as it is spelled.
  func spellings(of range: Range<Int>) -> [ArraySlice<UInt8>] {
    range.lazy.map { self.buffer.tokens[$0] }.filter { !$0.flags.contains(.inDirective) }.map {
      $0.flags.contains(.hasSplice) ? buffer.spelling(of: $0)[...] : buffer.bytes(of: $0)
    }
  }
}

extension Unicode.Scalar {
  /// Whether it may stand in an identifier or a number.
  fileprivate var isWord: Bool {
    self == "_" || self == "$" || properties.isAlphabetic || ("0"..."9").contains(self)
  }
}

extension Token {
  /// Whether it is more than a mark that the kind of its node implies.
  var isMeaningful: Bool {
    guard !flags.contains(.inDirective) else { return false }
    switch kind {
    case .semicolon, .comma, .openParen, .closeParen, .openBrace, .closeBrace, .directive: return false
    default: return true
    }
  }
}
