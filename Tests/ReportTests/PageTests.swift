// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import FoundationXML
import Mail
import Review
import SourceText
import TestSupport
import Testing

@testable import Report

/// The page: whole without anything else, each note at its line, and text of mails text.
struct PageTests {
  /// What is well-formed XML as well has every text escaped.
  private static func parsed(_ page: String) throws -> XMLDocument { try XMLDocument(data: Data(page.utf8)) }

  private static func strings(_ document: XMLDocument, _ path: String) throws -> [String] {
    try document.nodes(forXPath: path).compactMap(\.stringValue)
  }

  @Test func bundledSeries() throws {
    let page = try Self.parsed(try BundledSeriesTests.report(HTMLWriter()))
    let ids = try Self.strings(page, "//aside/@id")
    #expect(Set(ids) == Set((1...21).map { "F\($0)" }) && ids.count == 21)
    // Every link leads to something of the page.
    let all = Set(try Self.strings(page, "//@id"))
    let links = try Self.strings(page, "//@href")
    #expect(
      links.count > 40 && links.allSatisfy { $0.hasPrefix("#") && all.contains(String($0.dropFirst())) })
    #expect(try Self.strings(page, "//nav/ol/li/@value") == ["1", "2", "3"])
    #expect(try Self.strings(page, "//nav//ul/li").count == 21)
    #expect(try Self.strings(page, "//p[@class='facts']")[0].contains("2 errors, 12 warnings, 7 notes"))
    // A file without findings is folded.
    #expect(try page.nodes(forXPath: "//details[summary/code='kernel/hook/ops.c'][@open]").count == 1)
    #expect(try page.nodes(forXPath: "//details[summary/code='kernel/hook/ops.c']").count == 2)
  }

  /// The line above each note is the one that it is about, with the columns of the finding marked.
  @Test(
    arguments: [
      ("config/missing-stub", "lane_get_from_fd", "151"), ("config/missing-stub", "lane_put", "159"),
      ("docs/kernel-doc", "ops_links", "27"), ("uapi/twin-out-of-step", "__u32\t:32;", "24"),
    ])
  func notesStandAtTheirLines(_ rule: String, _ marked: String, _ line: String) throws {
    let page = try Self.parsed(try BundledSeriesTests.report(HTMLWriter()))
    let above =
      "//aside[p/span='\(rule)']/preceding-sibling::div[1][contains(@class,'line')][code/mark='\(marked)']"
    #expect(try Self.strings(page, above + "/i[2]/@data-n") == [line])
  }

  /// What the model ran is a row a turn, with a mark in the lane of its thread; the last row is the one that breaks the rule.
  @Test func drawsExecutions() throws {
    let page = try Self.parsed(try BundledSeriesTests.report(HTMLWriter()))
    let table = "//aside[p/span='lifetime/use-after-free'][1]//table[@class='lanes'][1]"
    let threads = try Self.strings(page, "\(table)/tr[1]/th")
    #expect(threads == ["create", "remove"])
    let lanes = try page.nodes(forXPath: "\(table)/tr[td[@class='step']]").map { row in
      try row.nodes(forXPath: "td[@class='lane']").firstIndex { $0.childCount == 1 }
    }
    #expect(lanes == [0, 1, 0, 1])
    let names = try Self.strings(page, "\(table)/tr/td[@class='step']/small[1]")
    #expect(names.map { String($0.prefix { $0 != "," }) } == ["create", "remove", "create", "remove"])
    #expect(
      try Self.strings(page, "\(table)/tr[@class='violation']/td/code") == ["link->lane_removed = true;"])
    #expect(
      try Self.strings(page, "\(table)/tr[@class='violation']/td/strong")[0].hasPrefix(
        "memory is used that was freed"))
    #expect(try page.nodes(forXPath: "\(table)/tr[last()][@class='violation']").count == 1)
  }

  /// Nothing is loaded, nothing runs.
  @Test func standsAlone() throws {
    let text = try BundledSeriesTests.report(HTMLWriter())
    for word in ["<script", "src=", "@import", "url(", "http://", "https://", "<link", "onclick"] {
      #expect(!text.contains(word), "\(word)")
    }
    #expect(text.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
    #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && text.hasSuffix("</html>\n"))
  }

  /// What comes from mail is text, whatever it looks like.
  @Test func textIsText() throws {
    let evil = "</code></style></title><script>alert(1)</script>\"'&amp;\u{1B}[1m\u{202E}"
    let mail = """
      From mboxrd@z Thu Jan  1 00:00:00 1970
      From: \(evil) <ann@example.org>
      Subject: [PATCH] \(evil)
      Date: \(evil)
      Message-ID: <\(evil)>

      \(evil)
      ---
      \(evil)
      diff --git a/\(evil).c b/\(evil).c
      --- a/x\(evil).c
      +++ b/x\(evil).c
      @@ -1 +1,2 @@ \(evil)
       int foo;
      +\(evil)
      """
    let mailbox = Mailbox(opening: [.bytes(Array((mail + "\n\n").utf8), name: evil, kind: nil)])
    var review = try #require(try BundledSeriesTests.reviews(of: mailbox, withTree: false).first)
    var finding = try #require(review.findings.first)
    finding.message = evil + " `\(evil)`"
    finding.help = "\(evil)\n\(evil)"
    finding.evidence = [Evidence(.source, evil, witness: [evil])]
    let span = Span(path: nil, side: .header, line: 1, text: evil)
    finding.related = [RelatedSpan(span, label: evil)]
    review.findings.append(finding)
    let text = BundledSeriesTests.written([review], of: mailbox, by: HTMLWriter())
    let page = try Self.parsed(text)
    #expect(try page.nodes(forXPath: "//script").isEmpty && !text.contains("<script"))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    let shown = evil.replacing("\u{1B}", with: "\u{FFFD}").replacing("\u{202E}", with: "\u{FFFD}")
    #expect(try Self.strings(page, "//h1").first == shown)
    #expect(try Self.strings(page, "//pre").contains(shown))
  }

  /// Where nothing is found, the page says so; where there is nothing, it is a page all the same.
  @Test func isAPageOfNothing() throws {
    let mailbox = Mailbox(opening: [BundledSeriesTests.bundled])
    var reviews = try BundledSeriesTests.reviews(of: mailbox, withTree: false)
    reviews[0].findings = []
    let page = BundledSeriesTests.written(reviews, of: mailbox, by: HTMLWriter())
    #expect(page.contains("no findings") && !page.contains("<aside"))
    _ = try Self.parsed(page)
    _ = try Self.parsed(BundledSeriesTests.written([], of: mailbox, by: HTMLWriter()))
  }
}
