// SPDX-License-Identifier: GPL-2.0-or-later

/// One mail of a discussion: what it says, and to which words.
public struct Reply: Sendable {
  /// Words, and the quoted lines above them.
  public struct Passage: Hashable, Sendable {
    /// Without the first level of quote marks; empty where the words stand above every quotation.
    public var quoted: [String]
    /// Lines of the author's own.
    public var words: [String]
  }

  public var envelope: Envelope
  public var passages: [Passage]

  init(_ text: MailText, envelope: Envelope, decoding: TextDecoding) {
    self.envelope = envelope
    passages = []
    var next = Passage(quoted: [], words: [])
    for line in Quote(text).lines {
      let content = decoding.string(line.content)
      if line.isQuoted {
        if next.words.contains(where: { !$0.isBlankText }) {
          passages.append(next)
          next = Passage(quoted: [], words: [])
        }
        next.quoted.append(content)
      } else {
        next.words.append(content)
      }
    }
    if next.words.contains(where: { !$0.isBlankText }) { passages.append(next) }
  }
}

extension Mailbox {
  /// The answers in the discussion of a series: to its mails, and to other answers; in the order of the input.
  public func replies(to series: Series) -> [Reply] {
    // An answer may stand before the one that it answers.
    var waiting = Dictionary(grouping: answers()) { $0.reply.envelope.inReplyTo ?? "" }
    var thread =
      series.patches.map(\.envelope.messageID) + [series.cover?.envelope.messageID].compactMap(\.self)
    var found: [(order: Int, reply: Reply)] = []
    while let id = thread.popLast() {
      guard !id.isEmpty, let joining = waiting.removeValue(forKey: id) else { continue }
      thread += joining.map(\.reply.envelope.messageID)
      found += joining
    }
    return found.sorted { $0.order < $1.order }.map(\.reply)
  }
}
