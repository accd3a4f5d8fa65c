// SPDX-License-Identifier: GPL-2.0-or-later

extension FormulaTable {
  /// Formulas as bytes that do not depend on this table: each formula they are made of once, parts before wholes, in
  /// the order in which the list meets them.
  public func encoded(_ formulas: [Formula]) -> [UInt8] {
    var places: [Formula: Int] = [:]
    var order: [Formula] = []
    for formula in formulas {
      var open = [formula]
      while let next = open.last {
        let missing = places[next] == nil ? parts(of: next).filter { places[$0] == nil } : []
        guard missing.isEmpty else {
          open += missing.reversed()
          continue
        }
        open.removeLast()
        if places[next] == nil {
          places[next] = order.count
          order.append(next)
        }
      }
    }
    var bytes: [UInt8] = []
    bytes.append(number: order.count)
    for formula in order {
      switch node(formula) {
      case .never: bytes.append(Tag.never.rawValue)
      case .always: bytes.append(Tag.always.rawValue)
      case .atom(.isBuiltIn(let name)): bytes.append(.isBuiltIn, name)
      case .atom(.isModule(let name)): bytes.append(.isModule, name)
      case .atom(.isDefined(let name)): bytes.append(.isDefined, name)
      case .atom(.opaque(let text)): bytes.append(.opaque, text)
      case .not(let inner): bytes.append(.not, [inner], places)
      case .and(let inner): bytes.append(.and, inner, places)
      case .or(let inner): bytes.append(.or, inner, places)
      }
    }
    bytes.append(number: formulas.count)
    for formula in formulas { bytes.append(number: places[formula] ?? 0) }
    return bytes
  }

  /// The formulas that `encoded` wrote, in this table; nil where the bytes are none.
  public mutating func decode(_ bytes: Span<UInt8>) -> [Formula]? {
    var cursor = Cursor()
    guard let count = cursor.number(in: bytes), count <= bytes.count else { return nil }
    var known: [Formula] = []
    known.reserveCapacity(count)
    for _ in 0..<count {
      guard let formula = cursor.formula(in: bytes, of: known, for: &self) else { return nil }
      known.append(formula)
    }
    guard let asked = cursor.number(in: bytes), asked <= bytes.count else { return nil }
    var formulas: [Formula] = []
    formulas.reserveCapacity(asked)
    for _ in 0..<asked {
      guard let place = cursor.number(in: bytes), place < known.count else { return nil }
      formulas.append(known[place])
    }
    return cursor.place == bytes.count ? formulas : nil
  }
}

private enum Tag: UInt8 { case never, always, isBuiltIn, isModule, isDefined, opaque, not, and, or }

private struct Cursor {
  var place = 0

  mutating func byte(in bytes: Span<UInt8>) -> UInt8? {
    guard place < bytes.count else { return nil }
    place += 1
    return bytes[place - 1]
  }

  mutating func number(in bytes: Span<UInt8>) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard let byte = byte(in: bytes) else { return nil }
      value |= Int(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  mutating func formula(in bytes: Span<UInt8>, of known: [Formula], for table: inout FormulaTable) -> Formula?
  {
    guard let tag = byte(in: bytes).flatMap(Tag.init) else { return nil }
    switch tag {
    case .never: return .never
    case .always: return .always
    case .isBuiltIn: return text(in: bytes).map { table.atom(.isBuiltIn($0)) }
    case .isModule: return text(in: bytes).map { table.atom(.isModule($0)) }
    case .isDefined: return text(in: bytes).map { table.atom(.isDefined($0)) }
    case .opaque: return text(in: bytes).map { table.atom(.opaque($0)) }
    case .not: return parts(in: bytes, of: known)?.first.map { table.not($0) }
    case .and: return parts(in: bytes, of: known).map { table.and($0) }
    case .or: return parts(in: bytes, of: known).map { table.or($0) }
    }
  }

  private mutating func text(in bytes: Span<UInt8>) -> String? {
    guard let count = number(in: bytes), place + count <= bytes.count else { return nil }
    let start = place
    place += count
    return String(decoding: (start..<place).map { bytes[$0] }, as: UTF8.self)
  }

  private mutating func parts(in bytes: Span<UInt8>, of known: [Formula]) -> [Formula]? {
    guard let count = number(in: bytes), count <= known.count else { return nil }
    var parts: [Formula] = []
    for _ in 0..<count {
      guard let place = number(in: bytes), place < known.count else { return nil }
      parts.append(known[place])
    }
    return parts
  }
}

extension [UInt8] {
  /// Seven bits a byte, the lowest first.
  fileprivate mutating func append(number: Int) {
    var rest = UInt64(truncatingIfNeeded: number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  fileprivate mutating func append(_ tag: Tag, _ text: String) {
    append(tag.rawValue)
    append(number: text.utf8.count)
    append(contentsOf: text.utf8)
  }

  fileprivate mutating func append(_ tag: Tag, _ parts: [Formula], _ places: [Formula: Int]) {
    append(tag.rawValue)
    append(number: parts.count)
    for part in parts { append(number: places[part] ?? 0) }
  }
}
