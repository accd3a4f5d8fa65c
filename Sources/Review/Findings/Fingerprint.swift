// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText

/// What makes a finding the same in the next version of a series: rule, file, function, the line's text
/// without its white space, and the how-manieth of these it is. Never a line number, and of a header not its text, which
/// has the version in it.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  /// 16 hexadecimal digits.
  public let description: String

  /// nil where the text is none.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 16, text.utf8.allSatisfy(\.isHexDigit) else { return nil }
    description = text.lowercased()
  }

  /// - Parameters:
  ///   - subject: tells patches apart where there is no path.
  ///   - occurrence: 0 for the first finding with all else equal.
  init(rule: RuleID, span: Span, subject: String, occurrence: Int) {
    var hash = StableHash()
    func mix(_ text: some Sequence<UInt8>) {
      hash.add(text)
      hash.add(0xff as UInt8)
    }
    mix(rule.description.utf8)
    mix(span.path?.bytes ?? Array(subject.utf8))
    mix((span.function ?? "").utf8)
    mix(span.side == .header ? [] : span.text.utf8.filter { !$0.isBlank })
    mix("\(occurrence)".utf8)
    let digits = String(hash.value, radix: 16)
    description = String(repeating: "0", count: 16 - digits.count) + digits
  }
}
