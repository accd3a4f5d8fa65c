// SPDX-License-Identifier: GPL-2.0-or-later

import CGMime

/// A mail for a person to read, mend and perhaps send. It has no date and no Message-ID yet: the mail program gives them.
///
/// What comes from other mail is taken as hostile: nothing in it ends a header or begins one.
public struct MailDraft: Hashable, Sendable {
  /// One more header.
  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// nil where the mail program shall say who sends it.
  public var from: Person?
  public var to: [Person] = []
  public var cc: [Person] = []
  public var subject = ""
  /// Without angle brackets.
  public var inReplyTo: String?
  /// The first mail of the thread first.
  public var references: [String] = []
  public var headers: [Header] = []
  /// Lines that end in newlines.
  public var body = ""

  public init() {}

  /// The mail as an entry of a mailbox of the kind mboxrd, with an empty line at its end.
  ///
  /// Source: RFC 5322; RFC 2047 for what is not ASCII; RFC 4155 and `git-mailsplit(1)`, `--mboxrd`, for the mailbox.
  public func mboxEntry() -> String {
    let isLong = body.utf8.split(separator: 10).contains { $0.count > Limits.bodyLineBytes }
    var lines = [
      Self.people("From", from.map { [$0] } ?? []), Self.people("To", to), Self.people("Cc", cc),
      Self.text("Subject", subject), Self.ids("In-Reply-To", inReplyTo.map { [$0] } ?? []),
      Self.ids("References", references),
    ].joined()
    for header in headers { lines += Self.text(header.name, header.value) }
    lines += """
      MIME-Version: 1.0
      Content-Type: text/plain; charset=UTF-8
      Content-Transfer-Encoding: \(isLong ? "quoted-printable" : "8bit")

      """
    let content = isLong ? Self.quotedPrintable(body) : body
    return "From mboxrd@z Thu Jan  1 00:00:00 1970\n\(lines)\n\(Self.escaped(content))\n"
  }

  // MARK: Headers

  private static func people(_ name: String, _ people: [Person]) -> String {
    let sendable = people.filter(\.canBeWrittenTo)
    guard !sendable.isEmpty else { return "" }
    return GMime.locked {
      let list = internet_address_list_new()
      defer { g_object_unref(list) }
      for person in sendable {
        let address = internet_address_mailbox_new(unbroken(person.name), person.address)
        _ = internet_address_list_add(list, address)
        g_object_unref(address)
      }
      let line = g_string_new("\(name): ")
      defer { g_string_free(line, 1) }
      internet_address_list_encode(list, nil, line)
      return line?.pointee.str.map { String(cString: $0) } ?? ""
    }
  }

  private static func text(_ name: String, _ value: String) -> String {
    GMime.locked {
      guard let encoded = g_mime_utils_header_encode_text(nil, unbroken(value), "UTF-8") else { return "" }
      defer { g_free(encoded) }
      let line = "\(name): \(String(cString: encoded))"
      guard let folded = g_mime_utils_unstructured_header_fold(nil, nil, line) else { return "" }
      defer { g_free(folded) }
      return String(cString: folded)
    }
  }

  private static func ids(_ name: String, _ ids: [String]) -> String {
    let good = ids.filter { id in
      !id.isEmpty && id.utf8.allSatisfy { (33...126).contains($0) && $0 != 0x3C && $0 != 0x3E }
    }
    guard !good.isEmpty else { return "" }
    let shown = good.prefix(1) + good.dropFirst().suffix(Limits.references)
    return "\(name): " + shown.map { "<\($0)>" }.joined(separator: "\n ") + "\n"
  }

  /// On one line.
  private static func unbroken(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
  }

  // MARK: Body

  /// `>From ` for `From ` at the beginning of a line, whatever number of `>` stands there already.
  private static func escaped(_ text: String) -> String {
    // Bytes: CR LF would be one character.
    let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { line in
      line.drop { $0 == UInt8(ascii: ">") }.starts(with: "From ".utf8) ? Array(">".utf8) + line : Array(line)
    }
    return String(decoding: Array(lines.joined(separator: [10])), as: UTF8.self)
  }

  private static func quotedPrintable(_ text: String) -> String {
    var state = GMimeEncoding()
    g_mime_encoding_init_encode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
    let input = text.utf8.map { CChar(bitPattern: $0) }
    let room = g_mime_encoding_outlen(&state, input.count) + 64
    let output = [CChar](unsafeUninitializedCapacity: room) { buffer, count in
      count = g_mime_encoding_flush(&state, input, input.count, buffer.baseAddress)
    }
    return String(decoding: output.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension Person {
  /// Whether the address is one: archives mask them (`name@...ple.org`), and hostile mail has others.
  fileprivate var canBeWrittenTo: Bool {
    let marks = Set("<>,;:\"()[]\\".utf8)
    return address.utf8.count { $0 == UInt8(ascii: "@") } == 1 && !address.contains("@...")
      && !address.hasPrefix("@") && !address.hasSuffix("@")
      && address.utf8.allSatisfy { (33...126).contains($0) && !marks.contains($0) }
  }
}
