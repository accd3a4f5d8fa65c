// SPDX-License-Identifier: GPL-2.0-or-later

import Mail
import SourceText
import Testing
import Versions

/// Whether a comment still stands.
@Suite struct CommentTests {
  /// The state of a comment below a line of `Thread.code`, when the new version replaces something in it; nil where the
  /// comment is none to be judged.
  @Test(
    arguments: [
      // The line itself, one next to it, a line that is put in below, and one far away.
      ("\tfoo->count = 100000;", "Name that.", "100000", "FOO_COUNT", "answered"),
      ("\t\treturn -EINVAL;", "Pass the error on.", "-EINVAL", "ret", "answered"),
      ("\tif (ret)", "Pass the error on.", "-EINVAL", "ret", "answered"),
      ("\tfoo->state = FOO_READY;", "Lock it.", "FOO_READY;\n", "FOO_READY;\n\tfoo_lock(foo);\n", "answered"),
      (
        "\tfoo->flags = foo_flags(foo, FOO_DEFAULT_FLAGS);", "Why these?", "#include",
        "#include <a.h>\n#include", "unanswered"
      ),
      ("\tint ret;", "Initialise it?", "return 0", "return 1", "unanswered"),
      // Nothing changes but the place.
      (
        "\tfoo->state = FOO_READY;", "Is it?", "#include <linux/foo.h>",
        "#include <linux/foo.h>\n\nstruct foo;", "unanswered"
      ),
      // The line is not there.
      ("\tfoo->state = FOO_READY;", "Not needed.", "\tfoo->state = FOO_READY;\n", "", "answered"),
      // What asks for nothing.
      ("\tint ret;", "Nice.", "", "", nil), ("\tint ret;", "Looks good to me!", "", "", nil),
      ("\tint ret;", "Thanks for doing this.", "", "", nil),
      ("\tint ret;", "Reviewed-by: Rob Reviewer <rob@example.org>", "", "", nil),
      ("\tint ret;", "Looks good, but please initialise it.", "", "", "unanswered"),
      ("\tint ret;", "Good. Why not long?", "", "", "unanswered"),
      // What is proposed is there, if not here.
      ("\tint ret;", "Use foo_count_get() for this.", "return 0", "return foo_count_get(foo)", "answered"),
      // Below the end, all of the patch is meant.
      ("}", "How was this tested?", "", "", nil),
    ] as [(String, String, String, String, String?)])
  func judges(_ line: String, _ words: String, _ old: String, _ new: String, _ state: String?) {
    var thread = Thread()
    thread.comment(below: line, words)
    let code = old.isEmpty ? Thread.code : Thread.code.replacing(old, with: new)
    let next = Thread(code, version: 2)
    let verdicts = thread.comparison(with: next).comments
    #expect(verdicts.map(\.state.rawValue) == (state.map { [$0] } ?? []), "\(verdicts.map(\.why))")
  }

  @Test func knowsThePlaces() throws {
    var thread = Thread()
    thread.comment(below: "\tfoo->state = FOO_READY;", "Is it?")
    let next = Thread("/* one\n * more\n */\n" + Thread.code, version: 2)
    let verdict = try #require(thread.comparison(with: next).comments.first)
    #expect(verdict.comment.line == 12 && verdict.newLine == 15)
    #expect(verdict.comment.messageID == "c@example.org" && verdict.comment.author?.name == "Rob Reviewer")
    #expect(verdict.comment.path?.description == "foo.c" && verdict.comment.text == "Is it?")
  }

  /// A line whose only change is what another comment asked for stands.
  @Test func tellsNeighboursApart() {
    var thread = Thread()
    thread.answer(
      "c",
      "On Thu, Ann Author wrote:\n> +\tfoo->count = 100000;\n\nName that.\n\n> +\tfoo->state = FOO_READY;\n\nIs it?\n"
    )
    let next = Thread(Thread.code.replacing("100000", with: "FOO_COUNT"), version: 2)
    let states = thread.comparison(with: next).comments.map(\.state)
    #expect(states == [.answered, .unanswered])
  }

  /// So does one beside a line that is nearer to another comment and has another form; one that is put in counts for both.
  @Test(
    arguments: [
      ("FOO_READY;\n", "FOO_SET;\n", [.unanswered, .answered]),
      ("100000", "FOO_COUNT", [.unanswered, .answered]),
      ("100000;\n", "100000;\n\tfoo_lock(foo);\n", [.answered, .answered]),
    ] as [(String, String, [CommentVerdict.State])])
  func givesAChangeToTheNearest(_ old: String, _ new: String, _ states: [CommentVerdict.State]) {
    var thread = Thread()
    thread.answer(
      "c",
      "On Thu, Ann Author wrote:\n> +\tif (ret)\n\nPass it on.\n\n> +\tfoo->flags = foo_flags(foo, FOO_DEFAULT_FLAGS);\n\nWhy these?\n"
    )
    let next = Thread(Thread.code.replacing(old, with: new), version: 2)
    #expect(thread.comparison(with: next).comments.map(\.state) == states)
  }

