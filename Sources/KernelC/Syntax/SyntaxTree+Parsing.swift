// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension SyntaxTree {
  /// Never fails. Takes time linear in the text, and a stack that does not depend on it.
  ///
  /// What stands in the branches of a conditional is read as if the lines of the conditional were not there: mostly
  /// each branch holds whole declarations or statements. Where one does not, the external declaration around it is
  /// read once for each branch, and all but the first of these readings are `isAlternative`.
  public convenience init(parsing buffer: TokenBuffer, as form: SyntaxForm = .file) {
    let conditionals = ConditionalMap(of: buffer)
    let outline = Outline(buffer, conditionals)
    var reading = Reading(outline, conditionals.table, buffer, form, deepest: Parser.shallow)
    reading.run()
    if reading.parser.isTooDeep {
      reading = DeepStack.run {
        var reading = Reading(outline, conditionals.table, buffer, form, deepest: Parser.deep)
        reading.run()
        return reading
      }
    }
    self.init(
      buffer: buffer, conditionals: conditionals, nodes: reading.parser.nodes, root: Reading.root,
      macros: reading.outline.macros, includes: reading.outline.includes,
      functionIndex: FunctionIndex(reading.parser.nodes, root: Reading.root))
  }
}

/// One text being parsed.
private struct Reading {
  let outline: Outline
  var table: FormulaTable
  var parser: Parser
  private var last = NodeID.none

  static let root = NodeID(0)
  /// Readings of one external declaration.
  private static let mostReadings = 8
  /// Lexemes that may still be read again: what overlaps in a text of nothing but conditionals stays linear.
  private var budget: Int

  init(
    _ outline: Outline, _ table: FormulaTable, _ buffer: TokenBuffer, _ form: SyntaxForm, deepest: Int
  ) {
    (self.outline, self.table) = (outline, table)
    let split = outline.groups.indices.filter { outline.groups[$0].isSplit }
    var lexemes = outline.lexemes
    if !split.isEmpty {
      var choice = Choice(table)
      for group in split.sorted(by: { outline.groups[$0].start < outline.groups[$1].start }) {
        choice.choose(outline.groups[group], group) { _ in true }
      }
      self.table = choice.table
      lexemes = choice.lexemes(of: outline, 0..<lexemes.count - TokenStream.padding)
    }
    let root = SyntaxNode(
      kind: .translationUnit, flags: [], reason: .none, first: 0, end: UInt32(buffer.tokens.count), main: 0,
      parent: .none, firstChild: .none, nextSibling: .none)
    budget = 2 * Self.mostReadings * outline.lexemes.count
    parser = Parser(TokenStream(lexemes), of: buffer, as: form, nodes: [root], deepest: deepest)
  }

  mutating func run() {
    let end = parser.lexemes.count - TokenStream.padding
    if parser.form != .file { parser.looseEnd = end }
    if parser.form == .pattern {
      while parser.p < end { parser.append(parser.statement(limit: end), to: Self.root, after: &last) }
      return
    }
    parser.externals(of: Self.root, until: end, after: &last)
    defer { if parser.form == .fragment { markCuts() } }
    guard !outline.groups.isEmpty,
      parser.opaqueCount > 0 || !parser.splits.isEmpty || outline.groups.contains(where: \.isSplit)
    else { return }
    reread()
  }

  /// What a fragment's ends cut is not wrong: the first statement that is not understood, and what reaches the end.
  private mutating func markCuts() {
    let end = outline.lexemes[outline.lexemes.count - TokenStream.padding].token
    var first: Int?
    for i in parser.nodes.indices {
      guard parser.nodes[i].kind == .opaque else { continue }
      if parser.nodes[i].end >= end { parser.nodes[i].flags.insert(.isCut) }
      if first.map({ parser.nodes[i].first < parser.nodes[$0].first }) ?? true { first = i }
    }
    // Before it nothing may end: else the cut is behind us.
    guard let first else { return }
    let endings = outline.lexemes.prefix { $0.token < parser.nodes[first].first }.contains {
      $0.symbol == .semicolon || $0.symbol == .closeBrace
    }
    if !endings { parser.nodes[first].flags.insert(.isCut) }
  }

  // MARK: Other branches

