// SPDX-License-Identifier: GPL-2.0-or-later

public import SourceText

extension KconfigDatabase {
  /// Of what `kept` returns, and of what reading makes of Kconfig files: who changes either counts on.
  public static let keptVersion: UInt64 = 2

  /// The database and what a solver computes of it first, as bytes for a cache; nil where the files have a problem, so that
  /// others than those of that name may have a say.
  /// - Parameter isKnown: whether the state of a file is part of what the bytes are kept by.
  public func kept(where isKnown: (TreePath) -> Bool) -> [UInt8]? {
    guard problems.isEmpty, files.allSatisfy({ TreePath($0).map(isKnown) ?? false }) else { return nil }
    let start = self.start ?? ConfigurationState(ConfigurationRules(model))
    var numbers: [Int32] = []
    let (rules, words) = (start.rules, start.rules.words)
    var texts: [UInt8] = []
    texts += words.bytes
    for path in model.paths { texts += Array(path.utf8) + [0] }
    numbers += [Int32(words.bytes.count), Int32(texts.count), model.modules ?? -1, start.isUnstable ? 1 : 0]
    numbers.append(list: model.sources)
    numbers.append(list: words.ends)
    numbers.append(list: words.slots)
    numbers.append(list: model.expressions.nodes)
    numbers.append(list: model.expressions.members)
    numbers.append(list: model.symbols)
    numbers.append(list: model.choices)
    numbers.append(list: model.definitions)
    numbers.append(list: model.prompts)
    numbers.append(list: model.defaults)
    numbers.append(list: model.edges)
    numbers.append(list: model.ranges)
    numbers.append(list: model.symbolsByWord)
    numbers.append(list: rules.users)
    numbers.append(list: rules.userStarts)
    numbers.append(list: rules.ranks)
    numbers.append(
      list: rules.candidates.enumerated().flatMap { (index, words) in
        words.isEmpty ? [] : [Int32(index), Int32(words.count)] + words
      })
    numbers.append(list: start.values.map { Int32($0.low) | Int32($0.high) << 8 })
    numbers.append(list: start.texts.map { $0 ?? -1 })
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * numbers.count + texts.count)
    for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes + texts
  }

  /// What `kept` returned. The bytes are what it wrote: who keeps them sees to that. nil where they end early.
  public init?(kept bytes: Span<UInt8>, architecture: String) {
    var numbers = KeptNumbers()
    let (wordBytes, textCount) = (Int(numbers.next(bytes)), Int(numbers.next(bytes)))
    var model = KconfigModel()
    let modules = numbers.next(bytes)
    model.modules = modules < 0 ? nil : modules
    let isUnstable = numbers.next(bytes) != 0
    model.sources = numbers.list(bytes)
    let (ends, slots): ([Int32], [Int32]) = (numbers.list(bytes), numbers.list(bytes))
    model.expressions = FlatExpressions(nodes: numbers.list(bytes), members: numbers.list(bytes))
    model.symbols = numbers.list(bytes)
    model.choices = numbers.list(bytes)
    model.definitions = numbers.list(bytes)
    model.prompts = numbers.list(bytes)
    model.defaults = numbers.list(bytes)
    model.edges = numbers.list(bytes)
    model.ranges = numbers.list(bytes)
    model.symbolsByWord = numbers.list(bytes)
    let (users, userStarts): ([Int32], [Int32]) = (numbers.list(bytes), numbers.list(bytes))
    let ranks: [Int32] = numbers.list(bytes)
    let (told, values): ([Int32], [Int32]) = (numbers.list(bytes), numbers.list(bytes))
    let texts: [Int32] = numbers.list(bytes)
    guard !numbers.isShort, wordBytes >= 0, wordBytes <= textCount, bytes.count - numbers.place == textCount
    else { return nil }
    let text = bytes.extracting(numbers.place..<bytes.count)
    model.words = WordTable(bytes: text.extracting(0..<wordBytes).array, ends: ends, slots: slots)
    model.paths = text.extracting(wordBytes..<textCount).array.split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
    var candidates = [[Word]](repeating: [], count: model.symbols.count)
    var place = 0
    while place + 1 < told.count {
      let end = place + 2 + Int(told[place + 1])
      candidates[Int(told[place])] = Array(told[place + 2..<end])
      place = end
    }
    self.architecture = architecture
    self.model = model
    let rules = ConfigurationRules(
      model, users: users, userStarts: userStarts, ranks: ranks, candidates: candidates)
    start = ConfigurationState(
      rules,
      values: values.map {
        Tristate(low: UInt8(truncatingIfNeeded: $0), high: UInt8(truncatingIfNeeded: $0 >> 8))
      },
      texts: texts.map { $0 < 0 ? nil : $0 }, isUnstable: isUnstable)
  }
}

/// What is kept as a few numbers of 32 bits.
private protocol KeptAsNumbers {
  func append(to numbers: inout [Int32])
  init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>)
}

extension [Int32] {
  fileprivate mutating func append(list: [some KeptAsNumbers]) {
    append(Int32(list.count))
    for element in list { element.append(to: &self) }
  }
}

/// A place in numbers that are read in order; behind the end they are 0.
private struct KeptNumbers {
  private(set) var place = 0
  private(set) var isShort = false

