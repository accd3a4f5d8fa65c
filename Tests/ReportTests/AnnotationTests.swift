// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import FoundationXML
import Mail
import Review
import SourceText
import TestSupport
import Testing
import UnifiedDiff

@testable import Report

/// The forms that programs read: against their schemas, and where a finding stands in them.
struct AnnotationTests {
  /// A form whose documents a published schema describes.
  struct Form: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var schema: String
    var writer: @Sendable () -> any ReportWriter
    /// Whether each line is a document.
    var isOfLines = false

    static let all = [
      Form(testDescription: "sarif", schema: "sarif-2.1.0.json") {
        SARIFWriter(rules: BundledSeriesTests.book.entries.map(\.rule))
      },
      Form(
        testDescription: "rdjson", schema: "rdf-DiagnosticResult.json", writer: { RDJSONWriter(.document) }),
      Form(
        testDescription: "rdjsonl", schema: "rdf-Diagnostic.json", writer: { RDJSONWriter(.lines) },
        isOfLines: true),
    ]

    func documents(_ text: String) -> [String] {
      isOfLines ? text.split(separator: "\n").map(String.init) : [text]
    }
  }

  @Test(arguments: Form.all)
  func bundledSeriesIsValid(_ form: Form) throws {
    let documents = form.documents(try BundledSeriesTests.report(form.writer()))
    #expect(documents.count == (form.isOfLines ? 21 : 1))
    guard let mistakes = try JSONSchema.mistakes(in: documents, by: form.schema) else { return }
    #expect(mistakes == [])
    // The schema does refuse something.
    let broken = documents.map { $0.replacing("\"message\":", with: "\"message\":7,\"massage\":") }
    #expect(try JSONSchema.mistakes(in: broken, by: form.schema) != [])
  }

  /// Every fifteenth of the real mails, reviewed once for all forms; nil where they are not here.
  private static let realMail: (Mailbox, [SeriesReview])? = {
    let files = Shared.files("corpus/review/mbox").enumerated().filter { $0.offset % 15 == 0 }.map(\.element)
    let mailbox = Mailbox(opening: files.map { .path($0.path) })
    guard !files.isEmpty, let reviews = try? BundledSeriesTests.reviews(of: mailbox, withTree: false) else {
      return nil
    }
    return (mailbox, reviews)
  }()

  /// Of these, findings stand in logs, in headers, and in lines with more than ASCII.
  @Test(arguments: Form.all)
  func realMailIsValid(_ form: Form) throws {
    guard let (mailbox, reviews) = Self.realMail else { return }
    let documents = form.documents(BundledSeriesTests.written(reviews, of: mailbox, by: form.writer()))
    #expect(documents.contains { $0.contains("corpus/review/mbox") })
    guard let mistakes = try JSONSchema.mistakes(in: documents, by: form.schema) else { return }
    #expect(mistakes == [])
  }

  @Test(arguments: ["github", "checkstyle", "checkpatch", "b4", "patchwork"])
  func bundledSeries(_ name: String) throws {
    let writers: [String: any ReportWriter] = [
      "github": GitHubWriter(), "checkstyle": CheckstyleWriter(), "checkpatch": CheckpatchWriter(),
      "b4": B4CheckWriter(), "patchwork": PatchworkWriter(),
    ]
    let writer = try #require(writers[name])
    let text = try BundledSeriesTests.report(writer)
    #expect(try Golden.difference(text, from: "reports/hook-lanes-v2.\(name)") == nil)
  }

  // MARK: Places

  /// Two patches of one file: the second adds lines above, takes one away and gives the file another name.
  private static let series = """
    From mboxrd@z Thu Jan  1 00:00:00 1970
    From: Ann Author <ann@example.org>
    Subject: [PATCH 1/2] foo: say more
    Date: Thu, 1 Jan 2026 00:00:01 +0000
    Message-ID: <1@example.org>

    Once is not enough.
    ---
    diff --git a/foo.c b/foo.c
    --- a/foo.c
    +++ b/foo.c
    @@ -10,4 +10,4 @@
     a
    -old
    +puts("Grüße 𐐀", here);
     b
     c

    From mboxrd@z Thu Jan  1 00:00:00 1970
    From: Ann Author <ann@example.org>
    Subject: [PATCH 2/2] foo: move
    Date: Thu, 1 Jan 2026 00:00:02 +0000
    Message-ID: <2@example.org>
    In-Reply-To: <1@example.org>
    References: <1@example.org>

    Twice is not enough.
    ---
    diff --git a/foo.c b/bar.c
    similarity index 50%
    rename from foo.c
    rename to bar.c
    --- a/foo.c
    +++ b/bar.c
    @@ -1,2 +1,5 @@
     x
    +x
    +x
    +x
     x
    @@ -11,3 +14,2 @@
     puts("Grüße 𐐀", here);
    -b
     c
    """ + "\n"

  /// A finding of the first patch, at a place that the test chooses.
  private static func review(_ span: Span, part: Int) throws -> (SeriesReview, Mailbox) {
    let mailbox = Mailbox(opening: [.bytes(Array(series.utf8), name: "a,b:c%.mbox", kind: nil)])
    var review = try #require(try BundledSeriesTests.reviews(of: mailbox, withTree: false).first)
    var finding = try #require(review.findings.first { $0.patch == part })
    finding.primary = span
    finding.message = "100 % <&\"'> of\u{1B}[1m it: ERROR: a [link](x)"
    (finding.related, finding.evidence, finding.help) = ([], [], nil)
    review.findings = [finding]
    return (review, mailbox)
  }

  private static func span(_ path: String, _ side: Span.Side, _ line: UInt32, _ text: String) -> Span {
    Span(path: TreePath(path), side: side, line: line, text: text).narrowed(to: "here")
  }

  /// A span of part 1 or 2, and the file, line and columns (bytes, UTF-16) that it has when the series is applied.
  @Test(
    arguments: [
      (span("foo.c", .new, 11, "puts(\"Grüße 𐐀\", here);"), 1, "bar.c", 14, 22..<26, 18..<22),
      (span("foo.c", .new, 10, "a here"), 1, "bar.c", 13, 3..<7, 3..<7),
      // What the second patch takes away: the line that comes instead, no column.
      (span("foo.c", .new, 12, "b here"), 1, "bar.c", 15, nil, nil),
      (span("foo.c", .new, 99, "here"), 1, "bar.c", 101, 1..<5, 1..<5),
      (span("foo.c", .old, 11, "here"), 1, "bar.c", 14, nil, nil),
      (span("bar.c", .new, 14, "here"), 2, "bar.c", 14, 1..<5, 1..<5),
      (span("foo.c", .old, 12, "b here"), 2, "bar.c", 15, nil, nil),
      (span("include/x.h", .tree, 7, "here"), 1, "include/x.h", 7, 1..<5, 1..<5),
    ] as [(Span, Int, String, UInt32, Range<Int>?, Range<Int>?)])
  func standsWhereTheSeriesLeavesIt(
    _ span: Span, _ part: Int, _ path: String, _ line: UInt32, _ bytes: Range<Int>?, _ units: Range<Int>?
  ) throws {
    let (review, mailbox) = try Self.review(span, part: part)
    let place = FilePlace(span, of: review.findings[0], in: review, inputs: mailbox.inputs)
    #expect(place.path == path && place.lines == line...line && !place.isInput, "\(place)")
    #expect(place.byteColumns == bytes && place.utf16Columns == units, "\(place)")
  }

  /// A file that the series removes has no lines any more.
  @Test func aRemovedFileHasNoLines() throws {
    let removed = Self.series.replacing("rename to bar.c", with: "").replacing("rename from foo.c", with: "")
      .replacing("similarity index 50%", with: "deleted file mode 100644").replacing(
        "+++ b/bar.c", with: "+++ /dev/null"
      ).replacing("a/foo.c b/bar.c", with: "a/foo.c b/foo.c")
    let mailbox = Mailbox(opening: [.bytes(Array(removed.utf8), name: "-", kind: nil)])
    let review = try #require(try BundledSeriesTests.reviews(of: mailbox, withTree: false).first)
    let finding = try #require(review.findings.first { $0.patch == 1 })
    let place = FilePlace(
      Self.span("foo.c", .new, 11, "here"), of: finding, in: review, inputs: mailbox.inputs)
    #expect(place.path == "foo.c" && place.lines == nil && place.byteColumns == nil)
  }

  /// Text that means something to a form comes through as text.
  @Test func escapes() throws {
    let (review, mailbox) = try Self.review(Self.span("foo.c", .new, 11, "puts(\"Grüße 𐐀\", here);"), part: 1)
    func text(_ writer: some ReportWriter) -> String {
      BundledSeriesTests.written([review], of: mailbox, by: writer)
    }
    let message = "100 % <&\"'> of\u{FFFD}[1m it: ERROR: a [link](x)"
    #expect(
      text(GitHubWriter()).hasSuffix(
        ",file=bar.c,line=14,endLine=14,col=18,endColumn=22::100 %25 <&\"'> of\u{FFFD}[1m it: ERROR: a [link](x)\n"
      ))
    let checkstyle = try XMLDocument(data: Data(text(CheckstyleWriter()).utf8))
    #expect(try checkstyle.nodes(forXPath: "//file/@name").map(\.stringValue) == ["bar.c"])
    #expect(try checkstyle.nodes(forXPath: "//error/@message").map(\.stringValue) == [message])
    #expect(try checkstyle.nodes(forXPath: "//error/@column").map(\.stringValue) == ["18"])
    let lines = text(CheckpatchWriter()).split(separator: "\n")
    #expect(lines.count == 1 && !lines[0].contains("ERROR:") && lines[0].hasPrefix("bar.c:14: "))
    #expect(text(SARIFWriter(rules: [])).contains("a \\\\[link\\\\](x)"))
    let position = "\"range\":{\"end\":{\"column\":26,\"line\":14},\"start\":{\"column\":22,\"line\":14}}"
    #expect(text(RDJSONWriter(.lines)).contains(position))
  }

  /// What stands in a mail is in no file of the tree.
  @Test func whatStandsInAMail() throws {
    let span = Span(path: nil, side: .message, line: 7, text: "Once is not enough.")
    let (review, mailbox) = try Self.review(span, part: 1)
    func text(_ writer: some ReportWriter) -> String {
      BundledSeriesTests.written([review], of: mailbox, by: writer)
    }
    let github = text(GitHubWriter())
    #expect(!github.contains("file=") && github.hasSuffix("in the mail (patch 1/2): a,b:c%25.mbox:7\n"))
    #expect(text(CheckpatchWriter()).hasPrefix("a,b:c%.mbox:7: "))
    let sarif = text(SARIFWriter(rules: []))
    #expect(sarif.contains("{\"uri\":\"a,b%3Ac%25.mbox\"}") && !sarif.contains("uriBaseId\":"))
    #expect(text(RDJSONWriter(.lines)).contains("\"path\":\"a,b:c%.mbox\""))
  }

  // MARK: Results of checks

  /// The pair of states that b4 and Patchwork get, and what is said.
  @Test func checksSayTheWorst() throws {
    let mailbox = Mailbox(opening: [BundledSeriesTests.bundled])
    let review = try #require(try BundledSeriesTests.reviews(of: mailbox, withTree: true).first)
    for (severities, b4, patchwork) in [
      ([.error, .warning, .note], "fail", "fail"), ([.warning, .note], "warn", "warning"),
      ([.note], "pass", "success"), ([], "pass", "success"),
    ] as [([Severity], String, String)] {
      var part = review
      part.findings = review.findings.filter { severities.contains($0.severity) && $0.patch != 3 }
      let check = BundledSeriesTests.written([part], of: mailbox, by: B4CheckWriter())
      let fields = try #require(
        (try JSONSerialization.jsonObject(with: Data(check.utf8)) as? [[String: Any]])?.first)
      #expect(fields["status"] as? String == b4 && fields["tool"] as? String == "review-patch")
      let details = try #require(fields["details"] as? String)
      let rows = try JSONSerialization.jsonObject(with: Data((details.isEmpty ? "[]" : details).utf8))
      #expect((rows as? [[String: String]])?.count == part.findings.count)
      let lines = BundledSeriesTests.written([part], of: mailbox, by: PatchworkWriter()).split(
        separator: "\n")
      #expect(lines.count == 3 && lines[1].contains("\"state\":\"\(patchwork)\""), "\(lines)")
      #expect(lines[2].contains("no findings"))
    }
  }

  /// b4 hands over covers as well: nothing to say of them.
  @Test func aCoverAloneIsNoCheck() throws {
    let source = MailSource.path(BundledSeriesTests.fixtures.appending(path: "mail/cover-only.eml").path)
    #expect(try BundledSeriesTests.report(B4CheckWriter(), source: source, withTree: false) == "[]\n")
    #expect(try BundledSeriesTests.report(PatchworkWriter(), source: source, withTree: false).isEmpty)
  }
}
