// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation
import SourceText
import TestSupport
import Testing
import UnifiedDiff

/// Real mail, read by git and by us: the same files, the same counts; and printing gives the bytes back.
struct GitDifferentialTests {
  @Test func agreesWithGitOnRealMail() throws {
    let mails =
      Shared.files("corpus/review/mbox", withSuffix: ".mbox") + Shared.files("seed", withSuffix: ".mbox")
    let folder = try TemporaryFolder()
    let git = Git(in: folder.url)
    var different: [String] = []
    var compared = 0
    for mail in mails {
      let bytes = Array(try Data(contentsOf: mail))
      guard try git("mailinfo", "-b", "msg", "patch", input: bytes).status == 0 else { continue }
      let text = Array(try Data(contentsOf: folder.url.appending(path: "patch")))
      let patch = Patch(parsing: text)
      #expect(patch.printed() == text, "\(mail.lastPathComponent) is not printed as it was read")
      guard let theirs = try numstat(git), !theirs.isEmpty else { continue }
      compared += 1
      let ours = patch.files.map(Row.init).sorted { $0.text < $1.text }
      if ours != theirs {
        different.append(
          "\(mail.lastPathComponent): git only \(Set(theirs).subtracting(ours)), ours only \(Set(ours).subtracting(theirs))"
        )
      }
    }
    #expect(mails.isEmpty || compared > mails.count * 9 / 10, "only \(compared) mails were compared")
    #expect(different.isEmpty, "\(different.joined(separator: "\n"))")
  }

  struct Row: Hashable {
    var text: String

    init(_ file: FileChange) {
      let counts = file.binary == nil ? "\(file.added)\t\(file.deleted)" : "-\t-"
      text = "\(counts)\t\(file.path?.description ?? "")"
    }
    init(text: String) { self.text = text }
  }

  /// What git counts in the file `patch`; nil where it finds the patch damaged.
  func numstat(_ git: Git) throws -> [Row]? {
    let result = try git("apply", "--numstat", "-z", "--allow-empty", "--", "patch")
    guard result.status == 0 else { return nil }
    return result.text.split(separator: "\0").map { Row(text: String($0)) }.sorted { $0.text < $1.text }
  }
}
