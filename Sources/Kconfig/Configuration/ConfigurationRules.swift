// SPDX-License-Identifier: GPL-2.0-or-later

/// A model made ready for computing values: what has to be computed again when a value changes, and in what order.
///
/// A unit is what is computed at once: a symbol, or a choice with all its members.
struct ConfigurationRules: Sendable {
  typealias Unit = Int32

  let model: KconfigModel
  var expressions: FlatExpressions { model.expressions }
  /// The words of the model and those of `candidates`.
  private(set) var words: WordTable
  /// Units by symbol; choices stand behind the symbols.
  let units: [Unit]
  /// A unit comes after those it depends on, unless they depend on each other.
  let ranks: [Int32]
  /// Who is computed again when a symbol changes. That there are modules matters to every tristate symbol as
  /// well; it is not said here, as it makes y of m and nothing of n.
  func users(of symbol: SymbolIndex) -> ArraySlice<Unit> {
    users[Int(userStarts[Int(symbol)])..<Int(userStarts[Int(symbol) + 1])]
  }
  let users: [Unit]
  /// Where the users of each symbol begin, and where the last ones end.
  let userStarts: [Int32]
  /// Values that tell the comparisons of an int, hex or string apart; empty for other symbols.
  private(set) var candidates: [[Word]]
  /// The values of a symbol that has no default.
  let zero: Word
  let hexZero: Word
  let empty: Word
  let letters: [Word]

  init(_ model: KconfigModel) {
    self.model = model
    var words = model.words
    zero = words.intern(Array("0".utf8))
    hexZero = words.intern(Array("0x0".utf8))
    empty = words.intern([UInt8]())
    letters = ["n", "m", "y"].map { words.intern(Array($0.utf8)) }
    self.words = words
    let units = Self.units(of: model)
    let needs = Self.needs(of: model)
    (users, userStarts) = Self.users(needs, model.symbols.count)
    ranks = Self.ranks(needs: needs, units: units, first: model.modules.map { Int(units[Int($0)]) })
    self.units = units
    candidates = [[Word]](repeating: [], count: model.symbols.count)
    findCandidates()
  }

  /// Rules as they were made of a model whose words hold those of the candidates.
  init(_ model: KconfigModel, users: [Unit], userStarts: [Int32], ranks: [Int32], candidates: [[Word]]) {
    (self.model, self.users, self.userStarts) = (model, users, userStarts)
    (self.ranks, self.candidates) = (ranks, candidates)
    var words = model.words
    zero = words.intern(Array("0".utf8))
    hexZero = words.intern(Array("0x0".utf8))
    empty = words.intern([UInt8]())
    letters = ["n", "m", "y"].map { words.intern(Array($0.utf8)) }
    self.words = words
    units = Self.units(of: model)
  }

  private static func units(of model: KconfigModel) -> [Unit] {
    model.symbols.indices.map { index in
      model.symbols[index].choice.map { Unit(model.symbols.count) + $0 } ?? Unit(index)
    }
  }

  /// The symbols that each unit is computed from.
  private static func needs(of model: KconfigModel) -> [[SymbolIndex]] {
    var needs: [[SymbolIndex]] = []
    needs.reserveCapacity(model.symbols.count + model.choices.count)
    var stamps = [Int32](repeating: -1, count: model.symbols.count)
    func collect(_ unit: Int, _ members: [SymbolIndex], _ choice: KconfigModel.Choice?) -> [SymbolIndex] {
      var found: [SymbolIndex] = []
      func add(_ symbol: SymbolIndex) {
        guard stamps[Int(symbol)] != unit else { return }
        stamps[Int(symbol)] = Int32(unit)
        found.append(symbol)
      }
      var asksForModules = false
      func add(_ expression: KconfigExpression) {
        model.expressions.forEachSymbol(of: expression, add)
        if model.expressions.mentionsModules(expression) { asksForModules = true }
      }
      for member in members {
        let symbol = model.symbols[Int(member)]
        for property in model.prompts[symbol.prompts] { add(property.condition) }
        for property in model.defaults[symbol.defaults] {
          add(property.condition)
          add(property.value.expression)
        }
        for property in model.ranges[symbol.ranges] {
          add(property.condition)
          for operand in [property.value.low, property.value.high] {
            if case .symbol(let bound) = operand { add(bound) }
          }
        }
        for property in model.edges[symbol.selectors] + model.edges[symbol.impliers] {
          add(property.value)
          add(property.condition)
        }
        if !symbol.impliers.isEmpty { add(symbol.depends) }
      }
      for property in choice?.defaults ?? [] { add(property.condition) }
      if asksForModules, let modules = model.modules { add(modules) }
      return found
    }
    for (index, symbol) in model.symbols.enumerated() {
      let isAlone = symbol.choice == nil && !symbol.definitions.isEmpty
      needs.append(isAlone ? collect(index, [SymbolIndex(index)], nil) : [])
    }
    for (index, choice) in model.choices.enumerated() {
      needs.append(collect(model.symbols.count + index, choice.members, choice))
    }
    return needs
  }

  /// The units that need each symbol, one symbol after the other.
  private static func users(_ needs: [[SymbolIndex]], _ count: Int) -> (users: [Unit], starts: [Int32]) {
    var starts = [Int32](repeating: 0, count: count + 1)
    for symbol in needs.joined() { starts[Int(symbol) + 1] += 1 }
    for index in 0..<count { starts[index + 1] += starts[index] }
    var (users, next) = ([Unit](repeating: 0, count: Int(starts[count])), starts)
    for (unit, symbols) in needs.enumerated() {
      for symbol in symbols {
        users[Int(next[Int(symbol)])] = Unit(unit)
        next[Int(symbol)] += 1
      }
    }
    return (users, starts)
  }

