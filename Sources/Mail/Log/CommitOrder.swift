// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import UnifiedDiff

/// Tells in which order `git log` printed commits.
enum CommitOrder {
  /// Whether the newest stands first, which is what `git log` does: told by the blobs that one commit
  /// makes and another finds, else by the dates.
  static func isNewestFirst(_ patches: [PatchMail], _ dates: [Int]) -> Bool {
    var seen: [TreePath: (old: ObjectID?, new: ObjectID?)] = [:]
    for patch in patches {
      for file in patch.patch.files {
        if let path = file.oldPath, let made = seen[path]?.new, let found = file.oldBlob,
          made.agrees(with: found)
        {
          return false
        }
        if let path = file.newPath, let found = seen[path]?.old, let made = file.newBlob,
          found.agrees(with: made)
        {
          return true
        }
      }
      for file in patch.patch.files {
        if let path = file.oldPath { seen[path, default: (nil, nil)].old = file.oldBlob }
        if let path = file.newPath { seen[path, default: (nil, nil)].new = file.newBlob }
      }
    }
    return dates.first ?? 0 >= dates.last ?? 0
  }

  /// Seconds of an era of its own, good for comparing; 0 where the text is no date.
  static func seconds(_ text: String) -> Int {
    var (year, month, day, clock, zone) = (0, 0, 0, 0, 0)
    for word in text.split(whereSeparator: { " ,".contains($0) }) {
      let lower = word.lowercased()
      if let index = months.firstIndex(where: { lower.hasPrefix($0) }) {
        month = index + 1
      } else if word.contains(":") {
        let parts = word.split(separator: ":").map { Int($0.prefix(2)) ?? 0 }
        clock = parts.prefix(3).reduce(0) { $0 * 60 + $1 }
      } else if word.hasPrefix("+") || word.hasPrefix("-"), let offset = Int(word) {
        zone = offset / 100 * 3600 + offset % 100 * 60
      } else if word.contains("-") {
        let parts = word.split(separator: "-").map { Int($0.prefix(4)) ?? 0 }
        if parts.count == 3 { (year, month, day) = (parts[0], parts[1], parts[2] % 100) }
      } else if let number = Int(word) {
        if number > 31 { year = number } else { day = number }
      }
    }
    guard year > 0, year < 10_000 else { return 0 }
    return ((year * 12 + month) * 31 + day) * 86_400 + clock - zone
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
}
