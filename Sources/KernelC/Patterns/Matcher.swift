// SPDX-License-Identifier: GPL-2.0-or-later

/// Compares a pattern with one place of a text.
///
/// Nodes match where their kinds, their own tokens and their children do. What may differ is in the cases of
/// `match(_:_:)`. Choices are tried where a gap ends, and for the sides of `==`; both within `mostSteps`.
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

  mutating func match(at start: NodeID) -> PatternMatch? {
    let nodes: [NodeID]
    if pattern.roots.count == 1 {
      guard match(pattern.roots[0], start) else { return nil }
      nodes = [start]
    } else {
      guard tree.parent(of: start).map({ tree[$0].kind == .block }) == true else { return nil }
      let run = tree.run(from: start, most: Self.longestRun)
      guard let end = sequence(pattern.roots[...], run[...], toEnd: false) else { return nil }
      nodes = Array(run[..<end])
    }
    guard let last = nodes.last else { return nil }
    let tokens = tree[start].tokens.lowerBound..<tree[last].tokens.upperBound
    let named = zip(pattern.variables, bindings).compactMap { name, binding in binding.map { (name, $0) } }
    return PatternMatch(
      nodes: nodes, tokens: tokens, bindings: Dictionary(named) { first, _ in first },
      gaps: gaps.sorted { $0.lowerBound < $1.lowerBound })
  }

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
    let children = Array(tree.children(of: node))
    let before = (bindings, gaps)
    if match(wanted.tokens, tree.ownTokens(of: node)),
      sequence(wanted.children[...], children[...], toEnd: true) != nil
    {
      return true
    }
    guard wanted.kind == .binary, children.count == 2, isEquality(node), wanted.children.count == 2 else {
      return false
    }
    (bindings, gaps) = before
    return match(wanted.tokens, tree.ownTokens(of: node)) && match(wanted.children[0], children[1])
      && match(wanted.children[1], children[0])
  }

  private func isEquality(_ node: NodeID) -> Bool {
    let sign = tree.buffer.tokens[Int(tree[node].main)].kind
    return sign == .equalEqual || sign == .exclaimEqual
  }

  /// `{ a; ... }` fits a block, and `a;` without braces.
  private mutating func matchBlock(_ wanted: PatternNode, _ node: NodeID) -> Bool {
    let statements = tree[node].kind == .block ? Array(tree.children(of: node)) : [node]
    return sequence(wanted.children[...], statements[...], toEnd: true) != nil
  }

  /// `$T $X = …;` also fits a pointer and one of several declarators.
  private mutating func matchDeclaration(_ wanted: PatternNode, _ node: NodeID) -> Bool {
    guard tree[node].kind == .declaration, let specifiers = tree.child(0, of: node),
      let wantedSpecifiers = wanted.children.first
    else { return false }
    let anyType = wholeType(wantedSpecifiers)
    guard match(wantedSpecifiers, specifiers) else { return false }
    let declarators = tree.children(of: node).dropFirst()
    guard wanted.children.count == 2 else {
      return sequence(wanted.children.dropFirst(), Array(declarators)[...], toEnd: true) != nil
    }
    let before = (bindings, gaps)
    for declarator in declarators {
      (bindings, gaps) = before
      if matchDeclarator(wanted.children[1], declarator, skipsPointers: anyType != nil) { return true }
    }
    return false
  }

  private mutating func matchDeclarator(_ number: Int, _ node: NodeID, skipsPointers: Bool) -> Bool {
    let wanted = pattern.nodes[number]
    var children = Array(tree.children(of: node))
    guard tree[node].kind == wanted.kind, !children.isEmpty, children.count == wanted.children.count,
      tree[node].flags.contains(.hasInitialiser) == wanted.hasInitialiser
    else { return false }
    while skipsPointers, tree[children[0]].kind == .pointerDeclarator,
      let inner = tree.child(0, of: children[0])
    {
      children[0] = inner
    }
    return sequence(wanted.children[...], children[...], toEnd: true) != nil
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

  private mutating func match(_ wanted: [PatternToken], _ tokens: [Int]) -> Bool {
    guard wanted.count == tokens.count else { return false }
    for (token, index) in zip(wanted, tokens) {
      switch token {
      case .spelled(let text):
        guard tree.spellings(of: index..<index + 1).first.map({ $0.elementsEqual(text) }) == true else {
          return false
        }
      case .variable(let number):
        guard tree.buffer.tokens[index].kind == .identifier,
          bind(number, tokens: index..<index + 1, node: nil)
        else {
          return false
        }
      }
    }
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
  /// - Returns: index behind the last node that was used.
  private mutating func sequence(
    _ wanted: ArraySlice<Int>, _ nodes: ArraySlice<NodeID>, toEnd: Bool
  ) -> Int? {
    var (wanted, nodes) = (wanted, nodes)
    while let first = wanted.first {
      if pattern.nodes[first].kind == .patternGap { return gap(wanted.dropFirst(), nodes, toEnd: toEnd) }
      guard let node = nodes.first, match(first, node) else { return nil }
      (wanted, nodes) = (wanted.dropFirst(), nodes.dropFirst())
    }
    return nodes.isEmpty || !toEnd ? nodes.startIndex : nil
  }

  /// Matches what follows a gap as near as it can.
  private mutating func gap(_ wanted: ArraySlice<Int>, _ nodes: ArraySlice<NodeID>, toEnd: Bool) -> Int? {
    let before = (bindings, gaps)
    let first = wanted.isEmpty && toEnd ? nodes.endIndex : nodes.startIndex
    for start in first...nodes.endIndex {
      (bindings, gaps) = before
      if start > nodes.startIndex, isInBlock(nodes[nodes.startIndex]) {
        gaps.append(
          tree[nodes[nodes.startIndex]].tokens.lowerBound..<tree[nodes[start - 1]].tokens.upperBound)
      }
      if let end = sequence(wanted, nodes[start...], toEnd: toEnd) { return end }
      guard steps < Self.mostSteps else { return nil }
    }
    return nil
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

  /// A statement and those that follow it in its block.
  func run(from start: NodeID, most: Int) -> [NodeID] {
    var run: [NodeID] = []
    var next = start
    while next != .none, run.count < most {
      run.append(next)
      next = self[next].nextSibling
    }
    return run
  }
}
