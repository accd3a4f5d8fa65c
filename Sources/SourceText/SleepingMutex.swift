// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc

/// A lock for what is held for milliseconds: who waits for it sleeps.
///
/// Who waits for a `Mutex` of the standard library is spun by Linux while its owner runs, as those inherit priorities: with a
/// thread for each core that is the time of a core.
public final class SleepingMutex<Value>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  public init(_ value: sending Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// What a body makes of the value, while no other thread has it. Not to be called within itself.
  public func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&value)
  }
}
