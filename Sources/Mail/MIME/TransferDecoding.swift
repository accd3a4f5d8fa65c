// SPDX-License-Identifier: GPL-2.0-or-later

import CGMime
import SourceText

/// A content transfer encoding, undone one line at a time.
struct TransferDecoding {
  private let encoding: GMimeContentEncoding

  init(_ encoding: GMimeContentEncoding) { self.encoding = encoding }

  /// Decodes the content of a part; every decoded line keeps the raw line it began in.
  func decode(_ raw: ArraySlice<UInt8>, firstLine: UInt32) -> Message.Part {
    guard
      [
        GMIME_CONTENT_ENCODING_BASE64, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE,
        GMIME_CONTENT_ENCODING_UUENCODE,
      ]
      .contains(encoding)
    else { return Message.Part(kind: .body, text: MailText(Array(raw), firstLine: firstLine)) }
    var bytes: [UInt8] = []
    var places: [UInt32] = []
    bytes.reserveCapacity(raw.count)
    var isLineStart = true
    var state = GMimeEncoding()
    g_mime_encoding_init_decode(&state, encoding)
    var line = firstLine
    var start = raw.startIndex
    while start < raw.endIndex {
      let end = raw[start...].firstIndex(of: 10).map { $0 + 1 } ?? raw.endIndex
      let room = g_mime_encoding_outlen(&state, end - start) + 64
      let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        raw[start..<end].withUnsafeBufferPointer { from in
          from.withMemoryRebound(to: CChar.self) { input in
            buffer.withMemoryRebound(to: CChar.self) { output in
              count = g_mime_encoding_step(&state, input.baseAddress, input.count, output.baseAddress)
            }
          }
        }
      }
      for byte in piece {
        if isLineStart { places.append(line) }
        isLineStart = byte == 10
        bytes.append(byte)
      }
      start = end
      line &+= 1
    }
    var part = Message.Part(kind: .body, text: MailText(bytes, places: places))
    if Self.isAllCRLF(part.text) {
      part.text = MailText(Message.withoutCR(bytes), places: places)
      part.repairs.append(.quotedCRCut)
    }
    return part
  }

  /// Whether every line ends in CRLF, and there are some.
  private static func isAllCRLF(_ text: MailText) -> Bool {
    var some = false
    for line in text.indices {
      let end = text.starts[line + 1]
      guard text.bytes[end - 1] == 10 else { continue }
      guard end - 2 >= text.starts[line], text.bytes[end - 2] == 13 else { return false }
      some = true
    }
    return some
  }
}
