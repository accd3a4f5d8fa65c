// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import Testing

/// What `git -c` and its like hand on.
@Suite struct CommandConfigurationTests {
  private static func values(_ environment: [String: String]) throws -> [String] {
    try GitConfiguration(sections: ["reviewpatch"], repositoryAt: nil, variable: { environment[$0] }).entries
      .map { "\($0.key)=\($0.value)" }
  }

  @Test(
    arguments: [
      ("'reviewPatch.PreSend'='off'", ["reviewpatch.presend=off"]),
      ("'reviewpatch.presend=off'", ["reviewpatch.presend=off"]),
      ("'reviewpatch.presend'=", ["reviewpatch.presend=true"]),
      ("'reviewpatch.presend'", ["reviewpatch.presend=true"]),
      (
        "'user.name'='A' 'reviewpatch.a'='b c' 'reviewpatch.d'='e'", ["reviewpatch.a=b c", "reviewpatch.d=e"]
      ),
      (#"'reviewpatch.Mail/Log.Level'='it'\''s '\!'.'"#, ["reviewpatch.Mail/Log.level=it's !."]),
      ("'reviewpatch.a=b=c'", ["reviewpatch.a=b=c"]),
      ("'reviewpatch.a'='b", ["reviewpatch.a=true"]), ("reviewpatch.a=b", []), ("'reviewpatch", []),
      ("'x'", []),
      ("", []),
    ] as [(String, [String])])
  func readsParameters(_ text: String, _ expected: [String]) throws {
    #expect(try Self.values(["GIT_CONFIG_PARAMETERS": text]) == expected)
  }

  /// The numbered form goes first, so that what is given later on the command line wins.
  @Test func readsNumberedPairs() throws {
    let environment = [
      "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "reviewpatch.Presend", "GIT_CONFIG_VALUE_0": "warn",
      "GIT_CONFIG_KEY_1": "core.x", "GIT_CONFIG_VALUE_1": "y", "GIT_CONFIG_KEY_2": "reviewpatch.z",
      "GIT_CONFIG_VALUE_2": "z", "GIT_CONFIG_PARAMETERS": "'reviewpatch.presend'='off'",
    ]
    #expect(try Self.values(environment) == ["reviewpatch.presend=warn", "reviewpatch.presend=off"])
    #expect(try Self.values(["GIT_CONFIG_COUNT": "-3"]) == [])
  }

  /// What git itself makes of `-c`, handed to a program that it starts.
  @Test func agreesWithGit() throws {
    let fixture = try GitFixture()
    let values = ["off", "a 'b' c", "x!y", "", "ü=ü", "back\\slash", "two\nlines"]
    for value in values {
      let text = try fixture.git([
        "-c", "reviewpatch.presend=\(value)", "-c", "alias.shown=!printf %s \"$GIT_CONFIG_PARAMETERS\"",
        "shown",
      ])
      let parameters = String(decoding: text, as: UTF8.self)
      #expect(try Self.values(["GIT_CONFIG_PARAMETERS": parameters]) == ["reviewpatch.presend=\(value)"])
    }
  }
}
