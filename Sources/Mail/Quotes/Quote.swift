// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// A reply as lines, each quoted at the first level or the reviewer's own.
struct Quote: Sendable {
  struct Line: Sendable {
    /// Without the quote mark.
    var content: ArraySlice<UInt8>
    var place: UInt32
    var isQuoted: Bool

    /// Nothing but white space.
    var isBlank: Bool { content.allSatisfy { $0.isBlank || $0 == 13 } }
    func begins(_ prefix: StaticString) -> Bool {
      content.count >= prefix.utf8CodeUnitCount
        && content.withUnsafeBufferPointer { $0.begins(prefix) }
    }
  }

  private(set) var lines: [Line] = []
  /// Who wrote what is quoted, by the line above it.
  private(set) var attribution: Person?

  /// - Parameter level: 0 where the text is no reply, so that every line counts as quoted.
  init(_ text: MailText, level: Int = 1) {
    // Some write `>` alone before the line, so that a blank behind it belongs to the line.
    let isTight = text.indices.contains {
      text.begins($0, ">diff --git ") || text.begins($0, ">@@ -") || text.begins($0, ">+++ ")
    }
    for line in text.indices {
      let bytes = text[line]
      if level == 0 {
        lines.append(Line(content: bytes, place: text.places[line], isQuoted: true))
      } else if bytes.first == UInt8(ascii: ">") {
        let rest = bytes.dropFirst(!isTight && bytes.dropFirst().first == 32 ? 2 : 1)
        lines.append(Line(content: rest, place: text.places[line], isQuoted: true))
      } else if bytes.elementsEqual("-- ".utf8) || bytes.starts(with: "_________________".utf8) {
        break  // the reviewer's signature, a list's footer
      } else {
        lines.append(Line(content: bytes, place: text.places[line], isQuoted: false))
      }
    }
    takeAttribution()
  }

  /// Whether a text quotes a diff, at the first level.
  static func holdsDiff(_ text: MailText) -> Bool {
    text.indices.contains {
      text.begins($0, "> diff --git ") || text.begins($0, "> @@ -") || text.begins($0, ">diff --git ")
    }
  }

  /// Cuts `On …, Name <address> wrote:` from above the first quoted line.
  private mutating func takeAttribution() {
    guard let first = lines.firstIndex(where: \.isQuoted) else { return }
    var last = first - 1
    while last >= 0, lines[last].isBlank { last -= 1 }
    guard last >= 0 else { return }
    var words = String(decoding: lines[last].content, as: UTF8.self).trimmed
    guard words.hasSuffix(":"), Self.verbs.contains(where: { words.contains($0) }) else { return }
    var start = last
    while start > 0, last - start < 3, !words.hasPrefix("On "), !lines[start - 1].isBlank {
      start -= 1
      words = String(decoding: lines[start].content, as: UTF8.self).trimmed + " " + words
    }
    attribution = Self.person(words)
    lines.removeSubrange(start...last)
  }

  /// What mail programs say in an attribution, in some languages.
  private static let verbs = ["wrote", "writes", "said", "schrieb", "écrit", "skrev", "escribió", "写道"]

  /// The name, and the address where there is one, at the end of an attribution.
  private static func person(_ text: String) -> Person? {
    let line = text.dropLast()
    let words = line.split(separator: " ")
    // `Am … schrieb Name:`, or `On …, Name wrote:`.
    let verb = words.lastIndex { word in verbs.contains { word.hasPrefix($0) } } ?? words.endIndex
    let after = words[min(verb + 1, words.endIndex)...]
    if !after.isEmpty, after != [":"] { return named(after) }
    return named(words[..<verb])
  }

  private static func named(_ words: ArraySlice<Substring>) -> Person? {
    var words = words
    var address = ""
    if let last = words.last, last.hasSuffix(">"), let open = words.lastIndex(where: { $0.hasPrefix("<") }) {
      address = words[open...].joined().filter { $0 != "<" && $0 != ">" }
      words = words[..<open]
    }
    if let date = words.lastIndex(where: { $0.contains(where: \.isNumber) || $0.hasSuffix(",") }) {
      words = words[(date + 1)...]
    }
    let name = words.filter { !["AM", "PM", "at", "On", "a", ":"].contains($0) }.joined(separator: " ").filter
    { $0 != "\"" }
    return name.isEmpty && address.isEmpty ? nil : Person(name: name, address: address)
  }
}
