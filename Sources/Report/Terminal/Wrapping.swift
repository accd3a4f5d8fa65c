// SPDX-License-Identifier: GPL-2.0-or-later

/// Text for people in lines of a width: broken at blanks, words never cut.
enum Wrapping {
  /// - Returns: at least one line. `hanging` columns are kept free in all but the first.
  static func lines(_ text: String, width: Int, hanging: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let room = max(20, lines.isEmpty ? width : width - hanging)
      if !line.isEmpty, line.count + 1 + word.count > room {
        lines.append(line)
        line = String(word)
      } else {
        line += line.isEmpty ? String(word) : " " + word
      }
    }
    return lines + [line]
  }

  /// The same as one text, each line but the first behind so many blanks.
  static func text(_ text: String, width: Int, indent: Int) -> String {
    lines(text, width: width - indent).joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}
