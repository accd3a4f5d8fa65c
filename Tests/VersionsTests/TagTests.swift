// SPDX-License-Identifier: GPL-2.0-or-later

import Testing
import Versions

/// What becomes of Reviewed-by and the like.
@Suite struct TagTests {
  private static let other = (1...30).map { "int other_\($0);\n" }.joined()

  /// The tag that somebody gave, what the new version has, and whether its code is another.
  @Test(
    arguments: [
      ("Reviewed-by: Rob Reviewer <rob@example.org>", "", false, "lost"),
      (
        "Reviewed-by: Rob Reviewer <rob@example.org>", "Reviewed-by: Rob Reviewer <rob@example.org>", false,
        "carried"
      ),
      (
        "Acked-by: Rob Reviewer <rob@example.org>", "Reviewed-by: Rob Reviewer <rob@work.example.org>", false,
        "carried"
      ),
      ("Tested-by: Rob Reviewer <rob@example.org>", "Tested-by: Eve Else <eve@example.org>", false, "lost"),
      (
        "Reviewed-by: Rob Reviewer <rob@example.org>", "Reviewed-by: Rob Reviewer <rob@example.org>", true,
        "kept-on-changed"
      ),
      ("Reviewed-by: Rob Reviewer <rob@example.org>", "", true, "lost"),
    ] as [(String, String, Bool, String)])
  func followsTags(_ given: String, _ kept: String, _ isOther: Bool, _ state: String) {
    var thread = Thread()
    thread.answer("t", "On Thu, Ann Author wrote:\n> Somebody must.\n\nLooks good.\n\n\(given)\n")
    let next = Thread(isOther ? Self.other : Thread.code, version: 2, log: "Somebody must.\n\n\(kept)")
      .withoutBlankBeforeTags()
    let verdicts = thread.comparison(with: next).tags
    #expect(verdicts.map(\.state.rawValue) == [state], "\(verdicts.map(\.why))")
    #expect(verdicts.first?.messageID == "t@example.org")
    #expect(verdicts.first?.why.contains("may be the reason") == (isOther && kept.isEmpty))
  }

  /// A tag in a quotation was given by nobody.
  @Test func takesNoTagFromQuotations() {
    var thread = Thread()
    thread.answer(
      "t", "On Thu, somebody wrote:\n> Reviewed-by: Rob Reviewer <rob@example.org>\n\nThank you!\n")
    #expect(thread.comparison(with: Thread(version: 2)).tags.isEmpty)
  }
}
