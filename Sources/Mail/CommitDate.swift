// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// Reads the dates that git writes, to tell which of two commits is older.
enum CommitDate {
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
