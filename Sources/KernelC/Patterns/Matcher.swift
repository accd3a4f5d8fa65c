// SPDX-License-Identifier: GPL-2.0-or-later

/// Compares a pattern with one place of a text.
///
/// Nodes match where their kinds, their own tokens and their children do. What may differ is in the cases of
/// `match(_:_:)`. Choices are tried where a gap ends, and for the sides of `==`; both within `mostSteps`.
///
/// It is made once for a pattern and a text, and allocates nothing where a place does not fit: most do not.
struct Matcher {
  private let pattern: Pattern
  private let tree: SyntaxTree
  private var bindings: [PatternMatch.Binding?]
  private var gaps: [Range<Int>] = []
  private(set) var steps = 0

  /// Nodes that are compared at one place.
  private static let mostSteps = 2000
  /// Statements that follow a place and are looked at.
  private static let longestRun = 200

  init(_ pattern: Pattern, _ tree: SyntaxTree) {
    (self.pattern, self.tree) = (pattern, tree)
    bindings = Array(repeating: nil, count: pattern.variables.count)
  }

  /// The match that begins at a node; `steps` are those that it took.
  mutating func match(at start: NodeID) -> PatternMatch? {
    for variable in bindings.indices { bindings[variable] = nil }
    gaps.removeAll(keepingCapacity: true)
    steps = 0
    let nodes: [NodeID]
    if pattern.roots.count == 1 {
      guard match(pattern.roots[0], start) else { return nil }
      nodes = [start]
    } else {
      guard tree.parent(of: start).map({ tree[$0].kind == .block }) == true else { return nil }
      var run = Siblings(from: start, most: Self.longestRun)
      guard let rest = sequence(pattern.roots[...], run, toEnd: false) else { return nil }
      var used: [NodeID] = []
      while run.first != rest.first, let next = run.popFirst(in: tree) { used.append(next) }
      nodes = used
    }
    guard let last = nodes.last else { return nil }
    let tokens = tree[start].tokens.lowerBound..<tree[last].tokens.upperBound
    let named = zip(pattern.variables, bindings).compactMap { name, binding in binding.map { (name, $0) } }
    return PatternMatch(
      nodes: nodes, tokens: tokens, bindings: Dictionary(named) { first, _ in first },
      gaps: gaps.sorted { $0.lowerBound < $1.lowerBound })
  }

  /// Nodes that follow each other below the same one.
  private struct Siblings {
    /// `.none` where there is no more.
    private(set) var first: NodeID
    private var left: Int
    /// The one that `first` stands for, where that is another.
    private var place: NodeID

    init(from first: NodeID, most: Int = .max) { (self.first, place, left) = (first, first, most) }

    var isEmpty: Bool { first == .none }

    mutating func popFirst(in tree: SyntaxTree) -> NodeID? {
      guard first != .none else { return nil }
      defer {
        left -= 1
        place = left > 0 ? tree[place].nextSibling : .none
        first = place
      }
      return first
    }

    /// The same with another node for the first.
    func replacingFirst(by node: NodeID) -> Siblings {
      var siblings = self
      siblings.first = node
      return siblings
    }
  }

  private func children(of node: NodeID) -> Siblings { Siblings(from: tree[node].firstChild) }

  // MARK: Nodes

  private mutating func match(_ number: Int, _ node: NodeID) -> Bool {
    steps += 1
    guard steps < Self.mostSteps else { return false }
    let wanted = pattern.nodes[number]
    var node = node
    if wanted.kind.isExpression, wanted.kind != .parenthesised { node = tree.bare(node) }
    if let variable = wanted.variable { return bind(variable, as: wanted.kind, to: node) }
    switch wanted.kind {
    case .block: return matchBlock(wanted, node)
    case .declaration: return matchDeclaration(wanted, node)
    case .specifiers:
      if let variable = wholeType(number) {
        return tree[node].kind == .specifiers && bind(variable, tokens: tree[node].tokens, node: node)
      }
    case .typeArgument: if let done = matchWholeType(wanted, node) { return done }
    case .sizeof: return matchSizeof(wanted, node)
    default: break
    }
    if wanted.kind != .block, wanted.kind.isStatement { node = tree.single(node) }
    guard tree[node].kind == wanted.kind, tree[node].flags.contains(.hasInitialiser) == wanted.hasInitialiser
    else { return false }
    guard wanted.kind == .binary, wanted.children.count == 2, isEquality(node),
      let left = tree.child(0, of: node), let right = tree.child(1, of: node)
    else {
      return match(wanted.tokens, ofNode: node)
        && sequence(wanted.children[...], children(of: node), toEnd: true) != nil
    }
    guard match(wanted.tokens, ofNode: node) else { return false }
    let before = (bindings, gaps)
    if match(wanted.children[0], left), match(wanted.children[1], right) { return true }
    (bindings, gaps) = before
    return match(wanted.children[0], right) && match(wanted.children[1], left)
  }

