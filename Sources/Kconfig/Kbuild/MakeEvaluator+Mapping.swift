// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension MakeEvaluator {
  /// A function of each word. Its parameters may be one of a few texts.
  mutating func each(
    _ parameters: [MakeValue], _ list: MakeValue, _ whole: ArraySlice<UInt8>,
    _ transform: ([String], String) -> String
  ) -> MakeValue {
    let list = resolved(list)
    let choices = choices(of: parameters)
    guard !choices.isEmpty else { return MakeValue(unknown: "$(\(whole.prefix(60).string))", origin) }
    if choices.count == 1, choices[0].condition == .always {
      return each(list) { transform(choices[0].texts, $0) }
    }
    var value = MakeValue()
    value.append(
      .either(
        choices.map { choice in
          .init(condition: choice.condition, value: each(list) { transform(choice.texts, $0) })
        }))
    return value
  }

  struct Choice {
    var texts: [String]
    var condition: Formula
  }

  /// The combinations of texts that parameters can have; none where they are not known or too many.
  mutating func choices(of parameters: [MakeValue]) -> [Choice] {
    var result = [Choice(texts: [], condition: .always)]
    for parameter in parameters {
      guard let texts = texts(of: resolved(parameter)), texts.count * result.count <= 16,
        !texts.contains(where: \.isUnknown)
      else { return [] }
      var next: [Choice] = []
      for choice in result {
        for text in texts {
          let condition = both(choice.condition, text.condition)
          if condition != .never {
            next.append(Choice(texts: choice.texts + [text.text], condition: condition))
          }
        }
      }
      result = next
    }
    return result
  }

  private mutating func each(_ list: MakeValue, _ transform: (String) -> String) -> MakeValue {
    let words = words(of: list)
    // One word with several texts may be glued to what stands around it: keep it free of spaces.
    if words.count <= 8, let texts = texts(of: list), texts.count > 1,
      texts.allSatisfy({ $0.text.makeWords.count <= 1 && !$0.isUnknown })
    {
      var value = MakeValue()
      value.append(
        .either(
          texts.map { text in
            let word = text.text.trimmedBlanks
            return .init(
              condition: text.condition, value: MakeValue(word.isEmpty ? "" : transform(word), origin))
          }))
      return value
    }
    if words.count == 1, words[0].condition == .always, !words[0].isUnknown {
      return MakeValue(transform(words[0].text), words[0].origin)
    }
    return MakeValue(
      words: words.map { word in
        var word = word
        if !word.isUnknown { word.text = transform(word.text) }
        return word
      })
  }

  /// A function of text, whatever stands around it.
  func mapped(_ value: MakeValue, _ transform: (String) -> String) -> MakeValue {
    var result = MakeValue()
    for part in value.parts {
      switch part {
      case .text(let text, let origin): result.append(.text(transform(text), origin))
      case .unknown, .deferred: result.append(part)
      case .item(let condition, let inner): result.append(.item(condition, mapped(inner, transform)))
      case .either(let alternatives):
        result.append(
          .either(
            alternatives.map { .init(condition: $0.condition, value: mapped($0.value, transform)) }))
      }
    }
    return result
  }
}

extension MakeText {
  /// What the `%` of a pattern stands for in a word; nil where it does not match.
  static func stem(of word: String, in pattern: String) -> String? {
    guard let percent = pattern.utf8.firstIndex(of: UInt8(ascii: "%")) else {
      return word == pattern ? "" : nil
    }
    let (head, tail) = (pattern.utf8[..<percent], pattern.utf8[pattern.utf8.index(after: percent)...])
    let text = word.utf8
    guard text.count >= head.count + tail.count, text.starts(with: head),
      text.suffix(tail.count).elementsEqual(tail)
    else { return nil }
    return String(Substring(text.dropFirst(head.count).dropLast(tail.count)))
  }

  static func patsubst(_ pattern: String, _ replacement: String, _ word: String) -> String {
    let (pattern, replacement) = (pattern.trimmedBlanks, replacement)
    guard let stem = stem(of: word, in: pattern) else { return word }
    guard pattern.utf8.contains(UInt8(ascii: "%")),
      let percent = replacement.utf8.firstIndex(of: UInt8(ascii: "%"))
    else { return replacement }
    return String(replacement[..<percent]) + stem
      + String(replacement[replacement.utf8.index(after: percent)...])
  }
}

extension String {
  /// With each occurrence of a text replaced.
  func substituting(_ from: String, _ to: String) -> String {
    let (needle, text) = (Array(from.utf8), Array(utf8))
    guard !needle.isEmpty, text.count >= needle.count else { return self }
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] == needle[0], text[index...].starts(with: needle) {
        result += to.utf8
        index += needle.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A file's name without `.c`.
  var withoutExtension: String {
    guard let dot = utf8.lastIndex(of: UInt8(ascii: ".")) else { return self }
    return utf8[dot...].contains(UInt8(ascii: "/")) ? self : String(self[..<dot])
  }
}
