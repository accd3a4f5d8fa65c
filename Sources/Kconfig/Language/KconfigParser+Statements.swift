// SPDX-License-Identifier: GPL-2.0-or-later

extension KconfigParser {
  /// A `config`, `choice`, `menu` or `comment` whose lines are being read.
  struct Entry {
    var keyword: Keyword
    var line: Int
    var symbol: SymbolIndex?
    var depends: [KconfigExpression] = []
    /// `visible if` of a menu.
    var visibility = KconfigExpression.yes
    var prompt: (text: Word, condition: KconfigExpression)?
    var properties: [Property] = []
    var hasHelp = false
    var isOptional = false
  }

  /// A line of an entry that holds where a condition does.
  struct Property {
    enum Kind {
      case prompt(Word)
      case defaultValue(KconfigModel.DefaultValue)
      case select(SymbolIndex)
      case imply(SymbolIndex)
      case range(KconfigModel.Bounds)
    }
    var kind: Kind
    var condition: KconfigExpression
    var line: Int
  }

  /// Reads the line whose tokens are there.
  mutating func statement(at line: Int) {
    guard case .word(let first)? = tokens.first else {
      return report(.unknownStatement("a line that begins with a sign"), at: line)
    }
    if tokens.count == 2, case .sign(let sign) = tokens[1],
      sign == .equal || sign == .assignNow || sign == .append
    {
      return assignment(first, sign, at: line)
    }
    guard let keyword = Keyword(rawValue: first) else {
      finishEntry()
      return report(.unknownStatement(model.words.text(first)), at: line)
    }
    var parser = ExpressionParser(tokens: tokens, next: 1)
    do {
      switch keyword {
      case .config, .menuconfig, .choice, .menu, .comment, .mainmenu, .if, .endif, .endmenu, .endchoice,
        .source,
        .rsource, .osource, .orsource:
        finishEntry()
        try begin(keyword, &parser, at: line)
      default: try option(keyword, &parser, at: line)
      }
      if !parser.isAtEnd { throw ExpressionParser.Malformed() }
    } catch {
      report(.malformed(keyword.text), at: line)
    }
  }

  private mutating func assignment(_ name: Word, _ sign: KconfigSign, at line: Int) {
    finishEntry()
    let top = frames.count - 1
    let value = Array(frames[top].lexer.restOfLine())
    let flavor: MacroExpander.Flavor? = sign == .equal ? .recursive : sign == .assignNow ? .simple : nil
    do {
      try expander.assign(Array(model.words[name]), value, flavor, at: line)
    } catch {
      report(.macro("the value of \(model.words.text(name))"), at: line)
    }
  }

  private mutating func begin(
    _ keyword: Keyword, _ parser: inout ExpressionParser, at line: Int
  ) throws(ExpressionParser.Malformed) {
    switch keyword {
    case .config, .menuconfig:
      let symbol = model.symbol(named: try parser.name(&model))
      entry = Entry(keyword: keyword, line: line, symbol: symbol)
    case .choice:
      // Older kernels could name a choice.
      if !parser.isAtEnd { _ = try parser.name(&model) }
      entry = Entry(keyword: keyword, line: line)
    case .menu, .comment:
      _ = try parser.quoted()
      entry = Entry(keyword: keyword, line: line)
    case .mainmenu: _ = try parser.quoted()
    case .if:
      // A block whose condition cannot be read is a block all the same.
      entry = Entry(keyword: keyword, line: line)
      defer { finishEntry() }
      entry?.depends = [try parser.expression(&model)]
    case .endif: end(.if, keyword, at: line)
    case .endmenu: end(.menu, keyword, at: line)
    case .endchoice: end(.choice, keyword, at: line)
    default:
      let name = model.words.text(try parser.quoted())
      source(
        name, isOptional: keyword == .osource || keyword == .orsource,
        isRelative: keyword == .rsource || keyword == .orsource, at: line)
    }
  }

  private mutating func end(_ wanted: Keyword, _ keyword: Keyword, at line: Int) {
    guard let frame = frames.last, blocks.count > frame.blocks, blocks.last?.keyword == wanted else {
      return report(.unmatchedEnd(keyword.text), at: line)
    }
    blocks.removeLast()
  }

  // MARK: Lines of an entry

