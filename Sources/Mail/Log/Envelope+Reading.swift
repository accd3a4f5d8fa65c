// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

extension Envelope {
  /// The envelope of a mail.
  init(_ headers: Headers) {
    let subject = HeaderText.decoded(headers.raw("subject"))
    self.init(
      messageID: Headers.messageIDs(headers.raw("message-id")).first ?? "", subject: subject,
      prefixes: SubjectLine(subject).prefixes, from: HeaderText.people(headers.raw("from")).first,
      to: HeaderText.people(headers.raw("to")), cc: HeaderText.people(headers.raw("cc")),
      date: headers.text("date"),
      inReplyTo: Headers.messageIDs(headers.raw("in-reply-to")).first,
      references: Headers.messageIDs(headers.raw("references")),
      subjectLine: headers.first("subject")?.line ?? 0,
      fromLine: headers.first("from")?.line ?? 0)
  }

  /// What a text of nothing but headers says, as git writes it beside a mail that it is about to send.
  public init(headers text: [UInt8]) { self.init(Headers(text, firstLine: 1)) }

  /// Of something that is no mail.
  static let none = Envelope(
    messageID: "", subject: "", prefixes: [], from: nil, to: [], cc: [], date: "", inReplyTo: nil,
    references: [],
    subjectLine: 0, fromLine: 0)
}
