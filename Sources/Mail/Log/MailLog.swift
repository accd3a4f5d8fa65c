// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// Where the log of a mail ends and its patch begins, as `git mailinfo` sees it.
///
/// Source: git `mailinfo.c`, `check_inbody_header()`, `patchbreak()`, `is_scissors_line()`.
struct MailLog: Sendable {
  /// Values of headers in the body, raw.
  var from: [UInt8]?
  var subject: [UInt8]?
  var date: [UInt8]?
  /// Line of the text where `Subject:` or `From:` stands in the body.
  var subjectLine: Int?
  var fromLine: Int?
  /// Lines of the text.
  var log: Range<Int>
  var end: LogEnd.Kind
  /// Between the log's end and the first diff, without a `---` line.
  var notes: Range<Int>
  /// From the first diff on; empty where there is none.
  var patch: Range<Int>

  /// - Parameter scissors: whether a scissors line cuts off what stands above it.
  init(_ text: MailText, scissors: Bool = false) {
    var line = 0
    if scissors, let cut = Self.scissors(in: text) { line = cut + 1 }
    var inHeaders = true
    var seen = false
    (log, end, notes, patch) = (0..<0, .end, 0..<0, 0..<0)
    var open: WritableKeyPath<MailLog, [UInt8]?>?
    while line < text.count, inHeaders {
      if text.isBlank(line) {
        if seen { inHeaders = false }
        open = nil
        line += 1
      } else if let field = open, text[line].first?.isBlank == true {
        let more = [32] + text[line].drop(while: \.isBlank)
        self[keyPath: field] = (self[keyPath: field] ?? []) + more
        line += 1
      } else if text.begins(line, ">From "),
        text[line].dropFirst().withUnsafeBufferPointer({ $0.isFormatPatchSeparator })
      {
        open = nil
        line += 1
      } else if text.begins(line, "[PATCH] ") {
        subject = Array(text[line])
        subjectLine = line
        (open, seen) = (nil, false)
        line += 1
      } else if let (field, value) = Self.field(text[line]), self[keyPath: field] == nil {
        self[keyPath: field] = Array(value.drop(while: \.isBlank))
        if field == \MailLog.subject { subjectLine = line }
        if field == \MailLog.from { fromLine = line }
        (open, seen) = (field, true)
        line += 1
      } else {
        inHeaders = false
      }
    }
    let first = line
    while line < text.count, !Self.breaks(text, line) { line += 1 }
    log = first..<line
    let diff = text.firstDiff(from: line)
    patch = (diff ?? text.count)..<text.count
    guard line < text.count else { return }
    switch text.bytes[text.starts[line]] {
    case UInt8(ascii: "I"): end = .index
    case UInt8(ascii: "d"): end = .diff
    default: end = line == diff ? .diff : .separator
    }
    notes = (end == .separator ? line + 1 : line)..<max(patch.lowerBound, end == .separator ? line + 1 : line)
  }

  private static func field(_ line: ArraySlice<UInt8>) -> (
    WritableKeyPath<MailLog, [UInt8]?>, ArraySlice<UInt8>
  )? {
    guard let first = line.first else { return nil }
    switch first | 0x20 {
    case UInt8(ascii: "f"): return line.value(of: "from:").map { (\.from, $0) }
    case UInt8(ascii: "s"): return line.value(of: "subject:").map { (\.subject, $0) }
    case UInt8(ascii: "d"): return line.value(of: "date:").map { (\.date, $0) }
    default: return nil
    }
  }

  /// Whether `git am` ends the log here.
  static func breaks(_ text: MailText, _ line: Int) -> Bool {
    if text.begins(line, "diff -") || text.begins(line, "Index: ") { return true }
    guard text.begins(line, "---") else { return false }
    let rest = text[line].dropFirst(3)
    if rest.first == 32, let next = rest.dropFirst().first, next > 32 { return true }
    return rest.allSatisfy { $0 == 32 || (9...13).contains($0) }
  }

  /// The last line with scissors before any diff.
  private static func scissors(in text: MailText) -> Int? {
    var found: Int?
    for line in text.indices {
      if isScissors(text[line]) { found = line } else if breaks(text, line) { break }
    }
    return found
  }

  /// `-- >8 --`: a perforation that holds scissors, and hardly anything else.
  static func isScissors(_ line: ArraySlice<UInt8>) -> Bool {
    var (perforation, scissors, visible) = (0, 0, 0)
    var inPerforation = false
    var i = line.startIndex
    var first: Int?
    var last = line.startIndex
    while i < line.endIndex {
      let byte = line[i]
      if byte == 32 || (9...13).contains(byte) {
        if inPerforation { perforation += 1 }
        i += 1
        continue
      }
      last = i
      if first == nil { first = i }
      if byte == UInt8(ascii: "-") {
        inPerforation = true
        perforation += 1
      } else if i + 1 < line.endIndex,
        [">8", "8<", ">%", "%<"].contains(where: { line[i...(i + 1)].elementsEqual($0.utf8) })
      {
        inPerforation = true
        perforation += 2
        scissors += 2
        i += 1
        last = i
      } else {
        inPerforation = false
      }
      i += 1
    }
    if let first { visible = last - first + 1 }
    return scissors > 0 && visible >= 8 && visible < perforation * 3
  }
}

extension ArraySlice<UInt8> {
  /// What follows a field name, which is compared without case.
  func value(of name: StaticString) -> ArraySlice<UInt8>? {
    let length = name.utf8CodeUnitCount
    guard count >= length else { return nil }
    for i in 0..<length {
      let byte = self[startIndex + i]
      let lower = (65...90).contains(byte) ? byte | 0x20 : byte
      guard lower == name.utf8Start[i] else { return nil }
    }
    return dropFirst(length)
  }
}