  private func isEquality(_ node: NodeID) -> Bool {
    let sign = tree.buffer.tokens[Int(tree[node].main)].kind
    return sign == .equalEqual || sign == .exclaimEqual
  }

  /// `{ a; ... }` fits a block, and `a;` without braces.
  private mutating func matchBlock(_ wanted: PatternNode, _ node: NodeID) -> Bool {
    let statements = tree[node].kind == .block ? children(of: node) : Siblings(from: node, most: 1)
    return sequence(wanted.children[...], statements, toEnd: true) != nil
  }

  /// `$T $X = …;` also fits a pointer and one of several declarators.
  private mutating func matchDeclaration(_ wanted: PatternNode, _ node: NodeID) -> Bool {
    guard tree[node].kind == .declaration, let specifiers = tree.child(0, of: node),
      let wantedSpecifiers = wanted.children.first
    else { return false }
    let anyType = wholeType(wantedSpecifiers)
    guard match(wantedSpecifiers, specifiers) else { return false }
    var declarators = Siblings(from: tree[specifiers].nextSibling)
    guard wanted.children.count == 2 else {
      return sequence(wanted.children.dropFirst(), declarators, toEnd: true) != nil
    }
    let before = (bindings, gaps)
    while let declarator = declarators.popFirst(in: tree) {
      (bindings, gaps) = before
      if matchDeclarator(wanted.children[1], declarator, skipsPointers: anyType != nil) { return true }
    }
    return false
  }

  private mutating func matchDeclarator(_ number: Int, _ node: NodeID, skipsPointers: Bool) -> Bool {
    let wanted = pattern.nodes[number]
    guard tree[node].kind == wanted.kind, var first = tree.child(0, of: node),
      tree[node].flags.contains(.hasInitialiser) == wanted.hasInitialiser
    else { return false }
    while skipsPointers, tree[first].kind == .pointerDeclarator, let inner = tree.child(0, of: first) {
      first = inner
    }
    return sequence(wanted.children[...], children(of: node).replacingFirst(by: first), toEnd: true) != nil
  }

  /// `($T)x`, `sizeof($T)`: the type with its stars; nil where the pattern spells some of it out.
  private mutating func matchWholeType(_ wanted: PatternNode, _ node: NodeID) -> Bool? {
    guard let first = wanted.children.first, let variable = wholeType(first), wanted.children.count == 2,
      pattern.nodes[wanted.children[1]].kind == .abstractDeclarator
    else {
      return nil
    }
    return tree[node].kind == .typeArgument && bind(variable, tokens: tree[node].tokens, node: node)
  }

  /// The variable where specifiers are nothing else: it stands for all of them, `static` and `const` included.
  private func wholeType(_ number: Int) -> Int? {
    let wanted = pattern.nodes[number]
    guard wanted.kind == .specifiers, wanted.tokens.isEmpty, wanted.children.count == 1 else { return nil }
    return pattern.nodes[wanted.children[0]].variable
  }

  /// `sizeof($X)` fits what is measured, be it an expression or a type, with or without parentheses.
  private mutating func matchSizeof(_ wanted: PatternNode, _ node: NodeID) -> Bool {
    guard tree[node].kind == .sizeof, let operand = tree.child(0, of: node), let first = wanted.children.first
    else { return false }
    let isBraced = pattern.nodes[first].kind == .parenthesised
    let inner = isBraced ? pattern.nodes[first].children[0] : first
    if let variable = pattern.nodes[inner].variable {
      return bind(variable, tokens: tree[tree.bare(operand)].tokens, node: tree.bare(operand))
    }
    return match(inner, tree.bare(operand))
  }

  // MARK: Tokens and variables

  /// Compares the node's own tokens: those of `SyntaxTree.ownTokens`.
  private mutating func match(_ wanted: [PatternToken], ofNode node: NodeID) -> Bool {
    var place = 0
    var next = Int(tree[node].first)
    var children = children(of: node)
    while let child = children.popFirst(in: tree) {
      guard tree[child].end > tree[child].first else { continue }
      guard match(wanted, &place, from: next, to: Int(tree[child].first)) else { return false }
      next = max(next, Int(tree[child].end))
    }
    return match(wanted, &place, from: next, to: Int(tree[node].end)) && place == wanted.count
  }

