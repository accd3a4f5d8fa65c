// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// What a subject says about the place of a mail in a series.
///
/// Source: `git-format-patch(1)`; git `mailinfo.c`, `cleanup_subject()`; the prefixes that people
/// really write: `[PATCHv3]`, `[Patch V2]`, `[PATCH 3/5 v2]`, `[RFC][PATCH 7/8]`, `[PATCH 1 of 3]`.
struct SubjectLine: Hashable, Sendable {
  /// The words inside the brackets, in order.
  var prefixes: [String] = []
  /// What `git am` would use.
  var title = ""
  /// nil where none is given.
  var version: Int?
  /// `n` and `m` of `n/m`; nil where there is none.
  var index: Int?
  var total: Int?
  /// `Re:` or the like.
  var isReply = false
  /// One of the words is `PATCH`, or begins or ends so.
  var isPatch = false
  var isPull = false
  var isResend = false
  /// Words that may name a tree.
  var treePrefixes: [String] = []

  init(_ subject: String) {
    let bytes = Array(subject.utf8)
    var at = 0
    scan: while at < bytes.count {
      switch bytes[at] {
      case 9, 32, UInt8(ascii: ":"): at += 1
      case UInt8(ascii: "["):
        guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "]")) else { break scan }
        take(bytes[(at + 1)..<end])
        at = end + 1
      default:
        guard let length = Self.replyMark(bytes[at...]) else { break scan }
        isReply = true
        at += length
      }
    }
    title = Self.squeezed(bytes[at...])
    let lower = title.lowercased()
    if prefixes.joined(separator: " ").lowercased().contains("pull") || lower.hasPrefix("git pull") {
      isPull = true
    }
    readWords()
  }

  /// The length of `Re:` and what other programs write for it.
  private static func replyMark(_ text: ArraySlice<UInt8>) -> Int? {
    for mark in ["re:", "aw:", "sv:", "fwd:", "fw:", "antw:", "回复:", "答复:"] {
      let bytes = Array(mark.utf8)
      if text.count >= bytes.count, zip(text, bytes).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
        return bytes.count
      }
    }
    return nil
  }

  /// White space squeezed and trimmed, as git's `cleanup_space()`.
  static func squeezed(_ text: ArraySlice<UInt8>) -> String {
    let words = text.split { $0 == 32 || (9...13).contains($0) }
    return String(decoding: Array(words.joined(separator: [32])), as: UTF8.self)
  }

  private mutating func take(_ text: ArraySlice<UInt8>) {
    let words = text.split { $0.isBlank || $0 == UInt8(ascii: ",") || $0 == 10 || $0 == 13 }
    prefixes += words.prefix(Limits.prefixWords - min(prefixes.count, Limits.prefixWords))
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func readWords() {
    var words = prefixes.map { $0.lowercased() }[...]
    let spelled = prefixes
    while let word = words.first {
      let place = spelled.count - words.count
      words.removeFirst()
      if let parts = Self.numbers(word, around: "/") {
        (index, total) = parts
      } else if let number = Int(word), words.first == "of",
        let last = words.dropFirst().first.flatMap({ Int($0) })
      {
        (index, total) = (number, last)
        words = words.dropFirst(2)
      } else if let number = Self.version(word) {
        version = number
      } else if word.hasPrefix("patch") || word.hasSuffix("patch") {
        isPatch = true
        readTail(String(word.hasPrefix("patch") ? word.dropFirst(5) : word.dropLast(5)))
      } else if word.hasPrefix("rfc") || word.hasPrefix("rft") {
        if word.contains("patch") { isPatch = true }
        readTail(String(word.dropFirst(3)))
      } else if word.hasPrefix("re")
        && (word.hasPrefix("resen") || word.hasPrefix("re-sen") || word.hasPrefix("repost"))
      {
        isResend = true
      } else if !Self.plain.contains(word) {
        treePrefixes.append(spelled[place])
      }
    }
    if let total, let index, total > Limits.total || index > total || total == 0 {
      (self.index, self.total) = (nil, nil)
    }
  }

  /// What stands behind `PATCH` in one word: `v3`, `-next`, `3/4`.
  private mutating func readTail(_ tail: String) {
    let tail = String(tail.drop { "-_/.:".contains($0) })
    if tail.isEmpty || tail == "es" || tail == "set" || tail == "patch" || tail == "rfc" { return }
    if let number = Self.version(tail) ?? Int(tail) {
      version = number
    } else if let parts = Self.numbers(tail, around: "/") {
      (index, total) = parts
    } else {
      treePrefixes.append(tail)
    }
  }

  private static let plain: Set<String> = [
    "rfc", "rft", "wip", "draft", "new", "updated", "update", "fix", "bug", "bugfix", "series", "of", "-",
    "git", "pull",
    "request", "v", "/",
  ]

  private static func numbers(_ word: String, around separator: Character) -> (Int, Int)? {
    let sides = word.split(separator: separator, omittingEmptySubsequences: false)
    guard sides.count == 2, let index = Int(sides[0]), index >= 0,
      let total = Int(sides[1].prefix { $0.isNumber }),
      sides[1].drop(while: \.isNumber).allSatisfy({ ":.".contains($0) })
    else { return nil }
    return (index, total)
  }

  /// `v3`, `ver3`, `v3.1`: the number before the point.
  private static func version(_ word: String) -> Int? {
    guard word.hasPrefix("v") else { return nil }
    let digits = word.drop { !$0.isNumber }
    guard ["v", "ver", "v.", "version"].contains(word.dropLast(digits.count)) else { return nil }
    let number = digits.prefix { $0.isNumber }
    guard digits.dropFirst(number.count).allSatisfy({ $0.isNumber || ".:".contains($0) }) else { return nil }
    return Int(number).flatMap { $0 < 10_000 ? $0 : nil }
  }
}
