// SPDX-License-Identifier: GPL-2.0-or-later

/// Every bound of this module: what is larger is refused by name or left unread, never waited for.
enum Limits {
  /// Bytes of one file; the largest of Linux has under 3 MiB, generated headers 25 MiB.
  static let fileBytes = 64 << 20
  /// Bytes of the files that one patch changes more than once, each time counted.
  static let repeatedBytes = 64 << 20
  /// Names in one folder.
  static let folderEntries = 100_000
  /// Names kept in memory, in folders by their id: about 60 bytes each; Linux has 90,000.
  static let cachedNames = 1_000_000
  /// Digits of an abbreviated blob id that is taken as evidence: git's least, unless asked for fewer.
  static let blobDigits = 7
  /// Idle handles kept open for one repository.
  static let idleHandles = 16
  /// Refs that are read to find the newest tips.
  static let references = 20_000
  /// Tips (branches, tags, remote branches) whose files are compared, newest first.
  static let tips = 256
  /// Commits of a first-parent history whose files are compared.
  static let history = 10_000
  /// Commits whose patch id is computed to find prerequisites.
  static let patchIDCommits = 500
  /// Commits of a range that becomes mail.
  static let rangeCommits = 1_000
  /// Bytes of the mail made of one range.
  static let rangeBytes = 256 << 20
  /// Values that the environment hands on for `git -c`.
  static let commandEntries = 10_000
  /// Bytes of a file's line that a sentence shows.
  static let shownBytes = 80
}
