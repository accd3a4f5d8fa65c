// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import Testing

@Suite struct SleepingMutexTests {
  /// Without the lock some of the sums would be lost.
  @Test func oneThreadAtATime() {
    let sums = SleepingMutex([0, 0])
    let seen = inParallel(200) { index in
      (0..<50).map { _ in
        sums.withLock { sums in
          sums[0] += 1
          sums[1] += index
          return sums[0]
        }
      }
    }
    #expect(Set(seen.joined()) == Set(1...10_000))
    #expect(sums.withLock { $0 } == [10_000, 50 * (0..<200).reduce(0, +)])
  }
}
