// SPDX-License-Identifier: GPL-2.0-or-later

import Glibc
import SourceText

/// The few fields that pass 1 needs, collected line by line into buffers that are used again.
struct HeaderFields {
  private enum Name: Int, CaseIterable {
    case messageID, inReplyTo, references, subject, from, encoding, length
    /// What people write; compared without case.
    var text: StaticString {
      switch self {
      case .messageID: "message-id:"
      case .inReplyTo: "in-reply-to:"
      case .references: "references:"
      case .subject: "subject:"
      case .from: "from:"
      case .encoding: "content-transfer-encoding:"
      case .length: "content-length:"
      }
    }
  }

  private var values = [[UInt8]](repeating: [], count: Name.allCases.count)
  private var seen: UInt8 = 0
  private var open: Name?
  private var bytes = 0
  private(set) var isEmpty = true

  mutating func clear() {
    for i in values.indices { values[i].removeAll(keepingCapacity: true) }
    (seen, open, bytes, isEmpty) = (0, nil, 0, true)
  }

  /// Takes one line; false where it is no header, so that the body begins with it.
  mutating func take(_ line: RawLine) -> Bool {
    bytes += line.count
    guard bytes <= Limits.headerBytes else { return true }
    if line[0].isBlank {
      guard !isEmpty else { return true }
      if let open {
        values[open.rawValue].append(contentsOf: line)
        values[open.rawValue].append(10)
      }
      return true
    }
    guard Self.isField(line) else { return isEmpty && line.begins(">From ") }
    isEmpty = false
    open = nil
    for name in Name.allCases where Self.begins(line, name.text) && seen & (1 << UInt8(name.rawValue)) == 0 {
      seen |= 1 << UInt8(name.rawValue)
      open = name
      values[name.rawValue].append(contentsOf: line[name.text.utf8CodeUnitCount...])
      values[name.rawValue].append(10)
    }
    return true
  }

  private static func isField(_ line: RawLine) -> Bool {
    for i in line.indices {
      let byte = line[i]
      if byte == UInt8(ascii: ":") { return i > 0 }
      if byte == 32, i > 0, i + 1 < line.count, line[i + 1] == UInt8(ascii: ":") { return true }
      guard byte > 32, byte < 127 else { return false }
    }
    return false
  }

  private static func begins(_ line: RawLine, _ name: StaticString) -> Bool {
    guard line.count >= name.utf8CodeUnitCount, let base = line.baseAddress,
      line[0] | 0x20 == name.utf8Start[0]
    else { return false }
    return strncasecmp(
      UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self),
      UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), name.utf8CodeUnitCount) == 0
  }

  /// Whether the line is a `Content-Transfer-Encoding` that hides lines.
  static func isEncoding(_ line: RawLine) -> Bool {
    begins(line, Name.encoding.text) && hides(line[Name.encoding.text.utf8CodeUnitCount...])
  }

  /// Base64, or quoted-printable, which may break the lines that we look for.
  private static func hides(_ value: some Collection<UInt8>) -> Bool {
    let name = String(decoding: value.drop(while: \.isBlank).prefix(6), as: UTF8.self).lowercased()
    return ["base64", "quoted", "x-uuen", "uuenco"].contains(name)
  }

  private func raw(_ name: Name) -> [UInt8] { values[name.rawValue] }

  var isEncoded: Bool { Self.hides(raw(.encoding)) }

  var contentLength: UInt64? {
    let digits = raw(.length).drop(while: \.isBlank).prefix { $0.isDigit }
    return digits.isEmpty
      ? nil : UInt64(String(decoding: digits, as: UTF8.self)).flatMap { $0 < 1 << 40 ? $0 : nil }
  }

  /// Puts what the fields say into a record.
  func describe(_ record: inout MessageRecord) {
    if let id = Headers.messageIDs(raw(.messageID)).first { record.id = StableHash.of(id.utf8) }
    let references = Headers.messageIDs(raw(.references))
    let parent = Headers.messageIDs(raw(.inReplyTo)).first ?? references.last
    if let parent { record.parent = StableHash.of(parent.utf8) }
    if let root = references.first ?? parent { record.root = StableHash.of(root.utf8) }
    let from = Headers.unfolded(raw(.from)[...])
    let address = from.lastIndex(of: UInt8(ascii: "<")).map {
      from[($0 + 1)...].prefix { $0 != UInt8(ascii: ">") }
    }
    record.sender = StableHash.of(address ?? from[...])
    let subject = SubjectLine(HeaderText.decoded(Headers.unfolded(raw(.subject)[...])))
    record.describe(subject)
  }
}

extension MessageRecord {
  /// Puts what the subject says into the record.
  mutating func describe(_ subject: SubjectLine) {
    title = StableHash.of(subject.title.lowercased().utf8)
    version = UInt16(clamping: subject.version ?? 1)
    if let number = subject.index, let count = subject.total {
      (index, total) = (UInt16(clamping: number), UInt16(clamping: count))
      flags.insert(.isNumbered)
    }
    if subject.isReply { flags.insert(.isReply) }
    if subject.isPatch { flags.insert(.isPatchSubject) }
    if subject.isPull { flags.insert(.isPull) }
    if subject.isResend { flags.insert(.isResend) }
    // Behind `n/m` it speaks of the one part: `[PATCH v4 05/11] [RFC] …` is of the series without RFC.
    let common = subject.prefixes.prefix { !$0.contains("/") }
    if common.contains(where: { $0.lowercased().hasPrefix("rfc") }) { flags.insert(.isRFC) }
  }
}
