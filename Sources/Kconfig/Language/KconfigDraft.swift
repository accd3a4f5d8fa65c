// SPDX-License-Identifier: GPL-2.0-or-later

/// What the files say while they are read: symbols and choices in the order of the files.
struct KconfigDraft: Sendable {
  var words = WordTable()
  var expressions = ExpressionTable()
  var symbols: [Symbol] = []
  var choices: [Choice] = []
  /// Files that were read, in order; a file that is sourced twice stands here once.
  var paths: [String] = []
  /// From where each of them is sourced.
  var sources: [KconfigModel.Source] = []
  var problems: [KconfigProblem] = []
  /// The symbol that says whether there are modules.
  var modules: SymbolIndex?

  private(set) var symbolsByWord: [SymbolIndex] = []

  typealias Conditional = KconfigModel.Conditional
  typealias Definition = KconfigModel.Definition
  typealias DefaultValue = KconfigModel.DefaultValue
  typealias Bounds = KconfigModel.Bounds
  typealias Choice = KconfigModel.Choice

  struct Symbol: Sendable {
    var name: Word
    var type: KconfigSymbol.Kind?
    var definitions: [Definition] = []
    var prompts: [Conditional<Word>] = []
    var defaults: [Conditional<DefaultValue>] = []
    var selects: [Conditional<SymbolIndex>] = []
    var implies: [Conditional<SymbolIndex>] = []
    var ranges: [Conditional<Bounds>] = []
    var choice: Int32?
    /// By whom it is selected and implied, under what condition.
    var selectors: [Conditional<SymbolIndex>] = []
    var impliers: [Conditional<SymbolIndex>] = []
    /// What its definitions depend on, one or the other.
    var depends = KconfigExpression.yes
  }

  init() { for keyword in Keyword.allCases { _ = words.intern(Array(keyword.text.utf8)) } }

  /// The symbol of a name, which is entered where it is new: being mentioned defines nothing.
  mutating func symbol(named word: Word) -> SymbolIndex {
    while symbolsByWord.count <= Int(word) { symbolsByWord.append(-1) }
    if symbolsByWord[Int(word)] >= 0 { return symbolsByWord[Int(word)] }
    let index = SymbolIndex(symbols.count)
    symbols.append(Symbol(name: word))
    symbolsByWord[Int(word)] = index
    return index
  }

  func name(of symbol: SymbolIndex) -> String { words.text(symbols[Int(symbol)].name) }

  /// Turns selects and implies around, once all is read.
  mutating func finish() {
    for index in symbols.indices {
      for select in symbols[index].selects {
        symbols[Int(select.value)].selectors.append(turned(select, to: index))
      }
      for imply in symbols[index].implies {
        symbols[Int(imply.value)].impliers.append(turned(imply, to: index))
      }
    }
    let ranks = KconfigModel.ranks(of: paths)
    for index in symbols.indices {
      symbols[index].selectors.sort { $0.place(ranks) < $1.place(ranks) }
      symbols[index].impliers.sort { $0.place(ranks) < $1.place(ranks) }
      // Kconfig starts with nothing, so that a definition without any dependency adds none to the others'.
      symbols[index].depends =
        symbols[index].definitions.reduce(nil) { sum, next in
          guard let sum, sum != .yes else { return next.depends }
          return next.depends == .yes ? sum : expressions.or(sum, next.depends)
        } ?? .yes
    }
  }

  private func turned(_ edge: Conditional<SymbolIndex>, to source: Int) -> Conditional<SymbolIndex> {
    Conditional(
      value: SymbolIndex(source), condition: edge.condition, path: edge.path, line: edge.line)
  }
}

/// Words that begin a line; their `Word` is the raw value.
enum Keyword: Word, CaseIterable {
  case config, menuconfig, choice, endchoice, menu, endmenu, mainmenu, `if`, endif, comment, source, rsource
  case osource, orsource, bool, tristate, string, int, hex, prompt, `default`, defBool, defTristate, depends
  case on, select, imply, range, visible, modules, option, optional, help, oldHelp, y, m, n, env

  var text: String {
    switch self {
    case .defBool: "def_bool"
    case .defTristate: "def_tristate"
    case .oldHelp: "---help---"
    default: "\(self)"
    }
  }
}
