// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import UnifiedDiff

/// What pass 2 makes of one message.
struct ParsedMail: Sendable {
  var envelope: Envelope
  var subject: SubjectLine
  /// Several where patches are attached.
  var patches: [PatchMail] = []
  var hints = BaseHints()
  /// The body as text, for a cover letter and for quoted patches.
  var body: MailText
  var decoding: TextDecoding
  var repairs: [Repair]
  var problems: [MailProblem]

  /// - Parameters:
  ///   - bytes: the message without its `From ` line.
  ///   - record: what pass 1 knows of it.
  init(_ bytes: [UInt8], record: MessageRecord, isEscaped: Bool) {
    let message = Message(bytes, firstLine: record.line, isEscaped: isEscaped)
    let input = Int(record.input)
    envelope = Envelope(message.headers)
    subject = SubjectLine(envelope.subject)
    problems = message.problems.map { MailProblem(input: input, line: $0.line, kind: $0.kind) }
    hints.treePrefixes = subject.treePrefixes
    let change = message.headers.text("x-change-id")
    if !change.isEmpty { hints.changeID = change }
    let main = message.parts.first { $0.kind == .body }
    let first = main.map(Self.unflowed)
    body = first?.text ?? MailText()
    decoding = TextDecoding(charset: first?.charset ?? "")
    repairs = first?.repairs ?? []
    if let guessed = decoding.guessed { repairs.append(.charsetGuessed(guessed)) }
    let firstLine = record.line &- (record.flags.contains(.hasSeparator) ? 1 : 0)
    var bodyLog: LogText?
    for part in message.parts {
      let isBody = part.kind == .body
      let text = isBody ? body : Self.unflowed(part).text
      var reading = PatchReading(
        text, input: input, firstLine: firstLine, envelope: envelope, decoding: decoding)
      if isBody {
        reading.repairs = repairs
      } else {
        reading.form = .attached
        reading.repairs = [.attached] + part.repairs
        reading.decoding = TextDecoding(charset: part.charset)
      }
      let patch = reading.read(honoursScissors: subject.isReply, outerLog: isBody ? nil : bodyLog)
      hints.merge(reading.hints)
      if isBody { bodyLog = reading.log }
      problems += reading.refused
      guard var patch else { continue }
      // Attachments are numbered by their own subjects, else as they stand.
      patch.index = subject.index ?? (isBody ? 1 : reading.innerIndex ?? patches.count + 1)
      patches.append(patch)
    }
  }

  /// A part as it was before a mailer flowed it; as it came where its hunks fit only so.
  private static func unflowed(_ part: Message.Part) -> Message.Part {
    guard part.isFlowed, part.text.firstDiff() != nil else { return part }
    func flaws(_ text: MailText) -> Int {
      guard let start = text.firstDiff() else { return .max }
      let patch = Patch(parsing: text.slice(start..<text.count).bytes)
      return patch.hunkCount == 0 ? .max : patch.problems.count
    }
    // git joins always; where that breaks the hunks, the mailer said flowed and was not.
    let forms = [
      Flowed.joined(part.text, dropsSpace: part.dropsSpace, keepsBlankLines: false),
      Flowed.joined(part.text, dropsSpace: part.dropsSpace, keepsBlankLines: true),
      Flowed.unstuffed(part.text), part.text,
    ]
    guard let best = forms.min(by: { flaws($0) < flaws($1) }), best.bytes != part.text.bytes else {
      return part
    }
    var part = part
    part.text = best
    part.repairs.append(.unflowed)
    return part
  }
}

/// Makes a patch of one text: the body of a mail, or an attachment.
struct PatchReading {
  var text: MailText
  var input: Int
  var firstLine: UInt32
  var envelope: Envelope
  var decoding: TextDecoding
  var form: PatchMail.Form = .mail
  var repairs: [Repair] = []
  /// Whether lines that a mailer broke are joined.
  var mends = true
  private(set) var hints = BaseHints()
  private(set) var log = LogText()
  /// What is wrong with a diff of which no file is left, as where all their names lead out of the tree.
  private(set) var refused: [MailProblem] = []
  /// `n` of `n/m`, where an attachment is a mail of its own.
  private(set) var innerIndex: Int?

