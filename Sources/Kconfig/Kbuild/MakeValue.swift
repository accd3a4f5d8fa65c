// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

/// The line that a text was written on: a file of the evaluation by its number, and the line from 1.
struct MakeOrigin: Hashable, Sendable {
  var file: UInt16
  var line: UInt32
}

/// What a variable holds where the configuration is not known: text, parts of it under conditions.
///
/// Most lists grow by `+=` below conditions and stay short this way; only what joins two conditional texts
/// to one word is ever multiplied out.
struct MakeValue: Sendable {
  enum Part: Sendable {
    case text(String, MakeOrigin)
    /// The text of a variable set by `=`, expanded when somebody asks for it.
    case deferred([UInt8], MakeOrigin)
    /// What only running make would tell, by the text that stands for it.
    case unknown(String, MakeOrigin)
    /// Words of their own, there where the formula holds.
    case item(Formula, MakeValue)
    /// Exactly one of them, each where its formula holds.
    case either([Alternative])
  }

  struct Alternative: Sendable {
    var condition: Formula
    var value: MakeValue
  }

  private(set) var parts: [Part] = []
  /// An upper bound for the length of its text, in bytes.
  private(set) var size = 0
  /// How deep parts stand in parts.
  private(set) var depth = 0
  private(set) var isDeferred = false

  init() {}

  init(_ text: String, _ origin: MakeOrigin) { append(.text(text, origin)) }

  init(unknown text: String, _ origin: MakeOrigin) { append(.unknown(text, origin)) }

  init(deferred text: [UInt8], _ origin: MakeOrigin) {
    append(
      text.contains(UInt8(ascii: "$"))
        ? .deferred(text, origin) : .text(String(decoding: text, as: UTF8.self), origin))
  }

  init(words: [MakeWord]) {
    for word in words {
      let text: Part =
        word.isUnknown ? .unknown(word.text, word.origin) : .text(word.text, word.origin)
      if word.condition == .always {
        append(.text(" ", word.origin))
        append(text)
      } else {
        var value = MakeValue()
        value.append(text)
        append(.item(word.condition, value))
      }
    }
  }

  var isEmpty: Bool { parts.isEmpty }

  /// The text where no part of it depends on anything.
  var constant: String? {
    var text = ""
    for part in parts {
      guard case .text(let piece, _) = part else { return nil }
      text += piece
    }
    return text
  }

  mutating func append(_ part: Part) {
    switch part {
    case .text(let text, _):
      guard !text.isEmpty else { return }
      size += text.utf8.count + 1
    case .unknown(let text, _): size += text.utf8.count + 1
    case .deferred(let text, _):
      size += text.count + 1
      isDeferred = true
    case .item(_, let value): enclose(value)
    case .either(let alternatives):
      for alternative in alternatives { enclose(alternative.value) }
    }
    parts.append(part)
  }

  mutating func append(_ value: MakeValue) {
    for part in value.parts { append(part) }
  }

  private mutating func enclose(_ value: MakeValue) {
    size += value.size + 1
    depth = max(depth, value.depth + 1)
    isDeferred = isDeferred || value.isDeferred
  }
}

/// A word of a value.
struct MakeWord: Sendable {
  var text: String
  /// Where it is there.
  var condition: Formula
  var origin: MakeOrigin
  /// Whether a part of its text is not known.
  var isUnknown = false
}

/// A whole text that a value can have.
struct MakeText: Sendable {
  var text: String
  /// The text without what is not known.
  var known: String
  var condition: Formula
  var isUnknown = false
}
