// SPDX-License-Identifier: GPL-2.0-or-later

/// One thing the user named to be read.
public enum MailSource: Hashable, Sendable {
  /// A file, a maildir, or a folder of mails.
  case path(String)
  /// Bytes from elsewhere: standard input, or a git range as mail. `name` is what reports call it.
  case bytes([UInt8], name: String, kind: InputKind?)
  /// An open file descriptor, read to its end: standard input.
  case descriptor(Int32, name: String)
}

/// What an input turned out to be. The raw values are those of the report.
public enum InputKind: String, Hashable, Sendable {
  case mbox, maildir, mail, quoted, diff, range
}

/// One input as the report names it.
public struct MailInput: Hashable, Sendable {
  public var path: String
  public var kind: InputKind

  public init(path: String, kind: InputKind) {
    self.path = path
    self.kind = kind
  }
}
