// SPDX-License-Identifier: GPL-2.0-or-later

/// How much of anything is taken from mail that may be hostile.
enum Limits {
  /// Bytes of one message. The longest patches of the kernel's lists have about 10 MB.
  static let messageBytes = 64 << 20
  /// Bytes of one message's headers that are read.
  static let headerBytes = 256 << 10
  /// Bytes of one header field that are looked at: a Cc of a thousand people has 40,000.
  static let fieldBytes = 128 << 10
  /// MIME parts within parts.
  static let nesting = 64
  /// MIME parts of one message.
  static let parts = 1_000
  /// Messages of one run.
  static let messages = 20_000_000
  /// Files of one folder.
  static let files = 10_000_000
  /// Parts that a subject may announce; more is a number of something else.
  static let total = 2_000
  /// Mails read for one series, copies and replies included.
  static let seriesMails = 10_000
  /// Bytes of a stream held in memory before they go to a temporary file.
  static let heldBytes = 16 << 20
  /// Bytes of a stream, or of what is unpacked, in all: what is endless must end.
  static let spooledBytes: UInt64 = 4 << 30
  /// Bytes by which a stream is known for mail, or left.
  static let headBytes = 64 << 10
  /// Bytes read at a time; a line longer than this is known by its beginning only.
  static let chunkBytes = 256 << 10
  /// Remarks of a reviewer in one mail.
  static let remarks = 1_000
  /// Addresses of one header.
  static let addresses = 2_000
  /// Bytes of a line that goes as it is into a draft: RFC 5322 allows 998.
  static let bodyLineBytes = 990
  /// Message ids of a thread that a draft names beside the first.
  static let references = 30
  /// Words inside a subject's brackets.
  static let prefixWords = 64
}
