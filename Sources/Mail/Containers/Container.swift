// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// How the messages of one input are held.
enum Container: Hashable, Sendable {
  /// Messages behind `From ` lines.
  case mbox
  /// One message with headers.
  case mail
  /// `git show` or `git log -p`.
  case commits
  /// A diff without a message.
  case diff
  /// The text of an archive's page.
  case webPage
  case gzip
  case empty
  case unknown

  /// - Parameter head: the first bytes of the input.
  init(of head: [UInt8]) {
    if head.starts(with: [0x1f, 0x8b]) {
      self = .gzip
      return
    }
    let bytes = head.starts(with: [0xef, 0xbb, 0xbf]) ? Array(head.dropFirst(3)) : head
    let text = MailText(bytes, firstLine: 1)
    guard let first = text.indices.first(where: { !text.isBlank($0) }) else {
      self = .empty
      return
    }
    let line = text[first]
    if line.withUnsafeBufferPointer({ $0.isSeparator }) {
      self = .mbox
    } else if Self.isCommitLine(line) {
      self = .commits
    } else if text.beginsDiff(first) {
      self = .diff
    } else if WebPage.isBanner(line) || WebPage.isMasked(text, from: first) {
      self = .webPage
    } else if Self.hasMailHeader(text, from: first) {
      self = .mail
    } else if text.firstDiff(from: first) != nil {
      self = .diff
    } else {
      self = .unknown
    }
  }

  /// `commit <hex>`, perhaps with decorations behind it.
  static func isCommitLine(_ line: some RandomAccessCollection<UInt8>) -> Bool {
    guard line.starts(with: "commit ".utf8) else { return false }
    let digits = line.dropFirst(7).prefix { $0.isHexDigit }.count
    guard digits == 40 || digits == 64 else { return false }
    let next = line.dropFirst(7 + digits).first
    return next == nil || next == 32 || next == 13
  }

  /// Whether fields of a mail stand at the beginning.
  private static func hasMailHeader(_ text: MailText, from first: Int) -> Bool {
    let known: Set<String> = [
      "from", "subject", "date", "message-id", "received", "return-path", "mime-version", "to",
      "delivered-to",
      "content-type", "in-reply-to", "x-original-to",
    ]
    let fields = Headers(Array(text.bytes[text.starts[first]...]), firstLine: 1).fields
    return fields.prefix(100).contains { known.contains($0.name) }
  }
}
