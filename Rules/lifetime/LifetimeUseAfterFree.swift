// SPDX-License-Identifier: GPL-2.0-or-later

internal import Model
internal import Review

/// Memory that is gone, that was never set, or that is linked wrongly.
struct LifetimeUseAfterFree: PatchCheck {
  func review(_ patch: PatchFacts) -> CheckResult {
    patch.modelled.result(for: [
      .useAfterFree, .useAfterReturn, .doubleFree, .nullDereference, .uninitialisedRead, .listCorruption,
    ])
  }
}
