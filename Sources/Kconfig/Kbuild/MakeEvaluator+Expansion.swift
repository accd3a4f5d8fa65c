// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension MakeEvaluator {
  /// A text with its references replaced by what they hold.
  mutating func expand(_ raw: ArraySlice<UInt8>) -> MakeValue {
    guard raw.contains(UInt8(ascii: "$")) else { return MakeValue(raw.string, origin) }
    guard spend(raw.count), depth < Limits.expansionDepth else {
      note("nested too deep: \(raw.prefix(60).string)")
      return MakeValue(unknown: raw.prefix(60).string, origin)
    }
    depth += 1
    defer { depth -= 1 }
    var value = MakeValue()
    var (start, index) = (raw.startIndex, raw.startIndex)
    while let dollar = raw[index...].firstIndex(of: UInt8(ascii: "$")) {
      guard dollar + 1 < raw.endIndex else { break }
      if dollar > start { value.append(.text(raw[start..<dollar].string, origin)) }
      guard let end = raw.endOfReference(at: dollar) else {
        note("unclosed \(raw[dollar...].prefix(60).string)")
        value.append(.unknown(raw[dollar...].prefix(60).string, origin))
        return value
      }
      switch raw[dollar + 1] {
      case UInt8(ascii: "$"): value.append(.text("$", origin))
      case UInt8(ascii: "("), UInt8(ascii: "{"): value.append(reference(raw[(dollar + 2)..<(end - 1)]))
      default: value.append(reference(raw[(dollar + 1)..<end]))
      }
      (start, index) = (end, end)
    }
    if start < raw.endIndex { value.append(.text(raw[start...].string, origin)) }
    return spend(value.size) ? value : MakeValue()
  }

  /// A value with the texts of recursive variables in it expanded.
  mutating func resolved(_ value: MakeValue) -> MakeValue {
    guard value.isDeferred else { return value }
    var result = MakeValue()
    for part in value.parts {
      switch part {
      case .text, .unknown: result.append(part)
      case .deferred(let text, let written):
        // What is expanded bears the line that it was written on.
        let outer = origin
        origin = written
        result.append(resolved(expand(text[...])))
        origin = outer
      case .item(let condition, let inner): result.append(.item(condition, resolved(inner)))
      case .either(let alternatives):
        result.append(
          .either(alternatives.map { .init(condition: $0.condition, value: resolved($0.value)) }))
      }
    }
    return result
  }

  /// What stands between `$(` and `)`.
  private mutating func reference(_ inner: ArraySlice<UInt8>) -> MakeValue {
    let word = inner.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") || $0 == UInt8(ascii: "-") }
    if word.count < inner.count, inner[word.endIndex].isMakeBlank {
      if let function = MakeFunction(rawValue: word.string) {
        return call(function, inner[word.endIndex...].drop { $0.isMakeBlank }, inner)
      }
      return MakeValue(unknown: "$(\(inner.prefix(60).string))", origin)
    }
    if let colon = inner.firstOutsideReferences({ $0 == UInt8(ascii: ":") }),
      let equals = inner[colon...].firstOutsideReferences({ $0 == UInt8(ascii: "=") })
    {
      var (from, to) = (Array(inner[(colon + 1)..<equals]), Array(inner[(equals + 1)...]))
      if !from.contains(UInt8(ascii: "%")) {
        from = [UInt8(ascii: "%")] + from
        to = [UInt8(ascii: "%")] + to
      }
      let pattern = [expand(from[...]), expand(to[...])]
      return each(pattern, variable(expand(inner[..<colon])), inner) { MakeText.patsubst($0[0], $0[1], $1) }
    }
    return variable(expand(inner))
  }

  /// What variables hold whose name may depend on the configuration.
  private mutating func variable(_ name: MakeValue) -> MakeValue {
    if let constant = name.constant { return lookup(constant) }
    guard let texts = texts(of: resolved(name)) else {
      return MakeValue(unknown: "a variable with too many names", origin)
    }
    let alternatives = texts.map { text in
      MakeValue.Alternative(
        condition: text.condition,
        value: text.isUnknown ? MakeValue(unknown: "$(\(text.text))", origin) : lookup(text.text))
    }
    var value = MakeValue()
    value.append(.either(alternatives))
    return value
  }

  /// What a variable holds, expanded.
  mutating func lookup(_ name: String) -> MakeValue {
    if let number = Int(name), (0..<100).contains(number) {
      guard let frame = arguments.last else { return MakeValue() }
      return number < frame.count ? frame[number] : MakeValue()
    }
    let value = variable(named: name)?.value ?? initial(name)
    guard spend(value.size + 1) else { return MakeValue() }
    guard value.isDeferred else { return value }
    guard depth < Limits.expansionDepth else {
      note("$(\(name)) is nested too deep")
      return MakeValue(unknown: "$(\(name))", origin)
    }
    depth += 1
    defer { depth -= 1 }
    return resolved(value)
  }

  /// What a variable holds that no file has set: a symbol of the configuration, or what was handed on.
  mutating func initial(_ name: String) -> MakeValue {
    if let known = symbols[name] { return known }
    let value: MakeValue
    if name.hasPrefix("CONFIG_"), name != "CONFIG_SHELL" {
      value = symbol(String(name.dropFirst(7)))
    } else if let given = exportedAbove(name) {
      value = given
    } else if name.utf8.count == 1, let sign = name.utf8.first, "@<^*?+|%".utf8.contains(sign) {
      return MakeValue(unknown: "$\(name)", origin)
    } else {
      return MakeValue()
    }
    symbols[name] = value
    return value
  }

  private mutating func symbol(_ name: String) -> MakeValue {
    let (y, m) = (table.atom(.isBuiltIn(name)), table.atom(.isModule(name)))
    var value = MakeValue()
    value.append(
      .either([
        .init(condition: y, value: MakeValue("y", origin)),
        .init(condition: m, value: MakeValue("m", origin)),
        .init(condition: table.and(table.not(y), table.not(m)), value: MakeValue()),
      ]))
    return value
  }
}
