// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import SourceText
import TestSupport
import Testing
import UnifiedDiff

/// Forms of mail that git, Patchwork and b4 publish tests for, in mails of our own: what we make of each. The list with who
/// has a test for it is in `docs/hardening.md`; other forms are in `Fixtures/mail`.
struct PublishedFormTests {
  /// A form, a mail of it, and what is read: `title; author; log; files` of each patch, what a reader would not get
  /// as `problem: kind`, and what was mended as `repair: kind`.
  struct Form: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: [UInt8]
    var expected: [String]

    init(_ name: String, _ text: String, _ expected: String...) {
      (testDescription, self.text, self.expected) = (name, Array(text.utf8), expected)
    }

    init(_ name: String, bytes: [UInt8], _ expected: String...) {
      (testDescription, text, self.expected) = (name, bytes, expected)
    }
  }

  static let diff = """
    diff --git a/foo.c b/foo.c
    --- a/foo.c
    +++ b/foo.c
    @@ -1 +1 @@
    -int a;
    +int b;

    """

  /// A mail; what is not said is that of a good patch.
  static func mail(
    from: String = "Ann Author <ann@example.org>", subject: String = "[PATCH] foo: count",
    headers: String = "", log: String = "Words.", end: String = "---\n", diff: String = diff
  ) -> String {
    "From: \(from)\nSubject: \(subject)\nMessage-ID: <form@example.org>\n\(headers)\n\(log)\n\(end)\(diff)"
  }

  static let good = "foo: count; Ann Author <ann@example.org>; Words.; foo.c"

  // MARK: Senders

  static let senders = [
    Form(
      "a comment in From", mail(from: "Ann Author <ann@example.org> (this is \\(really\\) a comment)"), good),
    Form(
      "a quoted name with quotes", mail(from: "\"Ann \\\"The Author\\\" Author\" <ann@example.org>"),
      "foo: count; Ann \"The Author\" Author <ann@example.org>; Words.; foo.c"),
    Form(
      "an encoded name", mail(from: "=?utf-8?q?=C3=84nn=20Author?= <ann@example.org>"),
      "foo: count; Änn Author <ann@example.org>; Words.; foo.c"),
    Form(
      "a name that is partly encoded", mail(from: "=?utf-8?B?w4Rubg==?= Author <ann@example.org>"),
      "foo: count; Änn Author <ann@example.org>; Words.; foo.c"),
    Form(
      "a name in ISO-2022-JP", mail(from: "=?iso-2022-jp?B?GyRCJCIbKEI=?= Author <ann@example.org>"),
      "foo: count; あ Author <ann@example.org>; Words.; foo.c"),
    Form(
      "an address alone", mail(from: "ann@example.org"), "foo: count;  <ann@example.org>; Words.; foo.c"),
    Form("no From", mail(from: ""), "foo: count; nobody; Words.; foo.c"),
    Form(
      "UTF-8 in headers that is not encoded",
      mail(from: "Änn <ann@example.org>", subject: "[PATCH] fü: count"),
      "fü: count; Änn <ann@example.org>; Words.; foo.c"),
    Form(
      "bytes in headers that are no UTF-8",
      bytes: mail(from: "Ann <ann@example.org>", subject: "[PATCH] f?: count").utf8.map {
        $0 == UInt8(ascii: "?") ? 0xfc : $0
      }, "fü: count; Ann <ann@example.org>; Words.; foo.c"),
    Form(
      "a name that a list has munged",
      mail(
        from: "Ann Author via list <list@example.org>", headers: "Reply-To: Ann Author <ann@example.org>\n"),
      "foo: count; Ann Author via list <list@example.org>; Words.; foo.c"),
  ]

  // MARK: Subjects

  static let subjects = [
    Form("a subject over two lines", mail(subject: "[PATCH] foo:\n count"), good),
    Form(
      "adjacent encoded words", mail(subject: "[PATCH] =?utf-8?q?foo:_co?= =?utf-8?q?unt?="), good),
    Form(
      "an encoded word of another charset", mail(subject: "=?ISO-8859-1?Q?[PATCH]_f=FC:_count?="),
      "fü: count; Ann Author <ann@example.org>; Words.; foo.c"),
    Form(
      "a line end inside an encoded word", mail(subject: "=?utf-8?q?[PATCH]_foo:_co=0Aunt?="),
      "foo: co unt; Ann Author <ann@example.org>; Words.; foo.c"),
    Form(
      "no subject", "From: Ann Author <ann@example.org>\nMessage-ID: <f@example.org>\n\nWords.\n---\n\(diff)",
      "; Ann Author <ann@example.org>; Words.; foo.c"),
    Form(
      "a subject of prefixes only", mail(subject: "[PATCH]"), "; Ann Author <ann@example.org>; Words.; foo.c"),
    Form(
      "brackets that are no prefix", mail(subject: "[PATCH] rewrite [a-z] classes"),
      "rewrite [a-z] classes; Ann Author <ann@example.org>; Words.; foo.c"),
  ]

  // MARK: Headers inside the body

  static let inBody = [
    Form(
      "From and Subject above the log",
      mail(
        from: "Sue Sender <sue@example.org>", subject: "re: [PATCH] other",
        log: "From: Ann Author <ann@example.org>\nSubject: [PATCH] foo: count\n\nWords."), good),
    Form(
      "headers above the log that are folded",
      mail(
        from: "Sue Sender <sue@example.org>", subject: "[PATCH] other",
        log:
          "From: Ann Author\n <ann@example.org>\nSubject: foo:\n count\nDate: Fri, 9 Jun 2006 00:44:16 -0700\n\nWords."
      ), good),
    Form(
      "headers in the midst of the log",
      mail(log: "It was said:\n\nFrom: Nit Picker <nit@example.org>\nSubject: foo is old\n\nMended."),
      "foo: count; Ann Author <ann@example.org>; It was said: /  / From: Nit Picker <nit@example.org> / Subject: foo is old /  / Mended.; foo.c"
    ),
    Form(
      "a list that begins with From:", mail(log: "From: a place\n  - one\n  - two\n\nWords."),
      good),
    Form(
      "headers behind scissors",
      mail(
        from: "Sue Sender <sue@example.org>", subject: "Re: talk",
        log:
          "I think so.\n\n-- 8< --\nFrom: Ann Author <ann@example.org>\nSubject: [PATCH] foo: count\n\nWords."
      ),
      good),
    Form(
      "a reply that promises a patch",
      mail(
        subject: "re: [PATCH] foo: count",
        log: "From: Ann Author <ann@example.org>\nSubject: [PATCH] foo: count\n\nYou forgot the patch!",
        end: "",
        diff: ""), "problem: noPatch"),
  ]

  // MARK: The log and its end

  static let logs = [
    Form("no line --- before the diff", mail(end: "\n"), good),
    Form("no log", mail(log: "", end: ""), "foo: count; Ann Author <ann@example.org>; ; foo.c"),
    Form(
      "words that begin like a diff", mail(log: "difficult\nDifferent\nIndexes are"),
      "foo: count; Ann Author <ann@example.org>; difficult / Different / Indexes are; foo.c"),
    Form(
      "a diff in the log, indented", mail(log: "It was:\n\n    diff --git a/bar.c b/bar.c\n    --- a/bar.c"),
      "foo: count; Ann Author <ann@example.org>; It was: /  /     diff --git a/bar.c b/bar.c /     --- a/bar.c; foo.c"
    ),
    Form("an update below the log", mail(end: "---\nUpdate: mended\n\n"), good),
    Form(
      "a signature below the diff", mail(diff: diff + "-- \n2.39.5\n"), good),
    Form(
      "a list's footer below the diff",
      mail(
        diff: diff + "-- \nAnn\n-\nTo unsubscribe from this list: send the line\n_______\nlist mailing list\n"
      ),
      good),
    Form("quoted From lines", ">From the depths\n\(mail())", good),
    Form(
      "an escaped From in the log",
      "From x Thu Jan  1 00:00:00 1970\n" + mail(log: ">From the depths.\n>>From it."),
      "foo: count; Ann Author <ann@example.org>; From the depths. / >From it.; foo.c"),
  ]

  // MARK: MIME

  private static func part(_ type: String, _ content: String, _ more: String = "") -> String {
    "--b\nContent-Type: \(type)\n\(more)\n\(content)\n"
  }

  private static func multipart(_ parts: String..., type: String = "mixed") -> String {
    mail(
      headers: "MIME-Version: 1.0\nContent-Type: multipart/\(type); boundary=b\n",
      log: parts.joined() + "--b--",
      end: "", diff: "")
  }

  private static func encoded(_ type: String, _ encoding: String, _ body: String) -> String {
    mail(
      headers: "MIME-Version: 1.0\nContent-Type: \(type)\nContent-Transfer-Encoding: \(encoding)\n",
      log: body,
      end: "", diff: "")
  }

  private static func base64(_ text: String) -> String {
    Data(text.utf8).base64EncodedString(options: .lineLength76Characters)
  }

  static let mime = [
    Form(
      "a patch attached as text/x-patch",
      multipart(part("text/plain", "Words.\n---"), part("text/x-patch; name=\"1.patch\"", diff)), good,
      "repair: attached"),
    Form(
      "a patch attached as text/x-diff",
      multipart(part("text/plain", "Words.\n---"), part("text/x-diff", diff)), good, "repair: attached"),
    Form(
      "HTML beside the text",
      multipart(
        part("text/plain", "Words.\n---\n\(diff)"), part("text/html", "<div>Words.</div>"),
        type: "alternative"),
      good),
    Form(
      "quoted-printable of Latin-1",
      encoded(
        "text/plain; charset=iso-8859-1", "QUOTED-PRINTABLE",
        "W=F6rds.\n---\n" + diff.replacing("int b;", with: "int b; /* =3D */")),
      "foo: count; Ann Author <ann@example.org>; Wörds.; foo.c"),
    Form(
      "base64 with CR LF inside",
      encoded(
        "text/plain; charset=utf-8", "base64",
        base64(("Words.\n---\n" + diff).replacing("\n", with: "\r\n"))), good, "repair: quotedCRCut"),
    Form(
      "base64 with a NUL",
      encoded(
        "text/plain; charset=utf-8", "base64",
        base64("Words.\0\n---\n" + diff)), "foo: count; Ann Author <ann@example.org>; Words.\0; foo.c"),
    Form(
      "base64 that is damaged",
      encoded("text/plain", "base64", base64("Words.\n---\n" + diff).replacing("a", with: "*")),
      "problem: noPatch"),
    Form(
      "a charset that nobody knows",
      mail(headers: "MIME-Version: 1.0\nContent-Type: text/plain; charset=no-such\n", log: "Wörds."),
      "foo: count; Ann Author <ann@example.org>; Wörds.; foo.c", "repair: charsetGuessed"),
    Form(
      "a charset with a NUL",
      mail(headers: "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf\0-8\"\n", log: "Wörds."),
      "foo: count; Ann Author <ann@example.org>; Wörds.; foo.c", "repair: charsetGuessed"),
    Form(
      "a transfer encoding that nobody knows",
      mail(headers: "MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: x-uu\n"), good),
    Form(
      "two headers Content-Type",
      mail(
        headers: "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Type: text/html\n",
        log: "Wörds."), "foo: count; Ann Author <ann@example.org>; Wörds.; foo.c"),
    Form(
      "no header of MIME, and UTF-8", mail(log: "Wörds."),
      "foo: count; Ann Author <ann@example.org>; Wörds.; foo.c"),
    Form(
      "a NUL in the log", mail(log: "Wo\0rds."), "foo: count; Ann Author <ann@example.org>; Wo\0rds.; foo.c"),
  ]

  // MARK: Headers that are too much

  static let monsters = [
    Form("a date that is none", mail(headers: "Date: Fri, 99 Foo 99999999999 99:99:99 +9999\n"), good),
    Form(
      "a date that never ends", mail(headers: "Date: " + String(repeating: "9", count: 5_000) + "\n"), good),
    Form(
      "a message id that never ends",
      "Message-ID: <" + String(repeating: "a", count: 5_000) + "@example.org>\n"
        + mail().replacing("Message-ID", with: "X"),
      good),
    Form(
      "a name that never ends",
      mail(
        from: String(repeating: "Ann ", count: 2_000) + "<ann@example.org>",
        log: "From: Ann Author <ann@example.org>\n\nWords."), good),
    Form(
      "500 references",
      mail(headers: "References: " + (0..<500).map { "<\($0)@example.org>" }.joined(separator: "\n ") + "\n"),
      good),
    Form("references that are none", mail(headers: "References: <<a@b> , ,>x<\nIn-Reply-To: \n"), good),
    Form(
      "a header of noise", mail(headers: "X-Face: " + String(repeating: "\u{7f}=?", count: 2_000) + "\n"),
      good),
    Form(
      "a header without a name", mail(headers: ": none\n", log: "Words."),
      "foo: count; Ann Author <ann@example.org>; : none /  / Words.; foo.c"),
    Form(
      "a control character in a header", mail(headers: "X-A: \u{1}\u{b}\n", log: "Words."), good),
  ]

  // MARK: Diffs

  static let diffs = [
    Form(
      "renames, one with a change",
      mail(
        diff:
          "diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\ndiff --git a/c.c b/d.c\nsimilarity index 90%\nrename from c.c\nrename to d.c\n--- a/c.c\n+++ b/d.c\n@@ -1 +1 @@\n-a\n+b\n"
      ), "foo: count; Ann Author <ann@example.org>; Words.; renamed b.c, renamed d.c"),
    Form(
      "an empty new file",
      mail(diff: "diff --git a/n b/n\nnew file mode 100644\nindex 000000000000..e69de29bb2d1\n-- \n2.39\n"),
      "foo: count; Ann Author <ann@example.org>; Words.; added n"),
    Form(
      "a mode alone", mail(diff: "diff --git a/s.sh b/s.sh\nold mode 100644\nnew mode 100755\n-- \n2.39\n"),
      "foo: count; Ann Author <ann@example.org>; Words.; mode s.sh"),
    Form(
      "a binary file that is new",
      mail(
        diff:
          "diff --git a/i b/i\nnew file mode 100644\nindex 0000000..1111111\nGIT binary patch\nliteral 4\nDc${MZ\n\nliteral 0\nHcmV?d00001\n\n-- \n2.39\n"
      ), "foo: count; Ann Author <ann@example.org>; Words.; added i"),
    Form(
      "binary files among text",
      mail(
        diff:
          "diff --git a/i b/i\nindex 12..34\nGIT binary patch\ndelta 4\nDc${MZ\n\ndelta 3\nCcmZQz\n\n" + diff),
      "foo: count; Ann Author <ann@example.org>; Words.; i, foo.c"),
    Form(
      "a diff as CVS has it",
      mail(
        end: "\n",
        diff:
          "Index: foo.c\n===================================================================\nRCS file: /cvs/foo.c,v\nretrieving revision 1.1\ndiff -u -r1.1 foo.c\n--- foo.c\t1 Jan 2006 00:00:00 -0000\t1.1\n+++ foo.c\t2 Jan 2006 00:00:00 -0000\n@@ -1 +1 @@\n-a\n+b\n"
      ), good),
    Form(
      "no newline at the end of both sides",
      mail(
        diff:
          "--- a/foo.c\n+++ b/foo.c\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
      ), good),
    Form("UTF-8 in the diff", mail(diff: diff.replacing("int b;", with: "int b; /* ü */")), good),
    Form(
      "UTF-8 in the diff, and a charset that is not",
      mail(
        headers: "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n",
        diff: diff.replacing("int b;", with: "int b; /* ü */")), good),
  ]

  // MARK: What is no mail of a patch

  static let others = [
    Form(
      "a pull request",
      mail(
        subject: "[GIT PULL] foo fixes",
        log:
          "Please pull from\n\n  git://example.org/foo.git for-linus\n\nAnn (1):\n      foo: count\n\n foo.c | 2 +-\n",
        end: "", diff: ""),
      "problem: noPatch"),
    Form(
      "a pull request, as git since 2.14 writes it",
      mail(
        subject: "[GIT PULL] foo",
        log:
          "The following changes since commit 0123456789012345678901234567890123456789:\n\n  foo: old (2026-01-01 00:00:00 +0000)\n\nare available in the Git repository at:\n\n  https://example.org/foo.git\n  tags/foo-6.13\n\nfor you to fetch changes up to 0123456789012345678901234567890123456780:\n",
        end: "", diff: ""), "problem: noPatch"),
    Form(
      "a pull request with a diff",
      mail(
        subject: "[GIT PULL] foo fixes", log: "Please pull from\n\n  git://example.org/foo.git for-linus\n",
        end: "\n"),
      "foo fixes; Ann Author <ann@example.org>; Please pull from /  /   git://example.org/foo.git for-linus; foo.c"
    ),
    Form(
      "the first message of a Pine mailbox",
      "From MAILER_DAEMON Fri Jun  9 00:44:16 2006\nDate: 09 Jun 2006 00:44:16 -0700\nFrom: Mail System Internal Data <MAILER-DAEMON@example.org>\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1149864256 0000000001\nStatus: RO\n\nThis text is part of the internal format of your mail folder.\n\nFrom ann@example.org Fri Jun  9 00:44:16 2006\n"
        + mail(), good),
    // Its first line is no header: the diff is read, and its log is not judged.
    Form(
      "a patch as StGit exports it",
      "foo: count\n\nFrom: Ann Author <ann@example.org>\n\nWords.\n---\n foo.c |    2 +-\n\n\(diff)",
      "; nobody; ; foo.c"),
    Form(
      "a mailbox with CR LF", mail().replacing("\n", with: "\r\n"), good),
  ]

  static let all = senders + subjects + inBody + logs + mime + monsters + diffs + others

  @Test(arguments: all)
  func reads(_ form: Form) {
    #expect(Self.read(form.text) == form.expected)
  }

  static func read(_ text: [UInt8]) -> [String] {
    let mailbox = Mailbox(opening: [.bytes(text, name: "form", kind: nil)])
    var lines: [String] = []
    var problems = mailbox.problems
    for index in 0..<mailbox.seriesCount {
      let series = mailbox.series(at: index)
      problems += series.problems
      for patch in series.patches {
        let author = patch.author.map { "\($0.name) <\($0.address)>" } ?? "nobody"
        let files = patch.patch.files.map {
          ($0.status == .modified ? "" : "\($0.status) ") + ($0.path?.description ?? "?")
        }
        // Blank lines at the end go where git's stripspace takes them.
        let last = patch.log.lines.lastIndex { !$0.isEmpty } ?? -1
        let log = patch.log.lines[...last].joined(separator: " / ")
        lines.append(
          [patch.title, author, log, files.joined(separator: ", ")]
            .joined(separator: "; "))
        lines += patch.repairs.map { "repair: \("\($0)".prefix { $0 != "(" })" }
        problems += patch.problems
      }
    }
    return lines + problems.map { "problem: \("\($0.kind)".prefix { $0 != "(" })" }
  }
}
