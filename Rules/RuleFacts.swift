// SPDX-License-Identifier: GPL-2.0-or-later

internal import Mail
internal import Review
internal import SourceText
internal import UnifiedDiff

extension Trailer {
  var isSignOff: Bool { key.lowercased() == "signed-off-by" }
}

extension PatchMail {
  /// Whether the patch is sent to be applied, now or after a talk: the subject says so, or it is a commit.
  var isSubmission: Bool {
    form == .commit
      || envelope.prefixes.contains { $0.lowercased().hasPrefix("patch") || $0.lowercased().hasPrefix("rfc") }
  }
}

extension PatchFacts {
  /// Every Signed-off-by of the log: people put empty lines between their tags, so that not all of them
  /// stand in the last paragraph.
  var signOffs: [Trailer] {
    zip(mail.log.lines, mail.log.places).compactMap { Self.trailer($0, at: $1) }.filter(\.isSignOff)
  }

  /// Trailers that stand below the end of the log, where `git am` does not take them: among the notes, or
  /// between diffs where a diff quoted in the log has ended it.
  var trailersBelowLog: [Trailer] {
    let notes = zip(mail.notes.lines, mail.notes.places).compactMap { Self.trailer($0, at: $1) }
    let text = mail.patch.text
    let lines = LineTable(text)
    let between = mail.patch.linesOutsideFiles(lines).compactMap {
      Self.trailer(text.string(lines.content($0)), at: mail.lines.inputLine(of: UInt32($0 + 1)))
    }
    return notes + between
  }

  private static let keys: Set<String> = [
    "signed-off-by", "co-developed-by", "reviewed-by", "acked-by", "tested-by", "reported-by", "suggested-by",
    "fixes",
    "cc", "link", "closes",
  ]

  private static let longestKey = keys.map(\.utf8.count).max() ?? 0

  private static func trailer(_ line: String, at place: UInt32) -> Trailer? {
    // Most lines are no trailers, and are not looked at for characters.
    guard let colon = line.utf8.prefix(longestKey + 1).firstIndex(of: UInt8(ascii: ":")),
      keys.contains(line[..<colon].lowercased())
    else { return nil }
    return Trailer(key: String(line[..<colon]), value: line[line.index(after: colon)...].trimmed, line: place)
  }
}

extension Patch {
  /// Lines (0-based) before the last diff that belong to none.
  fileprivate func linesOutsideFiles(_ lines: LineTable) -> [Int] {
    guard let last = files.last else { return [] }
    var inside = Set<Int>()
    for file in files {
      let header = lines.index(at: file.header.start)...lines.index(at: max(file.header.end, 1) - 1)
      inside.formUnion(header)
      for hunk in file.hunks {
        inside.formUnion(Int(hunk.line) - 1...Int(hunk.lines.last?.line ?? hunk.line) - 1)
      }
    }
    return (0..<max(0, Int(last.line) - 1)).filter { !inside.contains($0) }
  }
}