  init(_ text: MailText, input: Int, firstLine: UInt32, envelope: Envelope, decoding: TextDecoding) {
    self.text = text
    self.input = input
    self.firstLine = firstLine
    self.envelope = envelope
    self.decoding = decoding
  }

  /// nil where there is no diff.
  mutating func read(honoursScissors: Bool, outerLog: LogText? = nil) -> PatchMail? {
    var author = envelope.from
    var title = SubjectLine(envelope.subject).title
    var hasOwnLog = outerLog == nil
    if form == .attached, let inner = takeInnerHeaders() {
      author = inner.author ?? author
      title = inner.title ?? title
      hasOwnLog = true
    }
    let split = MailLog(text, scissors: honoursScissors)
    log = decoding.lines(text, split.log)
    hints.read(text, split.log.upperBound..<text.count)
    guard !split.patch.isEmpty else { return nil }
    if let from = split.from { author = HeaderText.people(from).first ?? author }
    if let subject = split.subject { title = SubjectLine(HeaderText.decoded(subject)).title }
    var own = envelope
    if let line = split.subjectLine { own.subjectLine = text.places[line] }
    if let line = split.fromLine { own.fromLine = text.places[line] }
    var slice = text.slice(split.patch)
    var patch = Patch(parsing: slice.bytes)
    guard !patch.files.isEmpty else {
      refused = patch.problems.map {
        MailProblem(input: input, line: slice.lineMap.inputLine(of: $0.line), kind: .diff($0.kind))
      }
      return nil
    }
    if mends, !patch.problems.isEmpty, let mended = Mending.rejoined(slice, flaws: patch.problems.count) {
      slice = mended.text
      patch = Patch(parsing: slice.bytes)
      repairs.append(.rejoined(lines: mended.lines))
    }
    if Mending.lostTabs(patch) { repairs.append(.tabsLost) }
    let map = slice.lineMap
    let shown = hasOwnLog ? log : outerLog ?? log
    let end = split.log.upperBound
    var logEnd = LogEnd(
      kind: split.end, line: end < text.count ? text.places[end] : 0,
      text: end < text.count ? decoding.string(text[end]) : "")
    if !hasOwnLog { logEnd = LogEnd(kind: .end, line: shown.places.last ?? 0, text: "") }
    return PatchMail(
      input: input, firstLine: firstLine, form: form, index: 1, envelope: own, author: author, title: title,
      log: shown,
      logEnd: logEnd, notes: decoding.lines(text, split.notes), trailers: Trailer.parse(shown), patch: patch,
      lines: map, comments: [],
      repairs: repairs,
      problems: patch.problems.map {
        MailProblem(input: input, line: map.inputLine(of: $0.line), kind: .diff($0.kind))
      })
  }

  /// An attachment that is a mail of its own: its headers are read and cut off.
  private mutating func takeInnerHeaders() -> (author: Person?, title: String?)? {
    guard text.count > 0 else { return nil }
    var first = 0
    if text[0].withUnsafeBufferPointer({ $0.isSeparator }) { first = 1 }
    guard first < text.count else { return nil }
    let headers = Headers(Array(text.bytes[text.starts[first]...]), firstLine: 1)
    guard headers.first("from") != nil || headers.first("subject") != nil else { return nil }
    let body = min(text.count, first + Int(headers.bodyLine) - 1)
    text = text.slice(body..<text.count)
    let subject = SubjectLine(HeaderText.decoded(headers.raw("subject")))
    innerIndex = subject.index
    return (HeaderText.people(headers.raw("from")).first, subject.title.isEmpty ? nil : subject.title)
  }
}
