// SPDX-License-Identifier: GPL-2.0-or-later

internal import Conditions

extension MakeEvaluator {
  /// Both hold. The constants need no look into the table.
  mutating func both(_ a: Formula, _ b: Formula) -> Formula {
    if a == .always || a == b { return b }
    if b == .always { return a }
    if a == .never || b == .never { return .never }
    return table.and(a, b)
  }

  // MARK: Words

  /// A word that is not complete yet.
  private struct Partial {
    var text = ""
    var condition: Formula
    var origin: MakeOrigin
    var isUnknown = false
    /// Whether there is anything of it.
    var isEmpty: Bool { text.isEmpty }
  }

  /// The words of a value, each with where it is there.
  mutating func words(of value: MakeValue) -> [MakeWord] {
    let value = resolved(value)
    guard spend(value.size) else { return [] }
    var found: [MakeWord] = []
    var open = [Partial(condition: .always, origin: origin)]
    collect(value, .always, &open, &found)
    finish(&open, .always, &found)
    return found
  }

  private mutating func collect(
    _ value: MakeValue, _ here: Formula, _ open: inout [Partial], _ found: inout [MakeWord]
  ) {
    for part in value.parts {
      switch part {
      case .text(let text, let origin):
        var isFirst = true
        for piece in text.utf8.split(omittingEmptySubsequences: false, whereSeparator: \.isMakeBlank) {
          if !isFirst { finish(&open, here, &found) }
          isFirst = false
          guard !piece.isEmpty else { continue }
          for index in open.indices {
            open[index].text += Substring(piece)
            open[index].origin = origin
          }
        }
      case .unknown(let text, let origin):
        for index in open.indices {
          open[index].text += text
          open[index].origin = origin
          open[index].isUnknown = true
        }
      case .deferred: break
      case .item(let condition, let inner):
        finish(&open, here, &found)
        let inside = both(here, condition)
        guard inside != .never else { continue }
        open[0].condition = inside
        collect(inner, inside, &open, &found)
        finish(&open, here, &found)
      case .either(let alternatives): choose(alternatives, here, &open, &found)
      }
    }
  }

  private mutating func choose(
    _ alternatives: [MakeValue.Alternative], _ here: Formula, _ open: inout [Partial],
    _ found: inout [MakeWord]
  ) {
    var next: [Partial] = []
    for alternative in alternatives {
      let inside = both(here, alternative.condition)
      guard inside != .never else { continue }
      var branch: [Partial] = []
      for partial in open {
        var partial = partial
        partial.condition = partial.isEmpty ? inside : both(partial.condition, alternative.condition)
        if partial.condition != .never { branch.append(partial) }
      }
      guard !branch.isEmpty else { continue }
      collect(alternative.value, inside, &branch, &found)
      next += branch
    }
    // Nothing but beginnings of words: where exactly one is open does not matter.
    if next.allSatisfy(\.isEmpty) {
      open = [Partial(condition: here, origin: origin)]
    } else if next.count > Limits.texts {
      note("a word with too many values")
      open = [Partial(text: "…", condition: here, origin: origin, isUnknown: true)]
    } else {
      open = next
    }
  }

  private mutating func finish(_ open: inout [Partial], _ here: Formula, _ found: inout [MakeWord]) {
    for partial in open where !partial.isEmpty {
      found.append(
        MakeWord(
          text: partial.text, condition: partial.condition, origin: partial.origin,
          isUnknown: partial.isUnknown))
    }
    open = [Partial(condition: here, origin: origin)]
  }

  // MARK: Texts

  /// All the texts that a value without deferred parts can be; nil where they are too many.
  mutating func texts(of value: MakeValue) -> [MakeText]? {
    guard spend(value.size) else { return nil }
    var open = [MakeText(text: "", known: "", condition: .always)]
    for part in value.parts {
      switch part {
      case .text(let text, _):
        for index in open.indices {
          open[index].text += text
          open[index].known += text
        }
      case .unknown(let text, _):
        for index in open.indices {
          open[index].text += text
          open[index].isUnknown = true
        }
      case .deferred: return nil
      case .item(let condition, let inner):
        var spaced = MakeValue(" ", origin)
        spaced.append(inner)
        spaced.append(.text(" ", origin))
        let pair: [MakeValue.Alternative] = [
          .init(condition: condition, value: spaced),
          .init(condition: table.not(condition), value: MakeValue(" ", origin)),
        ]
        guard let next = product(open, pair) else { return nil }
        open = next
      case .either(let alternatives):
        guard let next = product(open, alternatives) else { return nil }
        open = next
      }
    }
    return open
  }

  private mutating func product(_ open: [MakeText], _ alternatives: [MakeValue.Alternative]) -> [MakeText]? {
    var next: [MakeText] = []
    for alternative in alternatives {
      guard let tails = texts(of: alternative.value) else { return nil }
      for head in open {
        for tail in tails {
          let condition = both(both(head.condition, alternative.condition), tail.condition)
          guard condition != .never else { continue }
          guard next.count < Limits.texts else { return nil }
          next.append(
            MakeText(
              text: head.text + tail.text, known: head.known + tail.known, condition: condition,
              isUnknown: head.isUnknown || tail.isUnknown))
        }
      }
    }
    return next
  }
}
