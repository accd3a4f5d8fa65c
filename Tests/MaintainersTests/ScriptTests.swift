// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import Maintainers
import SourceText
import TestSupport
import Testing

/// The kernel's own script as a peer: both are asked about patches that really were sent.
@Suite struct ScriptTests {
  /// So many patches of the corpus, or `REVIEW_PATCH_PATCHES`; the script takes a third of a second for each.
  private static var count: Int {
    ProcessInfo.processInfo.environment["REVIEW_PATCH_PATCHES"].flatMap { Int($0) } ?? 30
  }

  @Test func agreesWithTheScript() throws {
    guard let tree = KernelSource.folder,
      FileManager.default.fileExists(atPath: tree.path + "/scripts/get_maintainer.pl")
    else {
      print("not run: the kernel source has no scripts/get_maintainer.pl")
      return
    }
    let all = Shared.files("corpus/review/mbox", withSuffix: ".mbox")
    let patches = stride(from: 0, to: all.count, by: max(1, all.count / Self.count)).map { all[$0] }
    guard !patches.isEmpty else { return }
    let file = MaintainersFile(parsing: Array(try Data(contentsOf: tree.appending(path: "MAINTAINERS"))))
    var (agreed, missed, invented, differing) = (0, 0, 0, [String]())
    for patch in patches {
      let (wanted, told) = (try Self.script(patch, in: tree), try Self.told(file, patch, in: tree))
      let missing = wanted.filter { contact in !told.contains { $0.isSame(as: contact) } }
      let extra = told.filter { contact in !wanted.contains { $0.isSame(as: contact) } }
      missed += missing.count
      invented += extra.count
      if missing.isEmpty, extra.isEmpty {
        agreed += 1
      } else {
        differing.append(
          "\(patch.lastPathComponent): missed \(missing.map(\.address)), invented \(extra.map(\.address))")
      }
    }
    print("\(agreed) of \(patches.count) patches agree; \(missed) addresses missed, \(invented) invented")
    print(differing.joined(separator: "\n"))
    #expect(agreed * 100 >= patches.count * 95)
  }

  /// Somebody, by name or by address: the script gives the address that `.mailmap` has.
  private struct Contact: Hashable {
    var name, address: String

    init(_ name: String, _ address: String) {
      self.name = name.lowercased().filter { $0 != "\"" }
      self.address = address.lowercased()
    }

    func isSame(as other: Contact) -> Bool { address == other.address || !name.isEmpty && name == other.name }
  }

  /// What the script prints.
  private static func script(_ patch: URL, in tree: URL) throws -> [Contact] {
    let result = try Program("/usr/bin/perl", in: tree, environment: ["PATH": "/usr/bin:/bin"]).run([
      "scripts/get_maintainer.pl", "--nogit", "--nogit-fallback", "--norolestats", "--nofixes", patch.path,
    ])
    return result.text.split(separator: "\n").map { line in
      guard let open = line.lastIndex(of: "<") else { return Contact("", String(line)) }
      return Contact(
        line[..<open].trimmingCharacters(in: .whitespaces),
        line[line.index(after: open)...].filter { $0 != ">" })
    }
  }

  private static func told(_ file: MaintainersFile, _ patch: URL, in tree: URL) throws -> [Contact] {
    let lines = Array(try Data(contentsOf: patch)).split(separator: 10, omittingEmptySubsequences: false)
      .map(Array.init)
    let starts =
      lines.firstIndex { $0.starts(with: "--- a/".utf8) || $0.starts(with: "--- /dev".utf8) } ?? lines.count
    var paths: [TreePath] = []
    for line in lines
    where line.starts(with: "diff --git a/".utf8) || line.starts(with: "+++ ".utf8)
      || line.starts(with: "--- ".utf8)
      || line.starts(with: "rename ".utf8)
    {
      for word in line.split(separator: 32).dropFirst() {
        let isRename = line.starts(with: "rename ".utf8)
        let name = isRename ? word : word.drop { $0 != UInt8(ascii: "/") }.dropFirst()
        if let path = TreePath(String(decoding: name.prefix { $0 > 32 }, as: UTF8.self)) {
          paths.append(path)
        }
      }
    }
    let matches = file.matches(paths: paths, intro: Array(lines[..<starts]), changes: Array(lines[starts...]))
    var contacts: [Contact] = []
    for section in matches.map(\.section) {
      contacts += section.lists.filter { !$0.isForSubscribers }.map { Contact("", $0.address) }
      contacts += (section.maintainers + section.reviewers).map { Contact($0.name, $0.address) }
    }
    for path in paths.map(\.description) where path.hasSuffix(".yaml") {
      let text = (try? Data(contentsOf: tree.appending(path: path))) ?? Data()
      contacts += Section.Contact.all(inBinding: Array(text)).map { Contact($0.name, $0.address) }
    }
    // The script leaves him out.
    return contacts.filter { $0.name != "linus torvalds" }
  }
}
