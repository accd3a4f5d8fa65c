// SPDX-License-Identifier: GPL-2.0-or-later

/// Mails that the tests of the command send in.
enum Mails {
  static let diff = """
    diff --git a/foo.c b/foo.c
    index 5a8e1e796717..c2401e4cf2c8 100644
    --- a/foo.c
    +++ b/foo.c
    @@ -1,2 +1,3 @@
     int foo;
    +int bar;
     int baz;

    """

  /// What the diff is for.
  static let foo = "int foo;\nint baz;\n"

  /// A mail, as a mailbox holds it.
  static func patch(
    _ number: Int = 1, signed: Bool = true, notes: String = "", headers: String = "", diff: String = diff
  ) -> String {
    """
    From mboxrd@z Thu Jan  1 00:00:00 1970
    From: Ann Author <ann@example.org>
    To: linux-kernel@vger.kernel.org
    Subject: [PATCH] foo: count \(number) times
    Date: Thu, 1 Jan 2026 00:00:01 +0000
    Message-ID: <\(number)@example.org>
    \(headers)
    Once is not enough.

    \(signed ? "Signed-off-by: Ann Author <ann@example.org>" : "Acked-by: Bob Builder <bob@example.org>")
    ---
    \(notes)\(diff)
    """ + "\n"
  }

  /// Nothing is found in it.
  static let good = patch()
  /// One warning, `mail/missing-sign-off`.
  static let unsigned = patch(2, signed: false)
  static let words = "Just a few words.\nNothing else.\n"
}