  /// Numbers the units so that what is needed comes first; where units need each other the order is any.
  private static func ranks(needs: [[SymbolIndex]], units: [Unit], first: Int?) -> [Int32] {
    var ranks = [Int32](repeating: -1, count: needs.count)
    var isOpen = [Bool](repeating: false, count: needs.count)
    var next: Int32 = 0
    for start in [first].compactMap({ $0 }) + Array(needs.indices) where ranks[start] < 0 {
      var stack: [(unit: Int, at: Int)] = [(start, 0)]
      isOpen[start] = true
      while let (unit, at) = stack.last {
        guard at < needs[unit].count else {
          ranks[unit] = next
          next += 1
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].at += 1
        let needed = Int(units[Int(needs[unit][at])])
        if !isOpen[needed] {
          isOpen[needed] = true
          stack.append((needed, 0))
        }
      }
    }
    return ranks
  }

  /// The text of a word that the model or a candidate has.
  func text(_ word: Word) -> String { words.text(word) }

  /// The word of a value that a person sets.
  mutating func word(_ text: String) -> Word { words.intern(Array(text.utf8)) }

  /// What an operand is where no configuration changes it; nil where one does.
  func constant(_ operand: Operand) -> Word? {
    switch operand {
    case .text(let word): word
    case .unknown: nil
    case .symbol(let symbol):
      model.symbols[Int(symbol)].type == nil ? model.symbols[Int(symbol)].name : nil
    }
  }

  func kind(of operand: Operand) -> KconfigSymbol.Kind? {
    switch operand {
    case .symbol(let symbol): model.symbols[Int(symbol)].type
    case .text(let word): letters.contains(word) ? .tristate : nil
    case .unknown: nil
    }
  }

  func typed(_ word: Word, of operand: Operand) -> KconfigNumber.Typed {
    KconfigNumber.Typed(text: words[word], kind: kind(of: operand))
  }

  /// How much has to come together for a symbol to be on: what its prompts and defaults mention. Without
  /// either, only somebody else can switch it on.
  func weight(of symbol: SymbolIndex) -> Int {
    let record = model.symbols[Int(symbol)]
    var least = Self.selectedOnly
    for condition in model.prompts[record.prompts].map(\.condition)
      + model.defaults[record.defaults].map(\.condition)
    {
      var count = 0
      model.expressions.forEachSymbol(of: condition) { _ in count += 1 }
      least = min(least, count)
    }
    return least
  }

  private static let selectedOnly = 1000

  // MARK: Candidates

  private static let candidateLimit = 64

  /// Values of an int, hex or string that matter: what it is compared with, one less and one more, its bounds
  /// and defaults.
  private mutating func findCandidates() {
    for number in model.expressions.nodes.indices {
      guard let (_, a, b) = model.expressions.comparison(at: Int32(number)) else { continue }
      for (operand, other) in [(a, b), (b, a)] {
        guard case .symbol(let symbol) = operand else { continue }
        addCandidates(of: symbol, near: other)
      }
    }
    // A default or bound of one symbol may be another symbol, and so on.
    for _ in 0..<4 {
      for index in model.symbols.indices where !candidates[index].isEmpty {
        let symbol = model.symbols[index]
        let operands =
          model.defaults[symbol.defaults].compactMap { $0.value.operand }
          + model.ranges[symbol.ranges].flatMap { [$0.value.low, $0.value.high] }
        for case .symbol(let other) in operands where model.symbols[Int(other)].type != nil {
          addOwn(of: Int(other))
          for word in candidates[index] { add(word, to: Int(other)) }
          for word in candidates[Int(other)] { add(word, to: index) }
        }
      }
    }
  }

  private mutating func addCandidates(of symbol: SymbolIndex, near other: Operand) {
    let index = Int(symbol)
    guard let kind = model.symbols[index].type, kind != .bool, kind != .tristate else { return }
    addOwn(of: index)
    guard let constant = constant(other) else { return }
    add(constant, to: index)
    guard kind != .string else { return }
    switch KconfigNumber(words[constant], as: kind) {
    case .text: break
    case .signed(let value):
      for near in [value - 1, value + 1] where value != .min && value != .max { add(number: near, to: index) }
    case .unsigned(let value):
      for near in [value &- 1, value &+ 1] {
        add(words.intern(Array("0x\(String(near, radix: 16))".utf8)), to: index)
      }
    }
  }

  private mutating func add(number: Int64, to index: Int) {
    add(words.intern(Array(String(number).utf8)), to: index)
  }

  private mutating func addOwn(of index: Int) {
    guard candidates[index].isEmpty, let kind = model.symbols[index].type, kind != .bool, kind != .tristate
    else { return }
    let symbol = model.symbols[index]
    add(kind == .string ? empty : kind == .hex ? hexZero : zero, to: index)
    for property in model.defaults[symbol.defaults] {
      if let word = property.value.operand.flatMap({ constant($0) }) { add(word, to: index) }
    }
    for property in model.ranges[symbol.ranges] {
      for operand in [property.value.low, property.value.high] {
        if let word = constant(operand) { add(word, to: index) }
      }
    }
  }

  private mutating func add(_ word: Word, to index: Int) {
    guard candidates[index].count < Self.candidateLimit, !candidates[index].contains(word) else { return }
    candidates[index].append(word)
  }
}
