// SPDX-License-Identifier: GPL-2.0-or-later

/// What pass 1 keeps of a message. Ids are hashes: two of them may only be compared.
struct MessageRecord: Sendable {
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt16

    static let hasDiff = Flags(rawValue: 1)
    static let hasQuotedDiff = Flags(rawValue: 1 << 1)
    static let isReply = Flags(rawValue: 1 << 2)
    static let isPatchSubject = Flags(rawValue: 1 << 3)
    static let isPull = Flags(rawValue: 1 << 4)
    static let isEncoded = Flags(rawValue: 1 << 5)
    static let hasSeparator = Flags(rawValue: 1 << 6)
    static let isNumbered = Flags(rawValue: 1 << 7)
    static let isRFC = Flags(rawValue: 1 << 8)
    static let isCommit = Flags(rawValue: 1 << 9)
    static let isBareDiff = Flags(rawValue: 1 << 10)
    static let isWebPage = Flags(rawValue: 1 << 11)
    static let isResend = Flags(rawValue: 1 << 12)
    /// There are lines that begin with `>`.
    static let quotes = Flags(rawValue: 1 << 13)
  }

  /// Of the first byte behind the `From ` line.
  var offset: UInt64 = 0
  var id: UInt64 = 0
  /// The mail it answers; 0 where it answers none.
  var parent: UInt64 = 0
  /// The first mail of the thread as the message tells it.
  var root: UInt64 = 0
  var title: UInt64 = 0
  var sender: UInt64 = 0
  /// Of the first line that names a file of a diff.
  var path: UInt32 = 0
  var length: UInt32 = 0
  /// Line of the input at `offset`, 1-based.
  var line: UInt32 = 1
  var input: UInt32 = 0
  var version: UInt16 = 1
  var index: UInt16 = 1
  var total: UInt16 = 1
  var flags: Flags = []

  var isPatch: Bool { flags.contains(.hasDiff) }
  var isCover: Bool {
    flags.contains(.isNumbered) && index == 0 && !flags.contains(.isReply) && !flags.contains(.hasDiff)
      && !flags.contains(.isPull)
  }
}
