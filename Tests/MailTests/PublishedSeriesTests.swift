// SPDX-License-Identifier: GPL-2.0-or-later

import Mail
import Testing

/// The shapes of threads that Patchwork and b4 publish tests for, in mails of our own: what we take for one series. The list
/// with who has a test for it is in `docs/hardening.md`.
struct PublishedSeriesTests {
  /// One mail: its id, what it answers, its subject.
  struct Post {
    var id: String
    var references: [String]
    var subject: String
    var from = "Ann Author <ann@example.org>"
    /// nil where the mail has no diff.
    var file: String?

    init(_ id: String, to references: [String] = [], _ subject: String, file: String? = "foo.c") {
      (self.id, self.references, self.subject, self.file) = (id, references, subject, file)
    }

    func by(_ sender: String) -> Post {
      var post = self
      post.from = sender
      return post
    }

    func text(_ body: String = "Words.") -> String {
      let answers = references.last.map { last in
        "In-Reply-To: <\(last)@example.org>\nReferences: "
          + references.map { "<\($0)@example.org>" }.joined(separator: " ") + "\n"
      }
      let diff = file.map { "---\n--- a/\($0)\n+++ b/\($0)\n@@ -1 +1 @@\n-int a;\n+int b;\n" }
      return
        "From x Thu Jan  1 00:00:00 1970\nFrom: \(from)\nSubject: \(subject)\nMessage-ID: <\(id)@example.org>\n"
        + "\(answers ?? "")\n\(body) \(id)\n\(diff ?? "")\n"
    }
  }

  /// A shape, and its series: `vN TOTAL: cover, indices; missing, repeated`.
  struct Shape: CustomTestStringConvertible {
    var testDescription: String
    var posts: [Post]
    var expected: [String]

    init(_ name: String, _ posts: [Post], _ expected: String...) {
      (testDescription, self.posts, self.expected) = (name, posts, expected)
    }
  }

  private static func cover(_ id: String = "c", to references: [String] = [], version: String = "") -> Post {
    var post = Post(id, "[PATCH\(version) 0/2] foo", file: nil)
    post.references = references
    return post
  }

  private static let one = Post("1", to: ["c"], "[PATCH 1/2] foo: one")
  private static let two = Post("2", to: ["c"], "[PATCH 2/2] foo: two", file: "bar.c")

  static let shapes = [
    Shape("a patch alone", [Post("1", "[PATCH] foo: one")], "v1 1: 1"),
    Shape("a cover letter and its patches", [cover(), one, two], "v1 2: cover 1 2"),
    Shape(
      "no cover letter, each to the first",
      [Post("1", "[PATCH 1/2] a"), Post("2", to: ["1"], "[PATCH 2/2] b")],
      "v1 2: 1 2"),
    Shape("out of order", [two, cover(), one], "v1 2: cover 1 2"),
    Shape("a part that did not come", [cover(), two], "v1 2: cover 2; missing 1"),
    Shape(
      "each to the one before",
      [cover(), one, Post("2", to: ["c", "1"], "[PATCH 2/2] foo: two", file: "bar.c")], "v1 2: cover 1 2"),
    Shape(
      "no references at all",
      [Post("c", "[PATCH 0/2] foo", file: nil), Post("1", "[PATCH 1/2] a"), Post("2", "[PATCH 2/2] b")],
      "v1 2: cover 1 2"),
    Shape(
      "no references, no cover letter", [Post("1", "[PATCH 1/2] a"), Post("2", "[PATCH 2/2] b")], "v1 2: 1 2"),
    Shape(
      "more patches than announced",
      [cover(), one, two, Post("3", to: ["c"], "[PATCH 3/2] foo: three", file: "baz.c")],
      "v1 2: cover 1 2", "v1 1: 1"),
    Shape(
      "patches of other versions in one thread",
      [
        cover(version: " v2"), Post("1", to: ["c"], "[PATCH v2 1/2] a"),
        Post("2", to: ["c"], "[PATCH v3 2/2] b"),
      ],
      "v2 2: cover 1; missing 2", "v3 2: 2; missing 1"),
    // Revisions.
    Shape(
      "a new version in a thread of its own",
      [
        cover(), one, two, cover("d", version: " v2"), Post("3", to: ["d"], "[PATCH v2 1/2] foo: one"),
        Post("4", to: ["d"], "[PATCH v2 2/2] foo: two", file: "bar.c"),
      ], "v1 2: cover 1 2", "v2 2: cover 1 2"),
    Shape(
      "a new version below the old cover letter",
      [
        cover(), one, two, cover("d", to: ["c"], version: " v2"),
        Post("3", to: ["c", "d"], "[PATCH v2 1/2] foo: one"),
        Post("4", to: ["c", "d"], "[PATCH v2 2/2] foo: two", file: "bar.c"),
      ], "v1 2: cover 1 2", "v2 2: cover 1 2"),
    Shape(
      "a new version below an old patch",
      [
        cover(), one, two, Post("3", to: ["c", "1"], "[PATCH v2 1/2] foo: one"),
        Post("4", to: ["c", "1", "3"], "[PATCH v2 2/2] foo: two", file: "bar.c"),
      ], "v1 2: cover 1 2", "v2 2: 1 2"),
    Shape(
      "a new version of one patch, below it",
      [Post("1", "[PATCH] foo: one"), Post("2", to: ["1"], "[PATCH v2] foo: one")], "v1 1: 1", "v2 1: 1"),
    Shape(
      "versions that come mixed",
      [
        Post("3", to: ["d"], "[PATCH v2 1/2] foo: one"), two, cover("d", version: " v2"), one,
        Post("4", to: ["d"], "[PATCH v2 2/2] foo: two", file: "bar.c"), cover(),
      ], "v2 2: cover 1 2", "v1 2: cover 1 2"),
    // The later parts are the ones to review.
    Shape(
      "a new version that does not say so",
      [
        cover(), one, two, cover("d"), Post("3", to: ["d"], "[PATCH 1/2] foo: one", file: "new.c"),
        Post("4", to: ["d"], "[PATCH 2/2] foo: two", file: "newer.c"),
      ], "v1 2: cover 1 2; repeated 3"),
    Shape(
      "one part anew, below its old one",
      [cover(), one, two, Post("3", to: ["c", "2"], "[PATCH v2 2/2] foo: two", file: "bar.c")],
      "v1 2: cover 1 2", "v2 2: 2; missing 1"),
    // What others do.
    Shape(
      "as Mercurial counts",
      [
        Post("c", "[PATCH 0 of 2] foo", file: nil), Post("1", to: ["c"], "[PATCH 1 of 2] foo: one"),
        Post("2", to: ["c"], "[PATCH 2 of 2] foo: two", file: "bar.c"),
      ], "v1 2: cover 1 2"),
    Shape(
      "patches that have no numbers, below one mail",
      [
        Post("c", "[PATCH] foo", file: nil), Post("1", to: ["c"], "[PATCH] a"),
        Post("2", to: ["c"], "[PATCH] b", file: "bar.c"),
      ],
      "v1 1: 1", "v1 1: 1"),
    Shape(
      "the same series again and again",
      [
        Post("1", "[PATCH 1/2] a"), Post("2", "[PATCH 2/2] b", file: "bar.c"), Post("3", "[PATCH 1/2] a"),
        Post("4", "[PATCH 2/2] b", file: "bar.c"),
      ], "v1 2: 1 2; repeated 2"),
    Shape(
      "references to several threads",
      [
        Post("0", "[PATCH] old"), cover(), Post("1", to: ["0", "c"], "[PATCH 1/2] foo: one"),
        Post("2", to: ["0", "c"], "[PATCH 2/2] foo: two", file: "bar.c"),
      ], "v1 1: 1", "v1 2: cover 1 2"),
    Shape("a mail that came twice", [one, one, two, cover()], "v1 2: cover 1 2; repeated 1"),
    Shape(
      "people who send the same subject",
      [
        Post("1", "[PATCH 1/2] foo").by("Ann <ann@example.org>"),
        Post("2", "[PATCH 1/2] foo").by("Bob <bob@example.org>"),
        Post("3", "[PATCH 2/2] foo", file: "bar.c").by("Bob <bob@example.org>"),
      ], "v1 2: 1; missing 2", "v1 2: 1 2"),
    Shape(
      "a part that somebody else sends",
      [cover(), one, two.by("Bob <bob@example.org>")], "v1 2: cover 1 2"),
    Shape(
      "a reply that keeps the subject without Re:",
      [
        Post("1", "[PATCH] foo: one"),
        Post("2", to: ["1"], "[PATCH] foo: one", file: nil).by("Rob <rob@example.org>"),
      ],
      "v1 1: 1"),
  ]

