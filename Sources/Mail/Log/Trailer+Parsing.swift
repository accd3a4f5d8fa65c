// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

extension Trailer {
  /// The trailers of a log: its last paragraph, where that is a block of trailers.
  ///
  /// Every line of the block is `Key: value`, a continuation, or `[name: note]` as the kernel writes
  /// it; where some are not, a quarter must be trailers and one of them one that git knows.
  static func parse(_ log: LogText) -> [Trailer] {
    var end = log.lines.count
    while end > 0, log.lines[end - 1].isBlankText { end -= 1 }
    var start = end
    while start > 0, !log.lines[start - 1].isBlankText { start -= 1 }
    var trailers: [Trailer] = []
    var (good, other, known) = (0, 0, false)
    for i in start..<end {
      let line = log.lines[i]
      if line.utf8.first?.isBlank == true, good > 0 || other > 0 {
        guard let last = trailers.indices.last else { continue }
        trailers[last].value = [trailers[last].value, line.trimmed].filter { !$0.isEmpty }.joined(
          separator: " ")
      } else if let (key, value) = pair(line) {
        trailers.append(Trailer(key: key, value: value, line: log.places[i]))
        good += 1
        if key == "Signed-off-by" { known = true }
      } else if line.hasPrefix("(cherry picked from commit ") {
        (good, known) = (good + 1, true)
      } else if !(line.hasPrefix("[") && line.hasSuffix("]")) {
        other += 1
      }
    }
    return other == 0 || (known && good * 3 >= other) ? trailers : []
  }

  /// `Key: value`, with a key of letters, digits and dashes.
  static func pair(_ line: String) -> (key: String, value: String)? {
    let bytes = Array(line.utf8)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
    var key = bytes[..<colon]
    while key.last?.isBlank == true { key.removeLast() }
    let isKey = key.allSatisfy { byte in
      byte.isDigit || byte == UInt8(ascii: "-") || (97...122).contains(byte | 0x20)
    }
    guard isKey, !key.isEmpty else { return nil }
    return (
      String(decoding: key, as: UTF8.self), String(decoding: bytes[(colon + 1)...], as: UTF8.self).trimmed
    )
  }
}

extension String {
  /// Whether there is nothing but white space.
  var isBlankText: Bool { utf8.allSatisfy { $0 <= 32 } }
}
