// SPDX-License-Identifier: GPL-2.0-or-later

internal import Dispatch

/// Does something for each number on all cores; the results are in the order of the numbers.
func inParallel<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
  [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    // Each slot is written by the one call that has its number.
    nonisolated(unsafe) let slots = buffer
    DispatchQueue.concurrentPerform(iterations: count) { index in
      slots.baseAddress?.advanced(by: index).initialize(to: body(index))
    }
    initialized = count
  }
}
