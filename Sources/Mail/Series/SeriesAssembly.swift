// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import UnifiedDiff

/// Puts one series together, mail by mail.
struct SeriesAssembly {
  var problems: [MailProblem] = []

  private var patches: [PatchMail] = []
  private var cover: CoverLetter?
  private var hints = BaseHints()
  private var repeated: [String] = []
  private var version: Int?
  private var total = 1
  private var isNumbered = false
  private var order: [Int] = []
  private var dates: [Int] = []
  /// Replies taken so far.
  private var quotes: [QuotedReply] = []

  /// Takes a cover letter or a patch.
  mutating func add(_ bytes: [UInt8], record: MessageRecord, isEscaped: Bool) {
    if record.flags.contains(.isBareDiff) {
      patches.append(CommitLog.bare(MailText(bytes, firstLine: record.line), record: record))
    } else if record.flags.contains(.isCommit) {
      guard var patch = CommitLog.patch(MailText(bytes, firstLine: record.line), record: record) else {
        return
      }
      patch.index = patches.count + 1
      total = patches.count + 1
      dates.append(CommitOrder.seconds(patch.envelope.date))
      patches.append(patch)
    } else {
      addMail(ParsedMail(bytes, record: record, isEscaped: isEscaped), record)
    }
  }

  private mutating func addMail(_ mail: ParsedMail, _ record: MessageRecord) {
    problems += mail.problems
    version = version ?? mail.subject.version
    let isReply = record.flags.contains(.isReply)
    if !isReply, let count = mail.subject.total, count > 0 {
      total = max(total, count)
      isNumbered = true
    }
    if record.isCover {
      hints.merge(mail.hints)
      var all = BaseHints()
      all.read(mail.body, mail.body.indices)
      hints.merge(all)
      if cover == nil {
        cover = CoverLetter(
          input: Int(record.input), envelope: mail.envelope,
          body: mail.decoding.lines(mail.body, mail.body.indices))
        order.append(0)
      } else {
        repeated.append(mail.envelope.messageID)
      }
      return
    }
    hints.merge(mail.hints)
    guard !mail.patches.isEmpty else {
      if !mail.problems.contains(where: { if case .diff = $0.kind { true } else { false } }) {
        problems.append(MailProblem(input: Int(record.input), line: record.line, kind: .noPatch(.discussion)))
      }
      return
    }
    let index = isReply ? 1 : mail.subject.index ?? 1
    let earlier = patches.indices.filter { patches[$0].index == index }
    if !earlier.isEmpty {
      let same = earlier.map { patches[$0].patch.text.diffOnly }.elementsEqual(
        mail.patches.map(\.patch.text.diffOnly))
      repeated.append(same ? mail.envelope.messageID : patches[earlier[0]].envelope.messageID)
      if same { return }
      for i in earlier.reversed() { patches.remove(at: i) }
    } else {
      order.append(index)
    }
    for var patch in mail.patches {
      if isReply || isNumbered { patch.index = index }
      total = max(total, patch.index)
      patches.append(patch)
    }
  }

  /// Takes a reply that quotes a patch of the series, or one that is not there.
  mutating func addReply(_ bytes: [UInt8], record: MessageRecord, isEscaped: Bool) {
    let reply: QuotedReply
    if record.flags.contains(.isWebPage) {
      let page = WebPage(MailText(bytes, firstLine: record.line))
      reply = QuotedReply(
        page.body, envelope: Envelope(page.headers), record: record, decoding: TextDecoding(charset: ""),
        repairs: [],
        page: true)
    } else {
      let mail = ParsedMail(bytes, record: record, isEscaped: isEscaped)
      reply = QuotedReply(
        mail.body, envelope: mail.envelope, record: record, decoding: mail.decoding, repairs: mail.repairs,
        page: false)
    }
    if let target = target(of: reply) {
      if patches[target].form == .quoted, let better = reply.patch,
        better.patch.lineCount > patches[target].patch.lineCount
      {
        // The reply that quotes most stands for the patch; what was said elsewhere goes over to it.
        var patch = better
        patch.comments = []
        for earlier in quotes { patch.take(earlier) }
        patches[target] = patch
      }
      patches[target].take(reply)
      quotes.append(reply)
    } else if let patch = reply.patch {
      version = version ?? reply.subject.version
      total = max(total, reply.subject.total ?? 1)
      hints.merge(reply.hints)
      patches.append(patch)
      quotes.append(reply)
    } else {
      problems.append(MailProblem(input: Int(record.input), line: record.line, kind: .noPatch(.reply)))
    }
  }

  /// The patch a reply speaks of.
  private func target(of reply: QuotedReply) -> Int? {
    let ids = [reply.envelope.inReplyTo].compactMap(\.self) + reply.envelope.references.reversed()
    for id in ids where !id.isEmpty {
      if let i = patches.firstIndex(where: { $0.form != .quoted && $0.envelope.messageID == id }) { return i }
    }
    let index = reply.subject.index ?? 1
    return patches.firstIndex { $0.index == index && ($0.form == .quoted || $0.title == reply.subject.title) }
  }

  func finished() -> Series {
    var patches = self.patches
    if dates.count > 1, dates.count == patches.count, CommitOrder.isNewestFirst(patches, dates) {
      patches.reverse()
      for i in patches.indices { patches[i].index = i + 1 }
    }
    let sorted = patches.enumerated().sorted { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }
    patches = sorted.map(\.element)
    let present = Set(patches.map(\.index))
    let title = cover.map { SubjectLine($0.envelope.subject).title } ?? patches.first?.title ?? ""
    return Series(
      title: title, version: version ?? 1, total: total, cover: cover, patches: patches,
      missing: total >= 1 ? (1...total).filter { !present.contains($0) } : [], repeated: repeated,
      isOutOfOrder: zip(order, order.dropFirst()).contains { $0 > $1 }, hints: hints, problems: problems)
  }
}

extension Series {
  /// What stands for a series that is not there.
  static let empty = Series(
    title: "", version: 1, total: 1, patches: [], missing: [], repeated: [], isOutOfOrder: false,
    hints: BaseHints(),
    problems: [])
}

extension Patch {
  /// Lines in hunks: how much of it there is.
  fileprivate var lineCount: Int { files.reduce(0) { $0 + $1.hunks.reduce(0) { $0 + $1.lines.count } } }
}

extension [UInt8] {
  /// A patch without the signature below it, to compare copies.
  fileprivate var diffOnly: ArraySlice<UInt8> {
    firstRange(of: "\n-- \n").map { self[..<$0.lowerBound] } ?? self[...]
  }
}
