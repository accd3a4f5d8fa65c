// SPDX-License-Identifier: GPL-2.0-or-later

// GLib comes with GMime, and has Perl's regular expressions.
internal import CGMime

/// A regular expression of Perl, with its option `x`.
///
/// A class around GLib's handle. The unchecked conformance holds as a compiled expression is never changed, and GLib matches
/// with it from several threads.
final class PerlPattern: @unchecked Sendable {
  private let handle: OpaquePointer

  /// nil where the text is no expression.
  init?(_ text: String) {
    // Bytes: what is not UTF-8 is matched as well.
    guard
      let handle = g_regex_new(
        text, GRegexCompileFlags(G_REGEX_EXTENDED.rawValue | G_REGEX_RAW.rawValue), GRegexMatchFlags(0), nil)
    else { return nil }
    self.handle = handle
  }

  deinit { g_regex_unref(handle) }

  /// Whether it fits somewhere in a text.
  func fits(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return false }
      return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        g_regex_match_full(handle, $0, bytes.count, 0, GRegexMatchFlags(0), nil, nil) != 0
      }
    }
  }
}

/// The value of `K:`.
struct KeywordPattern {
  let text: String
  private let anywhere: PerlPattern
  private let inChanges: PerlPattern

  /// nil where the text is no expression.
  init?(_ text: String) {
    // As the script puts it together; where the keyword has alternatives, only the first is bound to the marker.
    guard let anywhere = PerlPattern(text), let inChanges = PerlPattern("^[+-].*\(text)") else { return nil }
    (self.text, self.anywhere, self.inChanges) = (text, anywhere, inChanges)
  }

  func fits(intro: [[UInt8]], changes: [[UInt8]]) -> Bool {
    intro.contains(where: anywhere.fits) || changes.contains(where: inChanges.fits)
  }
}
