// SPDX-License-Identifier: GPL-2.0-or-later

/// Alternatives of text, in which `*` stands for any characters: `*_probe|probe_*`.
public struct Glob: Hashable, Sendable {
  private let alternatives: [[[UInt8]]]

  /// nil where an alternative is empty.
  public init?(_ text: some StringProtocol) {
    let words = text.split(separator: "|", omittingEmptySubsequences: false)
    guard words.allSatisfy({ !$0.isEmpty }) else { return nil }
    alternatives = words.map { word in
      word.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    }
  }

  /// The words, where none of them has a `*` in it; else nil.
  var plainWords: [String]? {
    alternatives.allSatisfy { $0.count == 1 }
      ? alternatives.map { String(decoding: $0[0], as: UTF8.self) } : nil
  }

  public func matches(_ text: some StringProtocol) -> Bool {
    let bytes = Array(text.utf8)
    return alternatives.contains { Self.matches($0, bytes) }
  }

  /// The first part begins the text, the last one ends it, those between come in their order.
  private static func matches(_ parts: [[UInt8]], _ text: [UInt8]) -> Bool {
    guard let first = parts.first, let last = parts.last, text.starts(with: first) else { return false }
    guard parts.count > 1 else { return text.count == first.count }
    var rest = text[first.count...]
    for part in parts.dropFirst().dropLast() {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
  }
}
