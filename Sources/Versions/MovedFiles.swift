// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import SourceText
internal import UnifiedDiff

/// Where a new version has the files of an old one: authors rename the files that they add.
struct MovedFiles {
  /// The lines that the new version shows of each file.
  private var shown: [TreePath: Set<[UInt8]>] = [:]

  init(_ new: Series) {
    for mail in new.patches {
      for file in mail.patch.files {
        let lines = Set(Self.lines(of: file, in: mail))
        for path in [file.oldPath, file.newPath].compactMap(\.self) {
          shown[path, default: []].formUnion(lines)
        }
      }
    }
  }

  /// The file that most of another's lines are in; the file itself where it is there, or nothing is like it.
  func path(of path: TreePath, in mail: PatchMail) -> TreePath {
    guard shown[path] == nil else { return path }
    let lines = Set(
      mail.patch.files.filter { $0.newPath == path || $0.oldPath == path }.flatMap {
        Self.lines(of: $0, in: mail)
      })
    guard lines.count >= Self.fewLines else { return path }
    let candidates = shown.map { ($0.key, lines.intersection($0.value).count) }.filter {
      $0.1 * 2 >= lines.count
    }
    return candidates.max { ($0.1, $1.0) < ($1.1, $0.0) }?.0 ?? path
  }

  /// Fewer may be in any file.
  private static let fewLines = 5

  private static func lines(of file: FileChange, in mail: PatchMail) -> [[UInt8]] {
    file.hunks.flatMap(\.lines).filter { $0.kind != .removed }.map {
      mail.patch.content($0).filter { $0 > 32 }
    }
    .filter { $0.count > 2 }
  }
}
