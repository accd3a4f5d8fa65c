// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// Pass 1 over one input: finds where its messages begin and what their headers say.
struct MessageScan {
  private(set) var records: [MessageRecord] = []
  private(set) var problems: [MailProblem] = []
  /// Whether body lines that begin with `>From ` were escaped so.
  var isEscaped: Bool { escapedTwice || (escaped && !unescaped) }

  private let container: Container
  private let input: UInt32
  private let store: ByteStore
  private var fields = HeaderFields()
  private var current: MessageRecord?
  private var inHeaders = false
  private var lineNumber: UInt32 = 0
  private var isAfterBlank = true
  private var minusLine: UInt32 = .max
  private var lastNumber: UInt32 = 0
  /// `Content-Length` says that no message begins before this offset.
  private var quietUntil: UInt64 = 0
  private var failure: ReadError?
  private var escaped = false
  private var escapedTwice = false
  private var unescaped = false

  init(_ container: Container, input: UInt32, store: ByteStore) {
    (self.container, self.input, self.store) = (container, input, store)
  }

  /// Reads the whole store.
  mutating func run() throws(ReadError) {
    if container != .mbox, container != .commits { begin(at: 0, flags: []) }
    let end = try store.scanLines { line, offset in
      read(line, at: offset)
      return records.count < Limits.messages
    }
    finish(at: end)
    if let failure { throw failure }
    if records.count >= Limits.messages {
      problems.append(
        MailProblem(
          input: Int(input), line: lineNumber,
          kind: .tooLarge(what: "number of messages", limit: Limits.messages)))
    }
  }

  private mutating func read(_ line: RawLine, at offset: UInt64) {
    lineNumber &+= 1
    let isBlank = line.isBlankLine
    switch container {
    case .mbox where line.count > 19 && line[0] == UInt8(ascii: "F") && line.begins("From "):
      if isAfterBlank || inHeaders ? line.isSeparator : line.isMagicSeparator, offset >= quietUntil {
        // A message without a body ends in its headers, with no blank line before the next.
        finish(at: offset)
        begin(at: offset + UInt64(line.count) + 1, flags: .hasSeparator)
        current?.line = lineNumber &+ 1
        isAfterBlank = false
        return
      } else if !inHeaders, isAfterBlank {
        unescaped = true
      }
    case .commits where line.count >= 47 && line[0] == UInt8(ascii: "c") && Container.isCommitLine(line):
      finish(at: offset)
      begin(at: offset, flags: .isCommit)
      current?.line = lineNumber
    default: break
    }
    isAfterBlank = isBlank
    if inHeaders {
      if isBlank {
        if fields.isEmpty { return }
        inHeaders = false
        endHeaders(at: offset + UInt64(line.count) + 1)
      } else if !fields.take(line) {
        inHeaders = false
        endHeaders(at: offset)
        readBody(line)
      }
    } else if !isBlank {
      readBody(line)
    }
  }

  private mutating func begin(at offset: UInt64, flags: MessageRecord.Flags) {
    current = MessageRecord()
    current?.offset = offset
    current?.input = input
    current?.flags = flags
    fields.clear()
    switch container {
    case .mbox, .mail: inHeaders = true
    case .diff: current?.flags.insert(.isBareDiff)
    case .webPage: current?.flags.insert(.isWebPage)
    default: break
    }
    if container == .commits {
      current?.flags.insert(.isCommit)
      lastNumber += 1
    }
    minusLine = .max
  }

  private mutating func endHeaders(at body: UInt64) {
    if var record = current {
      fields.describe(&record)
      current = record
    }
    guard let length = fields.contentLength, container == .mbox else { return }
    let target = body + length
    let next = read(at: target, count: 6)
    guard failure == nil else { return }
    if next.isEmpty || next.starts(with: "From ".utf8) || next.starts(with: "\nFrom ".utf8) {
      quietUntil = target
    }
  }

  private mutating func readBody(_ line: RawLine) {
    switch line[0] {
    case UInt8(ascii: "d"):
      if line.begins("diff --git ") || line.begins("diff --cc ") || line.begins("diff --combined ") {
        found(line)
      }
    case UInt8(ascii: "-"):
      if line.begins("--- ") { minusLine = lineNumber }
    case UInt8(ascii: "+"):
      if line.begins("+++ "), minusLine == lineNumber &- 1 { found(line) }
    case UInt8(ascii: ">"):
      readQuoted(line)
    case UInt8(ascii: "C"), UInt8(ascii: "c"):
      if line.count > 32, HeaderFields.isEncoding(line) { current?.flags.insert(.isEncoded) }
    default: break
    }
  }

  private mutating func found(_ line: RawLine) {
    current?.flags.insert(.hasDiff)
    guard current?.path == 0 else { return }
    current?.path = UInt32(truncatingIfNeeded: StableHash.of(line.prefix(4096)) >> 32)
  }

  private mutating func readQuoted(_ line: RawLine) {
    if line.begins(">From ") { escaped = true }
    // Robots mark lines of a listing by `>>`.
    if line.count > 1, line[1] != UInt8(ascii: ">") { current?.flags.insert(.quotes) }
    if line.begins(">>From ") { escapedTwice = true }
    let rest = RawLine(rebasing: line[(line.count > 1 && line[1] == 32 ? 2 : 1)...])
    if rest.begins("diff --git ") || rest.begins("@@ -") || rest.begins("+++ ") {
      current?.flags.insert(.hasQuotedDiff)
    }
  }

  private mutating func finish(at end: UInt64) {
    guard var record = current else { return }
    current = nil
    if inHeaders {
      fields.describe(&record)
      inHeaders = false
    }
    let length = end > record.offset ? end - record.offset : 0
    guard length <= UInt64(Limits.messageBytes) else {
      problems.append(
        MailProblem(
          input: Int(input), line: record.line,
          kind: .tooLarge(what: "message", limit: Limits.messageBytes)))
      return
    }
    record.length = UInt32(length)
    if container == .commits { record.index = UInt16(clamping: lastNumber) }
    if !record.isPatch, record.flags.contains(.isEncoded) || fields.isEncoded { look(into: &record) }
    records.append(record)
  }

  /// Reads elsewhere than the scan does; what fails is thrown at its end.
  private mutating func read(at offset: UInt64, count: Int) -> [UInt8] {
    do throws(ReadError) {
      return try store.bytes(at: offset, count: count)
    } catch {
      failure = failure ?? error
      return []
    }
  }

  /// What is encoded is looked at by decoding it.
  private mutating func look(into record: inout MessageRecord) {
    let bytes = read(at: record.offset, count: Int(record.length))
    let message = Message(bytes, firstLine: 1)
    for part in message.parts {
      guard let line = part.text.firstDiff() else {
        if !record.flags.contains(.hasQuotedDiff), Quote.holdsDiff(part.text) {
          record.flags.insert(.hasQuotedDiff)
        }
        continue
      }
      record.flags.insert(.hasDiff)
      record.path = UInt32(truncatingIfNeeded: StableHash.of(part.text[line]) >> 32)
      return
    }
  }
}