  private mutating func match(_ wanted: [PatternToken], _ place: inout Int, from: Int, to end: Int) -> Bool {
    guard from < end else { return true }
    for index in from..<end where tree.buffer.tokens[index].isMeaningful {
      guard place < wanted.count else { return false }
      switch wanted[place] {
      case .spelled(let text): guard isSpelled(text, index) else { return false }
      case .variable(let number):
        guard tree.buffer.tokens[index].kind == .identifier,
          bind(number, tokens: index..<index + 1, node: nil)
        else {
          return false
        }
      }
      place += 1
    }
    return true
  }

  private func isSpelled(_ text: [UInt8], _ index: Int) -> Bool {
    let token = tree.buffer.tokens[index]
    guard !token.flags.contains(.hasSplice) else { return tree.buffer.spelling(of: token) == text }
    let start = Int(token.start)
    guard Int(token.end) - start == text.count else { return false }
    for offset in text.indices where tree.buffer.text[start + offset] != text[offset] { return false }
    return true
  }

  private mutating func bind(_ variable: Int, as wanted: NodeKind, to node: NodeID) -> Bool {
    let kind = tree[node].kind
    switch Pattern.kind(ofVariable: pattern.variables[variable]) {
    case .statement:
      let single = tree.single(node)
      return tree[single].kind.isSingleStatement && bind(variable, tokens: tree[single].tokens, node: single)
    case .type: return kind == .typeName && bind(variable, tokens: tree[node].tokens, node: node)
    case .function: return kind == .identifier && bind(variable, tokens: tree[node].tokens, node: node)
    case .expression:
      return kind.isExpression && kind != .patternGap && bind(variable, tokens: tree[node].tokens, node: node)
    }
  }

  private mutating func bind(_ variable: Int, tokens: Range<Int>, node: NodeID?) -> Bool {
    guard let known = bindings[variable] else {
      bindings[variable] = PatternMatch.Binding(node: node, tokens: tokens)
      return true
    }
    return known.tokens == tokens || tree.spellings(of: known.tokens) == tree.spellings(of: tokens)
  }

  // MARK: Runs

  /// Matches a run from its beginning.
  /// - Parameter toEnd: whether all of it must be used.
  /// - Returns: what is behind the last node that was used.
  private mutating func sequence(
    _ wanted: ArraySlice<Int>, _ nodes: Siblings, toEnd: Bool
  ) -> Siblings? {
    var nodes = nodes
    for place in wanted.indices {
      let next = wanted[place]
      if pattern.nodes[next].kind == .patternGap {
        return gap(wanted[(place + 1)...], nodes, toEnd: toEnd)
      }
      guard let node = nodes.popFirst(in: tree), match(next, node) else { return nil }
    }
    return nodes.isEmpty || !toEnd ? nodes : nil
  }

  /// Matches what follows a gap as near as it can.
  private mutating func gap(_ wanted: ArraySlice<Int>, _ nodes: Siblings, toEnd: Bool) -> Siblings? {
    let before = (bindings, gaps)
    var rest = nodes
    var last: NodeID?
    if wanted.isEmpty, toEnd { while let next = rest.popFirst(in: tree) { last = next } }
    while true {
      (bindings, gaps) = before
      if let last, isInBlock(nodes.first) {
        gaps.append(tree[nodes.first].tokens.lowerBound..<tree[last].tokens.upperBound)
      }
      if let end = sequence(wanted, rest, toEnd: toEnd) { return end }
      guard steps < Self.mostSteps, let next = rest.popFirst(in: tree) else { return nil }
      last = next
    }
  }

  /// Whether a node is a statement of a block, not an argument or an element.
  private func isInBlock(_ node: NodeID) -> Bool {
    tree.parent(of: node).map { tree[$0].kind == .block } == true
  }
}

extension SyntaxTree {
  /// The expression without parentheses and the hints `likely()` and `unlikely()` around it.
  public func bare(_ id: NodeID) -> NodeID {
    var id = id
    while true {
      switch self[id].kind {
      case .parenthesised:
        guard let inner = child(0, of: id) else { return id }
        id = inner
      case .call:
        guard let function = child(0, of: id), self[function].kind == .identifier,
          let argument = child(1, of: id), child(2, of: id) == nil, isHint(function)
        else { return id }
        id = argument
      default: return id
      }
    }
  }

  private func isHint(_ function: NodeID) -> Bool {
    let name = buffer.bytes(of: buffer.tokens[Int(self[function].main)])
    return name.elementsEqual("likely".utf8) || name.elementsEqual("unlikely".utf8)
  }

  /// The statement in braces that hold nothing else.
  func single(_ id: NodeID) -> NodeID {
    var id = id
    while self[id].kind == .block, let only = child(0, of: id), child(1, of: id) == nil { id = only }
    return id
  }
}
