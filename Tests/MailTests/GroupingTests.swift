// SPDX-License-Identifier: GPL-2.0-or-later

import Mail
import Testing

struct GroupingTests {
  /// Parts of one thread: a mark of one part does not take it out of the series, one of all parts is another.
  @Test(
    arguments: [
      ("[PATCH v4 1/2] a", "[PATCH v4 2/2] [RFC] b", 1), ("[RFC][PATCH 1/2] a", "[RFC][PATCH 2/2] b", 1),
      ("[RFC PATCH 1/2] a", "[PATCH 2/2] b", 2),
    ])
  func marksOfParts(_ first: String, _ second: String, _ series: Int) {
    let mails = [first, second].enumerated().map { index, subject in
      """
      From mboxrd@z Thu Jan  1 00:00:00 1970
      From: Ann <ann@example.org>
      Subject: \(subject)
      Message-ID: <\(index)@example.org>
      In-Reply-To: <cover@example.org>

      Words.
      ---
      --- a/x
      +++ b/x
      @@ -1 +1 @@
      -a
      +b

      """
    }
    let mailbox = Mailbox(opening: [.bytes(Array(mails.joined().utf8), name: "t", kind: nil)])
    #expect(mailbox.seriesCount == series)
  }
}
