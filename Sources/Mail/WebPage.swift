// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// The text that one gets from an archive's page by copying it.
enum WebPage {
  /// `[<prev] [next>] …`, the links above a mail.
  static func isBanner(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.first == UInt8(ascii: "[") else { return false }
    let text = String(decoding: line.prefix(200), as: UTF8.self)
    return ["[<prev", "[next>]", "[thread-next>]", "[<thread-prev"].contains { text.contains($0) }
  }

  /// Whether the addresses are masked as such archives do.
  static func isMasked(_ text: MailText, from first: Int) -> Bool {
    (first..<min(first + 12, text.count)).contains { line in
      guard text.begins(line, "From:") || text.begins(line, "To:") else { return false }
      return String(decoding: text[line], as: UTF8.self).contains("@...")
    }
  }
}
