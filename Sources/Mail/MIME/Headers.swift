// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// The raw header fields at the beginning of a message.
///
/// Source: RFC 5322, 2.2; folded lines belong to the field before them.
struct Headers: Sendable {
  struct Field: Sendable {
    /// In lower case.
    var name: String
    /// What follows the colon, folded as it came, without the last line ending.
    var value: ArraySlice<UInt8>
    /// Line of the input, 1-based.
    var line: UInt32
  }

  private(set) var fields: [Field] = []
  /// Offset of the body, and the line of the input where it begins.
  private(set) var body = 0
  private(set) var bodyLine: UInt32 = 0

  /// - Parameter bytes: a message without a `From ` line.
  init(_ bytes: [UInt8], firstLine: UInt32) {
    var line = firstLine
    var start = 0
    while start < bytes.count, start < Limits.headerBytes {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
      var stop = end
      if stop > start, bytes[stop - 1] == 13 { stop -= 1 }
      let next = min(end + 1, bytes.count)
      if start == stop {
        start = next
        line += 1
        break
      }
      if bytes[start].isBlank, let last = fields.indices.last {
        fields[last].value = bytes[fields[last].value.startIndex..<stop]
      } else if let colon = Self.colon(of: bytes[start..<stop]) {
        let name = String(decoding: bytes[start..<colon], as: UTF8.self).lowercased()
        fields.append(Field(name: name, value: bytes[(colon + 1)..<stop], line: line))
      } else if !fields.isEmpty || start > 0 || !bytes[start...].starts(with: ">From ".utf8) {
        break  // no header: the body begins without a blank line
      }
      start = next
      line += 1
    }
    body = start
    bodyLine = line
  }

  /// Where the name of a field ends; nil where the line is no field.
  static func colon(of line: ArraySlice<UInt8>) -> Int? {
    for i in line.indices {
      switch line[i] {
      case UInt8(ascii: ":"): return i > line.startIndex ? i : nil
      case 33...126: continue
      case 32 where line[i...].starts(with: " :".utf8) && i > line.startIndex: continue
      default: return nil
      }
    }
    return nil
  }

  /// The first field of that name.
  func first(_ name: String) -> Field? { fields.first { $0.name == name } }

  /// The raw value of the first field of that name, unfolded and trimmed, not decoded. What is longer than any
  /// header has a use for is cut.
  func raw(_ name: String) -> [UInt8] {
    first(name).map { Self.unfolded($0.value.prefix(Limits.fieldBytes)) } ?? []
  }

  /// The same as text.
  func text(_ name: String) -> String { String(decoding: raw(name), as: UTF8.self) }

  /// Line ends and the white space around them become one blank.
  static func unfolded(_ value: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(value.count)
    var isFold = false  // inside white space that holds a line end
    for byte in value {
      switch byte {
      case 10, 13:
        while result.last?.isBlank == true { result.removeLast() }
        isFold = true
      case let blank where blank.isBlank && (isFold || result.isEmpty): continue
      default:
        if isFold, !result.isEmpty { result.append(32) }
        result.append(byte)
        isFold = false
      }
    }
    while result.last?.isBlank == true { result.removeLast() }
    return result
  }

  /// The ids between angle brackets, in order.
  static func messageIDs(_ value: some Collection<UInt8>) -> [String] {
    var ids: [String] = []
    var current: [UInt8]?
    for byte in value {
      switch byte {
      case UInt8(ascii: "<"): current = []
      case UInt8(ascii: ">"):
        if let id = current, !id.isEmpty { ids.append(String(decoding: id, as: UTF8.self)) }
        current = nil
      case 9, 10, 13, 32: continue
      default: current?.append(byte)
      }
    }
    return ids
  }
}
