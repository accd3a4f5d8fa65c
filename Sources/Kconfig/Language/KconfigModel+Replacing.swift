// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

extension KconfigModel {
  /// The model of a tree in which some files are others: what the other files say is taken from this one, so that two files
  /// are read in place of a thousand.
  ///
  /// nil where what the files say cannot be told from them alone: see `KconfigPart`, and where they source other files than
  /// before or under other conditions, define symbols that other files define too, or compare what is no truth value.
  /// - Parameters:
  ///   - changed: the files, as they are in `tree` and, for what is here, in `base`.
  func replacing(
    _ changed: [TreePath], from base: any SourceTree, to tree: any SourceTree, environment: [String: String],
    toolchain: Toolchain
  ) -> KconfigModel? {
    guard problems.isEmpty else { return nil }
    let (names, known) = (Set(changed.map(\.description)), Set(paths))
    // Somebody's pattern may match a new file. One that is there and was not read is another architecture's.
    for path in changed where !known.contains(path.description) {
      guard (try? base.bytes(of: path)) != nil else { return nil }
    }
    let files = paths.indices.filter { names.contains(paths[$0]) }
    guard !files.isEmpty else { return self }
    var replacement = KconfigReplacement(self)
    for index in files {
      func part(_ tree: any SourceTree) -> KconfigPart? {
        KconfigPart(index, of: self, in: tree, environment: environment, toolchain: toolchain)
      }
      guard let before = part(base), let after = part(tree),
        replacement.take(after, for: before, Int32(index))
      else { return nil }
    }
    return replacement.finished()
  }
}

/// A model on its way to one with other files in it.
private struct KconfigReplacement {
  private let base: KconfigModel
  private var model: KconfigModel
  /// The symbols that the files define, now or before.
  private var replaced: Set<SymbolIndex> = []
  /// Whom those select and imply, now or before.
  private var targets: Set<SymbolIndex> = []
  /// What the file that is taken calls the model's symbols and expressions.
  private var symbols: [SymbolIndex: SymbolIndex] = [:]
  private var expressions: [KconfigExpression: KconfigExpression] = [:]
  /// Whether something is compared that is no truth value: which values matter hangs on the order of all comparisons.
  private var comparesTexts = false

  init(_ base: KconfigModel) { (self.base, model) = (base, base) }

  /// Takes what a file says in place of what it said; false where that is not possible.
  mutating func take(_ part: KconfigPart, for before: KconfigPart, _ path: Int32) -> Bool {
    (symbols, expressions) = ([:], [:])
    guard isSourcingAsBefore(part, path) else { return false }
    var own: Set<SymbolIndex> = []
    for word in before.defined + part.defined { own.insert(symbol(named: word)) }
    guard own.isDisjoint(with: replaced), own.allSatisfy({ isOnly($0, in: path) }) else { return false }
    replaced.formUnion(own)
    for symbol in own { clear(symbol) }
    for (index, symbol) in part.draft.symbols.enumerated() where !symbol.definitions.isEmpty {
      put(symbol, at: take(SymbolIndex(index), part.draft), path, part.draft)
    }
    model.problems += part.draft.problems
    comparesTexts = comparesTexts || self.comparesTexts(before.draft) || self.comparesTexts(part.draft)
    return true
  }

  /// Whether a file names the files that it named, and under the same conditions.
  private mutating func isSourcingAsBefore(_ part: KconfigPart, _ path: Int32) -> Bool {
    let children = base.paths.indices.filter { base.sources[$0].parent == path }
    guard children.map({ base.paths[$0] }) == part.passed.map(\.name) else { return false }
    for (child, (_, source)) in zip(children, part.passed) {
      let known = base.sources[child]
      let (depends, visibility) = (take(source.depends, part.draft), take(source.visibility, part.draft))
      guard known.count == 1, !source.isInChoice, !known.isInChoice,
        model.text(of: depends) == base.text(of: known.depends),
        model.text(of: visibility) == base.text(of: known.visibility)
      else { return false }
    }
    return true
  }

  /// Whether no other file defines a symbol, so that nothing hangs on which of them is read first.
  private func isOnly(_ symbol: SymbolIndex, in path: Int32) -> Bool {
    guard base.symbols.indices.contains(Int(symbol)) else { return true }
    let record = base.symbols[Int(symbol)]
    return record.choice == nil && base.definitions[record.definitions].allSatisfy { $0.path == path }
      && symbol != base.modules
  }

  /// The model with all that selects and implies turned around; nil where comparisons stand in the way.
  mutating func finished() -> KconfigModel? {
    guard !comparesTexts else { return nil }
    var more: [SymbolIndex: (selectors: [Edge], impliers: [Edge])] = [:]
    for source in replaced {
      let record = model.symbols[Int(source)]
      func turned(_ edge: Edge) -> Edge {
        Edge(value: source, condition: edge.condition, path: edge.path, line: edge.line)
      }
      for edge in model.edges[record.selects] {
        more[edge.value, default: ([], [])].selectors.append(turned(edge))
      }
      for edge in model.edges[record.implies] {
        more[edge.value, default: ([], [])].impliers.append(turned(edge))
      }
    }
    let ranks = KconfigModel.ranks(of: model.paths)
    for target in targets.union(more.keys) {
      func edges(_ known: Range<Int32>, _ new: [Edge]) -> [Edge] {
        (model.edges[known].filter { !replaced.contains($0.value) } + new).sorted {
          $0.place(ranks) < $1.place(ranks)
        }
      }
      let (record, new) = (model.symbols[Int(target)], more[target] ?? ([], []))
      let (selectors, impliers) = (
        edges(record.selectors, new.selectors), edges(record.impliers, new.impliers)
      )
      model.symbols[Int(target)].selectors = model.edges.take(selectors)
      model.symbols[Int(target)].impliers = model.edges.take(impliers)
    }
    return model
  }

