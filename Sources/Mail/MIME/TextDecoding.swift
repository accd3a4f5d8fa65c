// SPDX-License-Identifier: GPL-2.0-or-later

import CGMime
import SourceText

/// Turns bytes of a log into text for people, as the mail's charset says.
struct TextDecoding {
  private enum Way {
    case guess
    case iconv(String)
  }

  private let way: Way
  /// The charset's name where nobody knows it.
  private(set) var guessed: String?

  init(charset: String) {
    let name = charset.lowercased()
    if name.isEmpty || name == "utf-8" || name == "utf8" || name.hasPrefix("us-ascii") || name == "ascii" {
      way = .guess
    } else if Self.isKnown(charset) {
      way = .iconv(charset)
    } else {
      way = .guess
      guessed = charset
    }
  }

  private static func isKnown(_ charset: String) -> Bool {
    guard charset.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return false }
    return GMime.locked {
      guard let handle = g_mime_iconv_open("UTF-8", charset), Int(bitPattern: handle) != -1 else {
        return false
      }
      g_mime_iconv_close(handle)
      return true
    }
  }

  /// Decodes some lines of a text.
  func lines(_ text: MailText, _ range: Range<Int>) -> LogText {
    var log = LogText()
    for line in range.clamped(to: text.indices) {
      log.lines.append(string(text[line]))
      log.places.append(text.places[line])
    }
    return log
  }

  func string(_ bytes: ArraySlice<UInt8>) -> String {
    if bytes.allSatisfy({ $0 < 128 && $0 != 27 }) { return String(decoding: bytes, as: UTF8.self) }
    if case .iconv(let charset) = way, let text = converted(bytes, from: charset) { return text }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return String(decoding: bytes.flatMap { Array(String(Unicode.Scalar($0)).utf8) }, as: UTF8.self)
  }

  private func converted(_ bytes: ArraySlice<UInt8>, from charset: String) -> String? {
    GMime.locked {
      guard let handle = g_mime_iconv_open("UTF-8", charset), Int(bitPattern: handle) != -1 else {
        return nil
      }
      defer { g_mime_iconv_close(handle) }
      return bytes.withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { text -> String? in
          guard let result = g_mime_iconv_strndup(handle, text.baseAddress, text.count) else { return nil }
          defer { g_free(result) }
          return String(validatingCString: result)
        }
      }
    }
  }
}
