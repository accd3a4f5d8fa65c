// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import Review
import SourceText
import TestSupport
import Testing
import UnifiedDiff

@testable import Report

/// Drafts of replies: what they look like, and that whoever parses them finds each comment on its line.
struct ReplyTests {
  static let reviewer = Person(name: "Rita Reviewer", address: "rita@example.org")

  /// The drafts for what is told of reviews.
  static func drafts(
    _ reviews: [SeriesReview], of mailbox: Mailbox, telling selection: FindingSelection = .forMail
  ) -> String {
    BundledSeriesTests.written(
      reviews.map(selection.applied), of: mailbox, by: ReplyWriter(reviewer: reviewer))
  }

  private static func bundled() throws -> (Mailbox, [SeriesReview]) {
    let mailbox = Mailbox(opening: [BundledSeriesTests.bundled])
    return (mailbox, try BundledSeriesTests.reviews(of: mailbox, withTree: true))
  }

  @Test func bundledSeries() throws {
    let (mailbox, reviews) = try Self.bundled()
    #expect(
      try Golden.difference(Self.drafts(reviews, of: mailbox), from: "reports/hook-lanes-v2.reply") == nil)
  }

  /// Only what is worth a mail is said, unless the user wants more; and nothing where there is nothing.
  @Test func saysWhatIsWorthAMail() throws {
    let (mailbox, reviews) = try Self.bundled()
    func count(_ text: String) -> Int { text.components(separatedBy: "\nIn-Reply-To: ").count - 1 }
    #expect(count(Self.drafts(reviews, of: mailbox)) == 2)
    #expect(count(Self.drafts(reviews, of: mailbox, telling: .all)) == 4)
    let errors = FindingSelection(severity: .error, confidence: .observed)
    #expect(Self.drafts(reviews, of: mailbox, telling: errors).isEmpty)
    var others = reviews
    for index in others[0].findings.indices { others[0].findings[index].origin = .preExisting }
    #expect(Self.drafts(others, of: mailbox).isEmpty)
  }

  // MARK: Round trip

  /// A line of a patch with a comment; nil where the comment is about the log or a header.
  private struct Anchor: Hashable, Comparable {
    var title: String
    var file: String?
    var line: UInt32 = 0

    static func < (a: Anchor, b: Anchor) -> Bool {
      (a.title, a.file ?? "", a.line) < (b.title, b.file ?? "", b.line)
    }
  }

  /// Where the comments of a mailbox stand, and where they should: below the last line of each finding's span.
  private static func anchors(
    _ reviews: [SeriesReview], of sources: [MailSource], _ mailbox: Mailbox
  ) -> (found: [Anchor], wanted: [Anchor]) {
    let drafts = drafts(reviews, of: mailbox, telling: .all)
    let both = Mailbox(opening: sources + [.bytes(Array(drafts.utf8), name: "drafts", kind: .mbox)])
    let series = (0..<both.seriesCount).map { both.series(at: $0) }
    let found = series.flatMap(\.patches).flatMap { patch in
      patch.comments.map { comment in
        Anchor(
          title: patch.title, file: comment.path.map { "\($0) \(comment.side)" }, line: comment.line)
      }
    }
    let wanted = reviews.flatMap { review in
      review.series.patches.flatMap { patch in
        var shown: [RuleID: Int] = [:]
        let findings = review.findings.filter {
          $0.isShown && $0.patch == patch.index && $0.messageID == patch.envelope.messageID
        }.filter {
          shown[$0.rule, default: 0] += 1
          return shown[$0.rule, default: 0] <= 4
        }
        return findings.map { anchor(of: $0, in: patch) }
      }
    }
    // Comments on one line are one, and so are those on a log.
    return (Set(found).sorted(), Set(wanted).sorted())
  }

  private static func anchor(of finding: Finding, in patch: PatchMail) -> Anchor {
    let span = finding.primary
    let none = Anchor(title: patch.title, file: nil)
    guard let path = span.path, span.side == .new || span.side == .old else { return none }
    func has(_ line: UInt32) -> Bool {
      patch.patch.files.filter { $0.path == path }.flatMap(\.hunks).flatMap(\.lines).contains {
        span.side == .new ? $0.newNumber == line : $0.oldNumber == line && $0.kind == .removed
      }
    }
    guard has(span.line) else { return none }
    let isNear = span.endLine - span.line < 5 && (span.line...span.endLine).allSatisfy(has)
    return Anchor(
      title: patch.title, file: "\(path) \(span.side)", line: isNear ? span.endLine : span.line)
  }

  @Test func bundledCommentsLandOnTheirLines() throws {
    let (mailbox, reviews) = try Self.bundled()
    let anchors = Self.anchors(reviews, of: [BundledSeriesTests.bundled], mailbox)
    #expect(anchors.found == anchors.wanted)
    #expect(anchors.wanted.count > 12)
  }

  /// Every fifteenth of the real mails.
  @Test func realCommentsLandOnTheirLines() throws {
    let files = Shared.files("corpus/review/mbox").enumerated().filter { $0.offset % 15 == 0 }.map(\.element)
    var comments = 0
    for file in files {
      let source = MailSource.path(file.path)
      let mailbox = Mailbox(opening: [source])
      let anchors = Self.anchors(
        try BundledSeriesTests.reviews(of: mailbox, withTree: false), of: [source], mailbox)
      #expect(anchors.found == anchors.wanted, "\(file.lastPathComponent)")
      comments += anchors.wanted.count
    }
    #expect(files.isEmpty || comments > 10)
  }

  /// A new file in which one line stands again and again: whoever counts from the header above finds the line that is meant.
  @Test func tellsEqualLinesApart() throws {
    let body = (1...300).map { $0 % 50 == 0 || $0 == 3 || $0 == 9 ? "+\treturn -EINVAL;" : "+line \($0);" }
      .joined(
        separator: "\n")
    let mail = """
      From mboxrd@z Thu Jan  1 00:00:00 1970
      From: Ann Author <ann@example.org>
      Subject: [PATCH] foo
      Date: Thu, 1 Jan 2026 00:00:01 +0000
      Message-ID: <1@example.org>

      Log.
      ---
      diff --git a/foo.c b/foo.c
      new file mode 100644
      --- /dev/null
      +++ b/foo.c
      @@ -0,0 +1,300 @@
      \(body)

      """
    let source = MailSource.bytes(Array((mail + "\n").utf8), name: "mail", kind: nil)
    let mailbox = Mailbox(opening: [source])
    var review = try #require(try BundledSeriesTests.reviews(of: mailbox, withTree: false).first)
    let finding = try #require(review.findings.first)
    review.findings = ([9, 150, 250, 251] as [UInt32]).map { line in
      var finding = finding
      finding.primary = Span(path: TreePath("foo.c"), side: .new, line: line, text: "")
      return finding
    }
    let drafts = Self.drafts([review], of: mailbox, telling: .all)
    // The first is quoted from the beginning of the hunk, the next says where it goes on, the last two are one quote.
    let headers = drafts.split(separator: "\n").filter { $0.hasPrefix("> @@") }
    #expect(headers == ["> @@ -0,0 +1,300 @@", "> @@ -0,0 +146,5 @@", "> @@ -0,0 +246,6 @@"])
    #expect(drafts.contains("> +line 1;\n> +line 2;\n"))
    let reply = MailSource.bytes(Array(drafts.utf8), name: "drafts", kind: .mbox)
    for sources in [[source, reply], [reply]] {
      let comments = Mailbox(opening: sources).series(at: 0).patches.flatMap(\.comments)
      #expect(comments.map(\.line) == [9, 150, 250, 251])
    }
  }

  // MARK: Feed of b4

  /// What b4 takes apart: a summary, then the quoted diff, in one file for each patch with findings.
  @Test func feedsB4() throws {
    let (_, reviews) = try Self.bundled()
    let files = B4Feed(reviews[0], version: "0.1").files
    #expect(files.map(\.name) == ["identity.txt", "0001.txt", "0002.txt", "0003.txt"])
    #expect(files[0].text == "review-patch 0.1 <review-patch@localhost>\n")
    let lines = files[2].text.components(separatedBy: "\n")
    #expect(lines[0].hasPrefix("2 errors, 11 warnings, 5 notes: config/missing-stub, "))
    #expect(lines[1].isEmpty && lines[2].hasPrefix("> diff --git a/include/linux/lane-hook.h "))
    // A finding in the log has no line of the diff.
    #expect(
      files[1].text.hasPrefix("1 note: mail/fixes-tag\n\nIs this the commit that the Fixes tag means?\n"))
    var review = reviews[0]
    review.findings = []
    #expect(B4Feed(review, version: "0.1").files.isEmpty)
  }

  // MARK: Shape

  /// The seed, reviewed on 6.12: one draft to its author, each question below the line that it is about, as the reviewer has
  /// it in the reply that was sent.
  @Test func repliesToTheSeed() throws {
    guard let seed = Shared.folder?.appending(path: "seed/v3-02.mbox"), let review = SeedReviewTests.review
    else { return }
    let mailbox = Mailbox(opening: [.path(seed.path)])
    let drafts = Self.drafts([review], of: mailbox)
    let lines = drafts.components(separatedBy: "\n")
    let original = mailbox.series(at: 0).patches[0].envelope
    #expect(lines.count { $0.hasPrefix("From mboxrd@z ") } == 1)
    #expect(lines.contains("In-Reply-To: <\(original.messageID)>"))
    #expect(drafts.contains("\nReferences: <\(original.messageID)>\n"))
    #expect(lines.contains { $0.hasPrefix("To: ") && $0.contains(original.from?.address ?? "?") })
    #expect(drafts.contains("\nSubject: Re: [PATCH bpf-next v3 02/17] bpf: allow"))
    // The quoted line above each question.
    for (line, question) in [
      ("> +\t\tcgrp = cgroup_get_from_fd(attr->link_create.target_fd);", "Does this build"),
      ("> +\tif (attr->link_create.flags & ~BPF_F_CGROUP_FD)", "Is `BPF_F_CGROUP_FD` meant"),
      ("> +\t\tret = -EBUSY;", "Should -EBUSY"),
    ] {
      let at = try #require(lines.firstIndex(of: line), "\(line)")
      #expect(lines[at + 1].isEmpty && lines[at + 2].hasPrefix(question), "\(lines[at...(at + 2)])")
    }
    try Self.expectGoodManners(lines)
  }

  @Test func hasGoodManners() throws {
    let (mailbox, reviews) = try Self.bundled()
    try Self.expectGoodManners(
      Self.drafts(reviews, of: mailbox, telling: .all).components(separatedBy: "\n"))
  }

  /// Own words are wrapped and without line numbers, few lines are quoted above them, none below the last.
  private static func expectGoodManners(_ lines: [String]) throws {
    var quoted = 0
    var isBody = false
    var lastQuote = 0
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("From mboxrd@z ") { isBody = false }
      if line.isEmpty { isBody = true }
      guard isBody else { continue }
      if line.hasPrefix("> @@") || line == "> [...]" { quoted = 0 }
      if line.hasPrefix(">") {
        if line.dropFirst(2).first.map({ "+- ".contains($0) }) ?? true { quoted += 1 }
        lastQuote = number
      } else if !line.isEmpty {
        // Up to two lines more where leaving them out would save none.
        #expect(quoted <= 8, "\(number): \(line)")
        quoted = 0
        let isFooter = line.hasPrefix("review-patch ") || line.hasPrefix("Reproduce: ")
        #expect(isFooter || line.count <= 76, "\(line)")
        #expect(
          isFooter || line.hasPrefix("On ")
            || !line.contains(/\.[ch]:[0-9]|\blines? [0-9]+(-[0-9]+|,|;|$)|\bat [0-9]/), "\(line)")
      }
      if line == "-- " {
        #expect(!lines[lastQuote..<number].allSatisfy { $0.isEmpty || $0.hasPrefix(">") })
      }
    }
    #expect(lines.contains("-- "))
  }

  /// Sentences of rules, and what is left of them without numbers of lines.
  @Test(
    arguments: [
      ("kfree() at line 188 frees it", "kfree() frees it"),
      ("declared at include/linux/lane.h:32, which is", "declared at include/linux/lane.h, which is"),
      ("kernel/a.c:1, kernel/a.c:2-4 and kernel/b.c:3", "kernel/a.c and kernel/b.c"),
      ("the same lock only then: line 172; what was", "the same lock only then; what was"),
      ("nothing on the way to line 12 releases it", "nothing on the way releases it"),
      ("added twice: here and at 70-73, and", "added twice: here and elsewhere, and"),
      ("of the message, line 465 is lost", "of the message, a line is lost"),
      ("lines 3 to 9 are lost", "some lines are lost"),
      ("compares the two at line 173 under the lock", "compares the two under the lock"),
      ("at all 4 places, 12 digits, 3 lines", "at all 4 places, 12 digits, 3 lines"),
      (
        "include/linux/hook.h gets 3 lines, its copy 1 line; equal",
        "include/linux/hook.h gets 3 lines, its copy 1 line; equal"
      ),
      ("a ? b : line", "a ? b : line"), ("", ""),
      ("other ways give it back, at lines 3, 7", "other ways give it back"),
      ("taken at line 7, and ends at line 9 by way of lines 3, 8", "taken, and ends"),
      ("the members end at 23, and the struct is", "the members end at 23, and the struct is"),
      ("1504 through the assignment at 1499, 1508: the value", "the value"),
      ("kernel/a.c:4 through the assignment at 3: the value", "kernel/a.c through an assignment: the value"),
      ("twice: here and at io/a.c:201-203", "twice: here and elsewhere: io/a.c"),
      ("the hunk's lines give @@ -358,10 +358,18 @@", "the hunk's lines give @@ -358,10 +358,18 @@"),
      ("parts 1 to 9, 11 of 12 are not here", "parts 1 to 9, 11 of 12 are not here"),
    ])
  func namesNoLines(_ text: String, _ wanted: String) {
    #expect(ReplyComment.plain(text) == wanted)
  }

  /// What is left out of a mail, as nothing of it is left without the numbers.
  @Test(
    arguments: [
      ("taken at line 7, and the function ends at line 9", true),
      ("other ways give it back, at line 7", false),
      ("f() takes it at line 7, and g() drops it at line 9", false),
      ("`a` is set at line 1, read at line 2", false),
    ])
  func leavesOutWhatIsAboutLinesOnly(_ text: String, _ wanted: Bool) {
    #expect(ReplyComment.isAboutLinesOnly(text) == wanted)
  }

  // MARK: Hostile mail

  private static let hostile = """
    From mboxrd@z Thu Jan  1 00:00:00 1970
    From: =?UTF-8?Q?Ann=0ABcc:_evil@example.org=0A=0Abody?= <ann@example.org>
    To: linux-kernel@vger.kernel.org, "x\\" <a@example.org>, nobody
    Cc: rita@example.org, ANN@example.org, =?UTF-8?B?w4Q=?= <b@example.org>
    Subject: Re: RE: [PATCH] foo =?UTF-8?Q?=0D=0ABcc:_evil@example.org?=
    Date: Thu, 1 Jan 2026 00:00:01 +0000
    Message-ID: <1@example.org>

    >From here on, once is not enough.
    > quoted
    LONG
    ---
    diff --git a/foo.c b/foo.c
    --- a/foo.c
    +++ b/foo.c
    @@ -1,2 +1,5 @@
     int foo;
    +FORM\u{0C}FEED\u{2028}BREAK
    +LONG
    +int \u{E9}t\u{E9};
     int baz;
    """.replacing("LONG", with: String(repeating: "long ", count: 500)) + "\n\n"

  /// Whatever is in a mail, a reply to it is one mail to the people of that mail, with its comments where they belong.
  @Test func survivesHostileMail() throws {
    let source = MailSource.bytes(Array(Self.hostile.utf8), name: "hostile", kind: nil)
    let mailbox = Mailbox(opening: [source])
    var review = try #require(try BundledSeriesTests.reviews(of: mailbox, withTree: false).first)
    let finding = try #require(review.findings.first)
    let spans = [
      Span(path: nil, side: .message, line: 9, text: ""),
      Span(path: TreePath("foo.c"), side: .new, line: 2, text: ""),
      Span(path: TreePath("foo.c"), side: .new, line: 4, text: ""),
      Span(path: TreePath("foo.c"), side: .new, line: 4_000_000_000, endLine: .max, text: ""),
      Span(path: nil, side: .header, line: 5, text: ""),
    ]
    review.findings = spans.map { span in
      var finding = finding
      finding.primary = span
      finding.message = "> From: a\n-- \nb\u{2028}> c\u{1B}[1m"
      finding.question = "From where > does it > come?"
      return finding
    }
    let drafts = Self.drafts([review], of: mailbox, telling: .all)
    #expect(!drafts.contains("\nBcc:") && !drafts.contains("\u{1B}") && !drafts.contains("\u{2028}"))
    #expect(drafts.split(separator: "\n").allSatisfy { $0.utf8.count <= 998 })
    let head = drafts.components(separatedBy: "\n\n")[0]
    #expect(head.contains("\nSubject: Re: [PATCH] foo ") && !head.contains("nobody"))
    #expect(head.components(separatedBy: "rita@example.org").count == 2)
    #expect(head.lowercased().components(separatedBy: "ann@example.org").count == 2)
    let both = Mailbox(opening: [source, .bytes(Array(drafts.utf8), name: "drafts", kind: .mbox)])
    #expect(both.seriesCount == 1)
    let comments = both.series(at: 0).patches.flatMap(\.comments)
    let places = Set(comments.map { "\($0.path?.description ?? "-"):\($0.line)" })
    #expect(places == ["-:0", "foo.c:2", "foo.c:4"], "\(comments)")
  }
}