  private mutating func option(
    _ keyword: Keyword, _ parser: inout ExpressionParser, at line: Int
  ) throws(ExpressionParser.Malformed) {
    guard let kind = entry?.keyword else {
      parser.next = parser.tokens.count
      if keyword == .help { frames[frames.count - 1].lexer.skipHelp() }
      return report(.misplaced(keyword.text), at: line)
    }
    switch keyword {
    case .help, .oldHelp:
      frames[frames.count - 1].lexer.skipHelp()
      entry?.hasHelp = true
    case .depends:
      guard parser.takes(.on) else { throw ExpressionParser.Malformed() }
      entry?.depends.append(try parser.expression(&model))
    case .visible:
      guard kind == .menu else { throw ExpressionParser.Malformed() }
      let visibility = entry?.visibility ?? .yes
      let both = model.expressions.and(visibility, try condition(&parser))
      entry?.visibility = both
    case .prompt: try prompt(&parser, at: line)
    case .bool, .tristate, .int, .hex, .string:
      if kind != .choice { set(KconfigSymbol.Kind(keyword), at: line) }
      if !parser.isAtEnd { try prompt(&parser, at: line) }
    case .default, .defBool, .defTristate:
      if keyword == .defBool { set(.bool, at: line) }
      if keyword == .defTristate { set(.tristate, at: line) }
      let value = try defaultValue(&parser)
      add(.defaultValue(value), try condition(&parser), at: line)
    case .select, .imply:
      let symbol = model.symbol(named: try parser.name(&model))
      add(keyword == .select ? .select(symbol) : .imply(symbol), try condition(&parser), at: line)
    case .range:
      let bounds = KconfigModel.Bounds(low: try parser.operand(&model), high: try parser.operand(&model))
      add(.range(bounds), try condition(&parser), at: line)
    case .modules: model.modules = model.modules ?? entry?.symbol
    case .optional: entry?.isOptional = true
    case .option: try oldOption(&parser, at: line)
    default: throw ExpressionParser.Malformed()
    }
  }

  /// `option modules`, `option env="X"`, which kernels before 4.18 had, and two without a meaning here.
  private mutating func oldOption(
    _ parser: inout ExpressionParser, at line: Int
  ) throws(ExpressionParser.Malformed) {
    if parser.takes(.modules) {
      model.modules = model.modules ?? entry?.symbol
    } else if parser.takes(.env), parser.takes(.equal) {
      let name = try parser.quoted()
      let text = Array("$(".utf8) + model.words[name] + Array(")".utf8)
      let value = model.words.intern((try? expander.expand(text, at: line)) ?? [])
      add(.defaultValue(.init(expression: .no, operand: .text(value))), .yes, at: line)
    } else {
      parser.next = parser.tokens.count
    }
  }

  private mutating func defaultValue(
    _ parser: inout ExpressionParser
  ) throws(ExpressionParser.Malformed) -> KconfigModel.DefaultValue {
    let start = parser.next
    let value = try parser.expression(&model)
    guard parser.next == start + 1 else { return .init(expression: value, operand: nil) }
    parser.next = start
    return .init(expression: value, operand: try parser.operand(&model))
  }

  private mutating func prompt(
    _ parser: inout ExpressionParser, at line: Int
  ) throws(ExpressionParser.Malformed) {
    let text = try parser.quoted()
    var condition = try condition(&parser)
    if let block = blocks.last { condition = model.expressions.and(condition, block.visibility) }
    entry?.prompt = (text, condition)
    add(.prompt(text), condition, at: line)
  }

  /// `if …`, or nothing.
  private mutating func condition(
    _ parser: inout ExpressionParser
  ) throws(ExpressionParser.Malformed) -> KconfigExpression {
    if parser.isAtEnd { return .yes }
    guard parser.takes(.if) else { throw ExpressionParser.Malformed() }
    return try parser.expression(&model)
  }

  private mutating func add(_ kind: Property.Kind, _ condition: KconfigExpression, at line: Int) {
    entry?.properties.append(Property(kind: kind, condition: condition, line: line))
  }

  private mutating func set(_ type: KconfigSymbol.Kind?, at line: Int) {
    guard let symbol = entry?.symbol else { return }
    if let known = model.symbols[Int(symbol)].type, known != type {
      return report(.redefinedType(model.name(of: symbol)), at: line)
    }
    model.symbols[Int(symbol)].type = type
  }
}

extension KconfigSymbol.Kind {
  init?(_ keyword: Keyword) {
    switch keyword {
    case .bool: self = .bool
    case .tristate: self = .tristate
    case .int: self = .int
    case .hex: self = .hex
    case .string: self = .string
    default: return nil
    }
  }
}
