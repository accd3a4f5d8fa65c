// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import UnifiedDiff

/// A reply: the patch it quotes, and what its author says to it.
struct QuotedReply: Sendable {
  /// As far as it is quoted; nil where there is no diff.
  var patch: PatchMail?
  var envelope: Envelope
  var subject: SubjectLine
  var hints = BaseHints()
  /// Placed by the numbers of the quoted hunks.
  var comments: [ReviewComment] = []
  /// For each comment the quoted lines above it, the last first: to find its place in the original.
  var contexts: [[[UInt8]]] = []

  /// - Parameters:
  ///   - text: the body.
  ///   - page: whether it comes from an archive's page, without leading blanks.
  init(
    _ text: MailText, envelope: Envelope, record: MessageRecord, decoding: TextDecoding, repairs: [Repair],
    page: Bool
  ) {
    self.envelope = envelope
    subject = SubjectLine(envelope.subject)
    hints.treePrefixes = subject.treePrefixes
    let isReply = !page || Quote.holdsDiff(text)
    let quote = Quote(text, level: isReply ? 1 : 0)
    let quoted = QuotedPatch(quote, isPage: page, reviewer: envelope.from?.name ?? "")
    let firstLine = record.line &- (record.flags.contains(.hasSeparator) ? 1 : 0)
    var reading = PatchReading(
      quoted.text, input: Int(record.input), firstLine: firstLine, envelope: envelope, decoding: decoding)
    reading.mends = false  // lines are counted below; broken ones are joined already
    patch = reading.read(honoursScissors: false)
    hints.merge(reading.hints)
    patch?.form = isReply ? .quoted : .mail
    // A `From:` in the quoted body tells the author best, then the line above the quote.
    if isReply, patch?.author == envelope.from {
      let author = author(quote.attribution)
      patch?.author = author
    }
    let mended = patch?.repairs ?? []
    let own = (isReply ? [.unquoted] : []) + repairs + Self.repairs(quoted, page: page)
    patch?.repairs = own + mended.filter { !own.contains($0) }
    patch?.index = subject.index ?? 1
    guard isReply else { return }
    place(quoted)
    patch?.comments = comments
  }

  /// Who wrote the patch: the attribution's name, with the address of a recipient of that name.
  private func author(_ attribution: Person?) -> Person? {
    guard let attribution, attribution.address.isEmpty else { return attribution }
    return (envelope.to + envelope.cc).first { $0.name == attribution.name } ?? attribution
  }

  private static func repairs(_ quoted: QuotedPatch, page: Bool) -> [Repair] {
    var repairs: [Repair] = page ? [.archiveFrameCut] : []
    if quoted.unmarkedHunks > 0 { repairs.append(.leadingBlanksLost(hunks: quoted.unmarkedHunks)) }
    if quoted.restoredBlanks > 0 { repairs.append(.blankContextRestored(quoted.restoredBlanks)) }
    if quoted.rejoined > 0 { repairs.append(.rejoined(lines: quoted.rejoined)) }
    if page, !quoted.hasTabs { repairs.append(.tabsLost) }
    return repairs
  }

  /// Gives each remark its place.
  private mutating func place(_ quoted: QuotedPatch) {
    let split =
      patch == nil ? quoted.text.count : quoted.text.firstDiff(from: logEnd(quoted.text)) ?? quoted.text.count
    var anchors: [UInt32: (path: TreePath?, side: ReviewComment.Side, line: UInt32)] = [:]
    for file in patch?.patch.files ?? [] {
      for line in file.hunks.flatMap(\.lines) {
        let isOld = line.kind == .removed
        anchors[line.line] = (
          isOld ? file.oldPath ?? file.path : file.path, isOld ? .old : .new,
          isOld ? line.oldNumber : line.newNumber
        )
      }
    }
    for remark in quoted.remarks {
      var comment = ReviewComment(
        author: envelope.from, messageID: envelope.messageID, path: nil, side: .new, line: 0,
        text: remark.text)
      var context: [[UInt8]] = []
      if let above = remark.above {
        var line = above
        while line >= split, anchors[UInt32(line - split + 1)] == nil { line -= 1 }
        if line >= split, let anchor = anchors[UInt32(line - split + 1)] {
          (comment.path, comment.side, comment.line) = anchor
        }
        context = (max(0, above - 8)...above).reversed().map { Array(quoted.text[$0]) }
        comment.quoted = context.reversed().map { String(decoding: $0, as: UTF8.self) }
      }
      comments.append(comment)
      contexts.append(context)
    }
  }

