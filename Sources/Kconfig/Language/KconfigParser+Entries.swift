// SPDX-License-Identifier: GPL-2.0-or-later

extension KconfigParser {
  /// Puts an entry into the model once all its lines are read: `depends on` may stand behind what it governs.
  ///
  /// Source: `_menu_finalize()` in `scripts/kconfig/menu.c`, which adds the dependencies of the place to
  /// each property.
  mutating func finishEntry() {
    guard let entry, let frame = frames.last else { return }
    self.entry = nil
    let outer = blocks.last?.depends ?? .yes
    let own = model.expressions.condition(model.expressions.join(entry.depends + [.yes], isAnd: true))
    let depends = model.expressions.and(outer, own)
    switch entry.keyword {
    case .config, .menuconfig: finishSymbol(entry, depends, in: frame)
    case .menu, .if: open(Block(entry, depends, visibility(inside: entry)), at: entry.line)
    case .choice: finishChoice(entry, depends, in: frame)
    default: break
    }
  }

  private mutating func visibility(inside entry: Entry) -> KconfigExpression {
    model.expressions.and(entry.visibility, blocks.last?.visibility ?? .yes)
  }

  private mutating func open(_ block: Block, at line: Int) {
    guard blocks.count < KconfigLimits.blockDepth else { return report(.limit("blocks"), at: line) }
    blocks.append(block)
  }

  private mutating func finishSymbol(_ entry: Entry, _ depends: KconfigExpression, in frame: Frame) {
    guard let symbol = entry.symbol else { return }
    let index = Int(symbol)
    guard model.symbols[index].definitions.count < KconfigLimits.definitions else { return }
    // The first place with a prompt says which choice a symbol belongs to: `sym_get_choice_menu()`.
    if entry.prompt != nil, model.symbols[index].prompts.isEmpty {
      model.symbols[index].choice = blocks.last { $0.choice != nil }?.choice
    }
    if let choice = blocks.last(where: { $0.choice != nil })?.choice,
      !model.choices[Int(choice)].members.contains(symbol)
    {
      model.choices[Int(choice)].members.append(symbol)
    }
    model.symbols[index].definitions.append(
      KconfigModel.Definition(
        path: frame.pathIndex, line: Int32(entry.line), depends: depends, prompt: entry.prompt?.text,
        hasHelp: entry.hasHelp))
    for property in entry.properties {
      let condition = model.expressions.and(depends, model.expressions.condition(property.condition))
      func conditional<Value>(_ value: Value) -> KconfigModel.Conditional<Value> {
        KconfigModel.Conditional(
          value: value, condition: condition, path: frame.pathIndex, line: Int32(property.line))
      }
      switch property.kind {
      case .prompt(let text): model.symbols[index].prompts.append(conditional(text))
      case .defaultValue(let value): model.symbols[index].defaults.append(conditional(value))
      case .select(let target): model.symbols[index].selects.append(conditional(target))
      case .imply(let target): model.symbols[index].implies.append(conditional(target))
      case .range(let bounds): model.symbols[index].ranges.append(conditional(bounds))
      }
    }
  }

  private mutating func finishChoice(_ entry: Entry, _ depends: KconfigExpression, in frame: Frame) {
    var choice = KconfigModel.Choice(
      path: frame.pathIndex, line: Int32(entry.line), prompt: entry.prompt?.text, depends: depends,
      isOptional: entry.isOptional)
    for property in entry.properties {
      guard case .defaultValue(let value) = property.kind, case .symbol(let symbol)? = value.operand else {
        continue
      }
      let condition = model.expressions.and(depends, model.expressions.condition(property.condition))
      choice.defaults.append(
        KconfigModel.Conditional(
          value: symbol, condition: condition, path: frame.pathIndex, line: Int32(property.line)))
    }
    model.choices.append(choice)
    var block = Block(entry, depends, visibility(inside: entry))
    block.choice = Int32(model.choices.count - 1)
    open(block, at: entry.line)
  }
}

extension KconfigParser.Block {
  fileprivate init(
    _ entry: KconfigParser.Entry, _ depends: KconfigExpression, _ visibility: KconfigExpression
  ) {
    self.init(
      keyword: entry.keyword, line: entry.line, depends: depends, visibility: visibility, choice: nil)
  }
}