  /// External declarations that follow each other and are read again: their lexemes in the outline, and the
  /// conditionals whose branches are read one at a time.
  private struct Unit {
    /// The places of the first and the last among the declarations that were read.
    var places: ClosedRange<Int>
    var range: Range<Int>
    var groups: [Int]
    /// Whether one was not understood, so that the first reading is to be replaced.
    var isFlawed: Bool
  }

  private mutating func reread() {
    let splits = parser.splits.map { parser.lexemes[$0].token }.sorted()
    let externals = externals
    for unit in units(externals, splits) { read(unit, externals[unit.places].map(\.node)) }
  }

  /// The external declarations with their lexemes in the outline, in the order of the text.
  private var externals: [(node: NodeID, range: Range<Int>)] {
    var list: [(node: NodeID, range: Range<Int>)] = []
    var child = parser.nodes[0].firstChild
    while child != .none {
      let node = parser.nodes[Int(child.number)]
      list.append((child, outline.position(ofToken: node.first)..<outline.position(ofToken: node.end)))
      child = node.nextSibling
    }
    return list
  }

  /// What there is to read again, in the order of the text; no two overlap.
  private func units(_ externals: [(node: NodeID, range: Range<Int>)], _ splits: [UInt32]) -> [Unit] {
    let groups = outline.groups.indices.sorted { outline.groups[$0].start < outline.groups[$1].start }
    let opaque = parser.nodes.filter { $0.kind == .opaque }.sorted { $0.first < $1.first }
    var units: [Unit] = []
    var near: [Int] = []
    var next = 0
    for (place, external) in externals.enumerated() {
      while next < groups.count, outline.groups[groups[next]].start <= external.range.upperBound {
        near.append(groups[next])
        next += 1
      }
      near.removeAll { outline.groups[$0].end < external.range.lowerBound }
      // Conditionals that reach into the declaration, but do not hold it in one of their branches.
      let inside = near.filter { number in
        !outline.groups[number].branches.contains {
          $0.lowerBound <= external.range.lowerBound && external.range.upperBound <= $0.upperBound
        }
      }
      let node = parser.nodes[Int(external.node.number)]
      let flaws = opaque[
        opaque.partition { $0.first < node.first }..<opaque.partition { $0.first < max(node.end, node.first) }
      ]
      let wanted = inside.compactMap { group in
        reason(toRead: outline.groups[group], flaws, splits).map { (group: group, isFlawed: $0) }
      }
      guard !wanted.isEmpty else { continue }
      var unit = Unit(
        places: place...place, range: external.range, groups: wanted.map(\.group),
        isFlawed: wanted.contains { $0.isFlawed })
      for group in unit.groups { unit.range = unit.range.union(outline.groups[group].range) }
      widen(&unit, externals)
      while let before = units.last, before.places.upperBound >= unit.places.lowerBound {
        units.removeLast()
        unit.places =
          min(
            before.places.lowerBound, unit.places.lowerBound)...max(
            before.places.upperBound, unit.places.upperBound)
        unit.range = unit.range.union(before.range)
        unit.groups += before.groups
        unit.isFlawed = unit.isFlawed || before.isFlawed
        widen(&unit, externals)
      }
      units.append(unit)
    }
    for i in units.indices {
      units[i].groups = Set(units[i].groups).sorted {
        (outline.groups[$0].start, $0) < (outline.groups[$1].start, $1)
      }
    }
    return units
  }

  /// Takes in all declarations that the range touches.
  private func widen(_ unit: inout Unit, _ externals: [(node: NodeID, range: Range<Int>)]) {
    var (first, last) = (unit.places.lowerBound, unit.places.upperBound)
    while first > 0, externals[first - 1].range.upperBound > unit.range.lowerBound {
      first -= 1
      unit.range = unit.range.union(externals[first].range)
    }
    while last + 1 < externals.count, externals[last + 1].range.lowerBound < unit.range.upperBound {
      last += 1
      unit.range = unit.range.union(externals[last].range)
    }
    unit.places = first...last
  }