  private func logEnd(_ text: MailText) -> Int { MailLog(text).log.upperBound }
}

extension PatchMail {
  /// Takes the comments of a reply to this patch; what the reviewer quoted says where they belong,
  /// even where lines were cut from the quote.
  mutating func take(_ reply: QuotedReply) {
    for (comment, context) in zip(reply.comments, reply.contexts) {
      var comment = comment
      if !holds(context.first ?? [], at: comment), let place = place(of: context, near: comment) {
        (comment.path, comment.side, comment.line) = place
      }
      comments.append(comment)
    }
  }

  /// Whether the place that the quoted numbers gave holds the quoted line.
  private func holds(_ line: [UInt8], at comment: ReviewComment) -> Bool {
    guard let path = comment.path, comment.line > 0 else { return false }
    return patch.files.contains { file in
      (file.path == path || file.oldPath == path)
        && file.hunks.contains { hunk in
          hunk.lines.contains {
            (comment.side == .old ? $0.oldNumber : $0.newNumber) == comment.line
              && isLine($0, line[...].trimmingEnd)
          }
        }
    }
  }

  /// The line of this patch that fits quoted lines best; `context` has the last line first.
  private func place(
    of context: [[UInt8]], near comment: ReviewComment
  ) -> (TreePath?, ReviewComment.Side, UInt32)? {
    let wanted = context.map { $0[...].trimmingEnd }
    let first = wanted.firstIndex { !$0.isEmpty } ?? wanted.count
    guard let last = wanted.first, first < wanted.count, let marker = wanted[first].first,
      [32, 43, 45].contains(marker)
    else { return nil }
    var best: (score: Int, place: (TreePath?, ReviewComment.Side, UInt32))?
    for file in patch.files {
      for hunk in file.hunks {
        for (i, line) in hunk.lines.enumerated() where isLine(line, last) {
          var score = 4
          for (k, other) in wanted.dropFirst().enumerated() where i - k - 1 >= 0 {
            guard isLine(hunk.lines[i - k - 1], other) else { break }
            score += 4
          }
          guard score > first * 4 else { continue }
          let isOld = line.kind == .removed
          let number = isOld ? line.oldNumber : line.newNumber
          if file.path == comment.path { score += 2 }
          if number == comment.line { score += 1 }
          if score > best?.score ?? 0 {
            best = (score, (isOld ? file.oldPath ?? file.path : file.path, isOld ? .old : .new, number))
          }
        }
      }
    }
    return best?.place
  }

  /// Whether a line with its marker is a quoted one, white space at their ends aside.
  private func isLine(_ line: DiffLine, _ wanted: ArraySlice<UInt8>) -> Bool {
    let content = patch.content(line).trimmingEnd
    let marker: UInt8 =
      switch line.kind {
      case .context: 32
      case .added: 43
      case .removed: 45
      }
    if content.isEmpty { return wanted.isEmpty ? marker == 32 : wanted.elementsEqual([marker]) }
    return wanted.count == content.count + 1 && wanted.first == marker && wanted.dropFirst() == content
  }
}

extension ArraySlice<UInt8> {
  /// Without white space at its end.
  var trimmingEnd: ArraySlice<UInt8> {
    var result = self
    while let last = result.last, last <= 32 { result.removeLast() }
    return result
  }
}
