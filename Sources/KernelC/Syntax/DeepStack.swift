// SPDX-License-Identifier: GPL-2.0-or-later

internal import SourceText
internal import Synchronization

/// A thread with a stack that is deep enough for whatever the parser follows.
enum DeepStack {
  /// What a closure returns when it has run on such a thread. Where there is no further thread it runs here.
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value {
    let result = Result<Value>()
    if let thread = SystemThread({ result.value.withLock { $0 = work() } }) { thread.join() }
    return result.value.withLock { $0 } ?? work()
  }

  private final class Result<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }
}
