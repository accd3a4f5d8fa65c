// SPDX-License-Identifier: GPL-2.0-or-later

internal import Model
internal import Review

/// Threads that wait for ever.
struct LockingDeadlock: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    patch.modelled.result(for: [.deadlock, .lostWakeUp, .lockMisuse])
  }
}