  mutating func next(_ bytes: Span<UInt8>) -> Int32 {
    guard place + 4 <= bytes.count else {
      isShort = true
      return 0
    }
    let number = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: Int32.self)
    place += 4
    return Int32(littleEndian: number)
  }

  mutating func list<Element: KeptAsNumbers>(_ bytes: Span<UInt8>) -> [Element] {
    let count = Int(next(bytes))
    // Every element has at least one number.
    guard count >= 0, count <= (bytes.count - place) / 4 else {
      isShort = true
      return []
    }
    var list: [Element] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(Element(&self, bytes)) }
    return list
  }
}

extension Span<UInt8> {
  fileprivate var array: [UInt8] { withUnsafeBufferPointer { Array($0) } }
}

extension Int32: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) { numbers.append(self) }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) { self = numbers.next(bytes) }
}

extension KconfigExpression: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) { numbers.append(number) }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    self.init(number: numbers.next(bytes))
  }
}

extension Operand: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) { numbers += self.numbers }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    self.init(numbers.next(bytes), numbers.next(bytes))
  }
}

extension FlatExpressions.Node: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) { numbers += [Int32(kind.rawValue), first, count] }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    kind = FlatExpressions.Kind(rawValue: UInt8(truncatingIfNeeded: numbers.next(bytes))) ?? .unknown
    (first, count) = (numbers.next(bytes), numbers.next(bytes))
  }
}

extension KconfigModel.Source: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) {
    numbers += [parent, depends.number, visibility.number, isInChoice ? 1 : 0, count]
  }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    parent = numbers.next(bytes)
    (depends, visibility) = (KconfigExpression(&numbers, bytes), KconfigExpression(&numbers, bytes))
    (isInChoice, count) = (numbers.next(bytes) != 0, numbers.next(bytes))
  }
}

extension KconfigModel.Definition: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) {
    numbers += [path, line, depends.number, prompt ?? -1, hasHelp ? 1 : 0]
  }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    (path, line) = (numbers.next(bytes), numbers.next(bytes))
    depends = KconfigExpression(&numbers, bytes)
    let prompt = numbers.next(bytes)
    self.prompt = prompt < 0 ? nil : prompt
    hasHelp = numbers.next(bytes) != 0
  }
}

extension KconfigModel.Conditional: KeptAsNumbers where Value: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) {
    value.append(to: &numbers)
    numbers += [condition.number, path, line]
  }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    value = Value(&numbers, bytes)
    condition = KconfigExpression(&numbers, bytes)
    (path, line) = (numbers.next(bytes), numbers.next(bytes))
  }
}

extension KconfigModel.DefaultValue: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) {
    numbers.append(expression.number)
    numbers += operand?.numbers ?? [-1, 0]
  }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    expression = KconfigExpression(&numbers, bytes)
    let (kind, number) = (numbers.next(bytes), numbers.next(bytes))
    operand = kind < 0 ? nil : Operand(kind, number)
  }
}

extension KconfigModel.Bounds: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) { numbers += low.numbers + high.numbers }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    (low, high) = (Operand(&numbers, bytes), Operand(&numbers, bytes))
  }
}

extension KconfigModel.Choice: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) {
    numbers += [path, line, prompt ?? -1, depends.number, isOptional ? 1 : 0]
    numbers.append(list: defaults)
    numbers.append(list: members)
  }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    (path, line) = (numbers.next(bytes), numbers.next(bytes))
    let prompt = numbers.next(bytes)
    self.prompt = prompt < 0 ? nil : prompt
    depends = KconfigExpression(&numbers, bytes)
    isOptional = numbers.next(bytes) != 0
    (defaults, members) = (numbers.list(bytes), numbers.list(bytes))
  }
}

extension KconfigModel.Symbol: KeptAsNumbers {
  fileprivate func append(to numbers: inout [Int32]) {
    numbers += [name, type.map(\.number) ?? -1, choice ?? -1, depends.number]
    for part in [definitions, prompts, defaults, ranges, selects, implies, selectors, impliers] {
      numbers += [part.lowerBound, Int32(part.count)]
    }
  }
  fileprivate init(_ numbers: inout KeptNumbers, _ bytes: Span<UInt8>) {
    name = numbers.next(bytes)
    type = KconfigSymbol.Kind(number: numbers.next(bytes))
    let choice = numbers.next(bytes)
    self.choice = choice < 0 ? nil : choice
    depends = KconfigExpression(&numbers, bytes)
    (definitions, prompts) = (numbers.range(bytes), numbers.range(bytes))
    (defaults, ranges) = (numbers.range(bytes), numbers.range(bytes))
    (selects, implies) = (numbers.range(bytes), numbers.range(bytes))
    (selectors, impliers) = (numbers.range(bytes), numbers.range(bytes))
  }
}

extension KeptNumbers {
  /// Its begin and its length.
  fileprivate mutating func range(_ bytes: Span<UInt8>) -> Range<Int32> {
    let (start, count) = (next(bytes), next(bytes))
    guard start >= 0, count >= 0, count <= Int32.max - start else { return 0..<0 }
    return start..<start + count
  }
}

extension KconfigSymbol.Kind {
  fileprivate var number: Int32 {
    switch self {
    case .bool: 0
    case .tristate: 1
    case .string: 2
    case .int: 3
    case .hex: 4
    }
  }

  fileprivate init?(number: Int32) {
    switch number {
    case 0: self = .bool
    case 1: self = .tristate
    case 2: self = .string
    case 3: self = .int
    case 4: self = .hex
    default: return nil
    }
  }
}