  /// A name that is another everywhere is no answer, unless it is in the line itself or what was asked for.
  @Test(arguments: [
    ("Is it?", "foo->", "bar->", "unanswered"), ("Please call it bar.", "foo->", "bar->", "answered"),
    ("Why not foo?", "foo->", "bar->", "answered"), ("Is it?", "EINVAL", "EIO", "answered"),
    ("Is it?", "FOO_READY", "FOO_SET", "answered"),
  ])
  func looksThroughRenaming(_ words: String, _ old: String, _ new: String, _ state: String) {
    let code = Thread.code.replacing("(foo)", with: "(NULL)").replacing("*foo)", with: "*)")
      .replacing("flags(foo", with: "flags(NULL").replacing("linux/foo.h", with: "linux/x.h")
      .replacing("struct foo ", with: "struct x ")
    var thread = Thread(code)
    thread.comment(below: "\t\treturn -EINVAL;", words)
    let next = Thread(code.replacing(old, with: new), version: 2)
    #expect(thread.comparison(with: next).comments.map(\.state.rawValue) == [state])
  }

  /// A file that was renamed is looked for by its lines, and a series without it has nothing of it.
  @Test func followsRenamedFiles() {
    var thread = Thread()
    thread.comment(below: "\tfoo->state = FOO_READY;", "Is it?")
    let comparison = thread.comparison(with: Thread(version: 2).renaming("foo.c", to: "bar/foo.c"))
    #expect(comparison.comments.map(\.state) == [.unanswered])
    let other = Thread("int bar;\n\nint baz(void)\n{\n\treturn bar;\n}\n", version: 2).renaming(
      "foo.c", to: "bar.c")
    #expect(thread.comparison(with: other).comments.map(\.state) == [.gone])
  }

  /// A comment in the log, on a line that stays and on one that is mended; and one below all of it.
  @Test(
    arguments: [
      ("It reads teh count.", "s/teh/the/", "It reads the count.\nNobody else does.", "answered"),
      ("It reads teh count.", "s/teh/the/", "It reads teh count.\nNobody else does.", "unanswered"),
      ("Nobody else does.", "How did you find this?", "It reads teh count.\nNobody else does.", nil),
    ] as [(String, String, String, String?)])
  func readsTheLog(_ line: String, _ words: String, _ log: String, _ state: String?) {
    var thread = Thread(log: "It reads teh count.\nNobody else does.")
    thread.answer("c", "On Thu, Ann Author wrote:\n> \(line)\n\n\(words)\n")
    let verdicts = thread.comparison(with: Thread(version: 2, log: log)).comments
    #expect(verdicts.map(\.state.rawValue) == (state.map { [$0] } ?? []))
  }

  /// What was said after a comment on lines that did not change.
  @Test(
    arguments: [
      ([], "unanswered", "nobody answered"),
      (["ann: Will do."], "unanswered", "Ann Author agreed"),
      (["ann: Yes, I'll rename it."], "unanswered", "Ann Author agreed"),
      (["ann: It is what the hardware counts to, see the manual."], "answered", "Ann Author answered"),
      (["ann: OK, but the manual asks for it."], "answered", "Ann Author answered"),
      (
        ["ann: It is what the hardware counts to.", "rob: Makes sense, thanks."], "answered",
        "nobody objected"
      ),
      (
        ["ann: It is what the hardware counts to.", "rob: It still needs a name."], "unanswered",
        "Rob Reviewer was not content"
      ),
      (["ann: Thanks for the review!"], "unanswered", "Ann Author agreed"),
      (["ann: I don't follow this comment."], "unanswered", "Ann Author asked back"),
      (["ann: There is one in foo.h. Do you mean that?"], "unanswered", "Ann Author asked back"),
      (["rob: Please disregard that, I misread it."], "answered", "it was taken back"),
      (["eve: I wonder, too."], "unanswered", "nobody answered"),
    ] as [([String], String, String)])
  func followsTheDiscussion(_ answers: [String], _ state: String, _ why: String) {
    var thread = Thread()
    thread.comment(below: "\tfoo->count = 100000;", "Should this number have a name?")
    var said = "Should this number have a name?"
    for (number, answer) in answers.enumerated() {
      let (who, words) = (answer.prefix(3), String(answer.dropFirst(5)))
      let names = ["ann": "Ann Author", "rob": "Rob Reviewer", "eve": "Eve Else"]
      thread.answer(
        "a\(number)", from: "\(names[String(who)] ?? "") <\(who)@example.org>",
        to: number == 0 ? "c" : "a\(number - 1)",
        "On Thu, somebody wrote:\n> > +\tfoo->count = 100000;\n> \n> \(said)\n\n\(words)\n")
      said = words
    }
    let verdicts = thread.comparison(with: Thread(version: 2)).comments
    #expect(verdicts.map(\.state.rawValue) == [state])
    #expect(verdicts.first?.why.contains(why) == true, "\(verdicts.map(\.why))")
  }

  /// Authors ask themselves nothing.
  @Test func leavesAuthorsAlone() {
    var thread = Thread()
    thread.answer(
      "c", from: "Ann Author <ann@example.org>",
      "On Thu, Ann Author wrote:\n> +\tint ret;\n\nI should initialise this.\n")
    #expect(thread.comparison(with: Thread(version: 2)).comments.isEmpty)
  }
}
