// SPDX-License-Identifier: GPL-2.0-or-later

/// What a patch may hold; more is reported and left out.
enum Limits {
  /// Bytes of text: offsets have 32 bits.
  static let textBytes = Int(UInt32.max) - 1
  /// Files in one patch. The largest of the kernel's history touch about 30,000.
  static let files = 65_536
  /// Lines that are compared to find places for the hunks of one file, where all its lines are equal.
  static let comparedLines = 5_000_000
  /// Places that are tried for a hunk in any case.
  static let tries = 64
}
