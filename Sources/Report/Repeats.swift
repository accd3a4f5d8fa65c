// SPDX-License-Identifier: GPL-2.0-or-later

/// Findings of one rule in one patch.
enum Repeats {
  /// So many are told one by one; what comes behind is folded.
  static let shown = 4
}
