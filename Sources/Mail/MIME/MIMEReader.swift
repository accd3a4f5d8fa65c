// SPDX-License-Identifier: GPL-2.0-or-later

import CGMime
import SourceText

/// Finds the texts of a structured message, by GMime.
///
/// GMime says where the content of each part lies; decoding goes line by line, so that every decoded
/// line knows its line of the input.
struct MIMEReader {
  private(set) var parts: [Message.Part] = []
  private(set) var problems: [(line: UInt32, kind: MailProblem.Kind)] = []

  private let bytes: [UInt8]
  private let firstLine: UInt32
  /// Up to which offset lines were counted, and the line there.
  private var counted: (offset: Int, line: UInt32)
  private var page: Message.Part?

  init(_ bytes: [UInt8], firstLine: UInt32) {
    self.bytes = bytes
    self.firstLine = firstLine
    counted = (0, firstLine)
  }

  /// What GMime says about one leaf.
  private struct Leaf {
    var type: String
    var name: String
    var charset: String
    var format: String
    var dropsSpace: Bool
    var isAttachment: Bool
    var encoding: GMimeContentEncoding
    var content: Range<Int>
  }

  mutating func run() {
    guard nesting <= Limits.nesting else {
      problems.append((firstLine, .malformedMIME("parts nested deeper than \(Limits.nesting)")))
      return
    }
    let leaves = GMime.locked { readLeaves() }
    if leaves == nil { problems.append((firstLine, .malformedMIME("not a message for GMime"))) }
    if leaves?.count ?? 0 > Limits.parts {
      problems.append((firstLine, .tooLarge(what: "number of MIME parts", limit: Limits.parts)))
    }
    for leaf in (leaves ?? []).prefix(Limits.parts) { take(leaf) }
    if parts.isEmpty, let page { parts = [page] }
    if let body = parts.firstIndex(where: { $0.kind == .body }), body > 0 { parts.swapAt(0, body) }
  }

