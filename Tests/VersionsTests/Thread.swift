// SPDX-License-Identifier: GPL-2.0-or-later

import Mail
import Versions

/// Two versions of a patch and what was said between them, written as mail.
struct Thread {
  /// The code that the old version adds to a new file.
  static let code = """
    #include <linux/foo.h>

    static int foo_read(struct foo *foo)
    {
    	int ret;

    	ret = foo_get(foo);
    	if (ret)
    		return -EINVAL;

    	foo->count = 100000;
    	foo->state = FOO_READY;
    	foo->flags = foo_flags(foo, FOO_DEFAULT_FLAGS);

    	return 0;
    }

    """

  private var mails: [String] = []
  private var version: Int

  init(
    _ code: String = code, version: Int = 1, title: String = "foo: read the count",
    log: String = "Somebody must."
  ) {
    self.version = version
    let lines = code.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let prefix = version > 1 ? "[PATCH v\(version)]" : "[PATCH]"
    add(
      "Ann Author <ann@example.org>", "\(prefix) \(title)", id: "v\(version)@example.org", to: nil,
      """
      \(log)

      Signed-off-by: Ann Author <ann@example.org>
      ---
      diff --git a/foo.c b/foo.c
      new file mode 100644
      index 0000000..1111111
      --- /dev/null
      +++ b/foo.c
      @@ -0,0 +1,\(lines.count) @@
      \(lines.map { "+" + $0 }.joined(separator: "\n"))
      --\u{20}
      2.39.5
      """)
  }

  /// An answer: to the patch, unless another mail is named.
  mutating func answer(
    _ id: String, from author: String = "Rob Reviewer <rob@example.org>", to parent: String? = nil,
    _ text: String
  ) {
    add(
      author, "Re: [PATCH] foo: read the count", id: "\(id)@example.org",
      to: parent.map { "\($0)@example.org" } ?? "v\(version)@example.org", text)
  }

  /// A comment below some line of the code.
  mutating func comment(_ id: String = "c", below line: String, _ words: String) {
    answer(id, "On Thu, Ann Author wrote:\n> +\(line)\n\n\(words)\n")
  }

  private mutating func add(_ from: String, _ subject: String, id: String, to parent: String?, _ text: String)
  {
    mails.append(
      """
      From mboxrd@z Thu Jan  1 00:00:00 1970
      From: \(from)
      To: list@example.org
      Subject: \(subject)
      Date: Thu, 1 Jan 2026 00:00:0\(mails.count) +0000
      Message-ID: <\(id)>\(parent.map { "\nIn-Reply-To: <\($0)>" } ?? "")

      \(text)

      """)
  }

  private var mailbox: Mailbox {
    Mailbox(opening: [.bytes(Array(mails.joined(separator: "\n").utf8), name: "thread", kind: nil)])
  }

  /// The same with another name for the file.
  func renaming(_ old: String, to new: String) -> Thread {
    var result = self
    result.mails = mails.map { $0.replacing("/\(old)", with: "/\(new)") }
    return result
  }

  /// The same with all tags in one block.
  func withoutBlankBeforeTags() -> Thread {
    var result = self
    result.mails = mails.map { $0.replacing("\n\nSigned-off-by", with: "\nSigned-off-by") }
    return result
  }

  /// What the next version makes of this one.
  func comparison(with next: Thread) -> VersionComparison {
    let old = mailbox.series(at: 0)
    return VersionComparison(
      old: old, new: next.mailbox.series(at: 0), discussion: Discussion(mailbox.replies(to: old)))
  }
}
