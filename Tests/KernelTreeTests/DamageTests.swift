// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import KernelTree
import SourceText
import Testing
import UnifiedDiff

/// Whichever file of a repository is damaged, whatever is asked ends in a value or a typed error.
@Suite struct DamageTests {
  /// Asks for everything; how many questions were answered.
  private func ask(_ path: String, _ commit: ObjectID) -> Int {
    guard let repository = try? Repository(opening: path) else { return 0 }
    var clues = BaseClues()
    clues.baseCommit = commit
    clues.prerequisitePatchIDs = [commit]
    let search = BaseSearch(in: .repository(repository, revision: nil), clues: clues)
    let mail = try? repository.mail(range: "HEAD~2..HEAD")
    var answers = mail == nil ? 0 : 1
    if let base = try? search.base() {
      let (after, _) = PatchedTree(base: base.tree).applying(Patch(parsing: mail?.bytes ?? []))
      for name in ["a", "folder/b", "none"] {
        if let path = TreePath(name), (try? after.bytes(of: path)) != nil { answers += 1 }
        if let path = TreePath(name), (try? after.entries(of: path)) != nil { answers += 1 }
      }
    }
    if case .found = try? repository.commit(commit.hex) { answers += 1 }
    if (try? repository.ancestry(of: commit, in: repository.resolve("HEAD"))) == .ancestor { answers += 1 }
    return answers
  }

  @Test(arguments: [false, true])
  func survivesDamage(_ isPacked: Bool) throws {
    let fixture = try GitFixture()
    let root = try fixture.commit("one", ["a": lines(20), "folder/b": "b\n"])
    try fixture.commit("two", ["a": lines(20, [3: "3"])])
    try fixture.commit("three", ["a": lines(20, [3: "III"]), "folder/b": "c\n"])
    if isPacked { try fixture.git(["gc", "-q"]) }
    let whole = ask(fixture.path, root)
    #expect(whole == 8)
    var tried = 0
    for name in try fixture.snapshot().keys.sorted() where name.hasPrefix(".git/") && !name.contains("hooks")
    {
      let url = URL(fileURLWithPath: fixture.path + "/" + name)
      let content = try Data(contentsOf: url)
      chmod(url.path, 0o644)
      let half = content.prefix(content.count / 2)
      for damaged in [Data(), half, Data(repeating: 0xff, count: 64), Data(content.reversed())] {
        try damaged.write(to: url)
        #expect(ask(fixture.path, root) <= whole)
        tried += 1
      }
      try FileManager.default.removeItem(at: url)
      #expect(ask(fixture.path, root) <= whole)
      try content.write(to: url)
    }
    #expect(tried > 50)
    #expect(ask(fixture.path, root) == whole)
  }
}
