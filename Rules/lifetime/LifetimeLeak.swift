// SPDX-License-Identifier: GPL-2.0-or-later

internal import Model
internal import Review

/// References that are left, or that were not there.
struct LifetimeLeak: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    patch.modelled.result(for: [.leak, .referenceUnderflow])
  }
}
