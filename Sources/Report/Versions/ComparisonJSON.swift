// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
public import Versions

/// One document of the schema `review-patch-compare/1`.
public enum ComparisonJSON {
  public static func text(_ comparison: VersionComparison, findings: FindingComparison) -> String {
    var numbers = 0
    func all(_ findings: [Review.Finding]) -> [JSONDocument.Finding] {
      findings.map { finding in
        numbers += 1
        return JSONFiller.finding(finding, number: numbers)
      }
    }
    return JSONText.line(
      Document(
        comments: comparison.comments.map(Document.Comment.init),
        tags: comparison.tags.map { Document.Tag($0, in: comparison.new) },
        findings: Document.Findings(
          new: all(findings.new), fixed: all(findings.fixed), same: all(findings.same))))
  }

  private struct Document: Encodable {
    let schema = "review-patch-compare/1"
    var comments: [Comment]
    var tags: [Tag]
    var findings: Findings

    struct Comment: Encodable {
      var messageId, author: String
      @JSONDocument.NullWhenNil var path: String?
      var oldLine, newLine: UInt32
      var text, state, why: String

      init(_ verdict: CommentVerdict) {
        let comment = verdict.comment
        messageId = comment.messageID
        author = JSONFiller.text(comment.author)
        _path = .init(wrappedValue: comment.path?.description)
        (oldLine, newLine) = (comment.line, verdict.newLine)
        (text, state, why) = (comment.text, verdict.state.rawValue, verdict.why)
      }
    }

    struct Tag: Encodable {
      var tag: String
      var patch: Int
      var state, why: String

      init(_ verdict: TagVerdict, in series: Series) {
        tag = "\(verdict.tag.key): \(verdict.tag.value)"
        patch = series.patches[verdict.new].index
        (state, why) = (verdict.state.rawValue, verdict.why)
      }
    }

    struct Findings: Encodable { var new, fixed, same: [JSONDocument.Finding] }
  }
}