  private typealias Edge = KconfigModel.Conditional<SymbolIndex>

  // MARK: Symbols

  /// Takes away what its definitions say; who selects it stays.
  private mutating func clear(_ symbol: SymbolIndex) {
    let record = model.symbols[Int(symbol)]
    targets.formUnion(model.edges[record.selects].map(\.value))
    targets.formUnion(model.edges[record.implies].map(\.value))
    var empty = KconfigModel.Symbol(name: record.name)
    (empty.selectors, empty.impliers) = (record.selectors, record.impliers)
    model.symbols[Int(symbol)] = empty
  }

  private mutating func put(
    _ symbol: KconfigDraft.Symbol, at index: SymbolIndex, _ path: Int32, _ draft: KconfigDraft
  ) {
    func conditional<Old, New>(
      _ old: KconfigModel.Conditional<Old>, _ take: (Old) -> New
    ) -> KconfigModel.Conditional<New> {
      KconfigModel.Conditional(
        value: take(old.value), condition: self.take(old.condition, draft), path: path, line: old.line)
    }
    let definitions = symbol.definitions.map {
      KconfigModel.Definition(
        path: path, line: $0.line, depends: take($0.depends, draft),
        prompt: $0.prompt.map { model.words.intern(draft.words[$0]) }, hasHelp: $0.hasHelp)
    }
    let prompts = symbol.prompts.map { conditional($0) { model.words.intern(draft.words[$0]) } }
    let defaults = symbol.defaults.map {
      conditional($0) {
        KconfigModel.DefaultValue(
          expression: take($0.expression, draft), operand: $0.operand.map { take($0, draft) })
      }
    }
    let ranges = symbol.ranges.map {
      conditional($0) { KconfigModel.Bounds(low: take($0.low, draft), high: take($0.high, draft)) }
    }
    let selects = symbol.selects.map { conditional($0) { take($0, draft) } }
    let implies = symbol.implies.map { conditional($0) { take($0, draft) } }
    let depends = take(symbol.depends, draft)
    model.symbols[Int(index)].type = symbol.type
    model.symbols[Int(index)].depends = depends
    model.symbols[Int(index)].definitions = model.definitions.take(definitions)
    model.symbols[Int(index)].prompts = model.prompts.take(prompts)
    model.symbols[Int(index)].defaults = model.defaults.take(defaults)
    model.symbols[Int(index)].ranges = model.ranges.take(ranges)
    model.symbols[Int(index)].selects = model.edges.take(selects)
    model.symbols[Int(index)].implies = model.edges.take(implies)
  }

  /// Whether a file compares an int, hex or string, as it is here or as it was.
  private mutating func comparesTexts(_ draft: KconfigDraft) -> Bool {
    draft.expressions.nodes.contains { node in
      guard case .compare(_, let a, let b) = node else { return false }
      return [a, b].contains { operand in
        guard case .symbol(let index) = operand else { return false }
        let name = draft.words[draft.symbols[Int(index)].name]
        let types = [base, model].compactMap { known in
          known.find(name).flatMap { known.symbols[Int($0)].type }
        }
        return types.contains { $0 != .bool && $0 != .tristate }
      }
    }
  }

  // MARK: From the file's numbers to the model's

  private mutating func symbol(named name: some RandomAccessCollection<UInt8>) -> SymbolIndex {
    let word = model.words.intern(name)
    while model.symbolsByWord.count <= Int(word) { model.symbolsByWord.append(-1) }
    if model.symbolsByWord[Int(word)] >= 0 { return model.symbolsByWord[Int(word)] }
    let index = SymbolIndex(model.symbols.count)
    model.symbols.append(KconfigModel.Symbol(name: word))
    model.symbolsByWord[Int(word)] = index
    return index
  }

  private mutating func take(_ symbol: SymbolIndex, _ draft: KconfigDraft) -> SymbolIndex {
    if let known = symbols[symbol] { return known }
    let taken = self.symbol(named: draft.words[draft.symbols[Int(symbol)].name])
    symbols[symbol] = taken
    return taken
  }

  private mutating func take(_ operand: Operand, _ draft: KconfigDraft) -> Operand {
    switch operand {
    case .symbol(let symbol): .symbol(take(symbol, draft))
    case .text(let word): .text(model.words.intern(draft.words[word]))
    case .unknown(let word): .unknown(model.words.intern(draft.words[word]))
    }
  }

  private mutating func take(_ expression: KconfigExpression, _ draft: KconfigDraft) -> KconfigExpression {
    if let known = expressions[expression] { return known }
    let taken: KconfigExpression
    switch draft.expressions[expression] {
    case .no: taken = .no
    case .module: taken = .module
    case .yes: taken = .yes
    case .moduleWhereThereAreModules: taken = model.expressions.append(.moduleWhereThereAreModules)
    case .symbol(let symbol): taken = model.expressions.append(.symbol(take(symbol, draft)))
    case .not(let inner): taken = model.expressions.append(.not(take(inner, draft)))
    case .and(let members): taken = model.expressions.append(.and(members.map { take($0, draft) }))
    case .or(let members): taken = model.expressions.append(.or(members.map { take($0, draft) }))
    case .compare(let comparison, let a, let b):
      taken = model.expressions.append(.compare(comparison, take(a, draft), take(b, draft)))
    case .unknown(let word):
      taken = model.expressions.append(.unknown(model.words.intern(draft.words[word])))
    }
    expressions[expression] = taken
    return taken
  }
}
