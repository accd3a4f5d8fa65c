// SPDX-License-Identifier: GPL-2.0-or-later

internal import Glibc

/// A thread with a stack that is deep enough for whatever the parser follows.
enum DeepStack {
  /// Bytes; what is not used is not backed by memory.
  static let size = 8 << 20

  /// What a closure returns when it has run on such a thread. Where there is no further thread it runs here.
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value {
    let task = Task(work)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, size)
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(task as Runnable)
    let failed = pthread_create(
      &thread, &attributes,
      { context in
        if let context { Unmanaged<Runnable>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    if failed == 0 { pthread_join(thread, nil) } else { context.release() }
    return task.value ?? work()
  }
}

/// What `pthread_create` can hand on.
private class Runnable {
  func run() {}
}

/// One thread writes the value, and the other reads it when that has ended.
private final class Task<Value>: Runnable {
  private let work: () -> Value
  private(set) var value: Value?

  init(_ work: @escaping () -> Value) { self.work = work }

  override func run() { value = work() }
}