  @Test(arguments: shapes)
  func groups(_ shape: Shape) {
    let text = shape.posts.map { $0.text() }.joined()
    let mailbox = Mailbox(opening: [.bytes(Array(text.utf8), name: "thread", kind: nil)])
    #expect((0..<mailbox.seriesCount).map { Self.summary(mailbox.series(at: $0)) } == shape.expected)
  }

  private static func summary(_ series: Series) -> String {
    let parts = (series.cover == nil ? [] : ["cover"]) + series.patches.map { "\($0.index)" }
    let missing =
      series.missing.isEmpty ? [] : ["missing " + series.missing.map(String.init).joined(separator: " ")]
    let repeated = series.repeated.isEmpty ? [] : ["repeated \(series.repeated.count)"]
    return "v\(series.version) \(series.total): "
      + ([parts.joined(separator: " ")] + missing + repeated).joined(separator: "; ")
  }

  /// Trailers that answers give, as b4 takes them up.
  @Test(
    arguments: [
      (
        "a trailer in a reply", "Reviewed-by: Rob Reviewer <rob@example.org>",
        "Reviewed-by: Rob Reviewer <rob@example.org>"
      ),
      ("an address without a name", "Acked-by: rob@example.org", "Acked-by: rob@example.org"),
      (
        "a name with brackets", "Tested-by: Rob (the Reviewer) <rob@example.org>",
        "Tested-by: Rob (the Reviewer) <rob@example.org>"
      ),
      (
        "a trailer with a remark below it", "Tested-by: Rob <rob@example.org> # on arm64\n[rob: and x86]",
        "Tested-by: Rob <rob@example.org> # on arm64"
      ),
    ])
  func keepsTrailersOfAnswers(_ form: String, _ words: String, _ expected: String) throws {
    let text =
      Self.cover().text() + Self.one.text()
      + Post("r", to: ["c", "1"], "Re: [PATCH 1/2] foo: one", file: nil).by("Rob <rob@example.org>").text(
        "> Words. 1\n\nGood.\n\n\(words)\n\n--\nRob, in answer")
    let mailbox = Mailbox(opening: [.bytes(Array(text.utf8), name: "thread", kind: nil)])
    let replies = mailbox.replies(to: mailbox.series(at: 0))
    let said = try #require(replies.first?.passages.first?.words)
    #expect(said.contains(expected), "\(said)")
  }
}
