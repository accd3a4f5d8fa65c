// SPDX-License-Identifier: GPL-2.0-or-later

/// What a hook does with what is found, as `reviewpatch.presend` says.
enum HookMode: Hashable {
  /// Nothing is looked at.
  case off
  /// It is said, and stops nothing.
  case warn
  /// Errors that are certain stop git.
  case error

  init?(_ text: String) {
    switch text.lowercased() {
    case "off", "false", "no", "0", "never": self = .off
    case "warn": self = .warn
    case "error", "on", "true", "yes", "1": self = .error
    default: return nil
    }
  }
}
