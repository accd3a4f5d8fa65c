// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// format=flowed: mailers break lines and stuff blanks, and a diff must be read back.
///
/// Source: RFC 3676, 4.1 to 4.4; git `mailinfo.c`, `handle_filter_flowed()`.
enum Flowed {
  /// One leading blank less on every line that has one.
  static func unstuffed(_ text: MailText) -> MailText {
    var result = MailText()
    for line in text.indices {
      let bytes = text[line]
      result.append(bytes.first == 32 ? bytes.dropFirst() : bytes, place: text.places[line])
    }
    return result
  }

  /// Unstuffed, and lines that end in a blank joined with the next.
  ///
  /// - Parameter keepsBlankLines: whether a blank alone is an empty context line, not a soft break.
  static func joined(_ text: MailText, dropsSpace: Bool, keepsBlankLines: Bool) -> MailText {
    var result = MailText()
    var open: [UInt8] = []  // lines that end in a soft break
    var place: UInt32 = 0
    for line in text.indices {
      let bytes = text[line].first == 32 ? text[line].dropFirst() : text[line]
      if open.isEmpty { place = text.places[line] }
      open += bytes
      let isSignature = bytes.elementsEqual("-- ".utf8)
      if bytes.last == 32, !keepsBlankLines || bytes.count > 1, !isSignature, line + 1 < text.count {
        if dropsSpace { open.removeLast() }
      } else {
        result.append(open, place: place)
        open.removeAll(keepingCapacity: true)
      }
    }
    return result
  }
}
