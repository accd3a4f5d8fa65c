// SPDX-License-Identifier: GPL-2.0-or-later

import SourceText
import Synchronization
import Testing

struct InParallelTests {
  @Test(arguments: [0, 1, 2, 1000]) func keepsTheOrder(_ count: Int) {
    #expect(inParallel(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
  }

  @Test func mayBeNested() {
    let sums = inParallel(8) { outer in inParallel(100) { outer * $0 }.reduce(0, +) }
    #expect(sums == (0..<8).map { $0 * 4950 })
  }

  @Test func doesEachOnce() {
    let calls = Mutex([Int](repeating: 0, count: 500))
    _ = inParallel(500) { index in calls.withLock { $0[index] += 1 } }
    #expect(calls.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func threadsEndWithTheirWork() throws {
    let number = Mutex(0)
    let thread = try #require(SystemThread { number.withLock { $0 = 7 } })
    thread.join()
    #expect(number.withLock { $0 } == 7)
  }
}
