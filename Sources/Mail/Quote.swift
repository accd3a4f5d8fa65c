// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText

/// Quoted diffs in replies.
enum Quote {
  /// Whether a text quotes a diff, at the first level.
  static func holdsDiff(_ text: MailText) -> Bool {
    text.indices.contains {
      text.begins($0, "> diff --git ") || text.begins($0, "> @@ -") || text.begins($0, ">diff --git ")
    }
  }
}
