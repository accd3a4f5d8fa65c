// SPDX-License-Identifier: GPL-2.0-or-later

/// Looks for many words at once in the bytes of many files.
///
/// Where two bytes beside each other end in no word's beginning, the search moves on by what the shortest word allows.
/// Source: Wu and Manber, "A fast algorithm for multi-pattern searching", 1994.
public struct NamesSearch: Sendable {
  private let names: Set<ArraySlice<UInt8>>
  /// By two bytes: how far to move on; 0 where a word may be.
  private let steps: [UInt8]
  /// Of the shortest word, up to a limit.
  private let length: Int

  public init(_ names: some Sequence<String>) {
    self.names = Set(names.lazy.filter { !$0.isEmpty }.map { Array($0.utf8)[...] })
    let length = min(self.names.map(\.count).min() ?? 1, Self.longest)
    var steps = [UInt8](repeating: UInt8(max(0, length - 1)), count: 1 << 16)
    for name in self.names {
      for index in 1..<max(1, length) {
        let block = Self.block(name[name.startIndex + index - 1], name[name.startIndex + index])
        steps[block] = min(steps[block], UInt8(length - 1 - index))
      }
    }
    (self.steps, self.length) = (steps, length)
  }

  private static let longest = 200

  private static func block(_ first: UInt8, _ second: UInt8) -> Int { Int(first) << 8 | Int(second) }

  /// Whether one of the names stands in a text as a word, also in comments.
  public func isAny(in text: [UInt8]) -> Bool { !names(in: text, outside: false).isEmpty }

  /// The names that stand in a text as words, also in comments.
  /// - Parameter outside: only on lines that begin in the first column: so does C code outside of functions.
  func names(in text: [UInt8], outside: Bool) -> Set<String> {
    var found: Set<String> = []
    let (bytes, steps) = (text.span, self.steps.span)
    var i = length - 1
    while i < bytes.count {
      let step = i == 0 ? 0 : Int(steps[Self.block(bytes[i - 1], bytes[i])])
      guard step == 0 else {
        i += step
        continue
      }
      guard bytes[i].continuesWord else {
        i += 1
        continue
      }
      var (start, end) = (i, i + 1)
      while start > 0, bytes[start - 1].continuesWord { start -= 1 }
      while end < bytes.count, bytes[end].continuesWord { end += 1 }
      if end - start >= length, names.contains(text[start..<end]), !outside || Self.isOutside(start, bytes) {
        found.insert(String(decoding: text[start..<end], as: UTF8.self))
      }
      i = end + length
    }
    return found
  }

  private static func isOutside(_ place: Int, _ bytes: Span<UInt8>) -> Bool {
    var start = place
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    return bytes[start].beginsWord
  }
}

extension UInt8 {
  fileprivate var beginsWord: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    default: false
    }
  }

  fileprivate var continuesWord: Bool {
    beginsWord || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
