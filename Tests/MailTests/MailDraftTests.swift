// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import TestSupport
import Testing
import UnifiedDiff

/// Mail that we write, of what hostile mail gave us.
struct MailDraftTests {
  private static let diff = """
    diff --git a/foo.c b/foo.c
    --- a/foo.c
    +++ b/foo.c
    @@ -1 +1,2 @@
     int foo;
    +int bar;

    """

  /// Reads a draft back: as a mail with a patch, so that everything of it comes through.
  private static func readBack(_ draft: MailDraft) throws -> PatchMail {
    let mailbox = Mailbox(opening: [.bytes(Array(draft.mboxEntry().utf8), name: "draft", kind: .mbox)])
    #expect(mailbox.seriesCount == 1)
    let series = mailbox.series(at: 0)
    #expect(series.patches.count == 1)
    return try #require(series.patches.first)
  }

  private static func draft(body: String = "Log.\n---\n") -> MailDraft {
    var draft = MailDraft()
    draft.from = Person(name: "Rita Reviewer", address: "rita@example.org")
    draft.subject = "[PATCH] foo"
    draft.body = body + diff
    return draft
  }

  /// Names in, and the names that a reader gets.
  @Test(
    arguments: [
      ("Ann Author", "Ann Author"), ("Ünal Größe", "Ünal Größe"), ("王小明", "王小明"),
      ("Author, Ann (A. A.)", "Author, Ann (A. A.)"), ("Ann \"the\" Author", "Ann \"the\" Author"),
      ("Ann\nBcc: evil@example.org", "Ann Bcc: evil@example.org"),
      ("Ann\r\n\r\nbody", "Ann body"), ("Ann\u{0}B", "Ann B"), ("=?UTF-8?Q?x?=", "x"), ("", ""),
      (String(repeating: "lang ", count: 60) + "Name", String(repeating: "lang ", count: 60) + "Name"),
    ])
  func writesPeople(_ name: String, _ wanted: String) throws {
    var draft = Self.draft()
    draft.from = Person(name: name, address: "ann@example.org")
    draft.cc = [
      Person(name: name, address: "cc@example.org"), Person(name: "Bob", address: "bob@example.org"),
    ]
    let text = draft.mboxEntry()
    let head = text.components(separatedBy: "\n\n")[0]
    #expect(head.utf8.allSatisfy { $0 == 10 || $0 == 9 || (32...126).contains($0) }, "\(head)")
    #expect(!head.contains("\nBcc") && head.split(separator: "\n").allSatisfy { $0.utf8.count < 900 })
    let envelope = try Self.readBack(draft).envelope
    func squeezed(_ text: String?) -> String? { text?.split(separator: " ").joined(separator: " ") }
    #expect(squeezed(envelope.from?.name) == squeezed(wanted) && envelope.from?.address == "ann@example.org")
    #expect(envelope.cc.map(\.address) == ["cc@example.org", "bob@example.org"])
    #expect(squeezed(envelope.cc.first?.name) == squeezed(wanted))
  }

  /// What is no address gets no mail.
  @Test(
    arguments: [
      "ann", "", "@", "ann@", "@example.org", "ann@...ple.org", "a b@example.org",
      "ann@example.org>, evil@x.org",
      "ann@example.org\nBcc: evil@example.org", "a@b@c", "\"a\"@example.org", "änn@example.org",
    ])
  func writesToNobodyWithoutAnAddress(_ address: String) {
    var draft = Self.draft()
    draft.to = [Person(name: "Ann", address: address)]
    #expect(!draft.mboxEntry().contains("\nTo:"))
  }

  @Test(
    arguments: [
      ("Re: [PATCH v2 1/3] foo: say Grüße", "Re: [PATCH v2 1/3] foo: say Grüße"),
      ("Re: [PATCH] x\r\nBcc: evil@example.org\r\n\r\nbody", "Re: [PATCH] x Bcc: evil@example.org body"),
      (
        "[PATCH] " + String(repeating: "word ", count: 80), "[PATCH] " + String(repeating: "word ", count: 80)
      ),
      ("[PATCH] " + String(repeating: "x", count: 2_000), "[PATCH] " + String(repeating: "x", count: 2_000)),
    ])
  func writesSubjects(_ subject: String, _ wanted: String) throws {
    var draft = Self.draft()
    draft.subject = subject
    let head = draft.mboxEntry().components(separatedBy: "\n\n")[0]
    #expect(!head.contains("\nBcc"))
    let mailbox = Mailbox(opening: [.bytes(Array(draft.mboxEntry().utf8), name: "draft", kind: .mbox)])
    let envelope = mailbox.series(at: 0).patches.first?.envelope
    func squeezed(_ text: String?) -> String? { text?.split(separator: " ").joined(separator: " ") }
    #expect(squeezed(envelope?.subject) == squeezed(wanted))
  }

  @Test func writesThreads() throws {
    var draft = Self.draft()
    draft.inReplyTo = "2@example.org"
    draft.references = ["0@example.org", "bad id\nBcc: x", "<3>", ""] + (1...100).map { "\($0)@example.org" }
    let envelope = try Self.readBack(draft).envelope
    #expect(envelope.inReplyTo == "2@example.org")
    #expect(envelope.references.count == 31)
    #expect(envelope.references.first == "0@example.org" && envelope.references.last == "100@example.org")
  }

  /// Lines that a mailbox or a mail cannot hold as they are.
  @Test(
    arguments: [
      "From here on\n", ">From here on\n", "From mboxrd@z Thu Jan  1 00:00:00 1970\n",
      String(repeating: "long ", count: 400) + "\n",
      String(repeating: "ü", count: 2_000) + "\nFrom x\n=3D  \n",
      "\ttab and blanks  \n", "x\r\nFrom here\r\n",
    ])
  func keepsBodies(_ words: String) throws {
    let mail = try Self.readBack(Self.draft(body: words + "---\n"))
    #expect(
      mail.log.lines.filter { !$0.isEmpty } == words.split(whereSeparator: \.isNewline).map(String.init))
    #expect(mail.patch.files.count == 1 && mail.patch.problems.isEmpty)
    let text = Self.draft(body: words + "---\n").mboxEntry()
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 998 })
    // git splits it alike.
    let folder = try TemporaryFolder()
    let git = Git(in: folder.url)
    let count = try git("mailsplit", "--mboxrd", "-o\(folder.url.path)", input: Array(text.utf8)).text
    #expect(count == "1\n")
  }
}
