// SPDX-License-Identifier: GPL-2.0-or-later

internal import Foundation
internal import Mail

/// The commit that `git format-patch` made the first patch of a run of: what lies below it is what the series is for.
///
/// Source: git `log-tree.c`, `log_write_email_headers()`: `From <id> Mon Sep 17 00:00:00 2001` above the mail.
public struct FormattedCommit: Hashable, Sendable {
  /// 40 or 64 hexadecimal digits.
  public let id: String
  /// The subject that the mail gives it.
  public let title: String

  /// - Parameter files: the mails of the run.
  /// - Returns: nil where they are not one series, or do not say.
  public init?(firstOf files: [String]) {
    let mailbox = Mailbox(opening: files.map { .path($0) })
    // The line above a cover letter names the last commit.
    guard mailbox.seriesCount == 1, let first = mailbox.series(at: 0).patches.first,
      mailbox.inputs.indices.contains(first.input),
      let handle = FileHandle(forReadingAtPath: mailbox.inputs[first.input].path)
    else { return nil }
    defer { try? handle.close() }
    let line =
      (try? handle.read(upToCount: 128)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let words = line.prefix { $0 != "\n" }.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 7, words[0] == "From",
      words[2...].joined(separator: " ") == "Mon Sep 17 00:00:00 2001",
      [40, 64].contains(words[1].utf8.count), words[1].allSatisfy(\.isHexDigit),
      words[1].contains(where: { $0 != "0" })
    else { return nil }
    (id, title) = (String(words[1]), first.title)
  }
}
