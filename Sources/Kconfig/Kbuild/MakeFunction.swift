// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions
internal import SourceText

/// The functions of GNU make that Makefiles of the kernel call.
///
/// Source: GNU make manual, "Functions for Transforming Text".
enum MakeFunction: String {
  case abspath, addprefix, addsuffix, and, basename, call, dir, error, eval, file, filter
  case filterOut = "filter-out"
  case findstring, firstword, flavor, foreach, `if`, info, join, lastword, notdir, or, origin, patsubst
  case realpath, shell, sort, strip, subst, suffix, value, warning, wildcard, word, wordlist, words

  /// How many arguments there are at most; more commas belong to the last.
  var arity: Int {
    switch self {
    case .addprefix, .addsuffix, .filter, .filterOut, .findstring, .join, .word: 2
    case .foreach, .if, .patsubst, .subst, .wordlist: 3
    case .and, .call, .or: 64
    default: 1
    }
  }
}

extension MakeEvaluator {
  /// The value of a function's call. `whole` is how it is written.
  mutating func call(
    _ function: MakeFunction, _ text: ArraySlice<UInt8>, _ whole: ArraySlice<UInt8>
  ) -> MakeValue {
    var raw = split(text, function.arity)
    while raw.count < function.arity, function.arity <= 3 { raw.append([]) }
    let unknown = MakeValue(unknown: "$(\(whole.prefix(60).string))", origin)
    switch function {
    case .error, .file, .info, .warning: return MakeValue()
    case .shell, .flavor, .origin, .value, .wordlist: return unknown
    case .if:
      let holds = isNotEmpty(resolved(expand(raw[0].trimmed)))
      return either(holds, { $0.resolved($0.expand(raw[1])) }, { $0.resolved($0.expand(raw[2])) })
    case .or, .and: return chain(raw[...], isOr: function == .or)
    case .foreach: return forEach(raw)
    case .eval:
      evaluate(expand(raw[0]))
      return MakeValue()
    case .call: return callVariable(raw, unknown)
    case .subst: return substituted(raw, unknown)
    case .filter, .filterOut:
      return filtered(resolved(expand(raw[0])), resolved(expand(raw[1])), keeps: function == .filter)
    case .addprefix: return each([expand(raw[0])], expand(raw[1]), whole) { $0[0] + $1 }
    case .addsuffix: return each([expand(raw[0])], expand(raw[1]), whole) { $1 + $0[0] }
    case .patsubst:
      let pattern = [expand(raw[0]), expand(raw[1])]
      return each(pattern, expand(raw[2]), whole) { MakeText.patsubst($0[0], $0[1], $1) }
    case .basename: return each([], expand(raw[0]), whole) { $1.withoutExtension }
    case .suffix: return each([], expand(raw[0]), whole) { String($1.dropFirst($1.withoutExtension.count)) }
    case .notdir:
      return each([], expand(raw[0]), whole) { $1.split(separator: "/").last.map(String.init) ?? "" }
    case .dir:
      return each([], expand(raw[0]), whole) { _, name in
        name.lastIndex(of: "/").map { String(name[...$0]) } ?? "./"
      }
    case .abspath, .realpath: return each([], expand(raw[0]), whole) { $1 }
    case .sort: return sorted(expand(raw[0]))
    case .strip: return each([], expand(raw[0]), whole) { $1 }
    case .wildcard:
      let tree = tree
      return each([], expand(raw[0]), whole) { KbuildPath.matches($1, in: tree).joined(separator: " ") }
    case .findstring, .firstword, .lastword, .word, .words, .join:
      return combined(function, raw, unknown)
    }
  }

