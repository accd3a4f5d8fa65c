// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// One message, taken apart: its headers and the texts in it.
struct Message: Sendable {
  /// A text that may hold a log and a diff.
  struct Part: Sendable {
    enum Kind: Sendable { case body, attachment }

    var kind: Kind
    /// Decoded, not recoded.
    var text: MailText
    /// As the mail names it; empty where it does not.
    var charset = ""
    var isFlowed = false
    var dropsSpace = false
    var repairs: [Repair] = []
  }

  var headers: Headers
  /// The body first.
  var parts: [Part]
  /// What went wrong; lines of the input.
  var problems: [(line: UInt32, kind: MailProblem.Kind)] = []

  /// - Parameters:
  ///   - bytes: the message without its `From ` line.
  ///   - isEscaped: whether body lines of the form `>From ` lose one `>`.
  init(_ bytes: [UInt8], firstLine: UInt32, isEscaped: Bool = false) {
    var bytes = bytes
    headers = Headers(bytes, firstLine: firstLine)
    if Self.hasCRLFHeaders(bytes, body: headers.body) {
      bytes = Self.withoutCR(bytes)
      headers = Headers(bytes, firstLine: firstLine)
    }
    let type = headers.text("content-type").lowercased()
    let encoding = headers.text("content-transfer-encoding").lowercased()
    let isSimple =
      !type.hasPrefix("multipart/") && !type.hasPrefix("message/") && !type.hasPrefix("text/html")
      && !["base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue"].contains {
        encoding.hasPrefix($0)
      }
    if isSimple {
      var part = Part(
        kind: .body, text: MailText(Array(bytes[headers.body...]), firstLine: headers.bodyLine))
      part.charset = Self.parameter("charset", of: headers)
      part.isFlowed = Self.parameter("format", of: headers).lowercased() == "flowed"
      part.dropsSpace = Self.parameter("delsp", of: headers).lowercased() == "yes"
      parts = [part]
    } else {
      var reader = MIMEReader(bytes, firstLine: firstLine)
      reader.run()
      parts = reader.parts
      problems = reader.problems
      if parts.isEmpty {
        parts = [
          Part(kind: .body, text: MailText(Array(bytes[headers.body...]), firstLine: headers.bodyLine))
        ]
      }
    }
    if isEscaped { for i in parts.indices { parts[i].text = Self.unescaped(parts[i].text) } }
  }

  /// The value of a parameter of `Content-Type`, unquoted.
  static func parameter(_ name: String, of headers: Headers) -> String {
    for part in headers.text("content-type").split(separator: ";").dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmed }
      if sides.count == 2, sides[0].lowercased() == name {
        return String(sides[1].filter { $0 != "\"" })
      }
    }
    return ""
  }

  /// Whether every header line ends in CRLF: the mail came so, it is not the patch's.
  private static func hasCRLFHeaders(_ bytes: [UInt8], body: Int) -> Bool {
    var some = false
    for i in 0..<body where bytes[i] == 10 {
      guard i > 0, bytes[i - 1] == 13 else { return false }
      some = true
    }
    return some
  }

  /// Every CRLF becomes LF.
  static func withoutCR(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for i in bytes.indices {
      if bytes[i] == 13, i + 1 < bytes.count, bytes[i + 1] == 10 { continue }
      result.append(bytes[i])
    }
    return result
  }

  private static func unescaped(_ text: MailText) -> MailText {
    let isMarked = { (line: Int) in
      text.begins(line, ">") && text[line].drop { $0 == UInt8(ascii: ">") }.starts(with: "From ".utf8)
    }
    guard text.indices.contains(where: isMarked) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.bytes.count)
    for line in text.indices {
      bytes += text.bytes[(text.starts[line] + (isMarked(line) ? 1 : 0))..<text.starts[line + 1]]
    }
    return MailText(bytes, places: text.places)
  }
}

extension StringProtocol {
  /// Without white space at its ends.
  var trimmed: String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { $0 > 32 }), let last = bytes.lastIndex(where: { $0 > 32 })
    else {
      return ""
    }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
