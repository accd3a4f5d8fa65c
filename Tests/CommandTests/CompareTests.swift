// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// `review-patch compare`
@Suite struct CompareTests {
  private static let reply = """
    From mboxrd@z Thu Jan  1 00:00:00 1970
    From: Rob Reviewer <rob@example.org>
    To: linux-kernel@vger.kernel.org
    Subject: Re: [PATCH] foo: count 1 times
    Date: Thu, 1 Jan 2026 00:00:02 +0000
    Message-ID: <reply@example.org>
    In-Reply-To: <1@example.org>

    On Thu, Ann Author wrote:
    > +int bar;

    Should this be static?

    Acked-by: Rob Reviewer <rob@example.org>

    """

  private static func next(_ old: String = "", _ new: String = "") -> String {
    let text = Mails.good.replacing("[PATCH]", with: "[PATCH v2]").replacing("<1@", with: "<2@")
    return old.isEmpty ? text : text.replacing(old, with: new)
  }

  private static func sandbox(_ next: String) throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Mails.good + reply, to: "v1.mbox")
    try sandbox.write(next, to: "v2.mbox")
    return sandbox
  }

  /// What the new version replaces, the status, and what is said.
  @Test(
    arguments: [
      (
        "", "", 1,
        "1 comment stands on lines that did not change\n\nfoo.c:2\n  Rob Reviewer <reply@example.org>"
      ),
      ("+int bar;", "+static int bar;", 0, "no comment is left on lines that did not change (1 answered)"),
      ("Signed-off-by", "Acked-by: Rob Reviewer <rob@example.org>\nSigned-off-by", 1, "the same change"),
      (
        "", "", 1,
        "1/1 Acked-by: Rob Reviewer <rob@example.org>, given in\n      <reply@example.org>: it is not there"
      ),
      ("Signed-off-by: Ann Author", "Acked-by: Nobody", 1, "new: the mail: warning: no Signed-off-by"),
    ] as [(String, String, Int32, String)])
  func tellsPeople(_ old: String, _ new: String, _ status: Int32, _ text: String) throws {
    let result = try Self.sandbox(Self.next(old, new)).run(["compare", "v1.mbox", "v2.mbox"])
    #expect(result.status == status && result.talk.isEmpty, "\(result)")
    #expect(result.text.contains(text), "\(result.text)")
    #expect(result.text.contains("tags to look at") != new.contains("Rob"), "\(result.text)")
  }

  /// A review says the same below its report, and its status is that of the review.
  @Test func standsBelowAReview() throws {
    let sandbox = try Self.sandbox(Self.next())
    let result = try sandbox.run(["--previous", "v1.mbox", "v2.mbox"])
    let report = try sandbox.run(["v2.mbox"]).text
    let comparison = try sandbox.run(["compare", "v1.mbox", "v2.mbox"]).text
    #expect(result.status == 0 && result.text == report + "\n" + comparison, "\(result.text)")
    let json = try sandbox.run(["--previous", "v1.mbox", "--format", "json", "v2.mbox"])
    #expect(json.status == 2 && json.talk.contains("review-patch compare --format json"), "\(json)")
    #expect(try sandbox.run(["--previous", "nowhere.mbox", "v2.mbox"]).status == 2)
  }

  /// In a file of another name a finding is the same, and one more of its kind is new.
  @Test func followsFindingsIntoRenamedFiles() throws {
    func series(_ version: Int, _ file: String, _ lines: [String]) -> String {
      let code =
        ["static int foo_probe(struct device *dev)", "{"] + lines + ["\treturn foo_start(dev);", "}"]
      return """
        From mboxrd@z Thu Jan  1 00:00:00 1970
        From: Ann Author <ann@example.org>
        Subject: [PATCH v\(version)] foo: probe
        Date: Thu, 1 Jan 2026 00:00:00 +0000
        Message-ID: <\(version)@example.org>

        It was not.

        Signed-off-by: Ann Author <ann@example.org>
        ---
        diff --git a/drivers/\(file) b/drivers/\(file)
        new file mode 100644
        --- /dev/null
        +++ b/drivers/\(file)
        @@ -0,0 +1,\(code.count) @@
        \(code.map { "+" + $0 }.joined(separator: "\n"))

        """
    }
    let old = [
      "\tdev_info(dev, \"one\");", "\tfoo_one(dev);", "\tfoo_two(dev);", "\tdev_warn(dev, \"two\");",
    ]
    let sandbox = try Sandbox()
    try sandbox.write(series(1, "foo.c", old), to: "v1.mbox")
    try sandbox.write(series(2, "bar/foo.c", old.dropLast() + ["\tdev_warn(dev, \"three\");"]), to: "v2.mbox")
    let result = try sandbox.run(["compare", "--format", "json", "v1.mbox", "v2.mbox"])
    let document = try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any]
    let findings = try #require(document?["findings"] as? [String: [[String: Any]]])
    let texts = findings.mapValues { list in
      list.filter { $0["rule"] as? String == "log/missing-newline" }.compactMap {
        ($0["primary"] as? [String: Any])?["text"] as? String
      }
    }
    #expect(
      texts == [
        "same": ["\tdev_info(dev, \"one\");"], "fixed": [old[3]], "new": ["\tdev_warn(dev, \"three\");"],
      ])
  }

  /// The document of the contract, with every key there.
  @Test func tellsPrograms() throws {
    let sandbox = try Self.sandbox(Self.next("Signed-off-by: Ann Author", "Acked-by: Nobody"))
    let result = try sandbox.run(["compare", "--format", "json", "v1.mbox", "v2.mbox"])
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any])
    #expect(document["schema"] as? String == "review-patch-compare/1" && result.status == 1)
    #expect(Set(document.keys) == ["schema", "comments", "tags", "findings"])
    let comment = try #require((document["comments"] as? [[String: Any]])?.first)
    #expect(
      Set(comment.keys) == ["messageId", "author", "path", "oldLine", "newLine", "text", "state", "why"])
    #expect(comment["state"] as? String == "unanswered" && comment["oldLine"] as? Int == 2)
    let tag = try #require((document["tags"] as? [[String: Any]])?.first)
    #expect(Set(tag.keys) == ["tag", "patch", "state", "why"] && tag["state"] as? String == "lost")
    let findings = try #require(document["findings"] as? [String: [[String: Any]]])
    #expect(findings.mapValues(\.count) == ["new": 1, "fixed": 0, "same": 0])
    #expect(findings["new"]?.first?["rule"] as? String == "mail/missing-sign-off")
  }

  /// The new version need not be mail yet.
  @Test func comparesWithCommits() throws {
    let sandbox = try Self.sandbox("")
    let git = sandbox.git
    try git("init", "-q")
    try sandbox.write(Mails.foo, to: "foo.c")
    try git("add", "foo.c")
    try git("commit", "-q", "-m", "base")
    try sandbox.write("int foo;\nint bar;\nint baz;\n", to: "foo.c")
    try git(
      "commit", "-q", "-a", "-m", "foo: count 1 times", "-m", "Signed-off-by: A U Thor <author@example.org>")
    let result = try sandbox.run(["compare", "v1.mbox", "HEAD"])
    #expect(result.status == 1 && result.text.contains("foo.c:2\n  Rob Reviewer"), "\(result)")
  }

  @Test(arguments: [("v1.mbox", "words", 3), ("nowhere.mbox", "v1.mbox", 3), ("v1.mbox", "HEAD~1", 2)])
  func refuses(_ old: String, _ new: String, _ status: Int32) throws {
    let sandbox = try Self.sandbox("")
    try sandbox.write(Mails.words, to: "words")
    let result = try sandbox.run(["compare", old, new])
    #expect(result.status == status && result.text.isEmpty && !result.talk.isEmpty, "\(result)")
  }
}
