// SPDX-License-Identifier: GPL-2.0-or-later

/// What the files say, before it means anything: symbols and choices in the order of the files.
///
/// It is plain numbers in a few lists, so that looking at a symbol touches no reference count, and reading a kept model is
/// reading numbers.
struct KconfigModel: Sendable {
  var words = WordTable()
  var expressions = FlatExpressions(nodes: [], members: [])
  var symbols: [Symbol] = []
  var choices: [Choice] = []
  /// Files that were read, in order; a file that is sourced twice stands here once.
  var paths: [String] = []
  /// From where each of them is sourced.
  var sources: [Source] = []
  var problems: [KconfigProblem] = []
  /// The symbol that says whether there are modules.
  var modules: SymbolIndex?

  var definitions: [Definition] = []
  var prompts: [Conditional<Word>] = []
  var defaults: [Conditional<DefaultValue>] = []
  /// Who selects or implies whom, seen from both sides.
  var edges: [Conditional<SymbolIndex>] = []
  var ranges: [Conditional<Bounds>] = []
  /// By word; -1 for a word that is no symbol's name.
  var symbolsByWord: [SymbolIndex] = []

  /// A value with its condition, which holds the dependencies of the place where it stands.
  struct Conditional<Value: Sendable>: Sendable {
    var value: Value
    var condition: KconfigExpression
    var path: Int32
    var line: Int32
  }

  /// The `source` line that names a file, the first where there are several.
  struct Source: Sendable {
    /// The file with the line; -1 for the top.
    var parent: Int32
    /// What holds there.
    var depends: KconfigExpression
    var visibility: KconfigExpression
    var isInChoice: Bool
    /// How often the file is read.
    var count: Int32 = 1
  }

  struct Definition: Sendable {
    var path: Int32
    var line: Int32
    var depends: KconfigExpression
    var prompt: Word?
    var hasHelp: Bool
  }

  /// What is said of one name: where that stands in the lists of the model.
  struct Symbol: Sendable {
    var name: Word
    var type: KconfigSymbol.Kind?
    var choice: Int32?
    /// What its definitions depend on, one or the other.
    var depends = KconfigExpression.yes
    var definitions: Range<Int32> = 0..<0
    var prompts: Range<Int32> = 0..<0
    var defaults: Range<Int32> = 0..<0
    var ranges: Range<Int32> = 0..<0
    var selects: Range<Int32> = 0..<0
    var implies: Range<Int32> = 0..<0
    /// By whom it is selected and implied, under what condition.
    var selectors: Range<Int32> = 0..<0
    var impliers: Range<Int32> = 0..<0

    var isTruthValue: Bool { type == .bool || type == .tristate }
  }

  /// An expression, and what it is as the value of an int, hex or string, which is a single word.
  struct DefaultValue: Sendable {
    var expression: KconfigExpression
    var operand: Operand?
  }

  struct Bounds: Sendable {
    var low: Operand
    var high: Operand
  }

  struct Choice: Sendable {
    var path: Int32
    var line: Int32
    var prompt: Word?
    var depends: KconfigExpression
    var defaults: [Conditional<SymbolIndex>] = []
    var members: [SymbolIndex] = []
    var isOptional = false
  }

  init() {}

  init(_ draft: KconfigDraft) {
    (words, expressions) = (draft.words, FlatExpressions(draft.expressions))
    (choices, paths, problems, modules) = (draft.choices, draft.paths, draft.problems, draft.modules)
    sources = draft.sources
    symbolsByWord = draft.symbolsByWord
    symbols.reserveCapacity(draft.symbols.count)
    for symbol in draft.symbols {
      symbols.append(
        Symbol(
          name: symbol.name, type: symbol.type, choice: symbol.choice, depends: symbol.depends,
          definitions: definitions.take(symbol.definitions), prompts: prompts.take(symbol.prompts),
          defaults: defaults.take(symbol.defaults), ranges: ranges.take(symbol.ranges),
          selects: edges.take(symbol.selects), implies: edges.take(symbol.implies),
          selectors: edges.take(symbol.selectors), impliers: edges.take(symbol.impliers)))
    }
  }

  func find(_ name: String) -> SymbolIndex? { find(Array(name.utf8)) }

  func find(_ name: some RandomAccessCollection<UInt8>) -> SymbolIndex? {
    guard let word = words.find(name), Int(word) < symbolsByWord.count else { return nil }
    let index = symbolsByWord[Int(word)]
    return index < 0 ? nil : index
  }

  func name(of symbol: SymbolIndex) -> String { words.text(symbols[Int(symbol)].name) }

  /// A number that grows in the order in which the files define symbols; nil of one that none defines.
  func place(of symbol: SymbolIndex) -> UInt64? {
    definitions[symbols[Int(symbol)].definitions].first.map {
      UInt64(UInt32(bitPattern: $0.path)) << 32 | UInt64(UInt32(bitPattern: $0.line))
    }
  }
}

extension KconfigModel {
  /// Where each path stands among all in the order of their names, which does not hang on what is read first.
  static func ranks(of paths: [String]) -> [Int32] {
    var ranks = [Int32](repeating: 0, count: paths.count)
    for (rank, index) in paths.indices.sorted(by: { paths[$0] < paths[$1] }).enumerated() {
      ranks[index] = Int32(rank)
    }
    return ranks
  }
}

extension KconfigModel.Conditional {
  /// Who selects a symbol stands in the order of this.
  func place(_ ranks: [Int32]) -> (path: Int32, line: Int32) { (ranks[Int(path)], line) }
}

extension Array {
  /// What a record says is its part of the list.
  subscript(part: Range<Int32>) -> ArraySlice<Element> { self[Int(part.lowerBound)..<Int(part.upperBound)] }

  /// Puts elements at the end; returns where they are.
  mutating func take(_ elements: [Element]) -> Range<Int32> {
    let start = Int32(count)
    append(contentsOf: elements)
    return start..<Int32(count)
  }
}