  /// Whether the branches of a conditional are to be read one at a time, and if so, whether because the reading is
  /// flawed; nil where they are not.
  private func reason(toRead group: Outline.Group, _ flaws: ArraySlice<SyntaxNode>, _ splits: [UInt32])
    -> Bool?
  {
    if group.isSplit { return false }
    let first = outline.lexemes[group.start].token
    let end = outline.lexemes[max(group.end, group.start)].token + 1
    // Opaque nodes do not overlap: the first that ends behind the beginning decides.
    let near = flaws.startIndex + flaws.partition { $0.end + 1 < first }
    if near < flaws.endIndex, flaws[near].first <= end + 1 { return true }
    guard group.branches.count > 1 else { return nil }
    let isBetween = group.branches.contains { branch in
      let token = outline.lexemes[branch.lowerBound].token
      let place = splits.partition { $0 < token }
      return place < splits.count && splits[place] == token
    }
    return isBetween ? true : nil
  }

  private mutating func read(_ unit: Unit, _ nodes: [NodeID]) {
    guard let last = nodes.last else { return }
    var covered: [Int: Set<Int>] = [:]
    var after = last
    if unit.isFlawed {
      var choice = Choice(table)
      for group in unit.groups { choice.choose(outline.groups[group], group) { _ in true } }
      let mark = parser.nodes.count
      let before = nodes.reduce(0) { $0 + opaques(below: $1) }
      let read = read(choice, unit)
      let now = read.reduce(0) { $0 + opaques(below: $1) }
      guard now < before || now == before && !read.isEmpty && before == 0 else {
        parser.nodes.removeLast(parser.nodes.count - mark)
        return
      }
      after = replace(nodes, by: read)
      covered = choice.taken.mapValues { [$0] }
    } else {
      for group in unit.groups { covered[group] = [firstBranch(of: group, in: unit)] }
    }
    for _ in 1..<Self.mostReadings where budget > 0 {
      var choice = Choice(table)
      var isNew = false
      var fresh: [Range<Int>] = []
      for group in unit.groups {
        let whole = outline.groups[group]
        choice.choose(whole, group) { branch in
          covered[group]?.contains(branch) != true && !whole.branches[branch].isEmpty
        }
        if let branch = choice.taken[group], covered[group]?.contains(branch) != true {
          covered[group, default: []].insert(branch)
          if !whole.branches[branch].isEmpty {
            isNew = true
            fresh.append(whole.branches[branch])
          }
        }
      }
      guard isNew else { break }
      let read = read(choice, unit).filter { id in
        let node = parser.nodes[Int(id.number)]
        // The first of the new branches that does not begin before the node.
        let place = fresh.partition { outline.lexemes[$0.lowerBound].token < node.first }
        return place < fresh.count && outline.lexemes[fresh[place].lowerBound].token < node.end
      }
      for id in read {
        parser.setFlag(.isAlternative, of: id)
        insert(id, after: after)
        after = id
      }
    }
  }

  /// Which branch of a split conditional the first reading took.
  private func firstBranch(of group: Int, in unit: Unit) -> Int {
    let whole = outline.groups[group]
    for (number, branch) in whole.branches.enumerated() where !branch.isEmpty {
      let token = outline.lexemes[branch.lowerBound].token
      let place = parser.lexemes.partition { $0.token < token }
      if place < parser.lexemes.count, parser.lexemes[place].token == token { return number }
    }
    return 0
  }

  /// Reads the lexemes of a unit with the branches that were chosen; the nodes are not in the tree yet.
  private mutating func read(_ choice: Choice, _ unit: Unit) -> [NodeID] {
    budget -= unit.range.count
    let lexemes = choice.lexemes(of: outline, unit.range)
    let (outer, partners, position) = (parser.lexemes, parser.partners, parser.p)
    defer { parser.restore(outer, partners, position) }
    parser.read(TokenStream(lexemes))
    let parent = parser.node(.translationUnit, from: 0, main: 0)
    var last = NodeID.none
    parser.externals(of: parent, until: parser.lexemes.count - TokenStream.padding, after: &last)
    var children: [NodeID] = []
    var child = parser.nodes[Int(parent.number)].firstChild
    while child != .none {
      children.append(child)
      child = parser.nodes[Int(child.number)].nextSibling
    }
    for child in children {
      parser.nodes[Int(child.number)].parent = Self.root
      parser.nodes[Int(child.number)].nextSibling = .none
    }
    return children
  }

