// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Mail
import Testing

@testable import Hooks

/// Who gets a mail besides those whom it names.
@Suite struct RecipientsTests {
  /// Arguments, configuration, and the addresses; nil where they cannot be told.
  @Test(
    arguments: [
      ("--to=a@b --cc c@d x.patch", "", "a@b c@d"), ("x.patch", "", ""),
      ("--quiet --to=<a@b>,c@d x", "", "a@b c@d"),
      ("--to=alias", "", nil), ("--cc-cmd=./who x.patch", "", nil), ("--to-cmd ./who", "", nil),
      ("x.patch", "to=a@b", "a@b"), ("--to=c@d", "cc=a@b bcc=e@f", "a@b e@f c@d"),
      ("x.patch", "cccmd=./who", nil),
      ("x.patch", "identity=work", nil), ("x.patch", "work.to=a@b", ""), ("x.patch", "smtpserver=x", ""),
    ] as [(String, String, String?)])
  func readsArguments(_ words: String, _ configuration: String, _ expected: String?) {
    let pairs = configuration.split(separator: " ").map { pair in
      let parts = pair.split(separator: "=").map(String.init)
      return (variable: parts[0], value: parts[1])
    }
    let people = SendEmailCall.recipients(words.split(separator: " ").map(String.init), pairs)
    #expect(people?.map(\.address).joined(separator: " ") == expected)
  }

  /// Where git gives the headers, they say it all.
  @Test func readsHeaders() {
    let text = "From: A <a@b>\nTo: C <c@d>,\n\te@f\nCc: g@h\nSubject: x\n"
    let call = SendEmailCall(file: "/nowhere")
    #expect(call.recipients(headers: text, [("cccmd", "x")])?.map(\.address) == ["c@d", "e@f", "g@h"])
  }
}
