// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// The text that one gets from an archive's page by copying it: a frame around a mail whose lines have
/// lost their leading blanks.
struct WebPage: Sendable {
  var headers: Headers
  var body: MailText

  init(_ text: MailText) {
    var line = text.indices.first { !text.isBlank($0) } ?? 0
    if line < text.count, Self.isBanner(text[line]) { line += 1 }
    var head: [UInt8] = []
    var open: (name: String, length: Int, endsInComma: Bool)?
    let first = line
    while line < text.count, !text.isBlank(line), !text.begins(line, ">") {
      let bytes = text[line]
      if let colon = Headers.colon(of: bytes), bytes[colon...].dropFirst().first.map({ $0 == 32 }) ?? true {
        open = (
          String(decoding: bytes[..<colon], as: UTF8.self).lowercased(), bytes.count,
          bytes.last == UInt8(ascii: ",")
        )
      } else if let field = open, Self.continues(bytes, field) {
        head.append(32)
        open?.endsInComma = bytes.last == UInt8(ascii: ",")
        open?.length = bytes.count
      } else {
        break
      }
      head += bytes + [10]
      line += 1
    }
    headers = Headers(head, firstLine: text.places.indices.contains(first) ? text.places[first] : 1)
    var end = text.count
    while end > line, text.isBlank(end - 1) || Self.isFooter(text[end - 1]) { end -= 1 }
    body = text.slice(line..<max(line, end))
  }

  /// Whether a line goes on with the header before it, whose blank at the beginning is lost.
  private static func continues(
    _ line: ArraySlice<UInt8>, _ field: (name: String, length: Int, endsInComma: Bool)
  ) -> Bool {
    if line.first?.isBlank == true || field.endsInComma { return true }
    // A subject is folded where the next word would not have fitted.
    let word = line.prefix { $0 > 32 }.count
    return field.name == "subject" && field.length + 1 + word > 76 && !line.ends(with: "wrote:")
  }

  /// `[<prev] [next>] …`, the links above a mail.
  static func isBanner(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.first == UInt8(ascii: "[") else { return false }
    let text = String(decoding: line.prefix(200), as: UTF8.self)
    return ["[<prev", "[next>]", "[thread-next>]", "[<thread-prev"].contains { text.contains($0) }
  }

  private static func isFooter(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: "Powered by ".utf8)
  }

  /// Whether the addresses are masked as such archives do.
  static func isMasked(_ text: MailText, from first: Int) -> Bool {
    (first..<min(first + 12, text.count)).contains { line in
      guard text.begins(line, "From:") || text.begins(line, "To:") else { return false }
      return String(decoding: text[line], as: UTF8.self).contains("@...")
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(with text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount
      && suffix(text.utf8CodeUnitCount).enumerated().allSatisfy { $0.element == text.utf8Start[$0.offset] }
  }
}