  private func opaques(below id: NodeID) -> Int {
    var count = 0
    var open = [id]
    while let next = open.popLast() {
      let node = parser.nodes[Int(next.number)]
      if node.kind == .opaque { count += 1 }
      var child = node.firstChild
      while child != .none {
        open.append(child)
        child = parser.nodes[Int(child.number)].nextSibling
      }
    }
    return count
  }

  private mutating func insert(_ id: NodeID, after before: NodeID) {
    parser.nodes[Int(id.number)].nextSibling = parser.nodes[Int(before.number)].nextSibling
    parser.nodes[Int(before.number)].nextSibling = id
  }

  /// The last of those that stand there now.
  private mutating func replace(_ olds: [NodeID], by new: [NodeID]) -> NodeID {
    guard let old = olds.first, let last = olds.last, let first = new.first else {
      return olds.last ?? Self.root
    }
    // The first old node's place in the list is kept: it becomes the first of the new ones.
    var after = old
    let next = parser.nodes[Int(last.number)].nextSibling
    parser.nodes[Int(old.number)] = parser.nodes[Int(first.number)]
    parser.nodes[Int(old.number)].nextSibling = next
    var child = parser.nodes[Int(old.number)].firstChild
    while child != .none {
      parser.nodes[Int(child.number)].parent = old
      child = parser.nodes[Int(child.number)].nextSibling
    }
    for id in new.dropFirst() {
      insert(id, after: after)
      after = id
    }
    return after
  }
}

/// Which branch of each of some conditionals is read, so that all can hold at once.
private struct Choice {
  var table: FormulaTable
  private(set) var taken: [Int: Int] = [:]
  private var left: [Range<Int>] = []
  /// The conditions of the last branches taken. What was decided further above says nothing here.
  private var assumptions: [Formula] = []
  private static let mostAssumptions = 32

  init(_ table: FormulaTable) { self.table = table }

  /// - Parameter preferred: whether a branch is wanted before others.
  mutating func choose(_ group: Outline.Group, _ number: Int, preferred: (Int) -> Bool) {
    var best: Int?
    let assumption = table.and(assumptions)
    for branch in group.branches.indices {
      let formula = table.and(assumption, group.conditions[branch])
      guard formula != .never else { continue }
      if preferred(branch) {
        best = branch
        break
      }
      if best == nil { best = branch }
    }
    if let best {
      taken[number] = best
      if assumptions.count == Self.mostAssumptions { assumptions.removeFirst() }
      assumptions.append(group.conditions[best])
    }
    left += group.branches.enumerated().filter { $0.offset != best && !$0.element.isEmpty }.map(
      \.element)
  }

  /// The lexemes of a range without the branches that are not taken, and with the padding.
  func lexemes(of outline: Outline, _ range: Range<Int>) -> [Lexeme] {
    var result: [Lexeme] = []
    var i = range.lowerBound
    for branch in left.sorted(by: { $0.lowerBound < $1.lowerBound }) where branch.upperBound > i {
      guard branch.lowerBound < range.upperBound else { break }
      if branch.lowerBound > i { result += outline.lexemes[i..<branch.lowerBound] }
      i = branch.upperBound
    }
    if i < range.upperBound { result += outline.lexemes[i..<range.upperBound] }
    let end = outline.lexemes[outline.lexemes.count - 1]
    var stop = end
    if range.upperBound < outline.lexemes.count - TokenStream.padding {
      stop.token = outline.lexemes[range.upperBound].token
    }
    return result + [Lexeme](repeating: stop, count: TokenStream.padding)
  }
}

extension Outline.Group {
  var start: Int { branches.first?.lowerBound ?? 0 }
  var end: Int { branches.last?.upperBound ?? 0 }
  fileprivate var range: Range<Int> { start..<end }
}

extension Range<Int> {
  /// All from the first of both to the last of both.
  fileprivate func union(_ other: Range<Int>) -> Range<Int> {
    Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}

extension Outline {
  /// Position of the first lexeme at or behind a token.
  func position(ofToken token: UInt32) -> Int {
    min(lexemes.partition { $0.token < token }, lexemes.count - TokenStream.padding)
  }
}

extension RandomAccessCollection where Index == Int {
  /// How many elements at the beginning of a sorted array are before something.
  func partition(_ isBefore: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[startIndex + middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
