// SPDX-License-Identifier: GPL-2.0-or-later

/// An offset that moves through a text, which is passed along.
struct Cursor {
  var offset = 0

  /// Moves behind `prefix` where the text goes on with it.
  mutating func skip(_ prefix: StaticString, in text: Span<UInt8>) -> Bool {
    let count = prefix.utf8CodeUnitCount
    guard offset + count <= text.count else { return false }
    for i in 0..<count where text[offset + i] != prefix.utf8Start[i] { return false }
    offset += count
    return true
  }

  /// A decimal number that fits 32 bits.
  mutating func number(in text: Span<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    let begin = offset
    while offset < text.count, text[offset] >= UInt8(ascii: "0"), text[offset] <= UInt8(ascii: "9") {
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, over2) = product.addingReportingOverflow(UInt32(text[offset] - UInt8(ascii: "0")))
      guard !over, !over2 else { return nil }
      value = sum
      offset += 1
    }
    return offset > begin ? value : nil
  }
}