  /// How deep parts may lie at most: each level needs a `Content-Type` line of its own.
  private var nesting: Int {
    var count = 0
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
      if end - start > 18, bytes[start] | 0x20 == UInt8(ascii: "c"), bytes[start + 7] == UInt8(ascii: "-") {
        let line = String(decoding: bytes[start..<min(end, start + 80)], as: UTF8.self).lowercased()
        if line.hasPrefix("content-type:"), line.contains("multipart/") || line.contains("message/") {
          count += 1
        }
      }
      start = end + 1
    }
    return count
  }

  private func readLeaves() -> [Leaf]? {
    bytes.withUnsafeBytes { raw -> [Leaf]? in
      guard let stream = g_mime_stream_mem_new_with_buffer(raw.baseAddress, raw.count) else { return nil }
      defer { g_object_unref(stream) }
      guard let parser = g_mime_parser_new_with_stream(stream) else { return nil }
      defer { g_object_unref(parser) }
      guard let message = g_mime_parser_construct_message(parser, nil) else { return nil }
      defer { g_object_unref(message) }
      var leaves: [Leaf] = []
      if let object = g_mime_message_get_mime_part(message) {
        collect(object, into: &leaves, isAlternative: false, depth: 0)
      }
      return leaves
    }
  }

  private func collect(
    _ object: UnsafeMutablePointer<GMimeObject>, into leaves: inout [Leaf], isAlternative: Bool, depth: Int
  ) {
    guard depth <= Limits.nesting, leaves.count <= Limits.parts else { return }
    let raw = UnsafeMutableRawPointer(object)
    if gmime_is_multipart(raw) != 0 {
      let multipart = raw.assumingMemoryBound(to: GMimeMultipart.self)
      let subtype = Self.subtype(of: object)
      let count = g_mime_multipart_get_count(multipart)
      for i in 0..<max(0, subtype == "signed" ? min(count, 1) : count) {
        guard let part = g_mime_multipart_get_part(multipart, i) else { continue }
        let before = leaves.count
        collect(part, into: &leaves, isAlternative: subtype == "alternative", depth: depth + 1)
        // The first that is plain text stands for all alternatives.
        if subtype == "alternative", leaves.count > before, leaves[before].type == "text/plain" { break }
      }
    } else if gmime_is_message_part(raw) != 0 {
      let inner = g_mime_message_part_get_message(raw.assumingMemoryBound(to: GMimeMessagePart.self))
      if let inner, let part = g_mime_message_get_mime_part(inner) {
        let before = leaves.count
        collect(part, into: &leaves, isAlternative: false, depth: depth + 1)
        for i in before..<leaves.count { leaves[i].isAttachment = true }
      }
    } else if gmime_is_part(raw) != 0, let leaf = leaf(object) {
      leaves.append(leaf)
    }
  }

  private static func subtype(of object: UnsafeMutablePointer<GMimeObject>) -> String {
    guard let type = g_mime_object_get_content_type(object),
      let name = g_mime_content_type_get_media_subtype(type)
    else { return "" }
    return String(cString: name).lowercased()
  }

  private func leaf(_ object: UnsafeMutablePointer<GMimeObject>) -> Leaf? {
    let part = UnsafeMutableRawPointer(object).assumingMemoryBound(to: GMimePart.self)
    guard let content = g_mime_part_get_content(part), let stream = g_mime_data_wrapper_get_stream(content),
      let type = g_mime_object_get_content_type(object)
    else { return nil }
    let start = Int(stream.pointee.bound_start)
    let end = stream.pointee.bound_end < 0 ? bytes.count : Int(stream.pointee.bound_end)
    guard start >= 0, start <= end, end <= bytes.count else { return nil }
    func parameter(_ name: String) -> String {
      g_mime_content_type_get_parameter(type, name).map { String(cString: $0) } ?? ""
    }
    let media = g_mime_content_type_get_media_type(type).map { String(cString: $0).lowercased() } ?? "text"
    let disposition = g_mime_object_get_disposition(object).map { String(cString: $0).lowercased() } ?? ""
    return Leaf(
      type: "\(media)/\(Self.subtype(of: object))",
      name: g_mime_part_get_filename(part).map { String(cString: $0).lowercased() } ?? "",
      charset: parameter("charset"), format: parameter("format").lowercased(),
      dropsSpace: parameter("delsp").lowercased() == "yes", isAttachment: disposition == "attachment",
      encoding: g_mime_part_get_content_encoding(part), content: start..<end)
  }

  private mutating func take(_ leaf: Leaf) {
    let isPage = leaf.type == "text/html"
    let isText = leaf.type.hasPrefix("text/") && !isPage
    let isNamed = [".patch", ".diff", ".txt", ".mbox", ".eml"].contains { leaf.name.hasSuffix($0) }
    guard isPage ? !parts.contains(where: { $0.kind == .body }) && page == nil : isText || isNamed else {
      return
    }
    // Parts come in the order of the message, so lines are counted once.
    if leaf.content.lowerBound < counted.offset { counted = (0, firstLine) }
    counted.line &+= UInt32(bytes[counted.offset..<leaf.content.lowerBound].count { $0 == 10 })
    counted.offset = leaf.content.lowerBound
    let line = counted.line
    var part = TransferDecoding(leaf.encoding).decode(bytes[leaf.content], firstLine: line)
    part.charset = leaf.charset
    part.isFlowed = leaf.format == "flowed"
    part.dropsSpace = leaf.dropsSpace
    if isPage {
      part.text = PageText.plain(part.text)
      part.repairs.append(.htmlUnescaped)
      page = part
      return
    }
    let isBody = leaf.type == "text/plain" && !leaf.isAttachment && !parts.contains { $0.kind == .body }
    part.kind = isBody ? .body : .attachment
    parts.append(part)
  }
}
