// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension MakeEvaluator {
  /// Sets variables, whose name may depend on the configuration: `obj-$(CONFIG_X) += x.o`.
  mutating func assign(
    _ name: MakeValue, _ sign: MakeStatement.Operator, deferred text: [UInt8], isExported: Bool
  ) {
    guard spend(text.count + 1) else { return }
    var expanded: MakeValue?
    for name in names(of: name) {
      let here = both(condition, name.condition)
      guard here != .never, !name.text.isEmpty, !fixed.contains(name.text) else { continue }
      if isExported { exported.insert(name.text) }
      let isImmediate: Bool
      switch sign {
      case .immediate, .shell: isImmediate = true
      case .append: isImmediate = variables[name.text]?.isImmediate ?? false
      case .recursive, .ifUnset: isImmediate = false
      }
      let value: MakeValue
      if case .shell = sign {
        value = MakeValue(unknown: "$(shell \(String(decoding: text.prefix(60), as: UTF8.self)))", origin)
      } else if isImmediate {
        if expanded == nil { expanded = resolved(expand(text[...])) }
        value = expanded ?? MakeValue()
      } else {
        value = MakeValue(deferred: text, origin)
      }
      switch sign {
      case .append: append(value, to: name.text, where: here)
      case .ifUnset:
        set(name.text, to: value, isImmediate, where: both(here, table.not(isDefined(name.text))))
      default:
        replaced.insert(name.text)
        set(name.text, to: value, isImmediate, where: here)
      }
    }
  }

  private mutating func set(_ name: String, to value: MakeValue, _ isImmediate: Bool, where here: Formula) {
    guard here != .never else { return }
    guard here != .always else {
      variables[name] = Variable(value: value, isImmediate: isImmediate)
      return
    }
    var joined = MakeValue()
    joined.append(
      .either([
        .init(condition: here, value: value),
        .init(condition: table.not(here), value: variables[name]?.value ?? initial(name)),
      ]))
    variables[name] = Variable(value: bounded(joined, name), isImmediate: isImmediate)
  }

  mutating func append(_ value: MakeValue, to name: String, where here: Formula) {
    // Taken out while it grows: two owners would copy it each time.
    var variable =
      variables.removeValue(forKey: name) ?? Variable(value: initial(name), isImmediate: false)
    if here == .always {
      variable.value.append(.text(" ", origin))
      variable.value.append(value)
    } else {
      variable.value.append(.item(here, value))
    }
    variable.value = bounded(variable.value, name)
    variables[name] = variable
  }

  private mutating func bounded(_ value: MakeValue, _ name: String) -> MakeValue {
    guard value.depth > Limits.valueDepth || value.size > Limits.cost else { return value }
    note("\(name): too many conditions")
    return MakeValue(unknown: "$(\(name))", origin)
  }

  /// The names that a text can be. One with a part that is not known is taken for `…y` where that is so.
  private mutating func names(of value: MakeValue) -> [MakeText] {
    if let constant = value.constant {
      let name = constant.trimmedBlanks
      return [MakeText(text: name, known: name, condition: .always)]
    }
    guard let texts = texts(of: resolved(value)) else {
      note("a name with too many values")
      return []
    }
    return texts.map { text in
      var text = text
      text.text = text.text.trimmedBlanks
      if text.isUnknown {
        note("\(text.text)y")
        let holds = opaque("\(text.text)y")
        text.condition = both(text.condition, holds)
        text.text = text.known.trimmedBlanks + "y"
      }
      return text
    }
  }

  /// Where a variable is set at all, be it to nothing.
  private mutating func isDefined(_ name: String) -> Formula {
    guard let variable = variables[name] else { return isSet(initial(name)) }
    // `?=` below conditions that set it before: what is not empty counts, which `=` to nothing does not.
    return variable.value.isEmpty ? .always : isSet(variable.value)
  }

  // MARK: Conditions

  /// `ifdef`, `ifeq`, `else` and `endif`.
  mutating func branch(_ statement: MakeStatement, above frameCount: Int) {
    switch statement {
    case .condition(let test, let isNegated, isElse: false):
      let holds = condition == .never ? .never : formula(of: test, isNegated)
      frames.append(Frame(outer: condition, taken: holds, current: both(condition, holds)))
    case .condition(let test, let isNegated, isElse: true):
      guard frames.count > frameCount, var frame = frames.popLast() else { return note("else without if") }
      let rest = both(frame.outer, table.not(frame.taken))
      frame.branches += 1
      guard frame.branches <= Limits.branches else {
        note("too many branches")
        frame.current = opaque("a branch behind too many")
        frames.append(frame)
        return
      }
      let holds = rest == .never ? .never : formula(of: test, isNegated)
      frame.current = both(rest, holds)
      frame.taken = table.or(frame.taken, holds)
      frames.append(frame)
    case .otherwise:
      guard frames.count > frameCount, var frame = frames.popLast() else { return note("else without if") }
      frame.current = both(frame.outer, table.not(frame.taken))
      frame.taken = .always
      frames.append(frame)
    case .endOfCondition:
      guard frames.count > frameCount else { return note("endif without if") }
      frames.removeLast()
    default: break
    }
  }

  private mutating func formula(of test: MakeStatement.Test, _ isNegated: Bool) -> Formula {
    let holds: Formula
    switch test {
    case .isSet(let name): holds = isSet(named: name)
    case .isEqual(let a, let b): holds = isEqual(a, b)
    case .malformed: holds = opaque("a condition that cannot be read")
    }
    return isNegated ? table.not(holds) : holds
  }

  mutating func opaque(_ text: String) -> Formula {
    hasUnknowns = true
    return table.atom(.opaque("\(place): \(text)"))
  }

  private mutating func isSet(named name: ArraySlice<UInt8>) -> Formula {
    guard let texts = texts(of: resolved(expand(name))) else { return opaque("ifdef \(name.string)") }
    return table.or(
      texts.map { text in
        guard !text.isUnknown else { return opaque("ifdef \(name.string)") }
        let value = variable(named: text.text)?.value ?? initial(text.text)
        return both(text.condition, isSet(value))
      })
  }

  /// Where a value is not empty, as `ifdef` asks: its text before expansion.
  private mutating func isSet(_ value: MakeValue) -> Formula {
    var holds: [Formula] = []
    for part in value.parts {
      switch part {
      case .text(let text, _):
        if !text.trimmedBlanks.isEmpty { return .always }
      case .deferred: return .always
      case .unknown(let text, _): holds.append(opaque("ifdef \(text)"))
      case .item(let condition, let inner): holds.append(both(condition, isSet(inner)))
      case .either(let alternatives):
        for alternative in alternatives {
          holds.append(both(alternative.condition, isSet(alternative.value)))
        }
      }
    }
    return table.or(holds)
  }

  /// Where an expanded value has a word.
  mutating func isNotEmpty(_ value: MakeValue) -> Formula {
    if let constant = value.constant { return constant.trimmedBlanks.isEmpty ? .never : .always }
    let all = words(of: value).map { word in
      word.isUnknown ? both(word.condition, opaque(word.text)) : word.condition
    }
    return table.or(all)
  }

  private mutating func isEqual(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Formula {
    let (left, right) = (resolved(expand(a)), resolved(expand(b)))
    let (leftText, rightText) = (left.constant, right.constant)
    if rightText?.trimmedBlanks.isEmpty == true { return table.not(isNotEmpty(left)) }
    if leftText?.trimmedBlanks.isEmpty == true { return table.not(isNotEmpty(right)) }
    let name = "\(a.string),\(b.string)"
    // A symbol that is compared to a word is no tristate: what it holds is not known here.
    for (text, other) in [(leftText, b), (rightText, a)] {
      guard let text else { continue }
      if text.utf8.contains(where: { !"ymn \t".utf8.contains($0) }), other.string.contains("$(CONFIG_") {
        return opaque("ifeq (\(name))")
      }
    }
    guard let lefts = texts(of: left), let rights = texts(of: right), lefts.count * rights.count <= 256
    else { return opaque("ifeq (\(name))") }
    var holds: [Formula] = []
    for l in lefts {
      for r in rights {
        let here = both(l.condition, r.condition)
        if l.isUnknown || r.isUnknown {
          holds.append(both(here, opaque("ifeq (\(name))")))
        } else if l.text.joinedWords == r.text.joinedWords {
          holds.append(here)
        }
      }
    }
    return table.or(holds)
  }
}

extension String {
  /// Without blanks around it.
  var trimmedBlanks: String {
    guard let first = utf8.first, let last = utf8.last, first.isMakeBlank || last.isMakeBlank else {
      return self
    }
    return Array(utf8)[...].trimmed.string
  }

  var makeWords: [Substring] { utf8.split(whereSeparator: \.isMakeBlank).map { Substring($0) } }

  /// With one space between words.
  var joinedWords: String { makeWords.joined(separator: " ") }
}
