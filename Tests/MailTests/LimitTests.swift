// SPDX-License-Identifier: GPL-2.0-or-later

import Mail
import Testing

/// Bounds of reading mail, each passed by a little: what is beyond is left out, and what can be missed by that is said.
struct LimitTests {
  private static func read(_ text: String) -> Mailbox {
    Mailbox(opening: [.bytes(Array(text.utf8), name: "limit", kind: nil)])
  }

  private static func numbers(_ count: Int, _ text: (Int) -> String) -> String {
    (0..<count).map(text).joined()
  }

  @Test func parts() {
    func mail(_ count: Int) -> String {
      PublishedFormTests.mail(
        headers: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
        log: "--b\n\nWords.\n---\n\(PublishedFormTests.diff)"
          + Self.numbers(count - 1) { "--b\nContent-Type: text/plain\n\n\($0)\n" } + "--b--", end: "",
        diff: "")
    }
    for (count, problems) in [
      (1_000, []), (1_001, [MailProblem.Kind.tooLarge(what: "number of MIME parts", limit: 1_000)]),
    ] {
      let series = Self.read(mail(count)).series(at: 0)
      #expect(series.patches.map(\.title) == ["foo: count"])
      #expect((series.problems + series.patches.flatMap(\.problems)).map(\.kind) == problems)
    }
  }

  /// 2,000 addresses of a header, and 128 KiB of a field.
  @Test func headers() throws {
    let people = Self.numbers(2_500) { "\($0 > 0 ? ",\n " : "")<a\($0)@example.org>" }
    let long = String(repeating: "x", count: 200_000)
    let text = PublishedFormTests.mail(subject: "[PATCH] \(long)", headers: "Cc: \(people)\n")
    let patch = try #require(Self.read(text).series(at: 0).patches.first)
    #expect(patch.envelope.cc.count == 2_000)
    #expect(patch.title.utf8.count <= 128 << 10 && patch.title.utf8.count > 100 << 10)
    // Behind 256 KiB nothing is read.
    let late =
      "From x Thu Jan  1 00:00:00 1970\n" + Self.numbers(30_000) { "X-\($0): 12\n" }
      + PublishedFormTests.mail()
    #expect(Self.read(late).series(at: 0).patches.map(\.author) == [nil])
  }

  @Test func remarks() {
    let original = PublishedFormTests.mail()
    let reply = PublishedFormTests.mail(
      from: "Rob <rob@example.org>", subject: "Re: [PATCH] foo: count",
      headers: "In-Reply-To: <form@example.org>\n",
      log: "On Thu, Ann Author wrote:\n> Words.\n> ---\n> "
        + PublishedFormTests.diff.replacing("\n", with: "\n> ")
        + Self.numbers(1_100) { "\nRemark \($0).\n\n> +int b;" }, end: "", diff: ""
    ).replacing("Message-ID: <form", with: "Message-ID: <reply")
    let separator = "From x Thu Jan  1 00:00:00 1970\n"
    let series = Self.read(separator + original + "\n" + separator + reply).series(at: 0)
    #expect(series.patches.map(\.comments.count) == [1_000])
  }

  /// An answer to an answer, and so on, the last one first: each is found, and looked at once.
  @Test func answers() {
    let text = Self.numbers(2_000) { number in
      "From x Thu Jan  1 00:00:00 1970\nFrom: a@example.org\nSubject: Re: [PATCH] foo\nMessage-ID: <\(2_000 - number)@x>\n"
        + "In-Reply-To: <\(number < 1_999 ? "\(1_999 - number)@x" : "form@example.org")>\n\nWords.\n\n"
    }
    let none =
      "From x Thu Jan  1 00:00:00 1970\nFrom: a@example.org\nSubject: Re: x\n\nNo id, and no answer.\n\n"
    let mailbox = Self.read(text + none + "From x Thu Jan  1 00:00:00 1970\n" + PublishedFormTests.mail())
    #expect(mailbox.replies(to: mailbox.series(at: 0)).count == 2_000)
  }

  /// 10,000 mails of one series; the first are read.
  @Test func mails() {
    let text = Self.numbers(10_002) { number in
      "From x Thu Jan  1 00:00:00 1970\nFrom: a@example.org\nSubject: \(number > 0 ? "Re: " : "")[PATCH] foo\n"
        + "Message-ID: <\(number)@x>\nIn-Reply-To: <0@x>\n\nWords.\n"
        + (number > 0 ? "> diff --git a/foo.c b/foo.c\n" : PublishedFormTests.diff) + "\n"
    }
    let mailbox = Self.read(text)
    let kinds = (0..<mailbox.seriesCount).flatMap { mailbox.series(at: $0).problems }.map(\.kind)
    #expect(kinds.contains(.tooLarge(what: "series", limit: 10_000)))
  }
}
