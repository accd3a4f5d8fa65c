// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// The text of an HTML mail, good enough for a diff inside `<pre>`.
enum PageText {
  /// Tags are dropped, `<br>` and the ends of blocks break lines, entities are undone.
  static func plain(_ page: MailText) -> MailText {
    var text = MailText()
    var current: [UInt8] = []
    var skipped: [UInt8]?  // the end tag of style or script
    let hasPre = page.bytes.firstRange(of: "<pre") != nil
    for line in page.indices {
      let bytes = Array(page[line])
      var i = 0
      while i < bytes.count {
        switch bytes[i] {
        case UInt8(ascii: "<"):
          let end = bytes[i...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1
          let tag = bytes[(i + 1)..<max(i + 1, end + 1)].prefix { $0 > 32 && $0 != UInt8(ascii: ">") }.map {
            $0 | 0x20
          }
          if let wanted = skipped {
            if tag == wanted { skipped = nil }
          } else if ["style", "script"].contains(where: { Array($0.utf8) == tag }) {
            skipped = Array("/".utf8) + tag
          } else if ["br", "br/", "/p", "/div", "/tr", "/li"].contains(where: {
            Array($0.utf8).map { $0 | 0x20 } == tag
          }) {
            text.append(current, place: page.places[line])
            current = []
          }
          i = end + 1
        case UInt8(ascii: "&"):
          let (byte, length) = entity(bytes[i...])
          if skipped == nil { current += byte }
          i += length
        default:
          if skipped == nil { current.append(bytes[i]) }
          i += 1
        }
      }
      if skipped == nil, hasPre || !current.isEmpty {
        text.append(current, place: page.places[line])
        current = []
      }
    }
    return text
  }

  /// What an entity stands for, and its length.
  private static func entity(_ text: ArraySlice<UInt8>) -> ([UInt8], Int) {
    let name = text.prefix(10).dropFirst().prefix { $0 != UInt8(ascii: ";") }
    guard name.count < 9, text.dropFirst(name.count + 1).first == UInt8(ascii: ";") else {
      return ([UInt8(ascii: "&")], 1)
    }
    let length = name.count + 2
    switch String(decoding: name, as: UTF8.self) {
    case "lt": return ([UInt8(ascii: "<")], length)
    case "gt": return ([UInt8(ascii: ">")], length)
    case "amp": return ([UInt8(ascii: "&")], length)
    case "quot": return ([UInt8(ascii: "\"")], length)
    case "apos": return ([UInt8(ascii: "'")], length)
    case "nbsp": return ([32], length)
    case let code where code.hasPrefix("#"):
      let digits = code.dropFirst()
      let value = digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      guard let value, let scalar = Unicode.Scalar(value) else { return ([UInt8(ascii: "&")], 1) }
      return (Array(String(Character(scalar)).utf8), length)
    default: return ([UInt8(ascii: "&")], 1)
    }
  }
}

extension [UInt8] {
  /// Where an ASCII text first stands.
  func firstRange(of text: StaticString) -> Range<Int>? {
    let length = text.utf8CodeUnitCount
    guard length > 0, count >= length else { return nil }
    let first = text.utf8Start[0]
    outer: for i in 0...(count - length) where self[i] == first {
      for k in 1..<Swift.max(length, 1) where self[i + k] != text.utf8Start[k] { continue outer }
      return i..<(i + length)
    }
    return nil
  }
}
