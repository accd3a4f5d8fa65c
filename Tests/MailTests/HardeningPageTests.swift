// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import TestSupport
import Testing

/// The list of published forms in `docs/hardening.md` and the tests of them.
struct HardeningPageTests {
  @Test func listsEveryForm() throws {
    let page = try String(contentsOf: Shared.package.appending(path: "docs/hardening.md"), encoding: .utf8)
    let rows = page.components(separatedBy: "\n").filter { $0.hasPrefix("| ") }.map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let named = Set(rows.compactMap(\.first))
    let tested =
      PublishedFormTests.all.map(\.testDescription) + PublishedSeriesTests.shapes.map(\.testDescription)
    #expect(tested.filter { !named.contains($0) } == [])
    #expect(Set(tested).count == tested.count)
    // Where the list names a fixture, it is there.
    let fixtures = rows.flatMap { $0 }.flatMap { $0.components(separatedBy: "`") }.filter {
      $0.hasPrefix("Fixtures/mail/")
    }
    #expect(!fixtures.isEmpty)
    #expect(
      fixtures.filter { !FileManager.default.fileExists(atPath: Shared.package.appending(path: $0).path) }
        == [])
  }
}
