// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc
internal import Synchronization

/// Does something for each number on all cores; the results are in the order of the numbers.
///
/// May be called within itself: each call has threads of its own, and ends when they have.
public func inParallel<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
  let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  guard count > 1, cores > 1 else { return (0..<count).map(body) }
  return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    withoutActuallyEscaping(body) { body in
      // Each slot is written by the one thread that takes its number.
      nonisolated(unsafe) let slots = buffer
      let work = SharedWork(count) { index in
        slots.baseAddress?.advanced(by: index).initialize(to: body(index))
      }
      let threads = (1..<min(count, cores)).compactMap { _ in SystemThread { work.run() } }
      work.run()
      for thread in threads { thread.join() }
    }
    initialized = count
  }
}

/// Numbers that several threads take.
private final class SharedWork: Sendable {
  private let count: Int
  private let next = Atomic(0)
  private let body: @Sendable (Int) -> Void

  init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) { (self.count, self.body) = (count, body) }

  func run() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index)
    }
  }
}
