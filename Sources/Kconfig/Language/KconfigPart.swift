// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// What one Kconfig file says, read without the others.
struct KconfigPart {
  let draft: KconfigDraft
  /// The names on its `source` lines, each with what holds there.
  let passed: [(name: String, source: KconfigModel.Source)]

  /// nil where the file says what cannot be told from it alone: it is not there, uses or sets macros, has a choice, or says
  /// which symbol stands for modules.
  /// - Parameters:
  ///   - model: which has read the file, as it is here or as it was before.
  ///   - index: the file's number there.
  init?(
    _ index: Int, of model: KconfigModel, in tree: any SourceTree, environment: [String: String],
    toolchain: Toolchain
  ) {
    let (name, source) = (model.paths[index], model.sources[index])
    guard source.count == 1, source.parent >= 0, !source.isInChoice, let path = TreePath(name),
      let bytes = (try? tree.bytes(of: path)) ?? nil, !bytes.contains(UInt8(ascii: "$"))
    else { return nil }
    var parser = KconfigParser(tree, environment: environment, toolchain: toolchain)
    let depends = parser.model.take(source.depends, of: model)
    let visibility = parser.model.take(source.visibility, of: model)
    parser.readAlone(name, depends: depends, visibility: visibility)
    guard parser.model.choices.isEmpty, parser.model.modules == nil, !parser.expander.hasVariables else {
      return nil
    }
    (draft, passed) = (parser.model, parser.passed ?? [])
  }

  /// The words of the symbols that it defines.
  var defined: [[UInt8]] {
    draft.symbols.lazy.filter { !$0.definitions.isEmpty }.map { Array(draft.words[$0.name]) }
  }
}

extension KconfigDraft {
  /// An expression of a model, in the words and numbers of this one.
  fileprivate mutating func take(_ expression: KconfigExpression, of model: KconfigModel) -> KconfigExpression
  {
    switch model.expressions[expression] {
    case .no: .no
    case .module: .module
    case .yes: .yes
    case .moduleWhereThereAreModules: expressions.make(.moduleWhereThereAreModules)
    case .symbol(let symbol): expressions.make(.symbol(take(symbol, of: model)))
    case .not(let inner): expressions.make(.not(take(inner, of: model)))
    case .and(let members): expressions.make(.and(members.map { take($0, of: model) }))
    case .or(let members): expressions.make(.or(members.map { take($0, of: model) }))
    case .compare(let comparison, let a, let b):
      expressions.make(.compare(comparison, take(a, of: model), take(b, of: model)))
    case .unknown(let word): expressions.make(.unknown(words.intern(model.words[word])))
    }
  }

  private mutating func take(_ symbol: SymbolIndex, of model: KconfigModel) -> SymbolIndex {
    self.symbol(named: words.intern(model.words[model.symbols[Int(symbol)].name]))
  }

  private mutating func take(_ operand: Operand, of model: KconfigModel) -> Operand {
    switch operand {
    case .symbol(let symbol): .symbol(take(symbol, of: model))
    case .text(let word): .text(words.intern(model.words[word]))
    case .unknown(let word): .unknown(words.intern(model.words[word]))
    }
  }
}
