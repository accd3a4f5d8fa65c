// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
public import Review

/// The files through which `b4 review` takes the comments of a review agent: for each patch a note and the quoted diff with
/// comments, which the maintainer may take over.
///
/// Source: b4, `_integrate_agent_reviews`: `identity.txt`, and `NNNN.txt` counted from 1. What stands above the first
/// `> diff --git` is a note on the patch.
public struct B4Feed: Sendable {
  /// One file of the feed's folder.
  public struct File: Hashable, Sendable {
    public var name: String
    public var text: String
  }

  /// Empty where there is nothing to say.
  public let files: [File]

  public init(_ review: SeriesReview, version: String) {
    var files: [File] = []
    for (position, mail) in review.series.patches.enumerated() {
      let said = review.findings.filter {
        $0.isShown && $0.origin == .introduced && review.position(of: $0) == position
      }
      guard !said.isEmpty, position < Self.most else { continue }
      let quotation = Quotation(said, in: QuotableLine.all(of: mail.patch))
      let number = String("000\(position + 1)".suffix(4))
      var result = CheckResult()
      for finding in said { result.add(finding) }
      // b4 looks for the diff behind a line end, so something must stand above it.
      let text = "\(result.summary)\n\n\(quotation.text().drop { $0 == "\n" })"
      files.append(File(name: "\(number).txt", text: text))
    }
    let name = ToolFacts.name
    let identity = File(name: Self.identity, text: "\(name) \(version) <\(name)@localhost>\n")
    self.files = files.isEmpty ? [] : [identity] + files
  }

  /// The name of the file that says whose comments these are.
  public static let identity = "identity.txt"

  /// Files that four digits can name.
  private static let most = 9_999
}
