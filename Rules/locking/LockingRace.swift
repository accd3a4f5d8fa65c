// SPDX-License-Identifier: GPL-2.0-or-later

internal import Model
internal import Review

/// What a scenario promises.
struct LockingRace: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    patch.modelled.result(for: [.assertion])
  }
}