  /// Arguments between the commas that stand in no brackets.
  private func split(_ text: ArraySlice<UInt8>, _ limit: Int) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var (depth, start) = (0, text.startIndex)
    for index in text.indices where parts.count < limit - 1 {
      switch text[index] {
      case UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        parts.append(text[start..<index])
        start = index + 1
      default: break
      }
    }
    return parts + [text[start...]]
  }

  private mutating func either(
    _ holds: Formula, _ then: (inout MakeEvaluator) -> MakeValue,
    _ otherwise: (inout MakeEvaluator) -> MakeValue
  ) -> MakeValue {
    if holds == .always { return then(&self) }
    if holds == .never { return otherwise(&self) }
    var value = MakeValue()
    let (a, b) = (then(&self), otherwise(&self))
    value.append(
      .either([.init(condition: holds, value: a), .init(condition: table.not(holds), value: b)]))
    return value
  }

  private mutating func chain(_ raw: ArraySlice<ArraySlice<UInt8>>, isOr: Bool) -> MakeValue {
    guard let first = raw.first else { return MakeValue() }
    let value = resolved(expand(first.trimmed))
    guard raw.count > 1, depth < Limits.expansionDepth else { return value }
    depth += 1
    defer { depth -= 1 }
    let rest = raw.dropFirst()
    return either(
      isNotEmpty(value), { isOr ? value : $0.chain(rest, isOr: isOr) },
      { isOr ? $0.chain(rest, isOr: isOr) : MakeValue() })
  }

  private mutating func forEach(_ raw: [ArraySlice<UInt8>]) -> MakeValue {
    let name = resolved(expand(raw[0])).constant?.trimmedBlanks ?? ""
    let outer = variables[name]
    var result = MakeValue()
    for word in words(of: expand(raw[1])) {
      guard spend(raw[2].count) else { break }
      let item =
        word.isUnknown ? MakeValue(unknown: word.text, word.origin) : MakeValue(word.text, word.origin)
      variables[name] = Variable(value: item, isImmediate: true)
      if word.condition == .always {
        result.append(.text(" ", origin))
        result.append(resolved(expand(raw[2])))
        continue
      }
      // An `$(eval …)` in it has an effect where the word is there.
      let here = both(condition, word.condition)
      frames.append(Frame(outer: condition, taken: here, current: here))
      result.append(.item(word.condition, resolved(expand(raw[2]))))
      frames.removeLast()
    }
    variables[name] = outer
    return result
  }

  /// `$(eval …)`: text that is read as lines of the Makefile.
  private mutating func evaluate(_ value: MakeValue) {
    guard frames.count < Limits.conditionDepth, depth < Limits.expansionDepth / 2,
      let texts = texts(of: resolved(value))
    else { return note("$(eval …) with too many texts") }
    let outer = origin
    for text in texts {
      guard !text.isUnknown else {
        note("$(eval \(text.text.prefix(60)))")
        continue
      }
      let here = both(condition, text.condition)
      guard here != .never, spend(text.text.utf8.count) else { continue }
      frames.append(Frame(outer: condition, taken: here, current: here))
      depth += 1
      var lines = MakeLines(Array(text.text.utf8))
      lines.renumber(outer.line)
      evaluate(lines, file: outer.file)
      depth -= 1
      frames.removeLast()
    }
    origin = outer
  }

  private mutating func callVariable(_ raw: [ArraySlice<UInt8>], _ unknown: MakeValue) -> MakeValue {
    guard let name = resolved(expand(raw[0])).constant?.trimmedBlanks, let variable = variable(named: name),
      arguments.count < Limits.expansionDepth / 2
    else { return unknown }
    arguments.append([MakeValue(name, origin)] + raw.dropFirst().map { resolved(expand($0)) })
    defer { arguments.removeLast() }
    return resolved(variable.value)
  }

  private mutating func substituted(_ raw: [ArraySlice<UInt8>], _ unknown: MakeValue) -> MakeValue {
    let choices = choices(of: [expand(raw[0]), expand(raw[1])])
    guard !choices.isEmpty else { return unknown }
    let text = resolved(expand(raw[2]))
    var value = MakeValue()
    value.append(
      .either(
        choices.map { choice in
          let (from, to) = (choice.texts[0], choice.texts[1])
          return .init(condition: choice.condition, value: mapped(text) { $0.substituting(from, to) })
        }))
    return choices[0].condition == .always
      ? mapped(text) { $0.substituting(choices[0].texts[0], choices[0].texts[1]) } : value
  }

  /// Words that match one of the patterns, or those that match none.
  private mutating func filtered(_ patterns: MakeValue, _ list: MakeValue, keeps: Bool) -> MakeValue {
    let patterns = words(of: patterns)
    let words = words(of: list)
    guard spend(patterns.count * words.count) else { return MakeValue() }
    return MakeValue(
      words: words.compactMap { word in
        var word = word
        // A pattern that is not known may match anything: so may a word.
        let matching = patterns.map { pattern -> Formula in
          if pattern.isUnknown || word.isUnknown {
            return both(pattern.condition, opaque("\(pattern.text) matches \(word.text)"))
          }
          return MakeText.stem(of: word.text, in: pattern.text) == nil ? .never : pattern.condition
        }
        let matches = table.or(matching)
        word.condition = both(word.condition, keeps ? matches : table.not(matches))
        return word.condition == .never ? nil : word
      })
  }

  /// Each word once. The order by letters is of no use here.
  private mutating func sorted(_ value: MakeValue) -> MakeValue {
    var places: [String: [MakeWord]] = [:]
    var order: [MakeWord] = []
    for word in words(of: value) {
      if places[word.text] == nil { order.append(word) }
      places[word.text, default: []].append(word)
    }
    return MakeValue(
      words: order.map { word in
        var word = word
        word.condition = table.or(places[word.text, default: []].map(\.condition))
        return word
      })
  }

  /// Functions of whole texts, done for each text that there can be.
  private mutating func combined(
    _ function: MakeFunction, _ raw: [ArraySlice<UInt8>], _ unknown: MakeValue
  ) -> MakeValue {
    let (first, second) = (resolved(expand(raw[0])), resolved(expand(raw.count > 1 ? raw[1] : [])))
    // Text that is looked for in a symbol which is no tristate.
    if function == .findstring, raw[1].string.contains("$(CONFIG_"),
      first.constant?.utf8.contains(where: { !"ymn".utf8.contains($0) }) != false
    {
      return unknown
    }
    guard let firsts = texts(of: first), let seconds = texts(of: second),
      firsts.count * seconds.count <= Limits.texts
    else { return unknown }
    var alternatives: [MakeValue.Alternative] = []
    for a in firsts {
      for b in seconds {
        let here = both(a.condition, b.condition)
        guard here != .never else { continue }
        alternatives.append(
          .init(
            condition: here,
            value: a.isUnknown || b.isUnknown
              ? unknown : MakeValue(function.apply(a.text, b.text), origin)))
      }
    }
    if alternatives.count == 1, let only = alternatives.first, only.condition == .always { return only.value }
    var value = MakeValue()
    value.append(.either(alternatives))
    return value
  }
}

extension MakeFunction {
  fileprivate func apply(_ a: String, _ b: String) -> String {
    switch self {
    case .findstring: a.isEmpty || b.substituting(a, "").utf8.count < b.utf8.count ? a : ""
    case .firstword: a.makeWords.first.map(String.init) ?? ""
    case .lastword: a.makeWords.last.map(String.init) ?? ""
    case .words: "\(a.makeWords.count)"
    case .word:
      Int(a.trimmedBlanks).flatMap { n in
        b.makeWords.indices.contains(n - 1) ? String(b.makeWords[n - 1]) : nil
      } ?? ""
    case .join: Self.join(a.makeWords, b.makeWords)
    default: ""
    }
  }

  private static func join(_ a: [Substring], _ b: [Substring]) -> String {
    (0..<max(a.count, b.count)).map { i in
      (i < a.count ? String(a[i]) : "") + (i < b.count ? String(b[i]) : "")
    }.joined(separator: " ")
  }
}
