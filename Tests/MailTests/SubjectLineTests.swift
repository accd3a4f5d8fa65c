// SPDX-License-Identifier: GPL-2.0-or-later

import Testing

@testable import Mail

/// The prefixes that people really write.
@Suite struct SubjectLineTests {
  @Test(arguments: [
    ("[PATCH] foo: bar", "nil nil/nil foo: bar; "),
    ("[PATCH v3 02/17] foo: bar", "3 2/17 foo: bar; "),
    ("[PATCHv3] foo", "3 nil/nil foo; "),
    ("[Patch V2] foo", "2 nil/nil foo; "),
    ("[PATCH 3/5 v2] foo", "2 3/5 foo; "),
    ("[v2 PATCH] foo", "2 nil/nil foo; "),
    ("[PATCH-next] foo", "nil nil/nil foo; next"),
    ("[RFC][PATCH 7/8] foo", "nil 7/8 foo; "),
    ("[PATCH 1 of 3] foo", "nil 1/3 foo; "),
    ("[PATCH bpf-next v3 0/2] foo [baz]", "3 0/2 foo [baz]; bpf-next"),
    ("Re: [PATCH,net-next,v2,1/2] foo", "2 1/2 foo; net-next"),
    ("[PATCH RESEND 6.12.y] foo", "nil nil/nil foo; 6.12.y"),
    ("[PATCH 99999999999999999999/2] foo", "nil nil/nil foo; 99999999999999999999/2"),
    ("[PATCH 2000/2000] foo", "nil 2000/2000 foo; "), ("[PATCH 1/2001] foo", "nil nil/nil foo; "),
    ("[PATCH 3/2] foo", "nil nil/nil foo; "),
    ("[PATCH foo", "nil nil/nil [PATCH foo; "),
  ])
  func reads(_ text: String, _ expected: String) {
    let line = SubjectLine(text)
    func show(_ number: Int?) -> String { number.map(String.init) ?? "nil" }
    let found =
      "\(show(line.version)) \(show(line.index))/\(show(line.total)) \(line.title); "
      + line.treePrefixes.joined(separator: " ")
    #expect(found == expected)
  }
}
